// The agenda: which errands wait, and which is due next. Plain bookkeeping, no threads, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "errands/errand.h"
#include "process/ports.h"

namespace ordo {

// One thread at a time.
class Agenda {
 public:
  explicit Agenda(std::size_t max_entries) : max_entries_(max_entries) {}

  // What the document `key`, at revision `rev`, waits for; nothing: it is taken off. Older news than what is known
  // changes nothing. When the agenda is full the errand that is due last has to go, and its owner is to be looked
  // through again later.
  void note(const Owner& owner, const DocumentKey& key, std::int64_t rev, std::optional<Errand> errand);
  // Forgets all of the owner's.
  void forget(const Owner& owner);

  struct Due {
    Owner owner;
    DocumentKey key;
    std::int64_t rev = 0;
    Errand errand;
    bool again = false;  // it was run before and nothing came of it that changed the document
  };
  // Up to `max` errands that are due. Each stays on the agenda and comes up again at `again_at` unless its document
  // changes before.
  std::vector<Due> take(Timestamp now, std::size_t max, Timestamp again_at);
  // Comes up again at this time instead; no effect once the document has changed.
  void postpone(const DocumentKey& key, std::int64_t rev, Timestamp until);

  std::optional<Timestamp> next_due() const;
  std::size_t size() const { return entries_.size(); }

  // An owner whose errands did not all fit, once there is room again; it counts as looked through from now on.
  std::optional<Owner> take_incomplete();

 private:
  struct Entry {
    Owner owner;
    std::int64_t rev = 0;
    Errand errand;
    Timestamp at;  // when it comes up; later than errand.due once it was taken
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
  // Owners with errands that were dropped, and the first time one of these is due: nothing later is taken until they
  // have been looked through again, or it would take their place.
  std::set<Owner> incomplete_;
  std::optional<Timestamp> horizon_;
};

}  // namespace ordo
