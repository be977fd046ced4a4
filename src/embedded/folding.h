// All processors. It chooses which processor runs next, appends the records of folds to the log, and writes the changed
// documents when those records are durable.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "embedded/inbox.h"
#include "embedded/log_layout.h"
#include "embedded/segment_reader.h"
#include "embedded/segment_writer.h"
#include "embedded/sent_before.h"
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
  static Result<std::unique_ptr<Folding>> open(Store& store, SegmentWriter& log, SegmentReader reader,
                                               const Topology& topology, const LogLayout& layout,
                                               std::span<Processor* const> processors, FoldingOptions options);

  // Appends a record to its partition in the log, and passes it to the inbox there. Sets its offset; returns its
  // position.
  LogPosition append(Record&& record);

  // Sets the listener that is notified of commits; it outlives the folding. Call it once, before the first step.
  void listen(CommitListener& listener);

  bool at_rest() const;

  // Folds one batch of each partition of one processor. It takes the most downstream processor with work, so that
  // started work is finished while it is in memory. Every few steps it takes the most upstream one, so that this one is
  // never starved. Returns the number of records.
  Result<std::size_t> step(Timestamp now);

  // True when a fold has changed something since the last flush().
  bool dirty() const;
  // Writes the changes of the folds, inside the store's transaction; returns the number of documents. The log must be
  // synced before. When the transaction is committed, call finished().
  Result<std::size_t> flush();
  void finished();

  // The end of each partition, by index of the layout, and each owner's position.
  std::vector<std::int64_t> ends() const;
  std::map<Owner, std::int64_t> positions() const;
  // The first unfolded record of a partition; the end of a partition that is not an inbox.
  std::int64_t folded(std::size_t index) const {
    return inboxes_[index] != nullptr ? inboxes_[index]->next() : log_.end(index);
  }
  std::uint64_t read_back() const;

 private:
  struct Owned {
    std::unique_ptr<PartitionWorker> worker;
    Inbox inbox;
  };
  struct Group {  // the partitions of one processor
    std::vector<Owned> owned;
    bool at_rest() const;
  };

  Folding(Store& store, SegmentWriter& log, SegmentReader reader, const LogLayout& layout, FoldingOptions options);
  Result<void> add(Processor& processor, const Topology& topology);
  Result<void> find_sent();
  Group* choose();
  Result<std::size_t> fold_batch(Owned& owned, Timestamp now);

  Store& store_;
  SegmentWriter& log_;
  SegmentReader reader_;
  const LogLayout& layout_;
  const FoldingOptions options_;
  CacheBudget budget_;  // before the workers, which use it
  CommitListener* listener_ = nullptr;
  std::vector<Group> groups_;    // upstream first
  std::vector<Inbox*> inboxes_;  // by index of the layout; null: not an inbox. Point into groups_
  std::size_t steps_ = 0;
  SentBefore sent_before_;
};

}  // namespace ordo::embedded
