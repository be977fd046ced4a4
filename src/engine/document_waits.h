// Wakes those who wait for a document when a processor of this process has changed it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "engine/commit_listener.h"

namespace ordo {

// Any thread may use it.
class DocumentWaits final : public CommitListener {
 public:
  // Called after each commit that changes the document, on the thread that folds and under a lock. So it must return
  // quickly, and must neither begin nor end a wait.
  using Wake = std::function<void()>;

  // A wait. It ends with this object: then `wake` is not running, and is not called any more.
  class Place {
   public:
    Place(DocumentWaits& waits, DocumentKey key, Wake wake);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    friend class DocumentWaits;
    DocumentWaits& waits_;
    const Wake wake_;
    std::multimap<DocumentKey, const Place*>::iterator at_;
  };

  void taken(const Owner&) override {}
  void lost(const Owner&) override {}
  void committed(const Owner& owner, std::span<const Change> changes) override;

 private:
  std::atomic<std::size_t> waiting_{0};  // a step that no one waits for takes no lock
  std::mutex mutex_;                     // guards places_
  std::multimap<DocumentKey, const Place*> places_;
};

}  // namespace ordo
