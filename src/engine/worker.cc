#include "engine/worker.h"

#include <set>

#include "base/check.h"
#include "engine/record_stamp.h"
#include "engine/record_time.h"
#include "records/dead_letter.h"
#include "records/letter_size.h"
#include "records/plain_form.h"
#include "records/proof.h"
#include "records/record_size.h"

namespace ordo {
namespace {

// Instances of the API and of the effect runner also number their records, so that copies made by the broker are
// dropped. Instances come and go, so only some are remembered. A UUIDv7 names an instance: the smallest name is the
// oldest, if its clock was right. With a wrong clock or very many instances, an instance that still writes may be
// forgotten. So the newest forgotten name is kept as well. An instance whose name is not newer may have been forgotten,
// and an id that it calls fresh may exist, see Incoming::repeated.
constexpr std::string_view kForgotten = "forgotten:";
constexpr std::size_t kRememberedInstances = 64;

// A record's documents are measured if their estimate exceeds the limit divided by this number.
constexpr std::size_t kEstimateShare = 16;

using Seen = std::map<std::string, std::int64_t>;

// Created once: every record of an instance uses it.
struct InstanceKind {
  explicit InstanceKind(std::string named) : prefix(std::move(named)), forgotten(std::string(kForgotten) + prefix) {}

  std::string prefix;     // of the names
  std::string forgotten;  // of the mark
};

// Null for any other source.
const InstanceKind* instance_kind(std::string_view source) {
  static const InstanceKind kKinds[] = {InstanceKind("/ordo/api/"), InstanceKind("/ordo/errands/")};
  for (const auto& kind : kKinds) {
    if (source.starts_with(kind.prefix)) return &kind;
  }
  return nullptr;
}

// The mark of the forgotten instances; end() when none was forgotten.
Seen::iterator find_forgotten(Seen& seen, const InstanceKind& kind) {
  const auto found = seen.lower_bound(kind.forgotten);
  return found != seen.end() && found->first.starts_with(kind.forgotten) ? found : seen.end();
}

bool may_be_forgotten(Seen& seen, const InstanceKind& kind, std::string_view source) {
  const auto newest = find_forgotten(seen, kind);
  return newest != seen.end() && source <= std::string_view(newest->first).substr(kForgotten.size());
}

// Forgets the oldest instance except `writer`, which is active whatever its name says.
void forget_old_instance(Seen& seen, const InstanceKind& kind, std::string_view writer) {
  auto oldest = seen.lower_bound(kind.prefix);
  std::size_t count = 0;
  for (auto it = oldest; it != seen.end() && it->first.starts_with(kind.prefix); ++it) ++count;
  // guard: worker-instances-bound
  if (count <= kRememberedInstances) return;
  // guard: worker-instance-that-writes
  if (oldest->first == writer) ++oldest;
  const auto newest = find_forgotten(seen, kind);
  if (newest == seen.end() || newest->first.compare(kForgotten.size(), std::string::npos, oldest->first) < 0) {
    if (newest != seen.end()) seen.erase(newest);
    seen.emplace(std::string(kForgotten) + oldest->first, oldest->second);
  }
  seen.erase(oldest);
}

bool numbered_by_ordo(const Record& record) {
  // guard: worker-foreign-sequence
  return record.envelope.sequence && is_ordo_source(record.envelope.source);
}

bool sent_on_as_repeated(const Record& record) {
  return !record.envelope.extra.empty() && !extra_header(record, kRepeatedHeader).empty();
}

// The error for a record that claims to be ordo's own without proof.
Error forged(const Record& record) {
  const auto& envelope = record.envelope;
  std::string detail = is_ordo_source(envelope.source) ? "the source " + envelope.source + " is reserved for ordo"
                                                       : std::string("some of its ordo_ headers are reserved for ordo");
  detail += envelope.proof.empty() ? ", and there is no ordo_proof" : ", and its ordo_proof is invalid";
  return {ErrorCode::kInvalid,
          std::string(kForgedSource),
          detail + "; your own service must use its own name, and no ordo_ headers",
          {}};
}

// The value for a record that came without a type and continues with one. It is the record's own value, if that still
// has the same meaning. Only records without a type get the casts and the id that may change the meaning.
std::string with_type(const Record& record, const ProductEvent& meant) {
  Record typed = record;
  typed.envelope.type = kTypeOf<ProductEvent>;
  const auto read = decode(typed);
  auto value = encode(meant);
  // guard: worker-forward-as-meant
  return read && encode(std::get<ProductEvent>(*read)) == value ? record.value : value;
}

}  // namespace

class PartitionWorker::BatchNeeds : public Needs {
 public:
  explicit BatchNeeds(PartitionWorker& worker) : worker_(worker) {}

