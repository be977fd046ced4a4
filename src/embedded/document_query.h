// Reads documents: one by its id, or a page of a list.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "embedded/sqlite.h"
#include "records/documents.h"

namespace ordo::embedded {

Result<std::optional<Document>> get_document(Connection& reader, Collection collection, std::string_view id);

// kInvalid "unknown_filter", "bad_limit" or "no_time".
Result<Page> list_documents(Connection& reader, const Query& query);

}  // namespace ordo::embedded
