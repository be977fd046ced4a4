// The tables of a collection, derived from its CollectionSpec. Layout: docs/storage.md.
#pragma once

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
    return table() + "_by_" + std::string(field.name) + (field.any_case ? "_any_case" : "");
  }
  // The column of a single-valued filter; for a `many` filter, the column with a hash of its values.
  std::string column(std::size_t filter) const {
    const IndexField& field = spec_.filters[filter];
    return std::string(field.name) + (field.many ? "_hash" : "");
  }

  // The comparison for a single-valued filter: "email = ?".
  std::string compared(std::size_t filter) const {
    return column(filter) + " = ?" + (spec_.filters[filter].any_case ? " COLLATE NOCASE" : "");
  }

  // Creates missing tables and indexes, and the columns of filters that were added later.
  Result<void> create(Connection& writer) const;

 private:
  Result<void> add_columns(Connection& writer) const;

  const CollectionSpec& spec_;
};

}  // namespace ordo::embedded
