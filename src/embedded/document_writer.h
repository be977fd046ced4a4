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

  // Inserts the document, or replaces the existing one. `created` is a hint: true saves a look-up.
  Result<void> put(const Document& document, bool created);

  // Writes the columns and index entries of a document that is there, and nothing else.
  Result<void> refresh(const Document& document);

  // Does nothing when there is no such document.
  Result<void> erase(const std::string& id);

  Result<std::optional<Document>> load(std::string_view id);

 private:
  // The values for a document's columns, by which it is found; views into the document.
  struct Columns {
    IndexEntries entries;                               // the owner of computed values
    std::vector<std::vector<std::string_view>> values;  // by filter; sorted and distinct, at most one unless `many`
    std::vector<std::int64_t> numbers;                  // by filter: the number, or the hash of `many` values
  };

  // The columns that an UPDATE writes: a bit for each filter, and kSortBit. SQLite updates only the indexes of these
  // columns.
  using Mask = std::uint32_t;
  static constexpr Mask kSortBit = Mask{1} << 31U;
  static constexpr Mask kUpdatedBit = Mask{1} << 30U;

  DocumentWriter(Connection& writer, Collection collection);

  void derive_columns(const Document& document);
  bool is_number(std::size_t filter) const;
  void bind_filter(Statement& statement, int index, std::size_t filter);
  // Binds `updated`, if the collection has it, and the columns of all filters, from `index` on. Returns the next index.
  int bind_columns(Statement& statement, int index);
  Result<void> insert(const std::string& id, std::int64_t rev, std::string_view body);
  Result<void> replace(const std::string& id, std::int64_t rev, std::string_view body);
  // Writes rev and body if all columns are unchanged; false when one is not.
  Result<bool> replace_body(const std::string& id, std::int64_t rev, std::string_view body);
  Result<Mask> changed_columns(const std::string& id, bool& found);
  Result<Statement*> update_statement(Mask mask);
  Result<void> insert_many(const std::string& id, std::size_t filter);
  Result<void> delete_many(const std::string& id, std::size_t filter);
  bool is_same(std::size_t filter, int column) const;

  Connection& connection_;
  Collection collection_;
  DocumentSchema schema_;
  Statement insert_;
  Statement replace_body_;
  Statement columns_of_;
  Statement body_of_;
  Statement erase_;
  std::optional<Statement> refresh_;  // created when needed
  // Whether changes in this collection mostly leave the columns unchanged, so that replace_body is worth trying first.
  // They do for stock levels, seldom for orders. Between -kTrust and kTrust; above zero means yes.
  static constexpr int kTrust = 16;
  int columns_stay_ = kTrust;
  std::map<Mask, Statement> updates_;   // created when needed; only a few masks occur
  std::vector<Statement> insert_many_;  // by filter, of `many` ones
  std::vector<Statement> delete_many_;  // by filter, of `many` ones
  Columns columns_;                     // of the document being written
};

}  // namespace ordo::embedded
