// For test fixtures that keep documents in memory: decides which documents a list has.
#pragma once

#include <algorithm>

#include "base/text.h"
#include "records/documents.h"

namespace ordo {

// Whether the list of `query` has `document`, by filters and time range. The document is of the query's collection.
inline bool matches(const Document& document, const Query& query) {
  const auto entries = index_entries(document);
  if (query.from && entries.sort < to_unix_ms(*query.from)) return false;
  if (query.to && entries.sort >= to_unix_ms(*query.to)) return false;
  const auto& filters = spec_of(query.collection).filters;
  return std::all_of(query.where.begin(), query.where.end(), [&](const auto& condition) {
    return std::any_of(entries.values.begin(), entries.values.end(), [&](const auto& entry) {
      const auto& filter = filters[entry.first];
      if (filter.name != condition.first) return false;
      return filter.any_case ? equals_ignoring_case(entry.second, condition.second) : entry.second == condition.second;
    });
  });
}

}  // namespace ordo
