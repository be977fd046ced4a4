#include "process/worker.h"

#include <set>

#include "base/check.h"
#include "records/dead_letter.h"

namespace ordo {
namespace {

// Instances of the API, and of what runs errands, number their records too, so that a copy made by the broker is
// dropped; they come and go, so only some are remembered. An instance is named by a UUIDv7: the smallest name is the
// oldest, if its clock was right. Where it was not, or where more of them are at work, one is forgotten that still
// writes. So the newest name that was forgotten is kept as well: whose name is not newer may have been forgotten, and
// what he calls fresh may be a copy, see Incoming::repeated.
constexpr std::string_view kForgotten = "forgotten:";
constexpr std::size_t kRememberedInstances = 64;

using Seen = std::map<std::string, std::int64_t>;

// Made once: each record of an instance asks.
struct InstanceKind {
  explicit InstanceKind(std::string named) : prefix(std::move(named)), forgotten(std::string(kForgotten) + prefix) {}

  std::string prefix;     // of the names
  std::string forgotten;  // of the mark
};

// Null for a source that is none of these.
const InstanceKind* instance_kind(std::string_view source) {
  static const InstanceKind kKinds[] = {InstanceKind("/ordo/api/"), InstanceKind("/ordo/errands/")};
  for (const auto& kind : kKinds) {
    if (source.starts_with(kind.prefix)) return &kind;
  }
  return nullptr;
}

// What is remembered of the forgotten instances; end() when none was.
Seen::iterator find_forgotten(Seen& seen, const InstanceKind& kind) {
  const auto found = seen.lower_bound(kind.forgotten);
  return found != seen.end() && found->first.starts_with(kind.forgotten) ? found : seen.end();
}

bool may_be_forgotten(Seen& seen, const InstanceKind& kind, std::string_view source) {
  const auto newest = find_forgotten(seen, kind);
  return newest != seen.end() && source <= std::string_view(newest->first).substr(kForgotten.size());
}

// The oldest but `writer`, who is there whatever his name says.
void forget_old_instance(Seen& seen, const InstanceKind& kind, std::string_view writer) {
  auto oldest = seen.lower_bound(kind.prefix);
  std::size_t count = 0;
  for (auto it = oldest; it != seen.end() && it->first.starts_with(kind.prefix); ++it) ++count;
  if (count <= kRememberedInstances) return;
  if (oldest->first == writer) ++oldest;
  const auto newest = find_forgotten(seen, kind);
  if (newest == seen.end() || newest->first.compare(kForgotten.size(), std::string::npos, oldest->first) < 0) {
    if (newest != seen.end()) seen.erase(newest);
    seen.emplace(std::string(kForgotten) + oldest->first, oldest->second);
  }
  seen.erase(oldest);
}

Timestamp time_of(const Record& record) {
  return record.envelope.time == Timestamp() ? record.appended_at : record.envelope.time;
}

}  // namespace

class PartitionWorker::BatchNeeds : public Needs {
 public:
  explicit BatchNeeds(PartitionWorker& worker) : worker_(worker) {}

  // Of a record that may have been folded before, what it calls fresh may be there.
  void begin(bool repeated) { repeated_ = repeated; }

  void existing(Collection collection, std::string_view id) override {
    if (worker_.lookup(collection, id) != nullptr) return;
    DocumentKey key{collection, std::string(id)};
    if (asked_.insert(key).second) missing.push_back(std::move(key));
  }
  void fresh(Collection collection, std::string_view id) override {
    if (repeated_) return existing(collection, id);
    if (worker_.lookup(collection, id) == nullptr) worker_.insert(collection, id, std::nullopt);
  }

  std::vector<DocumentKey> missing;

 private:
  PartitionWorker& worker_;
  bool repeated_ = false;
  std::set<DocumentKey> asked_;
};

class PartitionWorker::RecordFold : public Fold {
 public:
  RecordFold(PartitionWorker& worker, const Prepared& prepared) : worker_(worker), prepared_(prepared) {}

  const Document* find(Collection collection, std::string_view id) override {
    const CacheEntry* entry = worker_.lookup(collection, id);
    ORDO_CHECK(entry != nullptr, to_string(collection), "/", id, " was not named in needs()");
    return entry->document ? &*entry->document : nullptr;
  }

  void put(Document document) override {
    ORDO_CHECK(!refused_, "put after refuse");
    CacheEntry* entry = worker_.lookup(collection_of(document), id_of(document));
    ORDO_CHECK(entry != nullptr, id_of(document), " was not named in needs()");
    if (!entry->dirty) {
      entry->dirty = true;
      entry->created = !entry->document.has_value();
      worker_.dirty_.push_back(entry);
    }
    set_rev(document, entry->document ? rev_of(*entry->document) + 1 : 1);
    entry->document = std::move(document);
    acted_ = true;
  }

