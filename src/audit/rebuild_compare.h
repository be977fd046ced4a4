// Compares a rebuilt collection with the live one, document by document.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/rebuild_fold.h"

namespace ordo::audit {

// A document that differs from the log.
struct Difference {
  DocumentKey key;
  std::optional<Document> live;
  std::optional<Document> rebuilt;
};

struct CompareOptions {
  std::size_t samples = 10;  // differences reported one by one, per collection
  // For a running system: the time between two checks of a difference. Then how often in a row it must look the same to
  // count. Then how long a document that keeps changing is followed.
  std::chrono::milliseconds pause{500};
  int still_looks = 5;
  std::chrono::seconds patience{60};
  std::size_t max_suspects = 5'000;  // differences that are checked together
};

struct ComparedCollection {
  Collection collection = Collection::orders;
  std::uint64_t documents = 0;  // documents that the log produces
  std::uint64_t missing = 0;    // not among the live documents
  std::uint64_t surplus = 0;    // live documents that the log does not produce
  std::uint64_t different = 0;
  std::uint64_t unsettled = 0;  // documents that kept changing
  std::vector<std::string> samples;

  std::uint64_t differences() const { return missing + surplus + different; }
};

// "/lines/0/quantity is 3 but should be 2": the first member that differs between the live and the rebuilt document.
std::string first_difference(const Document& live, const Document& rebuilt);

// Reads both collections as lists, side by side. `refold` has caught up with the collection's writer, and follows it
// where documents move. `each`, if set, receives every difference and may change the live document to the rebuilt one.
// Needs memory for a page of each side and `max_suspects` keys. Errors of the sources and of `each`.
Result<ComparedCollection> compare_collection(const CheckSources& live, DocumentReader& rebuilt, Refold& refold,
                                              Collection collection, const CompareOptions& options,
                                              const std::function<Result<void>(Difference)>& each);

}  // namespace ordo::audit
