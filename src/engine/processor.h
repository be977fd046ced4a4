// A processor: a deterministic fold over one inbox. It receives a record, reads and changes documents that only it
// writes, and emits records for other topics. It uses no clock, log or database.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/ports.h"
#include "records/documents.h"
#include "records/messages.h"
#include "records/record_limits.h"

namespace ordo {

// One record of the inbox, decoded.
struct Incoming {
  const Record& record;  // in its plain form
  const Message& message;
  Timestamp at;  // when the event happened, see record_time.h
  // The record may have been folded before: it was replayed from the dead letters, or its instance may have been
  // forgotten. The ids that it calls fresh may exist.
  bool repeated = false;
  std::optional<Timestamp> claimed = std::nullopt;  // the record's own time, if that is ahead of the log's clock
};

// The documents that the fold of a record will use. They are collected for a whole batch, so that they are read
// together.
class Needs {
 public:
  virtual ~Needs() = default;
  virtual void existing(Collection collection, std::string_view id) = 0;
  // As `existing`, but the document exists only if this owner created it a moment ago. It costs no read, unless the
  // record is repeated or foreign: then the document is read as any other.
  virtual void fresh(Collection collection, std::string_view id) = 0;
};

// A record to send; the engine adds envelope, partition and sequence.
struct Emission {
  Topic topic = Topic::order_events;
  std::string key;
  std::string subject;    // what it is about, such as an order id or a product id
  std::string_view type;  // one of ordo::type
  std::string value;
  // A report that passes on what the record says: it is caused by the same person or program.
  bool same_by = false;
};

// What a processor can do while it folds one record. It must have declared the documents in `needs`.
class Fold {
 public:
  virtual ~Fold() = default;

  virtual const Document* find(Collection collection, std::string_view id) = 0;
  // Replaces or creates the document. This increases `rev`, once per record.
  virtual void put(Document document) = 0;
  virtual void emit(Emission emission) = 0;
  // Refuses the record: it goes to the dead-letter topic with the reason. Not allowed with put or emit for the same
  // record.
  virtual void refuse(const Error& error) = 0;
  // The record needs something that is not available now. Nothing of it is done, and the engine folds it again later.
  // Not allowed with put, emit or refuse for the same record, before or after.
  virtual void postpone(const Error& error) = 0;
  virtual const Owner& owner() const = 0;
  virtual const Topology& topology() const = 0;
  virtual std::int64_t epoch() const = 0;
  // The largest record that each topic accepts.
  virtual const RecordLimits& limits() const = 0;
};

class Processor {
 public:
  virtual ~Processor() = default;
  virtual ProcessorKind kind() const = 0;
  // Gives the subject of `message` an id if it came without one, before anything else uses it. The id depends only on
  // the record's position or origin, so every read of the record gives the same id. `epoch` is the inbox's.
  virtual void name(const Record&, std::int64_t /*epoch*/, Message&) const {}
  // The key that decides which partition owns the subject of `message`; nullopt when any partition will do. If a
  // foreign producer used another partition, the engine forwards the record. So no document ever has two writers. A
  // view into `message`. May be empty: a foreign record can name its subject badly, and fold() refuses it.
  virtual std::optional<std::string_view> home_key(const Message& message) const = 0;
  virtual void needs(const Incoming& in, Needs& needs) const = 0;
  virtual void fold(const Incoming& in, Fold& fold) = 0;
};

// The document of a type. Null when there is none with this id.
template <class T>
const T* find_as(Fold& fold, std::string_view id) {
  const Document* document = fold.find(kCollectionOf<T>, id);
  return document != nullptr ? &std::get<T>(*document) : nullptr;
}

}  // namespace ordo
