// Compares a collection as it was built anew with the live one, document by document.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/rebuild_fold.h"

namespace ordo::cli {

// A document that is not what the log says.
struct Difference {
  DocumentKey key;
  std::optional<Document> live;
  std::optional<Document> rebuilt;
};

struct CompareOptions {
  std::size_t samples = 10;  // differences told one by one, for each collection
  // Of a running system: between two looks at what differs, how often in a row it must look the same to count, and how
  // long something that goes on moving is followed.
  std::chrono::milliseconds pause{500};
  int still_looks = 5;
  std::chrono::seconds patience{60};
  std::size_t max_suspects = 5'000;  // looked at together
};

struct ComparedCollection {
  Collection collection = Collection::orders;
  std::uint64_t documents = 0;  // that the log makes
  std::uint64_t missing = 0;    // not among the live ones
  std::uint64_t surplus = 0;    // live, and not from the log
  std::uint64_t different = 0;
  std::uint64_t unsettled = 0;  // never held still long enough
  std::vector<std::string> samples;

  std::uint64_t differences() const { return missing + surplus + different; }
};

// "/lines/0/quantity is 3 and should be 2": the first member in which the live document differs from the rebuilt one.
std::string first_difference(const Document& live, const Document& rebuilt);

// Reads both as lists, side by side. `refold` has caught up with the collection's writer and follows it where documents
// move. `each`, when there is one, is given every difference and may change the live document to the rebuilt one.
// Memory: a page of each side and `max_suspects` keys. Errors of the sources and of `each`.
Result<ComparedCollection> compare_collection(const CheckSources& live, DocumentReader& rebuilt, Refold& refold,
                                              Collection collection, const CompareOptions& options,
                                              const std::function<Result<void>(Difference)>& each);

}  // namespace ordo::cli
