// Takes over the log of version 0.1.0, which kept it in tables of the database.
#pragma once

#include <string>

#include "base/result.h"
#include "embedded/sqlite.h"

namespace ordo::embedded {

// Writes the records of all log tables into segments beside the database, with their offsets, and removes the tables.
// The database then has the format of today. After a crash, the next call begins again. `path` is the database's.
// Errors as SegmentWriter::open.
Result<void> take_over_log_tables(Connection& writer, const std::string& path, const char* vfs);

}  // namespace ordo::embedded
