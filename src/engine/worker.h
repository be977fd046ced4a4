// PartitionWorker does the work of one owner, for every backend, without I/O. It refuses forgeries, drops repeated
// records, stops at a gap, folds, and numbers the records that it sends. It keeps track of changed documents until they
// are committed.
#pragma once

#include <array>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/cache_budget.h"
#include "engine/log_rules.h"
#include "engine/ports.h"
#include "engine/processor.h"
#include "engine/step_summary.h"

namespace ordo {

class PartitionWorker {
 public:
  // `processor`, `topology` and `budget` outlive the worker. `cache_documents` and `budget` bound the documents kept
  // between steps. Null: no budget.
  PartitionWorker(Processor& processor, const Topology& topology, Owner owner, Cursor cursor,
                  std::size_t cache_documents, LogRules rules = {}, CacheBudget* budget = nullptr);
  ~PartitionWorker();

  const Owner& owner() const { return owner_; }
  std::int64_t next() const { return cursor_.next; }  // first offset not yet folded

  std::int64_t committed_next() const { return committed_next_; }  // as the store knows it
  const Cursor& cursor() const { return cursor_; }

  // Takes the next records of the inbox, in order, none of them below next(), and drops repeated ones. Returns the
  // documents to read before fold(). kGap: a record before one of these is missing; do not use the worker any further.
  Result<std::vector<DocumentKey>> prepare(std::vector<Record> records);

  // The documents requested by prepare(), in its order.
  void supply(std::span<const DocumentKey> keys, std::vector<std::optional<Document>> documents);

  // Folds the prepared records. An error is that of the first postponed record. The records before it are folded; it
  // and the records after it are not. Call fold() again until all are folded, before any other call. Or discard the
  // worker.
  [[nodiscard]] Result<void> fold();

  // No record lies from next() up to `offset`.
  void pass_to(std::int64_t offset);

  // The records emitted since the last call, in sending order, each with destination, envelope and sequence.
  std::vector<Record> take_records();

  // True when something has changed since the last committed(), even if only the cursor.
  bool dirty() const { return committed_next_ != cursor_.next; }
  // The approximate size of the changed documents, in bytes.
  std::size_t dirty_bytes() const;
  // The step to commit. Its views into the worker are valid until the next non-const call.
  Commit commit();
  // The changes of the last commit(), until committed().
  std::span<const Change> changes() const { return changes_; }
  // The summary of the step so far, until committed().
  const StepSummary& summary() const { return summary_; }
  // The commit is durable: forgets the changes and trims the cache.
  void committed();

 private:
  class RecordFold;
  class BatchNeeds;

  struct CacheKey {
    Collection collection;
    std::string id;
    friend bool operator==(const CacheKey&, const CacheKey&) = default;
  };
  struct CacheEntry {
    CacheKey key;
    std::optional<Document> document;  // nullopt: known not to exist
    bool dirty = false;
    bool created = false;
    std::size_t bytes = 0;  // as counted in the budget
  };
  using CacheList = std::list<CacheEntry>;  // most recently used first
  // A document before the current record changed it.
  struct Before {
    CacheEntry* entry;
    std::optional<Document> document;
    bool clean;  // no earlier record of the step, and not this one, had changed it
  };

  struct Prepared {
    Record record;
    Result<Message> message;
    enum class Course { fold, forward, skip } course = Course::fold;
    bool repeated = false;                          // see Incoming
    std::unique_ptr<const Record> plain = nullptr;  // read instead of `record`, which keeps its original form

    const Record& read() const { return plain != nullptr ? *plain : record; }
  };
  // The record was never folded; or it may have been; or it was.
  enum class Admission { sure, doubtful, copy };

  CacheEntry* lookup(Collection collection, std::string_view id);
  CacheEntry& insert(Collection collection, std::string_view id, std::optional<Document> document);
  void count(CacheEntry& entry, std::size_t bytes);
  void trim();
  std::optional<Error> refused_unread(const Record& record);
  Result<Admission> admit(const Record& record);
  Admission note_seen(const Envelope& envelope);
  Result<void> fold_one(const Prepared& prepared);
  void send(const Prepared& prepared, std::int64_t index, Emission emission);
  std::optional<Error> too_large(const Prepared& prepared, std::size_t first) const;
  void take_back(std::size_t first);
  static void keep_claims(const Prepared& prepared, Headers& extra);
  void refuse(const Record& record, const Error& error);

  Processor& processor_;
  const Topology& topology_;
  const Owner owner_;
  const std::string source_;
  const std::size_t cache_documents_;
  const LogRules rules_;
  CacheBudget* const budget_;

  Cursor cursor_;
  std::int64_t committed_next_;
  std::vector<Prepared> prepared_;
  std::optional<Record> newest_;  // the last record folded since commit(); it is stamped once a step
  std::vector<Record> records_;
  CacheList cache_;
  std::array<std::unordered_map<std::string_view, CacheList::iterator>, kCollections> index_;  // keys point into cache_
  std::vector<CacheEntry*> dirty_;
  std::vector<Before> before_;  // for the current record
  std::vector<Change> changes_;
  StepSummary summary_;
};

}  // namespace ordo
