// Folds the log from its first record on, with the real processors, into a store beside the live one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/check_invariants.h"
#include "cli/scratch.h"
#include "process/processor_set.h"
#include "process/worker.h"

namespace ordo::cli {

// An owner whose documents the log cannot give back, and why.
struct Unreplayable {
  Owner owner;
  std::string why;
};

// The owners of `kind` of which records are gone: by retention, or with a log that was cut off or made anew. Errors of
// the sources.
Result<std::vector<Unreplayable>> find_unreplayable(const CheckSources& live, ProcessorKind kind);

struct RefoldOptions {
  std::size_t cache_documents = 5'000;  // an owner
  std::size_t batch = 2'000;            // records
};

// One thread.
class Refold {
 public:
  // All of it outlives the refold.
  Refold(const CheckSources& live, ProcessorSet& processors, Scratch& scratch, RefoldOptions options = {})
      : live_(live), processors_(processors), scratch_(scratch), options_(options) {}

  // Folds each partition of the inbox of `kind` up to where its live owner is now; from the first record on at the
  // first call, from where it has come to later. What the fold would send is thrown away: it has been sent. kGap when
  // records are missing, kUnavailable when the log does not answer.
  Result<void> catch_up(ProcessorKind kind);

  // How far each owner has come here, as the documents of the scratch store show it.
  Cursor cursor(const Owner& owner);
  std::uint64_t folded() const { return folded_; }

 private:
  using Workers = std::vector<std::unique_ptr<PartitionWorker>>;  // by partition

  Result<Workers*> workers(ProcessorKind kind);
  Result<std::vector<std::int64_t>> live_positions(ProcessorKind kind);
  Result<void> fold(PartitionWorker& worker, std::vector<Record> records);

  const CheckSources& live_;
  ProcessorSet& processors_;
  Scratch& scratch_;
  const RefoldOptions options_;
  std::map<ProcessorKind, Workers> workers_;
  std::uint64_t folded_ = 0;
};

}  // namespace ordo::cli
