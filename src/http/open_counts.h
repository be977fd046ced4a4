// Counts what each owner has open: connections of an address, streams of a key.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

namespace ordo::http {

// Any thread. It has one entry for each owner with something open, so the number of open things bounds it.
class OpenCounts {
  struct Owners;

 public:
  // One open thing of an owner. It counts until it is destroyed, even after OpenCounts is.
  class Place {
   public:
    Place(std::shared_ptr<Owners> owners, std::string owner, std::shared_ptr<std::atomic<std::size_t>> count);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    const std::string& owner() const { return owner_; }
    // How many the owner has open, including this one.
    std::size_t of_owner() const { return count_->load(std::memory_order_relaxed); }

   private:
    const std::shared_ptr<Owners> owners_;
    const std::string owner_;
    const std::shared_ptr<std::atomic<std::size_t>> count_;
  };

  OpenCounts();

  // Counts one more. Null when the owner already has `most`; 0: no limit.
  std::unique_ptr<Place> enter(std::string owner, std::size_t most);

 private:
  std::shared_ptr<Owners> owners_;
};

}  // namespace ordo::http
