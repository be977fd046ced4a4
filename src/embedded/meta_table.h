// The table `meta` of the database: a value for each name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "embedded/sqlite.h"

namespace ordo::embedded {

// The value of `format`, the version of the layout that docs/storage.md describes.
inline constexpr std::string_view kFormat = "2";
inline constexpr std::string_view kFormatWithLog = "1";  // of 0.1.0: the log is in tables of the database

// nullopt: there is no such name. kNotFound "no_database": there is no such table.
Result<std::optional<std::string>> read_meta(Connection& connection, std::string_view name);

Result<void> write_meta(Connection& writer, std::string_view name, std::string_view value);

}  // namespace ordo::embedded
