// The agenda: pending effects, and which is due next. Plain bookkeeping: no threads, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "effects/effect.h"
#include "engine/ports.h"

namespace ordo::effects {

// One thread at a time.
class Agenda {
 public:
  explicit Agenda(std::size_t max_entries) : max_entries_(max_entries) {}

  // Sets the effect that the document `key` at revision `rev` waits for; nullopt removes it. A state older than the
  // known one changes nothing. When the agenda is full, the effect with the latest due time is dropped, and its owner
  // must be scanned again later.
  void note(const Owner& owner, const DocumentKey& key, std::int64_t rev, std::optional<Effect> effect);
  // Removes all effects of the owner.
  void forget(const Owner& owner);

  struct Due {
    Owner owner;
    DocumentKey key;
    std::int64_t rev = 0;
    Effect effect;
    bool again = false;  // it ran before, and the document did not change
  };
  // Up to `max` effects that are due. Each stays on the agenda and becomes due again at `again_at`, unless its document
  // changes before.
  std::vector<Due> take(Timestamp now, std::size_t max, Timestamp again_at);
  // Becomes due at `until` instead. No effect once the document has changed.
  void postpone(const DocumentKey& key, std::int64_t rev, Timestamp until);

  std::optional<Timestamp> next_due() const;
  std::size_t size() const { return entries_.size(); }

  // An owner whose effects did not all fit, once there is room again. It counts as scanned from now on.
  std::optional<Owner> take_incomplete();

 private:
  struct Entry {
    Owner owner;
    std::int64_t rev = 0;
    Effect effect;
    Timestamp at;  // when it is taken next; later than effect.due once it was taken
    bool again = false;
  };
  struct KeyHash {
    std::size_t operator()(const DocumentKey& key) const noexcept {
      return std::hash<std::string>{}(key.id) * 31 + static_cast<std::size_t>(key.collection);
    }
  };
  using Entries = std::unordered_map<DocumentKey, Entry, KeyHash>;
  using Slot = Entries::value_type;

  bool make_room(const Owner& owner, Timestamp due);
  void drop(const Owner& owner, Timestamp due);
  void move(Slot& slot, Timestamp at);
  void erase(Entries::iterator entry);

  const std::size_t max_entries_;
  Entries entries_;
  std::set<std::pair<Timestamp, Slot*>> order_;
  // Owners with dropped effects, and the earliest due time of a dropped effect. Until these owners have been scanned
  // again, no later effect is accepted: it would take the place of a dropped one.
  std::set<Owner> incomplete_;
  std::optional<Timestamp> horizon_;
};

}  // namespace ordo::effects
