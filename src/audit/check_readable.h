// Checks that every document can be read. It watches the reads of the other checks, and reads the remaining documents.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "audit/check_invariants.h"

namespace ordo::audit {

// Reads through another reader. A document that cannot be read counts as missing, and is remembered.
class ReadableDocuments final : public DocumentReader {
 public:
  static constexpr std::size_t kMaxRemembered = 100'000;

  explicit ReadableDocuments(DocumentReader& documents) : documents_(documents) {}

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override;
  Result<Page> list(const Query& query) override;
  Result<Cursor> cursor(const Owner& owner) override { return documents_.cursor(owner); }

  // Reads the collections that were not listed yet, then returns the findings.
  Result<Invariant> finish(std::size_t samples);

 private:
  void remember(std::string text);

  DocumentReader& documents_;
  std::set<Collection> listed_;
  std::set<std::string> unreadable_;  // the problem of each; at most kMaxRemembered
  std::uint64_t read_ = 0;
};

}  // namespace ordo::audit
