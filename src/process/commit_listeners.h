// Several listeners in the place of one.
#pragma once

#include <utility>
#include <vector>

#include "process/commit_listener.h"

namespace ordo {

class CommitListeners final : public CommitListener {
 public:
  // They outlive this, and hear in this order.
  explicit CommitListeners(std::vector<CommitListener*> listeners) : listeners_(std::move(listeners)) {}

  void taken(const Owner& owner) override {
    for (auto* listener : listeners_) listener->taken(owner);
  }
  void lost(const Owner& owner) override {
    for (auto* listener : listeners_) listener->lost(owner);
  }
  void committed(const Owner& owner, std::span<const Change> changes) override {
    for (auto* listener : listeners_) listener->committed(owner, changes);
  }

 private:
  const std::vector<CommitListener*> listeners_;
};

}  // namespace ordo
