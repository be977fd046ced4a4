// Cursors: the position of each owner. Written inside the engine's transaction, read by any connection.
#pragma once

#include <map>
#include <optional>

#include "base/result.h"
#include "embedded/sqlite.h"
#include "engine/ports.h"

namespace ordo::embedded {

Result<void> create_cursor_table(Connection& writer);

Result<void> write_cursor(Connection& writer, const Owner& owner, const Cursor& cursor);

// A cursor with `partitions` 0 for an owner that never ran.
Result<Cursor> read_cursor(Connection& connection, const Owner& owner);

// The cursors of all owners that ever ran, including partitions that are no longer configured.
Result<std::map<Owner, Cursor>> read_cursors(Connection& connection);

}  // namespace ordo::embedded
