// PartitionWorker: one owner at work. Drops what it has seen, stops at a gap, folds, numbers what it sends, and
// remembers which documents changed until they are committed. The same for every backend; it does no I/O.
#pragma once

#include <array>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "process/ports.h"
#include "process/processor.h"

namespace ordo {

class PartitionWorker {
 public:
  // `processor` and `topology` outlive the worker. `cache_documents` bounds the documents kept between steps.
  PartitionWorker(Processor& processor, const Topology& topology, Owner owner, Cursor cursor,
                  std::size_t cache_documents);
  ~PartitionWorker();

  const Owner& owner() const { return owner_; }
  std::int64_t next() const { return cursor_.next; }  // first offset not yet folded

  std::int64_t committed_next() const { return committed_next_; }  // as the store knows it

  // Takes the next records of the inbox, in order, none of them below next(), and drops what was seen before. Returns
  // the documents to read before fold(). kGap: a record before one of these is missing; the worker must not be used
  // further.
  Result<std::vector<DocumentKey>> prepare(std::vector<Record> records);

  // The documents asked for by prepare(), in its order.
  void supply(std::span<const DocumentKey> keys, std::vector<std::optional<Document>> documents);

  // Folds the prepared records.
  void fold();

  // The records emitted since the last call, each with destination, envelope and sequence, in the order to be sent.
  std::vector<Record> take_records();

  // True when something has changed since the last committed(), be it the cursor alone.
  bool dirty() const { return committed_next_ != cursor_.next; }
  // About how large the changed documents are, in bytes.
  std::size_t dirty_bytes() const;
  // The step to commit. Views into the worker, valid until the next call that is not const.
  Commit commit();
  // The changes of the last commit(), until committed().
  std::span<const Change> changes() const { return changes_; }
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
  };
  using CacheList = std::list<CacheEntry>;  // most recently used first

  struct Prepared {
    Record record;
    Result<Message> message;
    enum class Course { fold, forward, skip } course = Course::fold;
    bool repeated = false;  // see Incoming
  };
  // A record was never folded; or it may have been; or it was.
  enum class Admission { sure, doubtful, copy };

  CacheEntry* lookup(Collection collection, std::string_view id);
  CacheEntry& insert(Collection collection, std::string_view id, std::optional<Document> document);
  Result<Admission> admit(const Record& record);
  void fold_one(const Prepared& prepared);
  void send(const Prepared& prepared, std::int64_t index, Emission emission);
  void refuse(const Record& record, const Error& error);

  Processor& processor_;
  const Topology& topology_;
  const Owner owner_;
  const std::string source_;
  const std::size_t cache_documents_;

  Cursor cursor_;
  std::int64_t committed_next_;
  std::vector<Prepared> prepared_;
  std::vector<Record> records_;
  CacheList cache_;
  std::array<std::unordered_map<std::string_view, CacheList::iterator>, kCollections> index_;  // keys point into cache_
  std::vector<CacheEntry*> dirty_;
  std::vector<Change> changes_;
};

}  // namespace ordo
