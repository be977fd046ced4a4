// The ports of the engine: log and document store. Three backends implement them: embedded (files), Kafka
// with MongoDB, and the tests' simulation.
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

// --- the log, for writers outside a processor (the API)

// Called exactly once, and must return quickly. It runs on a thread of the backend or, when nothing was written, within
// append() itself. A position means that the record is durable: it survives any crash. kBusy: a bounded queue is full,
// and nothing was written. kUnavailable: the record may not be durable; it may still appear in the log.
using Ack = std::function<void(Result<LogPosition>)>;

class RecordLog {
 public:
  virtual ~RecordLog() = default;

  // Appends `record` to the partition in its `at`. Any thread; never blocks. The backend sets offset and appended_at.
  virtual void append(Record record, Ack ack) = 0;
};

// Reads all partitions of one topic from given offsets on, outside any consumer group. One thread.
class LogReader {
 public:
  virtual ~LogReader() = default;

  // The next records, at most `max`. Waits up to `timeout` for the first one. Empty when none came.
  virtual Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds timeout) = 0;

  // True when the reader has returned every record that was in the log when it was opened.
  virtual bool caught_up() const = 0;
};

// The first offset still in a partition, and the offset of the next record.
struct LogRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

class LogSource {
 public:
  virtual ~LogSource() = default;

  // `from[p]` is the first wanted offset of partition p. If that record was removed, reading begins at the first one
  // left.
  virtual Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) = 0;

  // The range of each partition. Any thread; may block for a round trip.
  virtual Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) = 0;

  // For each partition, the first offset whose record was appended at `time` or later, by the log's clock; the end of
  // the partition when there is none. Any thread; blocks for some round trips. This one searches: it reads about 20
  // single records of a partition with a million. kUnavailable.
  virtual Result<std::vector<std::int64_t>> offsets_at(Topic topic, Timestamp time);
};

// --- the documents, for readers (API, command line)

// Identifies a record of an inbox. Another record at the same offset has another stamp.
struct RecordStamp {
  std::int64_t offset = -1;  // -1: of no record
  Timestamp appended_at;     // by the log's clock
  std::uint32_t crc = 0;     // CRC-32C of key and value

  friend bool operator==(const RecordStamp&, const RecordStamp&) = default;
};

// The log that a cursor belongs to. If the log is a different one, it must not be read further, even if it is long
// enough.
struct LogIdentity {
  std::string cluster;  // the cluster's own id; empty: not known
  std::string topic;    // its name there; empty: not known
  RecordStamp last;     // the newest record folded

  friend bool operator==(const LogIdentity&, const LogIdentity&) = default;
};

// An owner's position and what it has seen: the part of its state that makes delivery exact.
struct Cursor {
  std::int64_t epoch = 0;  // of the inbox; increased when a log is recreated, so that sequences may start over
  int partitions = 0;      // of the inbox when the owner began; 0: never ran
  std::int64_t next = 0;   // first inbox offset not yet folded
  std::map<std::string, std::int64_t> seen;     // source -> highest sequence folded
  std::map<TopicPartition, std::int64_t> sent;  // destination -> last sequence sent
  LogIdentity log;                              // empty in a cursor of 0.1.0, and on the embedded log
  std::map<std::int64_t, std::string> skip;     // offset -> reason: records that an operator skips (`ordo skip`)

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

class DocumentReader {
 public:
  virtual ~DocumentReader() = default;

  // All of them: any thread; block for a read. kUnavailable when the database is not available. kInvalid for a filter
  // that the collection does not have. get() returns kCorrupt kUnreadableDocument for a document that cannot be read.
  // list() leaves out such a document and says so.
  virtual Result<std::optional<Document>> get(Collection collection, std::string_view id) = 0;
  virtual Result<Page> list(const Query& query) = 0;
  // How many documents the whole list has, counted up to `most`; limit and `after` of the query do not matter. Reads
  // the list, unless the implementation knows better.
  virtual Result<std::int64_t> count(const Query& query, std::int64_t most);
  virtual Result<Cursor> cursor(const Owner& owner) = 0;
};

// --- the state of a processor, for the engine

struct DocumentKey {
  Collection collection = Collection::orders;
  std::string id;