  // `doubtful`: the ids that the record calls fresh may exist.
  void begin(bool doubtful) { doubtful_ = doubtful; }

  void existing(Collection collection, std::string_view id) override {
    if (worker_.lookup(collection, id) != nullptr) return;
    DocumentKey key{collection, std::string(id)};
    if (asked_.insert(key).second) missing.push_back(std::move(key));
  }
  void fresh(Collection collection, std::string_view id) override {
    // guard: worker-replayed-fresh
    if (doubtful_) return existing(collection, id);
    if (worker_.lookup(collection, id) == nullptr) worker_.insert(collection, id, std::nullopt);
  }

  std::vector<DocumentKey> missing;

 private:
  PartitionWorker& worker_;
  bool doubtful_ = false;
  std::set<DocumentKey> asked_;
};

class PartitionWorker::RecordFold : public Fold {
 public:
  RecordFold(PartitionWorker& worker, const Prepared& prepared)
      : worker_(worker), prepared_(prepared), first_(worker.records_.size()) {
    worker_.before_.clear();
  }

  const Document* find(Collection collection, std::string_view id) override {
    const CacheEntry* entry = worker_.lookup(collection, id);
    ORDO_CHECK(entry != nullptr, to_string(collection), "/", id, " was not named in needs()");
    return entry->document ? &*entry->document : nullptr;
  }

  void put(Document document) override {
    ORDO_CHECK(!refused_, "put after refuse");
    CacheEntry* entry = worker_.lookup(collection_of(document), id_of(document));
    ORDO_CHECK(entry != nullptr, id_of(document), " was not named in needs()");
    const bool clean = !entry->dirty;
    if (clean) {
      entry->dirty = true;
      entry->created = !entry->document.has_value();
      worker_.dirty_.push_back(entry);
    }
    // guard: worker-revision
    set_rev(document, entry->document ? rev_of(*entry->document) + 1 : 1);
    worker_.before_.push_back({entry, std::exchange(entry->document, std::move(document)), clean});
    acted_ = true;
  }

  void emit(Emission emission) override {
    ORDO_CHECK(!refused_, "emit after refuse");
    acted_ = true;
    if (emitted_++ < kRecordsPerStep) worker_.send(prepared_, emitted_ - 1, std::move(emission));
  }

  void refuse(const Error& error) override {
    ORDO_CHECK(!acted_, "refuse after put or emit: ", error.text());
    refused_ = true;
    worker_.refuse(prepared_.record, error);
  }

  void postpone(const Error& error) override {
    ORDO_CHECK(!acted_ && !refused_, "postpone after put, emit or refuse: ", error.text());
    postponed_ = error;
  }

  // After the fold: a record whose effects are too large for the log or the store has none, and is refused. Returns the
  // error of a postponed record.
  Result<void> settle() {
    if (postponed_) {
      ORDO_CHECK(!acted_ && !refused_, "put, emit or refuse after postpone: ", postponed_->text());
      return fail(std::move(*postponed_));
    }
    const auto error = excess();
    if (!error) {
      sum_up();
      return {};
    }
    auto& changed = worker_.before_;
    for (auto put = changed.rbegin(); put != changed.rend(); ++put) {
      // guard: worker-size-undo-documents
      put->entry->document = std::move(put->document);
      if (!put->clean) continue;
      put->entry->dirty = put->entry->created = false;
      worker_.dirty_.pop_back();
    }
    worker_.take_back(first_);
    worker_.refuse(prepared_.record, *error);
    return {};
  }

