// Removes documents, and writes documents without the rule that `rev` only rises. `ordo rebuild --swap` uses it while
// no processor runs.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "engine/ports.h"
#include "mongo/database.h"

namespace ordo::mongo {

// The replacement of one document.
struct Replacement {
  DocumentKey key;
  std::optional<std::int64_t> rev;      // of the stored document; nullopt: there is none
  std::optional<Document> replacement;  // nullopt: the document is removed
};

// One thread. Each call uses a connection of the stores' pool.
class Replacer {
 public:
  explicit Replacer(Database& database) : database_(database) {}

  // Finishes the owner's last step, then removes the changes from its commit record. Otherwise a later recovery would
  // apply them over the replaced documents. The cursor stays unchanged. kFenced when the owner commits in the meantime.
  Result<Cursor> settle(const Owner& owner);

  // Each write requires the expected `rev`. Returns how many writes found it; fewer than all when another process
  // writes. Can be repeated.
  Result<std::size_t> replace(std::span<const Replacement> replacements);

 private:
  Database& database_;
};

}  // namespace ordo::mongo
