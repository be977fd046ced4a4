// Where each owner stands in its inbox, and what moved between two looks at it.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "cli/check_invariants.h"
#include "process/ports.h"

namespace ordo::cli {

// The state of an inbox: where its owner is and where it ends.
struct Inbox {
  Cursor cursor;
  LogRange range;

  std::int64_t lag() const { return std::max<std::int64_t>(range.end - std::max(cursor.next, range.begin), 0); }
};
using Inboxes = std::map<Owner, Inbox>;

// Errors of the sources.
Result<Inboxes> read_inboxes(const CheckSources& sources);

// Which owners had records under way at any time of the check.
class Movement {
 public:
  Movement(const Inboxes& before, const Inboxes& after);

  bool of(const Owner& owner) const { return moving_.contains(owner); }

 private:
  std::set<Owner> moving_;
};

}  // namespace ordo::cli
