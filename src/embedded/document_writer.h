// Writes documents with their index entries; for the engine's thread, inside its transaction.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "embedded/document_schema.h"
#include "embedded/sqlite.h"
#include "records/documents.h"

namespace ordo::embedded {

// One collection. The connection outlives it.
class DocumentWriter {
 public:
  static Result<DocumentWriter> open(Connection& writer, Collection collection);

  // Inserts, or replaces what is there. `created` is a hint that saves a look-up when it is true.
  Result<void> put(const Document& document, bool created);

  // Nothing happens when there is none.
  Result<void> erase(const std::string& id);

  Result<std::optional<Document>> load(std::string_view id);

 private:
  // What a document is found by, as it goes into columns; views into the document.
  struct Columns {
    std::int64_t sort = 0;
    std::vector<std::vector<std::string_view>> values;  // by filter; sorted and distinct, at most one unless `many`
    std::vector<std::int64_t> hashes;                   // by filter, of `many` ones
  };

  // Which columns an UPDATE writes: a bit a filter, and kSortBit. SQLite rewrites the indexes of exactly these.
  using Mask = std::uint32_t;
  static constexpr Mask kSortBit = Mask{1} << 31U;

  DocumentWriter(Connection& writer, Collection collection);

  void derive_columns(const Document& document);
  void bind_filter(Statement& statement, int index, std::size_t filter);
  Result<void> insert(const std::string& id, std::int64_t rev, std::string_view body);
  Result<void> replace(const std::string& id, std::int64_t rev, std::string_view body);
  // Writes rev and body where all columns are as they were; false when they are not.
  Result<bool> replace_body(const std::string& id, std::int64_t rev, std::string_view body);
  Result<Mask> changed_columns(const std::string& id, bool& found);
  Result<Statement*> update_statement(Mask mask);
  Result<void> insert_many(const std::string& id, std::size_t filter);
  Result<void> delete_many(const std::string& id, std::size_t filter);

  Connection& connection_;
  Collection collection_;
  DocumentSchema schema_;
  Statement insert_;
  Statement replace_body_;
  Statement columns_of_;
  Statement body_of_;
  Statement erase_;
  // Whether a change of this collection mostly leaves the columns as they were, and so is worth trying as such first:
  // stock levels do, orders seldom. Between -kTrust and kTrust, above zero for yes.
  static constexpr int kTrust = 16;
  int columns_stay_ = kTrust;
  std::map<Mask, Statement> updates_;   // as they come to be needed; a handful of masks occur
  std::vector<Statement> insert_many_;  // by filter, of `many` ones
  std::vector<Statement> delete_many_;  // by filter, of `many` ones
  Columns columns_;                     // of the document being written
};

}  // namespace ordo::embedded
