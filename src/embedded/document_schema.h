// How a collection lies in tables, derived from its CollectionSpec. Layout: docs/storage.md.
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
  // The index of a single-valued filter; the table of a `many` one.
  std::string filter_index(std::size_t filter) const {
    return table() + "_by_" + std::string(spec_.filters[filter].name);
  }
  // The column of a single-valued filter; for a `many` one, that of a hash of its values.
  std::string column(std::size_t filter) const {
    const IndexField& field = spec_.filters[filter];
    return std::string(field.name) + (field.many ? "_hash" : "");
  }

  // Makes the tables and indexes that are missing.
  Result<void> create(Connection& writer) const;

 private:
  const CollectionSpec& spec_;
};

}  // namespace ordo::embedded