  void emit(Emission emission) override {
    ORDO_CHECK(!refused_, "emit after refuse");
    ORDO_CHECK(emitted_ < kRecordsPerStep, "one record caused ", emitted_, " others");
    worker_.send(prepared_, emitted_++, std::move(emission));
    acted_ = true;
  }

  void refuse(const Error& error) override {
    ORDO_CHECK(!acted_, "refuse after put or emit: ", error.text());
    refused_ = true;
    worker_.refuse(prepared_.record, error);
  }

  const Owner& owner() const override { return worker_.owner_; }
  const Topology& topology() const override { return worker_.topology_; }
  std::int64_t epoch() const override { return worker_.cursor_.epoch; }

 private:
  PartitionWorker& worker_;
  const Prepared& prepared_;
  std::int64_t emitted_ = 0;
  bool acted_ = false;
  bool refused_ = false;
};

PartitionWorker::PartitionWorker(Processor& processor, const Topology& topology, Owner owner, Cursor cursor,
                                 std::size_t cache_documents)
    : processor_(processor),
      topology_(topology),
      owner_(owner),
      source_(source_of(owner, cursor.epoch)),
      cache_documents_(cache_documents),
      cursor_(std::move(cursor)),
      committed_next_(cursor_.next) {
  ORDO_CHECK(owner_.processor == processor_.kind(), to_string(owner_));
}

PartitionWorker::~PartitionWorker() = default;

Result<std::vector<DocumentKey>> PartitionWorker::prepare(std::vector<Record> records) {
  ORDO_CHECK(prepared_.empty(), prepared_.size(), " records prepared and not folded");
  BatchNeeds needs(*this);
  prepared_.reserve(records.size());
  std::int64_t expected = cursor_.next;
  for (auto& record : records) {
    // Offsets may skip (a broker keeps markers of its own in the log), they never go back.
    ORDO_CHECK(record.offset >= expected, to_string(owner_), " got offset ", record.offset, " next ", expected);
    expected = record.offset + 1;
    auto admitted = admit(record);
    if (!admitted) return fail(std::move(admitted.error()));
    if (*admitted == Admission::copy) {
      prepared_.push_back({std::move(record), Message(), Prepared::Course::skip});
      continue;
    }
    const bool repeated = *admitted == Admission::doubtful || is_replay(record);
    auto message = decode(record);
    Prepared& prepared =
        prepared_.emplace_back(Prepared{std::move(record), std::move(message), Prepared::Course::fold, repeated});
    if (!prepared.message) continue;
    const auto home = processor_.home_key(*prepared.message);
    if (!home.empty() && topology_.partition_of(prepared.record.at.topic, home) != owner_.partition) {
      prepared.course = Prepared::Course::forward;
    } else {
      needs.begin(repeated);
      processor_.needs({prepared.record, *prepared.message, time_of(prepared.record), repeated}, needs);
    }
  }
  return std::move(needs.missing);
}

void PartitionWorker::supply(std::span<const DocumentKey> keys, std::vector<std::optional<Document>> documents) {
  ORDO_CHECK(keys.size() == documents.size(), keys.size(), " keys, ", documents.size(), " documents");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    // A fresh document of the same batch may have taken the place meanwhile; the owner's own knowledge is the newer
    // one.
    if (lookup(keys[i].collection, keys[i].id) == nullptr)
      insert(keys[i].collection, keys[i].id, std::move(documents[i]));
  }
}

void PartitionWorker::fold() {
  for (const auto& prepared : prepared_) {
    fold_one(prepared);
    cursor_.next = prepared.record.offset + 1;
  }
  prepared_.clear();
}

void PartitionWorker::fold_one(const Prepared& prepared) {
  if (prepared.course == Prepared::Course::skip) return;
  const Record& record = prepared.record;
  if (!prepared.message) return refuse(record, prepared.message.error());
  if (prepared.course == Prepared::Course::forward) {
    const std::string home(processor_.home_key(*prepared.message));
    std::string_view type = record.envelope.type;
    if (type.empty()) type = record.at.topic == Topic::product_events ? type::kProductChanged : type::kOrderPlaced;
    return send(prepared, 0, {record.at.topic, home, home, type, record.value});
  }
  RecordFold fold(*this, prepared);
  processor_.fold({record, *prepared.message, time_of(record), prepared.repeated}, fold);
}