  const Owner& owner() const override { return worker_.owner_; }
  const Topology& topology() const override { return worker_.topology_; }
  const RecordLimits& limits() const override { return worker_.rules_.limits; }
  std::int64_t epoch() const override { return worker_.cursor_.epoch; }

 private:
  // Adds the record to the summary, once its fold is final.
  void sum_up() {
    if (owner().processor != ProcessorKind::orders) return;
    for (const auto& put : worker_.before_) {
      const auto* order = put.entry->document ? std::get_if<Order>(&*put.entry->document) : nullptr;
      // An order of the past is no business of today.
      if (!put.document && order != nullptr && !order->imported) worker_.summary_.placed();
    }
    for (std::size_t i = first_; i < worker_.records_.size(); ++i) {
      if (!worker_.records_[i].at.dlq) worker_.summary_.published(worker_.records_[i].envelope.type);
    }
  }

  std::optional<Error> excess() const {
    if (refused_) return std::nullopt;
    if (emitted_ > kRecordsPerStep) {
      return Error{
          ErrorCode::kInvalid,
          "too_many_records",
          "it would cause " + std::to_string(emitted_) + " records; the limit is " + std::to_string(kRecordsPerStep),
          {}};
    }
    if (auto error = worker_.too_large(prepared_, first_)) return error;
    return document_excess();
  }

  std::optional<Error> document_excess() const {
    const std::size_t most = worker_.rules_.document_bytes;
    if (most == RecordLimits::kNone) return std::nullopt;
    // The estimate does not include texts. They come with large records, or are short.
    std::size_t estimate = prepared_.record.value.size();
    for (const auto& put : worker_.before_) estimate += approximate_size(*put.entry->document);
    if (estimate <= most / kEstimateShare) return std::nullopt;
    std::size_t bytes = 0;
    for (const auto& put : worker_.before_) bytes += document_to_json(*put.entry->document).size();
    // guard: worker-document-size
    if (bytes <= most) return std::nullopt;
    return Error{ErrorCode::kInvalid,
                 std::string(kDocumentTooLarge),
                 "its documents would have " + std::to_string(bytes) + " bytes; the limit is " + std::to_string(most),
                 {}};
  }

