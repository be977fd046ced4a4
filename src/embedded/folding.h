// All processors at work inside the engine's transaction: who is next, where the records of a fold go, what is to be
// written when the transaction ends.
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
#include "process/commit_listener.h"
#include "process/processor.h"
#include "process/worker.h"

namespace ordo::embedded {

struct FoldingOptions {
  std::size_t batch = 32;               // records of one partition folded at a time
  std::size_t cache_documents = 2'000;  // kept by an owner between transactions
  Inbox::Limits inbox;
};

// For the engine's thread.
class Folding {
 public:
  // Checks every owner's cursor against its inbox. `processors` in the order records flow through them. All references
  // outlive the folding. kConflict as check_cursor() says.
  static Result<std::unique_ptr<Folding>> open(Store& store, const Topology& topology, const LogLayout& layout,
                                               std::span<Processor* const> processors, FoldingOptions options);

  // Writes a record at the end of its partition and hands it to the inbox there. Sets its offset; returns where it
  // lies.
  Result<LogPosition> append(Record&& record);

  // Whoever is told what becomes durable; outlives the folding. Before the first step, once.
  void listen(CommitListener& listener);

  bool at_rest() const;

  // Folds one batch of each partition of one processor: the most downstream one that has work, so that what is begun is
  // finished and stays in memory; every few steps the one most upstream, so that it is never starved. Returns the
  // number of records.
  Result<std::size_t> step(Timestamp now);

  // Writes what the folds changed; returns the number of documents. Then, when that is durable, finished().
  Result<std::size_t> flush();
  void finished();

  // The end of each partition, by index of the layout, and each owner's place.
  const std::vector<std::int64_t>& ends() const { return ends_; }
  std::map<Owner, std::int64_t> positions() const;
  // The first record of a partition that its owner has not folded; the end of a partition that is nobody's inbox.
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
  CommitListener* listener_ = nullptr;
  std::vector<Group> groups_;       // upstream first
  std::vector<std::int64_t> ends_;  // by index of the layout
  std::vector<Inbox*> inboxes_;     // by index of the layout; null: nobody's inbox. Point into groups_
  std::size_t steps_ = 0;
};

}  // namespace ordo::embedded
