// Folds every inbox again from its first record. The documents must be the same, bit for bit. So must the cursors, and
// the records in the log with their numbers. Every record must be folded or be a dead letter.
#include <algorithm>
#include <set>
#include <span>
#include <tuple>

#include "base/check.h"
#include "records/dead_letter.h"
#include "records/letter_size.h"
#include "world.h"

namespace ordo::simulation {
namespace {

// Where a record was refused, and its content. A partition that was recreated counts its offsets from the start again.
using Letters = std::set<std::tuple<TopicPartition, std::int64_t, std::string>>;
// The records that one source sent to one partition, in order.
using Sent = std::map<std::pair<TopicPartition, std::string>, std::vector<Record>>;

struct Replay {
  std::array<Database::Documents, kCollections> documents;
  Letters letters;
  Sent sent;
};

// A reservation must not make available stock negative. A count or an adjustment may.
void check_available(World& world, const Database::Documents& before, const Document& document) {
  const auto* level = std::get_if<StockLevel>(&document);
  if (level == nullptr || available(*level) >= 0) return;
  const auto found = before.find(level->id);
  const std::int64_t reserved = found == before.end() ? 0 : std::get<StockLevel>(found->second).reserved;
  if (level->reserved > reserved) world.report("a reservation made available negative", level->id);
}

// Nor must an order exceed the limit of a promotion, at any time.
void check_limit(World& world, const Document& document) {
  const auto* promotion = std::get_if<Promotion>(&document);
  if (promotion == nullptr || !promotion->usage_limit || promotion->used <= *promotion->usage_limit) return;
  world.report("the limit of a promotion was exceeded", promotion->id);
}

void keep(const Commit& commit, Replay& replay) {
  for (const auto& change : commit.changes) {
    replay.documents[change.document->index()].insert_or_assign(id_of(*change.document), *change.document);
  }
}

bool fold(World& world, const Replay& replay, PartitionWorker& worker, std::vector<Record> records) {
  const auto keys = worker.prepare(std::move(records));
  if (!keys) {
    world.report("replay stops", keys.error().text());
    return false;
  }
  std::vector<std::optional<Document>> found;
  for (const auto& key : *keys) {
    const auto& documents = replay.documents[static_cast<std::size_t>(key.collection)];
    const auto document = documents.find(key.id);
    found.push_back(document == documents.end() ? std::nullopt : std::optional(document->second));
  }
  worker.supply(*keys, std::move(found));
  const auto folded = worker.fold();
  if (!folded) world.report("replay stops", folded.error().text());
  return folded.has_value();
}

// The record in a letter. Without the value, the letter's description of it.
std::string text_of(const Record& letter) {
  const auto digest = extra_header(letter, kSha256Header);
  return letter.key + "\n" + (digest.empty() ? letter.value : std::string(digest));
}

void take_sent(PartitionWorker& worker, Replay& replay) {
  for (auto& record : worker.take_records()) {
    if (record.at.dlq) {
      const auto letter = read_letter(record);
      replay.letters.emplace(TopicPartition{record.at.topic, letter.partition, false}, letter.offset, text_of(record));
    } else {
      replay.sent[{record.at, record.envelope.source}].push_back(std::move(record));
    }
  }
}

// An owner's way through its inbox, from its first record, across all changes of the log.
struct Course {
  Owner owner;
  Cursor cursor;
  std::size_t life = 0;  // how often its partition was recreated
};

// Folds from its position to before `until`, with the topology of that time.
bool replay_stretch(World& world, Course& course, const Topology& topology, std::int64_t until, Replay& replay) {
  const Owner& owner = course.owner;
  const auto& inbox = world.broker.at({inbox_of(owner.processor), owner.partition, false});
  const auto& records = course.life < inbox.past.size() ? inbox.past[course.life] : inbox.records;
  if (course.cursor.next >= until) return true;
  ORDO_CHECK(until <= std::ssize(records), to_string(owner), " until ", until, " of ", records.size());
  const std::span<const Record> stretch(records.data() + course.cursor.next, records.data() + until);
  const auto processor = processors::make_processor(owner.processor, world.rules, world.prices);
  PartitionWorker worker(*processor, topology, owner, course.cursor, 1'000'000, world.log_rules());
  // One by one, to see each reservation and each use of a promotion.
  if (owner.processor == ProcessorKind::stock || owner.processor == ProcessorKind::promotions) {
    for (const auto& record : stretch) {
      if (!fold(world, replay, worker, {record})) return false;
      const auto commit = worker.commit();
      for (const auto& change : commit.changes) {
        check_available(world, replay.documents[static_cast<std::size_t>(Collection::stock_levels)], *change.document);
        check_limit(world, *change.document);
      }
      keep(commit, replay);
      worker.committed();
    }
  } else if (!fold(world, replay, worker, {stretch.begin(), stretch.end()})) {
    return false;
  }
  const auto commit = worker.commit();
  keep(commit, replay);
  course.cursor = *commit.cursor;
  take_sent(worker, replay);
  return true;
}

// After records changed partitions, an owner's documents depend on all owners of its kind. So they are folded together.
bool replay_kind(World& world, ProcessorKind kind, Replay& replay) {
  const bool sees = world.options.sabotage != Sabotage::forget_seen;  // otherwise this check itself would fail
  Topology first = world.topology;
  for (auto& topic : first.topics) topic.partitions = kPartitions;
  std::map<Owner, std::pair<Course, Topology>> courses;
  for (int partition = 0; partition < world.partitions_of(kind); ++partition) {
    Course course{{kind, partition}, {}, 0};
    course.cursor.partitions = kPartitions;
    course.cursor.log = world.identity_of(inbox_of(kind));
    courses.emplace(course.owner, std::pair(course, first));
  }
  const auto compare = [&](const Course& course, const Cursor& with) {
    if (sees && with.partitions != 0 && course.cursor != with) {
      world.report("replay gives another cursor", to_string(course.owner));
    }
  };
  for (const auto& turn : world.upkeep.turns()) {
    const auto found = courses.find(turn.change.owner);
    if (found == courses.end()) continue;
    auto& [course, topology] = found->second;
    if (!replay_stretch(world, course, topology, turn.change.from.next, replay)) return false;
    compare(course, turn.change.from);
    if (sees) course.cursor = turn.change.to;
    // An owner that never ran learns the identity of its log when it begins.
    if (course.cursor.log.topic.empty()) course.cursor.log = world.identity_of(inbox_of(kind));
    course.cursor.epoch = turn.change.to.epoch;
    course.cursor.next = turn.change.to.next;
    course.cursor.sent = turn.change.to.sent;
    course.cursor.partitions = turn.topology[inbox_of(kind)].partitions;
    if (turn.made_anew) ++course.life;
    topology = turn.topology;
  }
  for (auto& [owner, way] : courses) {
    auto& [course, topology] = way;
    const auto end = world.broker.at({inbox_of(kind), owner.partition, false}).end();
    if (!replay_stretch(world, course, topology, end, replay)) return false;
    const auto commit = world.database.commits.find(owner);
    if (commit != world.database.commits.end()) compare(course, commit->second.cursor);
  }
  return true;
}

void compare_documents(World& world, const Replay& replay) {
  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    const auto& kept = world.database.all(collection);
    const auto& again = replay.documents[i];
    for (const auto& [id, document] : kept) {
      const auto found = again.find(id);
      if (found != again.end() && found->second == document) continue;
      world.report("replay gives other documents", std::string(to_string(collection)) + "/" + id + "\n    kept   " +
                                                       document_to_json(document) + "\n    replay " +
                                                       (found == again.end() ? "-" : document_to_json(found->second)));
    }
    for (const auto& [id, document] : again) {
      if (!kept.contains(id))
        world.report("replay gives more documents", std::string(to_string(collection)) + "/" + id);
    }
  }
}

// Prices are looked up when an order arrives. So among intake's copies, the first in the log counts.
bool same(const Record& a, const Record& b) {
  const bool priced = a.envelope.source.starts_with("/ordo/intake/");
  Envelope envelope = a.envelope;
  if (priced) envelope.proof = b.envelope.proof;
  return a.key == b.key && envelope == b.envelope && (priced || a.value == b.value);
}

// All records that a processor's inbox ever had, in order per partition.
std::vector<const Record*> all_records(World& world, ProcessorKind kind) {
  std::vector<const Record*> all;
  for (int partition = 0; partition < world.partitions_of(kind); ++partition) {
    const auto& inbox = world.broker.at({inbox_of(kind), partition, false});
    for (const auto& life : inbox.past) {
      for (const auto& record : life) all.push_back(&record);
    }
    for (const auto& record : inbox.records) all.push_back(&record);
  }
  return all;
}

void compare_log(World& world, const Replay& replay) {
  Sent there;
  const auto* proof = world.log_rules().proof;
  for (const auto kind : kAllProcessors) {
    for (const auto* record : all_records(world, kind)) {
      const auto& envelope = record->envelope;
      if (!envelope.sequence || !envelope.previous) continue;  // not sent by a fold
      if (proof != nullptr && !proof->believes(*record)) continue;
      auto& list = there[{record->at, envelope.source}];
      const auto place = std::lower_bound(list.begin(), list.end(), *envelope.sequence,
                                          [](const Record& r, auto s) { return *r.envelope.sequence < s; });
      if (place == list.end() || *place->envelope.sequence != *envelope.sequence) {
        list.insert(place, *record);
        continue;
      }
      world.faults.count(Sight::skipped_copies);
      if (!same(*place, *record)) {
        world.report("two records under one number", envelope.id + " " + envelope.type + " of " + record->key);
      }
    }
  }
  for (const auto& [place, records] : replay.sent) {
    auto& list = there[place];
    const bool equal = std::equal(records.begin(), records.end(), list.begin(), list.end(), same);
    if (!equal) {
      world.report("replay sends other records", place.second + " to " + std::string(to_string(place.first.topic)) +
                                                     "/" + std::to_string(place.first.partition) + ": " +
                                                     std::to_string(records.size()) + ", in the log " +
                                                     std::to_string(list.size()));
    }
    list.clear();
  }
  for (const auto& [place, records] : there) {
    if (!records.empty()) world.report("the log has records that replay does not send", place.second);
  }
}

// A request from a client or a carrier that only came too late.
bool lost_a_race(const Record& letter, std::string_view reason) {
  constexpr std::string_view kRequests[] = {kTypeOf<CancelRequested>, kTypeOf<RefundRequested>,
                                            kTypeOf<ReturnRequested>, kTypeOf<ResendRequested>,
                                            kTypeOf<NoteAdded>,       kTypeOf<CarrierUpdated>};
  constexpr std::string_view kReasons[] = {"illegal_transition",
                                           "refund_exceeds_payment",
                                           "lines_exceed_order",
                                           "lines_exceed_shipment",
                                           "lines_in_several_shipments",
                                           "too_many_parts",
                                           "too_many_notes",
                                           "nothing_lost",
                                           "not_paid"};
  const auto has = [](const auto& list, std::string_view one) {
    return std::ranges::find(list, one) != std::end(list);
  };
  return has(kRequests, letter.envelope.type) && has(kReasons, reason);
}

// Requests of an order to stock, payment and logistics, which follow from their own messages.
bool an_order_asked(const Record& letter, std::string_view reason) {
  constexpr std::string_view kAsked[] = {
      kTypeOf<ReserveRequested>,        kTypeOf<ReleaseRequested>,       kTypeOf<PartReleaseRequested>,
      kTypeOf<ShipRequested>,           kTypeOf<RestockRequested>,       kTypeOf<StockResendRequested>,
      kTypeOf<AuthorizeRequested>,      kTypeOf<CaptureRequested>,       kTypeOf<VoidRequested>,
      kTypeOf<PaymentRefundRequested>,  kTypeOf<PaymentRedactRequested>, kTypeOf<ShipmentRequested>,
      kTypeOf<ShipmentCancelRequested>, kTypeOf<ShipmentRedactRequested>};
  return std::ranges::find(kAsked, letter.envelope.type) != std::end(kAsked) && reason != "forged_source";
}

// Every appended record was folded, or is a dead letter, byte for byte. Every letter belongs to a refused record.
void compare_letters(World& world, const Replay& replay) {
  Letters kept;
  for (const auto kind : kAllProcessors) {
    for (const auto& record : world.broker.at({inbox_of(kind), 0, true}).records) {
      if (is_mark(record)) continue;
      const auto letter = read_letter(record);
      kept.emplace(TopicPartition{record.at.topic, letter.partition, false}, letter.offset, text_of(record));
      if (lost_a_race(record, letter.reason)) world.report("a lost race is a dead letter", letter.place);
      if (an_order_asked(record, letter.reason)) {
        world.report("what an order asked for is refused",
                     record.envelope.type + " " + letter.reason + " at " + letter.place);
      }
      if (letter.processor != to_string(kind)) world.report("a dead letter without a refused record", letter.place);
    }
  }
  if (kept != replay.letters) {
    world.report("the dead letters are not the refused records",
                 std::to_string(kept.size()) + " letters, " + std::to_string(replay.letters.size()) + " refused");
  }
  for (const auto& malformed : world.workload.malformed()) {
    if (!kept.contains({malformed.at, malformed.offset, malformed.text})) {
      world.report("a malformed record is no dead letter", std::string(to_string(malformed.at.topic)) + "/" +
                                                               std::to_string(malformed.at.partition) + " " +
                                                               std::to_string(malformed.offset));
    }
  }
}

}  // namespace

void check_replay(World& world) {
  Replay replay;
  for (const auto kind : kAllProcessors) {
    if (!replay_kind(world, kind, replay)) return;
  }
  compare_documents(world, replay);
  compare_log(world, replay);
  compare_letters(world, replay);
}

}  // namespace ordo::simulation