  PartitionWorker& worker_;
  const Prepared& prepared_;
  const std::size_t first_;  // index of this fold's first record among the worker's
  std::int64_t emitted_ = 0;
  bool acted_ = false;
  bool refused_ = false;
  std::optional<Error> postponed_;
};

namespace {

// The approximate size of a cached document in memory, in bytes: it takes the room of the largest type of document.
std::size_t bytes_of(const std::optional<Document>& document) {
  constexpr std::size_t kNode = sizeof(Document) + 200;  // with its key, in the list and in the index
  return kNode + (document ? approximate_size(*document) : 0);
}

}  // namespace

PartitionWorker::PartitionWorker(Processor& processor, const Topology& topology, Owner owner, Cursor cursor,
                                 std::size_t cache_documents, LogRules rules, CacheBudget* budget)
    : processor_(processor),
      topology_(topology),
      owner_(owner),
      source_(source_of(owner, cursor.epoch)),
      cache_documents_(cache_documents),
      rules_(rules),
      budget_(budget),
      cursor_(std::move(cursor)),
      committed_next_(cursor_.next) {
  ORDO_CHECK(owner_.processor == processor_.kind(), to_string(owner_));
}

PartitionWorker::~PartitionWorker() {
  for (auto& entry : cache_) count(entry, 0);
}

Result<std::vector<DocumentKey>> PartitionWorker::prepare(std::vector<Record> records) {
  ORDO_CHECK(prepared_.empty(), prepared_.size(), " records prepared and not folded");
  BatchNeeds needs(*this);
  prepared_.reserve(records.size());
  std::int64_t expected = cursor_.next;
  for (auto& record : records) {
    // Offsets may skip, because a broker keeps its own markers in the log. They never decrease.
    ORDO_CHECK(record.offset >= expected, to_string(owner_), " got offset ", record.offset, " next ", expected);
    expected = record.offset + 1;
    if (auto refused = refused_unread(record)) {
      prepared_.push_back({std::move(record), fail(std::move(*refused))});
      continue;
    }
    auto plain = plain_form(record);
    auto admitted = admit(plain && *plain ? **plain : record);
    if (!admitted) return fail(std::move(admitted.error()));
    if (*admitted == Admission::copy) {
      prepared_.push_back({std::move(record), Message(), Prepared::Course::skip});
      continue;
    }
    const bool repeated = *admitted == Admission::doubtful || is_replay(record) || sent_on_as_repeated(record);
    Prepared& prepared = prepared_.emplace_back(
        Prepared{std::move(record), fail(plain ? Error() : plain.error()), Prepared::Course::fold, repeated});
    if (plain) {
      if (*plain) prepared.plain = std::make_unique<const Record>(std::move(**plain));
      prepared.message = decode(prepared.read());
      // guard: worker-name-before-home
      if (prepared.message) processor_.name(prepared.read(), cursor_.epoch, *prepared.message);
    }
    if (!prepared.message) continue;
    const auto home = processor_.home_key(*prepared.message);
    // guard: worker-home-partition
    if (home && !home->empty() && topology_.partition_of(prepared.record.at.topic, *home) != owner_.partition) {
      prepared.course = Prepared::Course::forward;
    } else {
      // Only ordo's own processes know which ids are new.
      // guard: worker-foreign-fresh
      needs.begin(repeated || !is_by_ordo(prepared.read().envelope));
      const auto time = time_of(prepared.read());
      processor_.needs({prepared.read(), *prepared.message, time.at, repeated, time.claimed}, needs);
    }
  }
  return std::move(needs.missing);
}

void PartitionWorker::supply(std::span<const DocumentKey> keys, std::vector<std::optional<Document>> documents) {
  ORDO_CHECK(keys.size() == documents.size(), keys.size(), " keys, ", documents.size(), " documents");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    // A fresh document of the same batch may have been inserted meanwhile. The owner's own state is the newer one.
    if (lookup(keys[i].collection, keys[i].id) == nullptr)
      insert(keys[i].collection, keys[i].id, std::move(documents[i]));
  }
}

Result<void> PartitionWorker::fold() {
  for (auto prepared = prepared_.begin(); prepared != prepared_.end(); ++prepared) {
    if (auto folded = fold_one(*prepared); !folded) {
      prepared_.erase(prepared_.begin(), prepared);
      return folded;
    }
    cursor_.next = prepared->record.offset + 1;
  }
  cursor_.skip.erase(cursor_.skip.begin(), cursor_.skip.lower_bound(cursor_.next));
  // A log without a name, such as the embedded one, cannot be replaced: the database names it.
  if (!cursor_.log.topic.empty() && !prepared_.empty()) newest_ = std::move(prepared_.back().record);
  prepared_.clear();
  return {};
}

Result<void> PartitionWorker::fold_one(const Prepared& prepared) {
  if (prepared.course == Prepared::Course::skip) return {};
  if (!prepared.message) {
    // guard: letter-as-it-came
    refuse(prepared.record, prepared.message.error());
    return {};
  }
  const Record& record = prepared.read();
  if (prepared.course == Prepared::Course::forward) {
    const std::string home(processor_.home_key(*prepared.message).value_or(""));
    const auto& type = record.envelope.type;
    const std::size_t first = records_.size();
    if (!type.empty()) {
      send(prepared, 0, {record.at.topic, home, home, type, record.value, true});
    } else {
      // Of the records without a type, only those of products have a home key.
      send(prepared, 0,
           {record.at.topic, home, home, kTypeOf<ProductEvent>,
            with_type(record, std::get<ProductEvent>(*prepared.message)), true});
    }
    if (const auto error = too_large(prepared, first)) {
      take_back(first);
      refuse(prepared.record, *error);
    }
    return {};
  }
  RecordFold fold(*this, prepared);
  const auto time = time_of(record);
  processor_.fold({record, *prepared.message, time.at, prepared.repeated, time.claimed}, fold);
  return fold.settle();
}

