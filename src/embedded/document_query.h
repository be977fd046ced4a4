// Reads documents: one by its id, a page of a list, or how many a list has.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "embedded/sqlite.h"
#include "records/documents.h"

namespace ordo::embedded {

Result<std::optional<Document>> get_document(Connection& reader, Collection collection, std::string_view id);

// kInvalid "unknown_filter", "bad_limit", "bad_number" or "no_time". kUnavailable kTooSlow.
Result<Page> list_documents(Connection& reader, const Query& query);

// How many documents the whole list has, counted up to `most`. Errors as above.
Result<std::int64_t> count_documents(Connection& reader, const Query& query, std::int64_t most);

}  // namespace ordo::embedded
