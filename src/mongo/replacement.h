// Writes documents past the rule that `rev` only rises, and removes them: what `ordo rebuild --swap` does while no
// processor is at work.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "mongo/database.h"
#include "process/ports.h"

namespace ordo::mongo {

// What shall stand in the place of one document.
struct Replacement {
  DocumentKey key;
  std::optional<std::int64_t> rev;      // of the document there now; nullopt: there is none
  std::optional<Document> replacement;  // nullopt: nothing, it is removed
};

// One thread; takes a connection of the stores' pool for each call.
class Replacer {
 public:
  explicit Replacer(Database& database) : database_(database) {}

  // Finishes what the owner's last step left undone, then takes the changes out of its commit record, where a later
  // recovery would find them and write them over what was replaced. The cursor stays as it is. kFenced when the owner
  // commits meanwhile.
  Result<Cursor> settle(const Owner& owner);

  // Each write is guarded by the `rev` it expects. Returns how many found what they expected: fewer than all when
  // somebody else writes. Can be repeated.
  Result<std::size_t> replace(std::span<const Replacement> replacements);

 private:
  Database& database_;
};

}  // namespace ordo::mongo