// The error for the records sent since `first`, if a topic does not accept one of them.
std::optional<Error> PartitionWorker::too_large(const Prepared& prepared, std::size_t first) const {
  for (std::size_t i = first; i < records_.size(); ++i) {
    const Record& out = records_[i];
    const std::size_t limit = rules_.limits.of(out.at);
    // guard: worker-size-refused
    if (limit == RecordLimits::kNone || fits_in_log(out, limit)) continue;
    const auto& at = prepared.record.at;
    return Error{ErrorCode::kInvalid,
                 std::string(kRecordTooLarge),
                 topology_[at.topic].name + "/" + std::to_string(at.partition) + "/" +
                     std::to_string(prepared.record.offset) + " would cause a record of " +
                     std::to_string(size_in_log(out)) + " bytes on " + topology_.broker_name(out.at.topic, false) +
                     " (" + out.envelope.type + "), which takes " + std::to_string(limit),
                 {}};
  }
  return std::nullopt;
}

// Removes the records of one fold, and their sequence numbers.
void PartitionWorker::take_back(std::size_t first) {
  while (records_.size() > first) {
    const Record& last = records_.back();
    const std::int64_t before = last.envelope.previous.value_or(0);
    if (before > 0) {
      // guard: worker-size-undo-sent
      cursor_.sent[last.at] = before;
    } else {
      cursor_.sent.erase(last.at);
    }
    records_.pop_back();
  }
}

// Records that become dead letters whatever they contain: those that an operator skips, and forgeries. A forgery's
// claims are ignored. A skipped record's sequence counts, so that the next record of its source finds no gap.
std::optional<Error> PartitionWorker::refused_unread(const Record& record) {
  // guard: worker-forgery
  const bool believed = rules_.proof == nullptr || rules_.proof->believes(record);
  const auto skipped = cursor_.skip.find(record.offset);
  if (skipped == cursor_.skip.end()) return believed ? std::nullopt : std::optional(forged(record));
  const auto& envelope = record.envelope;
  if (believed && numbered_by_ordo(record)) {
    const auto known = cursor_.seen.find(envelope.source);
    // guard: worker-skip-counts
    if (known == cursor_.seen.end() || known->second < *envelope.sequence) note_seen(envelope);
  }
  return Error{ErrorCode::kInvalid, std::string(kSkipped), skipped->second, {}};
}

// The rule of DESIGN section 3: sequences of one source rise, and the record named by `previous` must have been seen.
// Only ordo's own sources promise this. An external service may restart its numbers, or copy those of others.
Result<PartitionWorker::Admission> PartitionWorker::admit(const Record& record) {
  const auto& envelope = record.envelope;
  if (!numbered_by_ordo(record)) return Admission::sure;
  const auto known = cursor_.seen.find(envelope.source);
  const std::int64_t seen = known == cursor_.seen.end() ? 0 : known->second;
  // guard: worker-dedupe
  if (*envelope.sequence <= seen) return Admission::copy;
  // guard: worker-gap
  if (envelope.previous.value_or(0) > seen) {
    const std::string place = std::string(to_string(record.at.topic)) + "/" + std::to_string(record.at.partition) +
                              "@" + std::to_string(record.offset);
    return fail(ErrorCode::kGap, "missing_record",
                to_string(owner_) + " at " + place + ": " + envelope.source + " sent sequence " +
                    std::to_string(*envelope.previous) + " before this record, but only " + std::to_string(seen) +
                    " has arrived; the log has lost a record. Restore the topic; `ordo skip " + place +
                    " --reason TEXT` continues without this record");
  }
  return note_seen(envelope);
}

PartitionWorker::Admission PartitionWorker::note_seen(const Envelope& envelope) {
  // guard: worker-seen-kept
  const bool fresh = cursor_.seen.insert_or_assign(envelope.source, *envelope.sequence).second;
  const auto* kind = instance_kind(envelope.source);
  if (kind == nullptr) return Admission::sure;
  const bool doubtful = may_be_forgotten(cursor_.seen, *kind, envelope.source);
  if (fresh) forget_old_instance(cursor_.seen, *kind, envelope.source);
  // guard: worker-forgotten-instance
  return doubtful ? Admission::doubtful : Admission::sure;
}

