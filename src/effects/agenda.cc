#include "effects/agenda.h"

#include <algorithm>
#include <utility>

namespace ordo::effects {

void Agenda::note(const Owner& owner, const DocumentKey& key, std::int64_t rev, std::optional<Effect> effect) {
  const auto known = entries_.find(key);
  // guard: agenda-old-revision
  if (known != entries_.end() && known->second.rev > rev) return;
  if (!effect) {
    if (known != entries_.end()) erase(known);
    return;
  }
  if (known != entries_.end()) {
    Entry& entry = known->second;
    if (entry.rev == rev) return;  // already planned, perhaps in progress
    entry.rev = rev;
    entry.owner = owner;
    entry.effect = std::move(*effect);
    entry.again = false;
    return move(*known, entry.effect.due);
  }
  const Timestamp due = effect->due;
  // guard: agenda-bound
  if (!make_room(owner, due)) return;
  const auto added = entries_.emplace(key, Entry{owner, rev, std::move(*effect), due, false}).first;
  order_.emplace(due, &*added);
}

// False when the effect itself must be dropped.
bool Agenda::make_room(const Owner& owner, Timestamp due) {
  const bool full = entries_.size() >= max_entries_;
  if ((horizon_ && due >= *horizon_) || (full && due >= order_.rbegin()->first)) {
    drop(owner, due);
    return false;
  }
  if (full) {
    const Slot& last = *order_.rbegin()->second;
    drop(last.second.owner, last.second.at);
    erase(entries_.find(last.first));
  }
  return true;
}

void Agenda::drop(const Owner& owner, Timestamp due) {
  incomplete_.insert(owner);
  horizon_ = std::min(horizon_.value_or(due), due);
}

void Agenda::forget(const Owner& owner) {
  incomplete_.erase(owner);
  if (incomplete_.empty()) horizon_.reset();
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto here = entry++;
    if (here->second.owner == owner) erase(here);
  }
}

std::vector<Agenda::Due> Agenda::take(Timestamp now, std::size_t max, Timestamp again_at) {
  std::vector<Due> due;
  while (due.size() < max && !order_.empty() && order_.begin()->first <= now) {
    Slot& slot = *order_.begin()->second;
    Entry& entry = slot.second;
    due.push_back({entry.owner, slot.first, entry.rev, entry.effect, entry.again});
    entry.again = true;
    move(slot, again_at);
  }
  return due;
}

void Agenda::postpone(const DocumentKey& key, std::int64_t rev, Timestamp until) {
  const auto entry = entries_.find(key);
  if (entry != entries_.end() && entry->second.rev == rev) move(*entry, until);
}

std::optional<Timestamp> Agenda::next_due() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

std::optional<Owner> Agenda::take_incomplete() {
  if (incomplete_.empty() || entries_.size() > max_entries_ / 2) return std::nullopt;
  const Owner owner = incomplete_.extract(incomplete_.begin()).value();
  if (incomplete_.empty()) horizon_.reset();
  return owner;
}

void Agenda::move(Slot& slot, Timestamp at) {
  order_.erase({slot.second.at, &slot});
  slot.second.at = at;
  order_.emplace(at, &slot);
}

void Agenda::erase(Entries::iterator entry) {
  order_.erase({entry->second.at, &*entry});
  entries_.erase(entry);
}

}  // namespace ordo::effects
