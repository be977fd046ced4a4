// Folds the log from its first record with the real processors, into a store beside the live one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/check_invariants.h"
#include "engine/worker.h"
#include "processors/processor_set.h"

namespace ordo::audit {

// An owner whose documents the log cannot restore, and the reason.
struct Unreplayable {
  Owner owner;
  std::string why;
};

// The owners of `kind` whose log lacks records: because of retention, or because it was truncated or recreated. Errors
// of the sources.
Result<std::vector<Unreplayable>> find_unreplayable(const CheckSources& live, ProcessorKind kind);

// The rebuilt documents, apart from the live ones. For one thread.
class ScratchStore {
 public:
  virtual ~ScratchStore() = default;
  // In the order of `keys`; nullopt for a missing document.
  virtual Result<std::vector<std::optional<Document>>> load(std::span<const DocumentKey> keys) = 0;
  virtual Result<void> write(const Commit& step) = 0;
  // A reader of the stored documents.
  virtual DocumentReader& documents() = 0;
};

struct RefoldOptions {
  std::size_t cache_documents = 5'000;  // documents per owner
  std::size_t batch = 2'000;            // records per fold
};

// For one thread.
class Refold {
 public:
  // All references outlive the refold.
  Refold(const CheckSources& live, processors::ProcessorSet& processors, ScratchStore& scratch,
         RefoldOptions options = {})
      : live_(live), processors_(processors), scratch_(scratch), options_(options) {}

  // Folds each partition of the inbox of `kind` up to the present position of its live owner. The first call begins
  // with the first record; later calls continue. The records that the fold would send are dropped, because they were
  // sent before. kGap when records are missing; kUnavailable when the log does not answer.
  Result<void> catch_up(ProcessorKind kind);

  // The position of each owner in this fold, as the scratch store's documents show it.
  Cursor cursor(const Owner& owner);
  std::uint64_t folded() const { return folded_; }

 private:
  using Workers = std::vector<std::unique_ptr<PartitionWorker>>;  // by partition

  Result<Workers*> workers(ProcessorKind kind);
  Result<std::vector<std::int64_t>> live_positions(ProcessorKind kind);
  Result<void> fold(PartitionWorker& worker, std::vector<Record> records);

  const CheckSources& live_;
  processors::ProcessorSet& processors_;
  ScratchStore& scratch_;
  const RefoldOptions options_;
  std::map<ProcessorKind, Workers> workers_;
  std::uint64_t folded_ = 0;
};

}  // namespace ordo::audit
