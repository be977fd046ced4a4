// Documents and cursors for those who only read.
#pragma once

#include "mongo/database.h"
#include "process/ports.h"

namespace ordo::mongo {

// Any thread; each call takes a connection of the database's pool for its duration. `database` outlives it.
class Reader : public DocumentReader {
 public:
  explicit Reader(Database& database) : database_(database) {}

  // As DocumentReader says; kCorrupt for a document that cannot be read. get and list follow the read preference of the
  // uri (the primary by default), cursor always asks the primary.
  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<Cursor> cursor(const Owner& owner) override;

 private:
  Database& database_;
};

}  // namespace ordo::mongo
