// A processor: a deterministic fold over one inbox. It sees a record, reads and changes the documents that it alone
// writes, and says what to append elsewhere. It knows no clock, no log and no database.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "process/ports.h"
#include "records/documents.h"
#include "records/messages.h"

namespace ordo {

// One record of the inbox, decoded.
struct Incoming {
  const Record& record;
  const Message& message;
  Timestamp at;  // when it happened: the envelope's time, or the log's for a record that came without one
  // It may have been folded before: replayed from the dead letters, or of an instance that may have been forgotten.
  // What it calls fresh may be there.
  bool repeated = false;
};

// Which documents the fold of a record will ask for; collected for a whole batch, so that they are read together.
class Needs {
 public:
  virtual ~Needs() = default;
  virtual void existing(Collection collection, std::string_view id) = 0;
  // As `existing`, but known not to be there unless this owner made it a moment ago: costs no read.
  virtual void fresh(Collection collection, std::string_view id) = 0;
};

// A record to be sent on; the engine adds envelope, partition and sequence.
struct Emission {
  Topic topic = Topic::order_events;
  std::string key;
  std::string subject;    // what it is about: an order id, a product id
  std::string_view type;  // one of ordo::type
  std::string value;
};

// What a processor can do while it folds one record. Documents it asks for must have been named in `needs`.
class Fold {
 public:
  virtual ~Fold() = default;

  virtual const Document* find(Collection collection, std::string_view id) = 0;
  // Replaces or creates the document; `rev` is counted here, once a record.
  virtual void put(Document document) = 0;
  virtual void emit(Emission emission) = 0;
  // The record cannot be accepted: it goes to the dead-letter topic with the reason. Excludes put and emit for this
  // record.
  virtual void refuse(const Error& error) = 0;
  virtual const Owner& owner() const = 0;
  virtual const Topology& topology() const = 0;
  virtual std::int64_t epoch() const = 0;
};

class Processor {
 public:
  virtual ~Processor() = default;
  virtual ProcessorKind kind() const = 0;
  // The key that decides which partition owns what `message` is about; empty where any partition will do. A record that
  // a foreign producer put elsewhere is forwarded by the engine, so that no document ever has two writers.
  virtual std::string_view home_key(const Message& message) const = 0;
  virtual void needs(const Incoming& in, Needs& needs) const = 0;
  virtual void fold(const Incoming& in, Fold& fold) = 0;
};

// fold.find for a type: null when there is none.
template <class T>
const T* find_as(Fold& fold, Collection collection, std::string_view id) {
  const Document* document = fold.find(collection, id);
  return document != nullptr ? &std::get<T>(*document) : nullptr;
}

}  // namespace ordo
