// The position of each owner in its inbox, and what moved between two checks.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "audit/check_invariants.h"
#include "engine/ports.h"

namespace ordo::audit {

// An inbox: the position of its owner, and its range.
struct Inbox {
  Cursor cursor;
  LogRange range;

  std::int64_t lag() const { return std::max<std::int64_t>(range.end - std::max(cursor.next, range.begin), 0); }
};
using Inboxes = std::map<Owner, Inbox>;

// Returns the errors of the sources.
Result<Inboxes> read_inboxes(const CheckSources& sources);

// The owners that had records in progress at any time of the check.
class Movement {
 public:
  Movement(const Inboxes& before, const Inboxes& after);

  bool of(const Owner& owner) const { return moving_.contains(owner); }

 private:
  std::set<Owner> moving_;
};

}  // namespace ordo::audit
