// Cursors: how far each owner has come. Written inside the engine's transaction, read by whoever asks.
#pragma once

#include <map>
#include <optional>

#include "base/result.h"
#include "embedded/sqlite.h"
#include "process/ports.h"

namespace ordo::embedded {

Result<void> create_cursor_table(Connection& writer);

Result<void> write_cursor(Connection& writer, const Owner& owner, const Cursor& cursor);

// A cursor with `partitions` 0 for an owner that never ran.
Result<Cursor> read_cursor(Connection& connection, const Owner& owner);

// Of every owner that ever ran, those of partitions no longer configured included.
Result<std::map<Owner, Cursor>> read_cursors(Connection& connection);

}  // namespace ordo::embedded
