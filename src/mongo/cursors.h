// The cursors of all owners in a database, for comparison with a log.
#pragma once

#include <map>

#include "engine/ports.h"
#include "mongo/database.h"

namespace ordo::mongo {

// Read from the primary. Cursors of processors that this version does not have are omitted. kUnavailable; kCorrupt
// "unreadable_commit".
Result<std::map<Owner, Cursor>> read_cursors(Database& database);

}  // namespace ordo::mongo
