// Counts the bytes of answers while someone holds them.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace ordo::http {

// One thread at a time holds it. All holders share the total, which lives as long as any of them.
class HeldBytes {
 public:
  using Total = std::shared_ptr<std::atomic<std::size_t>>;

  HeldBytes() = default;
  HeldBytes(Total total, std::size_t bytes) : total_(std::move(total)), bytes_(bytes) { *total_ += bytes_; }
  HeldBytes(HeldBytes&& other) noexcept : total_(std::move(other.total_)), bytes_(std::exchange(other.bytes_, 0)) {}
  HeldBytes& operator=(HeldBytes&& other) noexcept {
    std::swap(total_, other.total_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;
  ~HeldBytes() {
    if (total_) *total_ -= bytes_;
  }

  // Takes over the bytes of `other`, which must have the same total.
  void add(HeldBytes&& other) {
    if (!total_) total_ = other.total_;
    bytes_ += std::exchange(other.bytes_, 0);
  }

 private:
  Total total_;  // null: nothing is held
  std::size_t bytes_ = 0;
};

}  // namespace ordo::http