  friend auto operator<=>(const DocumentKey&, const DocumentKey&) = default;
};

// A document that a step changed. The step's owner holds the pointee, valid until the commit has returned.
struct Change {
  const Document* document = nullptr;
  bool created = false;  // not there before, as far as the owner knows
};

// A step: everything in it becomes durable together, or nothing does.
struct Commit {
  Owner owner;
  std::int64_t from = 0;  // `next` as the owner read it; if the store has another value, it has another owner: kFenced
  const Cursor* cursor = nullptr;
  std::span<const Change> changes;
};

// One thread at a time.
class StateStore {
 public:
  virtual ~StateStore() = default;

  // Finishes what a crash left half done, then returns the owner's cursor. For an owner that never ran, its
  // `partitions` is 0.
  virtual Result<Cursor> recover(const Owner& owner) = 0;

  // The documents with these keys, in order; nullopt for those that do not exist. kFenced when, after the read, the
  // owner's stored `next` is not `from`. Then another owner has committed, so the documents may be newer than the
  // records to fold. This owner could then send different records under the same sequences as the true owner. For an
  // owner that never committed, `from` is the value from recover(): no commit record, or one with next == from.
  virtual Result<std::vector<std::optional<Document>>> load(const Owner& owner, std::int64_t from,
                                                            std::span<const DocumentKey> keys) = 0;

  // The first commit of a new owner may leave `next` unchanged and change nothing. It stores where the owner began, so
  // that records that expire unread are noticed. kFenced: another owner committed; stop working for this owner.
  // kUnavailable: try the same commit again later.
  virtual Result<void> commit(const Commit& commit) = 0;
};

// --- the log, for the engine of the distributed backend

// Sends a step's records; one thread. It keeps the order of records to one partition, and never gives up on a record.
class StepProducer {
 public:
  virtual ~StepProducer() = default;

  // Returns when every record is durable. kUnavailable after `timeout`: call again with the same records; receivers
  // drop additional copies. kInvalid "record_too_large": a topic does not accept one of them, see too_large(). The
  // records before it may be durable.
  virtual Result<void> send(std::span<const Record> records, std::chrono::milliseconds timeout) = 0;

  struct TooLarge {
    TopicPartition at;
    std::size_t bytes = 0;  // as size_in_log() counts
  };
  // The record that the last call of send() was refused for.
  virtual std::optional<TooLarge> too_large() const { return std::nullopt; }
};

// A processor's inbox as a member of its consumer group; one thread.
class GroupConsumer {
 public:
  virtual ~GroupConsumer() = default;

  struct Polled {
    std::vector<Record> records;  // of assigned partitions, in order within each partition
    std::vector<int> assigned;    // partitions that this member now owns; call `seek` for each before records come
    std::vector<int> revoked;     // partitions that this member no longer owns
    bool joined = false;          // the group has assigned this member its partitions, perhaps none
    bool in_doubt = false;        // after an event that may have replaced the log
    // By partition: no record lies between the last one returned and this offset, the end of the log.
    std::map<int, std::int64_t> ends{};
  };

  // Waits up to `timeout` for the first record or a change of the assignment. With `max_records` 0 it waits for changes
  // only, and for the whole timeout when there are none: a paused member waits in this way. The partitions in `revoked`
  // were lost before those in `assigned` were gained. Call it often enough that the group does not consider the member
  // dead (max.poll.interval.ms).
  virtual Result<Polled> poll(std::size_t max_records, std::chrono::milliseconds timeout) = 0;

  // Begins or continues reading an assigned partition at `offset`. The next record returned is the first one at or
  // after it, whatever was fetched before.
  virtual Result<void> seek(int partition, std::int64_t offset) = 0;

  // Stops and resumes delivery of all assigned partitions. While a step cannot be committed, the member keeps polling
  // to stay in the group, and gets no records. Both are idempotent. Delivery continues after the last record returned.
  virtual void pause() = 0;
  virtual void resume() = 0;

  // The range of a partition of the inbox; shows a truncated log.
  virtual Result<LogRange> range(int partition) = 0;

  // The id of the cluster and the inbox's name there; `last` is not set. kUnavailable.
  virtual Result<LogIdentity> identity() = 0;

  // The stamp of the record at `offset`; nullopt when no record lies there (any more). Blocks for a round trip.
  // kUnavailable.
  virtual Result<std::optional<RecordStamp>> stamp(int partition, std::int64_t offset) = 0;

  // Reports the owner's position to the group. It only serves lag metrics; the store has the truth.
  virtual void report(int partition, std::int64_t next) = 0;

  // Leaves the group.
  virtual void close() = 0;
};

}  // namespace ordo
