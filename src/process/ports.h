// The ports of the engine: what a log and a document store do for it. Three backends implement them: embedded (one
// SQLite file), Kafka with MongoDB, and the simulation of the tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "records/documents.h"
#include "records/envelope.h"
#include "records/topology.h"

namespace ordo {

// --- the log, for those who write from outside a processor (the API)
// --------------------------------------------------

// Called exactly once, on a thread of the backend or, when nothing was written, within append() itself, and must return
// quickly. A position means that the record is
// durable: it survives whatever crashes. kBusy: a bounded queue is full, nothing was written. kUnavailable: not known
// to be durable, it may yet appear in the log.
using Ack = std::function<void(Result<LogPosition>)>;

class RecordLog {
 public:
  virtual ~RecordLog() = default;

  // Appends `record` to the partition that its `at` names. Any thread; never blocks. The backend sets offset and
  // appended_at.
  virtual void append(Record record, Ack ack) = 0;
};

// Reads one topic from given offsets on, all partitions, outside any consumer group. One thread.
class LogReader {
 public:
  virtual ~LogReader() = default;

  // The next records, at most `max` of them, waiting up to `timeout` for the first. Empty when none came.
  virtual Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds timeout) = 0;

  // True when every record that was in the log at the time the reader was opened has been given out.
  virtual bool caught_up() const = 0;
};

// The first offset still in a partition and the one the next record will get.
struct LogRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

class LogSource {
 public:
  virtual ~LogSource() = default;

  // `from[p]` is the first offset wanted of partition p; smaller than what is still there means from the first there
  // is.
  virtual Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) = 0;

  // The range of each partition. Any thread; may block for a round trip.
  virtual Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) = 0;
};

// --- the documents, for those who read (API, command line)
// -------------------------------------------------------------

// How far an owner has come and what it has seen: the part of its state that makes delivery exact.
struct Cursor {
  std::int64_t epoch = 0;  // of the inbox; counted up when a log is made anew, so that sequences may start over
  int partitions = 0;      // of the inbox when the owner began; 0: never ran
  std::int64_t next = 0;   // first inbox offset not yet folded
  std::map<std::string, std::int64_t> seen;     // source -> highest sequence folded
  std::map<TopicPartition, std::int64_t> sent;  // destination -> last sequence sent

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

class DocumentReader {
 public:
  virtual ~DocumentReader() = default;

  // All three: any thread, blocking for a read. kUnavailable when the database is away, kInvalid for a filter the
  // collection does not have.
  virtual Result<std::optional<Document>> get(Collection collection, std::string_view id) = 0;
  virtual Result<Page> list(const Query& query) = 0;
  virtual Result<Cursor> cursor(const Owner& owner) = 0;
};

// --- the state of a processor, for the engine
// --------------------------------------------------------------------------

struct DocumentKey {
  Collection collection = Collection::orders;
  std::string id;

  friend auto operator<=>(const DocumentKey&, const DocumentKey&) = default;
};

// One document a step changed. The pointee belongs to the step's owner and stays valid until the commit has returned.
struct Change {
  const Document* document = nullptr;
  bool created = false;  // not there before, as far as the owner knows
};

// A step: everything that must become durable together, or not at all.
struct Commit {
  Owner owner;
  std::int64_t from = 0;  // `next` as the owner read it: a store where it differs has another owner, kFenced
  const Cursor* cursor = nullptr;
  std::span<const Change> changes;
};

// One thread at a time.
class StateStore {
 public:
  virtual ~StateStore() = default;

  // The owner's cursor after finishing whatever a crash left half done. A cursor with `partitions` 0 for an owner that
  // never ran.
  virtual Result<Cursor> recover(const Owner& owner) = 0;

  // The documents with these keys, in their order; nullopt where there is none. kFenced when, after reading them, the
  // owner's stored `next` is not `from`: another owner has committed, so the documents may be newer than the records
  // this one is about to fold, and what it would send could differ from what the true owner sends under the same
  // sequence. An owner that never committed has `from` as recover() gave it: no commit record, or one with next ==
  // from.
  virtual Result<std::vector<std::optional<Document>>> load(const Owner& owner, std::int64_t from,
                                                            std::span<const DocumentKey> keys) = 0;

  // kFenced: somebody else committed; stop working for this owner. kUnavailable: try the same commit again later.
  virtual Result<void> commit(const Commit& commit) = 0;
};

// --- the log, for the engine of the distributed backend
// ----------------------------------------------------------------

// Sends a step's records; one thread. The order of records to one partition is kept, and none is ever given up on.
class StepProducer {
 public:
  virtual ~StepProducer() = default;

  // Returns when every record is durable. kUnavailable after `timeout`: call again with the same records; a copy more
  // of a record is harmless, its receiver drops it.
  virtual Result<void> send(std::span<const Record> records, std::chrono::milliseconds timeout) = 0;
};

// A processor's inbox as a member of its consumer group; one thread.
class GroupConsumer {
 public:
  virtual ~GroupConsumer() = default;

  struct Polled {
    std::vector<Record> records;  // of assigned partitions, each partition's in order
    std::vector<int> assigned;    // partitions this member now owns; call `seek` for each before records come
    std::vector<int> revoked;     // partitions it owns no more
  };

  // Waits up to `timeout` for the first record or news of the assignment; with `max_records` 0, for news only, and the
  // whole time when there are none: that is how a paused member waits. What is in `revoked` was lost before what is in
  // `assigned` was won. Must be called often enough that the group does not take the member for dead
  // (max.poll.interval.ms).
  virtual Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds timeout) = 0;

  // Begins or goes on reading an assigned partition at `offset`: the next record given out is the first one there is at
  // or after it, whatever was fetched before.
  virtual Result<void> seek(int partition, std::int64_t offset) = 0;

  // Stops and resumes delivery of all assigned partitions: while a step cannot be committed the member goes on polling,
  // so that the group keeps it, and gets no records. Both are idempotent. Delivery goes on after the last record given
  // out.
  virtual void pause() = 0;
  virtual void resume() = 0;

  // The range of a partition of the inbox, to see a truncated log.
  virtual Result<LogRange> range(int partition) = 0;

  // Tells the group how far the owner is; only for figures of lag, the truth is in the store.
  virtual void report(int partition, std::int64_t next) = 0;

  // Leaves the group.
  virtual void close() = 0;
};

}  // namespace ordo
