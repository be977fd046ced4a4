// BSON of the document queries of Reader and Store.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "records/documents.h"

namespace ordo::mongo {

// {_id: id}
std::string id_filter(std::string_view id);

// {_id: {$in: ids}}
std::string ids_filter(std::span<const std::string_view> ids);

// The filter of a list. kInvalid "unknown_filter", "bad_limit", "bad_number", or "no_time" for a time range in a
// collection without that time.
Result<std::string> list_filter(const Query& query);

// The options of a list: sort, limit (one more than requested, to detect a next page), and the maximum time at the
// server; 0: unlimited.
std::string list_options(const Query& query, std::int64_t max_time_ms);

// The command that counts the documents of a list, up to `most`. Errors as list_filter(). FerretDB counts wrongly when
// it aggregates after a limit, so this is not the aggregation that drivers make of a count.
Result<std::string> count_command(const Query& query, std::int64_t most, std::int64_t max_time_ms);

// The options of a find for at most `limit` documents (0: all), without the field `without`, if it is not empty.
std::string find_options(std::int64_t limit, std::int64_t max_time_ms, std::string_view without);

// The options of a find that returns only `_id` and these fields.
std::string projection(std::initializer_list<std::string_view> fields);

}  // namespace ordo::mongo
