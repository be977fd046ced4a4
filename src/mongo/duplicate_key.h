// A duplicate key reported by the server. Only a duplicate `_id` means that the document exists. A duplicate in any
// other index means that someone created a unique index on a collection of ordo. The document is then not stored.
#pragma once

#include <mongoc/mongoc.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo::mongo {

inline constexpr std::uint32_t kDuplicateKey = 11000;  // the server's code

struct DuplicateKey {
  std::string index;  // "reference_1"; empty: not reported
  std::string value;  // "\"PO-1\"", shortened; empty: not reported

  bool of_id() const { return index == "_id_"; }
};

// From an entry of `writeErrors`: from its keyPattern and keyValue (MongoDB 4.2 and newer), else from its text.
DuplicateKey read_duplicate_key(const bson_iter_t& entry);
DuplicateKey parse_duplicate_key(std::string_view errmsg);

// kUnavailable "unique_index": writing works again once the index is gone.
Error unique_index(std::string_view collection, const DuplicateKey& key);

}  // namespace ordo::mongo
