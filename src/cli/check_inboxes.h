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

// Which partitions had records under way at any time of the check.
class Movement {
 public:
  // `topology` outlives it.
  Movement(const Inboxes& before, const Inboxes& after, const Topology& topology);

  bool order(std::string_view id) const {
    return moving_.contains({ProcessorKind::orders, topology_.partition_of(Topic::order_events, id)});
  }
  bool stock(std::string_view location) const {
    return moving_.contains({ProcessorKind::stock, topology_.partition_of(Topic::stock, location)});
  }

 private:
  const Topology& topology_;
  std::set<Owner> moving_;
};

}  // namespace ordo::cli
