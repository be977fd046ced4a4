// The requests of Reader and Store for documents, as BSON.
#pragma once

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

// The filter of a list. kInvalid "unknown_filter", "bad_limit", or "no_time" for a time range where the collection has
// no time.
Result<std::string> list_filter(const Query& query);

// Its options: sort, limit (one more than asked for, to learn whether there is a next page), and the time the server
// may take; 0: unlimited.
std::string list_options(const Query& query, std::int64_t max_time_ms);

// The options of a find for at most `limit` documents (0: all). `without` is a field to leave out, may be empty.
std::string find_options(std::int64_t limit, std::int64_t max_time_ms, std::string_view without);

}  // namespace ordo::mongo
