// All processors, inside the engine's transaction. It chooses which processor runs next, appends the records of folds,
// and writes the changes at the end of the transaction.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "embedded/inbox.h"
#include "embedded/log_tables.h"
#include "embedded/store.h"
#include "engine/commit_listener.h"
#include "engine/processor.h"
#include "engine/worker.h"

namespace ordo::embedded {

struct FoldingOptions {
  std::size_t batch = 32;                      // records of one partition folded at a time
  std::size_t cache_documents = 2'000;         // kept by an owner between transactions
  std::size_t cache_bytes = 64 * 1024 * 1024;  // of the documents that all owners keep together
  Inbox::Limits inbox;
};

// For the engine's thread.
class Folding {
 public:
  // Checks every owner's cursor against its inbox. `processors` are in the order in which records flow through them.
  // All references outlive the folding. kConflict as for check_cursor().
  static Result<std::unique_ptr<Folding>> open(Store& store, const Topology& topology, const LogLayout& layout,
                                               std::span<Processor* const> processors, FoldingOptions options);

  // Writes a record at the end of its partition, and passes it to the inbox there. Sets its offset; returns its
  // position.
  Result<LogPosition> append(Record&& record);

  // Sets the listener that is notified of commits; it outlives the folding. Call it once, before the first step.
  void listen(CommitListener& listener);

  bool at_rest() const;

  // Folds one batch of each partition of one processor. It takes the most downstream processor with work, so that
  // started work is finished while it is in memory. Every few steps it takes the most upstream one, so that this one is
  // never starved. Returns the number of records.
  Result<std::size_t> step(Timestamp now);

  // Writes the changes of the folds; returns the number of documents. When they are durable, call finished().
  Result<std::size_t> flush();
  void finished();

  // The end of each partition, by index of the layout, and each owner's position.
  const std::vector<std::int64_t>& ends() const { return ends_; }
  std::map<Owner, std::int64_t> positions() const;
  // The first unfolded record of a partition; the end of a partition that is not an inbox.
  std::int64_t folded(std::size_t index) const {
    return inboxes_[index] != nullptr ? inboxes_[index]->next() : ends_[index];
  }
  std::uint64_t read_from_tables() const;

 private:
  struct Owned {
    std::unique_ptr<PartitionWorker> worker;
    Inbox inbox;
  };
  struct Group {  // the partitions of one processor
    std::vector<Owned> owned;
    bool at_rest() const;
  };

  Folding(Store& store, const LogLayout& layout, FoldingOptions options);
  Result<void> add(Processor& processor, const Topology& topology);
  Group* choose();
  Result<std::size_t> fold_batch(Owned& owned, Timestamp now);

  Store& store_;
  const LogLayout& layout_;
  const FoldingOptions options_;
  CacheBudget budget_;  // before the workers, which use it
  CommitListener* listener_ = nullptr;
  std::vector<Group> groups_;       // upstream first
  std::vector<std::int64_t> ends_;  // by index of the layout
  std::vector<Inbox*> inboxes_;     // by index of the layout; null: not an inbox. Point into groups_
  std::size_t steps_ = 0;
};

}  // namespace ordo::embedded