// The rule of DESIGN section 3: from one source, sequences rise; what `previous` names must have been seen.
Result<PartitionWorker::Admission> PartitionWorker::admit(const Record& record) {
  const auto& envelope = record.envelope;
  if (!envelope.sequence || envelope.source.empty()) return Admission::sure;
  const auto known = cursor_.seen.find(envelope.source);
  const std::int64_t seen = known == cursor_.seen.end() ? 0 : known->second;
  if (*envelope.sequence <= seen) return Admission::copy;
  if (envelope.previous.value_or(0) > seen) {
    return fail(ErrorCode::kGap, "missing_record",
                to_string(owner_) + " at offset " + std::to_string(record.offset) + ": " + envelope.source +
                    " sent sequence " + std::to_string(*envelope.previous) + " before this record, but only " +
                    std::to_string(seen) + " has arrived; the log has lost a record");
  }
  const bool fresh = cursor_.seen.insert_or_assign(envelope.source, *envelope.sequence).second;
  const auto* kind = instance_kind(envelope.source);
  if (kind == nullptr) return Admission::sure;
  const bool doubtful = may_be_forgotten(cursor_.seen, *kind, envelope.source);
  if (fresh) forget_old_instance(cursor_.seen, *kind, envelope.source);
  return doubtful ? Admission::doubtful : Admission::sure;
}

void PartitionWorker::send(const Prepared& prepared, std::int64_t index, Emission emission) {
  const std::int64_t sequence = sequence_of(prepared.record.offset, index);
  Record& out = records_.emplace_back();
  out.at = {emission.topic, topology_.partition_of(emission.topic, emission.key), false};
  out.key = std::move(emission.key);
  out.value = std::move(emission.value);
  std::int64_t& last = cursor_.sent[out.at];
  out.envelope.source = source_;
  out.envelope.id = source_ + ":" + std::to_string(sequence);
  out.envelope.type = emission.type;
  out.envelope.subject = std::move(emission.subject);
  // The time of what caused it: a replay must say the same.
  out.envelope.time = time_of(prepared.record);
  out.envelope.sequence = sequence;
  out.envelope.previous = last;
  out.envelope.traceparent = prepared.record.envelope.traceparent;
  last = sequence;
}

void PartitionWorker::refuse(const Record& record, const Error& error) {
  Record& out = records_.emplace_back(record);
  out.at = {record.at.topic, 0, true};
  out.offset = -1;
  auto& extra = out.envelope.extra;
  extra.emplace_back("ordo_dlq_reason", error.reason);
  extra.emplace_back("ordo_dlq_detail", error.text());
  extra.emplace_back("ordo_dlq_processor", to_string(owner_.processor));
  extra.emplace_back("ordo_dlq_topic", topology_[record.at.topic].name);
  extra.emplace_back("ordo_dlq_partition", std::to_string(record.at.partition));
  extra.emplace_back("ordo_dlq_offset", std::to_string(record.offset));
  extra.emplace_back("ordo_dlq_time", to_rfc3339(time_of(record)));
}

std::vector<Record> PartitionWorker::take_records() {
  return std::exchange(records_, {});
}

std::size_t PartitionWorker::dirty_bytes() const {
  std::size_t bytes = 0;
  for (const auto* entry : dirty_) bytes += approximate_size(*entry->document);
  return bytes;
}

Commit PartitionWorker::commit() {
  changes_.clear();
  changes_.reserve(dirty_.size());
  for (const auto* entry : dirty_) changes_.push_back({&*entry->document, entry->created});
  return {owner_, committed_next_, &cursor_, changes_};
}

void PartitionWorker::committed() {
  committed_next_ = cursor_.next;
  for (auto* entry : dirty_) entry->dirty = entry->created = false;
  dirty_.clear();
  changes_.clear();
  while (cache_.size() > cache_documents_ && prepared_.empty()) {
    const CacheKey& oldest = cache_.back().key;
    index_[static_cast<std::size_t>(oldest.collection)].erase(oldest.id);
    cache_.pop_back();
  }
}

PartitionWorker::CacheEntry* PartitionWorker::lookup(Collection collection, std::string_view id) {
  auto& index = index_[static_cast<std::size_t>(collection)];
  const auto found = index.find(id);
  if (found == index.end()) return nullptr;
  cache_.splice(cache_.begin(), cache_, found->second);
  return &*found->second;
}

PartitionWorker::CacheEntry& PartitionWorker::insert(Collection collection, std::string_view id,
                                                     std::optional<Document> document) {
  CacheEntry& entry = cache_.emplace_front();
  entry.key = {collection, std::string(id)};
  entry.document = std::move(document);
  index_[static_cast<std::size_t>(collection)].emplace(entry.key.id, cache_.begin());
  return entry;
}

}  // namespace ordo
