#include "engine/document_waits.h"

namespace ordo {

DocumentWaits::Place::Place(DocumentWaits& waits, DocumentKey key, Wake wake) : waits_(waits), wake_(std::move(wake)) {
  ++waits_.waiting_;
  const std::lock_guard lock(waits_.mutex_);
  at_ = waits_.places_.emplace(std::move(key), this);
}

DocumentWaits::Place::~Place() {
  {
    const std::lock_guard lock(waits_.mutex_);
    waits_.places_.erase(at_);
  }
  --waits_.waiting_;
}

void DocumentWaits::committed(const Owner&, std::span<const Change> changes) {
  if (waiting_ == 0) return;
  const std::lock_guard lock(mutex_);
  for (const auto& change : changes) {
    const auto [begin, end] = places_.equal_range({collection_of(*change.document), id_of(*change.document)});
    // guard: waits-are-woken
    for (auto place = begin; place != end; ++place) place->second->wake_();
  }
}

}  // namespace ordo
