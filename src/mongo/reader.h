// Reads documents and cursors.
#pragma once

#include "engine/ports.h"
#include "mongo/database.h"

namespace ordo::mongo {

// Any thread. Each call uses a connection of the database's pool. `database` outlives it.
class Reader : public DocumentReader {
 public:
  explicit Reader(Database& database) : database_(database) {}

  // As in DocumentReader. get and list follow the read preference of the uri (the primary by default); cursor always
  // reads from the primary.
  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<std::int64_t> count(const Query& query, std::int64_t most) override;
  Result<Cursor> cursor(const Owner& owner) override;

 private:
  Database& database_;
};

}  // namespace ordo::mongo
