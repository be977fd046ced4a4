// For test fixtures that keep documents in memory: decides which documents a list has.
#pragma once

#include <algorithm>
#include <string>

#include "base/number.h"
#include "base/text.h"
#include "records/documents.h"

namespace ordo {

inline bool matches_text(Match match, std::string_view value, std::string_view wanted) {
  if (match == Match::any_case) return equals_ignoring_case(value, wanted);
  return match == Match::prefix ? value.starts_with(wanted) : value == wanted;
}

// A condition on the search terms also holds for members that have an index of their own.
inline bool matches(const IndexEntries& entries, const CollectionSpec& spec, std::string_view id,
                    const std::pair<std::string, std::string>& condition) {
  const auto any_of = [&](std::string_view name, Match match) {
    return std::any_of(entries.values.begin(), entries.values.end(), [&](const auto& entry) {
      return spec.filters[entry.first].name == name && matches_text(match, entry.second, condition.second);
    });
  };
  const auto field = std::find_if(spec.filters.begin(), spec.filters.end(),
                                  [&](const IndexField& one) { return one.name == condition.first; });
  if (field == spec.filters.end()) return false;
  if (field->is_number()) {
    const auto index = static_cast<std::size_t>(field - spec.filters.begin());
    const auto bound = parse_integer<std::int64_t>(condition.second);
    return bound && std::any_of(entries.numbers.begin(), entries.numbers.end(), [&](const auto& entry) {
             return entry.first == index &&
                    (field->match == Match::at_least ? entry.second >= *bound : entry.second <= *bound);
           });
  }
  if (any_of(field->name, field->match)) return true;
  if (field->match != Match::prefix) return false;
  return std::any_of(spec.search_columns.begin(), spec.search_columns.end(), [&](std::string_view column) {
    return column == "id" ? id.starts_with(condition.second) : any_of(column, Match::prefix);
  });
}

// The place of a document in the list of `query`.
inline PageKey list_key(const Document& document, const Query& query) {
  const auto entries = index_entries(document);
  return {query.order == ListOrder::updated ? entries.updated : entries.sort, id_of(document)};
}

// Whether a document comes before another in the list.
inline bool comes_before(const PageKey& a, const PageKey& b, const Query& query) {
  if (spec_of(query.collection).time_path.empty()) return a.id < b.id;
  return a.sort != b.sort ? a.sort > b.sort : a.id > b.id;
}

// Whether the list of `query` has `document`, by filters and time range. The document is of the query's collection.
inline bool matches(const Document& document, const Query& query) {
  const auto entries = index_entries(document);
  const auto time = query.order == ListOrder::updated ? entries.updated : entries.sort;
  if (query.from && time < to_unix_ms(*query.from)) return false;
  if (query.to && time >= to_unix_ms(*query.to)) return false;
  const auto& spec = spec_of(query.collection);
  return std::all_of(query.where.begin(), query.where.end(),
                     [&](const auto& condition) { return matches(entries, spec, id_of(document), condition); });
}

}  // namespace ordo
