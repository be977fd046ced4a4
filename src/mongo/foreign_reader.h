// Reads the documents of another program's collection as JSON, for import. Tolerant: a value that JSON cannot represent
// becomes its type, and no document ends the reading.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mongo/database.h"

namespace ordo::mongo {

struct ForeignDocument {
  std::string id;  // an ObjectId's 24 digits; "(BSON type 5)" for other types, which is not a valid id in ordo
  // ObjectIds, dates and decimals are text. Doubles have the fewest digits that preserve them. Values without a JSON
  // form become {"$type":...}: binary data, NaN, text that is not UTF-8, deep nesting.
  std::string json;
};

// `bson` is a whole document from the driver.
ForeignDocument foreign_document(std::string_view bson);

// Reads a collection in the order of _id, a batch at a time. One thread; uses one of the database's reader clients.
class ForeignReader {
 public:
  // `database` outlives the reader. The first next() returns kUnavailable, also for refused credentials.
  static Result<std::unique_ptr<ForeignReader>> open(Database& database, std::string_view collection);
  ~ForeignReader();
  ForeignReader(const ForeignReader&) = delete;
  ForeignReader& operator=(const ForeignReader&) = delete;

  // Nothing at the end, or if there is no such collection.
  Result<std::optional<ForeignDocument>> next();

 private:
  struct Reading;
  explicit ForeignReader(std::unique_ptr<Reading> reading);
  std::unique_ptr<Reading> reading_;
};

}  // namespace ordo::mongo
