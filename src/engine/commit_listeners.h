// Forwards to several listeners.
#pragma once

#include <utility>
#include <vector>

#include "engine/commit_listener.h"

namespace ordo {

class CommitListeners final : public CommitListener {
 public:
  // The listeners outlive this, and are called in this order.
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
  void counted(const Owner& owner, const StepSummary& summary) override {
    for (auto* listener : listeners_) listener->counted(owner, summary);
  }

 private:
  const std::vector<CommitListener*> listeners_;
};

}  // namespace ordo
