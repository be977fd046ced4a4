#include "http/open_counts.h"

#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/check.h"

namespace ordo::http {

// The numbers change under the lock and are read without it.
struct OpenCounts::Owners {
  std::mutex mutex;
  std::unordered_map<std::string, std::shared_ptr<std::atomic<std::size_t>>> counts;
};

OpenCounts::OpenCounts() : owners_(std::make_shared<Owners>()) {}

std::unique_ptr<OpenCounts::Place> OpenCounts::enter(std::string owner, std::size_t most) {
  const std::lock_guard lock(owners_->mutex);
  auto& count = owners_->counts[owner];
  if (!count) count = std::make_shared<std::atomic<std::size_t>>(0);
  if (most > 0 && *count >= most) return nullptr;
  ++*count;
  return std::make_unique<Place>(owners_, std::move(owner), count);
}

OpenCounts::Place::Place(std::shared_ptr<Owners> owners, std::string owner,
                         std::shared_ptr<std::atomic<std::size_t>> count)
    : owners_(std::move(owners)), owner_(std::move(owner)), count_(std::move(count)) {}

OpenCounts::Place::~Place() {
  const std::lock_guard lock(owners_->mutex);
  ORDO_CHECK(*count_ > 0, "left without having entered");
  if (--*count_ == 0) owners_->counts.erase(owner_);
}

}  // namespace ordo::http