void PartitionWorker::send(const Prepared& prepared, std::int64_t index, Emission emission) {
  // guard: worker-sequence-of-offset
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
  // The time of the record that caused it: a replay must give the same.
  out.envelope.time = time_of(prepared.read()).at;
  out.envelope.sequence = sequence;
  // guard: worker-previous
  out.envelope.previous = last;
  out.envelope.traceparent = prepared.read().envelope.traceparent;
  // Another program's word is not passed on in ordo's name.
  // guard: worker-foreign-by
  if (emission.same_by && names_known_actor(prepared.read().envelope)) out.envelope.by = prepared.read().envelope.by;
  last = sequence;
  if (prepared.course == Prepared::Course::forward) keep_claims(prepared, out.envelope.extra);
  // guard: worker-sends-proven
  if (rules_.proof != nullptr) out.envelope.proof = rules_.proof->make(out);
}

// Keeps what a forwarded record must still claim at its home partition.
void PartitionWorker::keep_claims(const Prepared& prepared, Headers& extra) {
  const Record& record = prepared.read();
  for (const auto& header : record.envelope.extra) {
    const bool is_kept =
        header.name == kOriginHeader || header.name == kReplayOfHeader || header.name == kForeignSourceHeader;
    if (is_kept) extra.push_back(header);
  }
  const bool is_marked = !extra_header(record, kForeignSourceHeader).empty();
  const bool is_foreign = !is_marked && !is_ordo_source(record.envelope.source);
  // guard: worker-forward-stays-foreign
  if (is_foreign) extra.emplace_back(kForeignSourceHeader, record.envelope.source);
  if (prepared.repeated && !is_replay(record)) extra.emplace_back(kRepeatedHeader, "true");
  if (const auto claimed = time_of(record).claimed) extra.emplace_back(kClaimedTimeHeader, to_rfc3339(*claimed));
}

void PartitionWorker::refuse(const Record& record, const Error& error) {
  summary_.refused(record, error);
  // guard: worker-refused-kept
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
  extra.emplace_back("ordo_dlq_time", to_rfc3339(time_of(record).at));
  // guard: worker-letter-size
  omit_what_does_not_fit(out, rules_.limits.of(out.at));
}

void PartitionWorker::pass_to(std::int64_t offset) {
  ORDO_CHECK(prepared_.empty() && offset >= cursor_.next, to_string(owner_), " from ", cursor_.next, " to ", offset);
  cursor_.next = offset;
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
  // prepare() has noted more as seen than was folded.
  ORDO_CHECK(prepared_.empty(), prepared_.size(), " records prepared and not folded");
  changes_.clear();
  changes_.reserve(dirty_.size());
  for (const auto* entry : dirty_) changes_.push_back({&*entry->document, entry->created});
  if (newest_) cursor_.log.last = stamp_of(*std::exchange(newest_, std::nullopt));
  return {owner_, committed_next_, &cursor_, changes_};
}

void PartitionWorker::committed() {
  committed_next_ = cursor_.next;
  for (auto* entry : dirty_) {
    entry->dirty = entry->created = false;
    count(*entry, bytes_of(entry->document));
  }
  dirty_.clear();
  changes_.clear();
  summary_.clear();
  if (prepared_.empty()) trim();
}

void PartitionWorker::count(CacheEntry& entry, std::size_t bytes) {
  if (budget_ != nullptr) budget_->resize(entry.bytes, bytes);
  entry.bytes = bytes;
}

void PartitionWorker::trim() {
  const auto is_full = [this] {
    // guard: worker-cache-bound
    if (cache_.size() > cache_documents_) return true;
    // guard: worker-cache-budget
    return budget_ != nullptr && budget_->is_exceeded() && !cache_.empty();
  };
  while (is_full()) {
    CacheEntry& oldest = cache_.back();
    count(oldest, 0);
    index_[static_cast<std::size_t>(oldest.key.collection)].erase(oldest.key.id);
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
  count(entry, bytes_of(entry.document));
  index_[static_cast<std::size_t>(collection)].emplace(entry.key.id, cache_.begin());
  return entry;
}

}  // namespace ordo
