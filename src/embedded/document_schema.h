// The tables of a collection, derived from its CollectionSpec. Layout: docs/storage.md.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "embedded/sqlite.h"
#include "records/documents.h"

namespace ordo::embedded {

// Names of a collection's tables, columns and indexes.
class DocumentSchema {
 public:
  explicit DocumentSchema(Collection collection) : spec_(spec_of(collection)) {}

  const CollectionSpec& spec() const { return spec_; }
  bool has_time() const { return !spec_.time_path.empty(); }

  std::string table() const { return std::string(spec_.name); }
  std::string sort_index() const { return table() + "_by_time"; }
  // The index of a single-valued filter; for a `many` filter, its table.
  std::string filter_index(std::size_t filter) const {
    const IndexField& field = spec_.filters[filter];
    return table() + "_by_" + std::string(field.name) + (field.match == Match::any_case ? "_any_case" : "");
  }
  bool has_updated() const { return !spec_.updated_path.empty(); }
  std::string updated_index() const { return table() + "_by_updated"; }
  // Whether the filter has an index or table of its own.
  bool is_indexed(std::size_t filter) const { return !spec_.filters[filter].is_number(); }
  // Whether the filter has a column of its own. Two bounds of one number share the column of the first.
  bool has_column(std::size_t filter) const { return spec_.filters[filter].match != Match::at_most; }
  // The column of a single-valued filter; for a `many` filter, the column with a hash of its values.
  std::string column(std::size_t filter) const {
    const IndexField& field = spec_.filters[filter];
    if (!field.is_number()) return std::string(field.name) + (field.many ? "_hash" : "");
    std::string name(field.path);
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
  }

  // The comparison for a single-valued filter: "email = ?".
  std::string compared(std::size_t filter) const {
    const Match match = spec_.filters[filter].match;
    if (match == Match::at_least) return column(filter) + " >= ?";
    if (match == Match::at_most) return column(filter) + " <= ?";
    return column(filter) + " = ?" + (match == Match::any_case ? " COLLATE NOCASE" : "");
  }

  // Creates missing tables, and the columns of filters that were added later. True if existing documents have a new
  // column: then fill it (document_fill.h) before create_indexes().
  Result<bool> create(Connection& writer) const;
  Result<void> create_indexes(Connection& writer) const;

 private:
  Result<bool> add_column(Connection& writer, const std::string& name, std::string_view type) const;

  const CollectionSpec& spec_;
};

}  // namespace ordo::embedded
