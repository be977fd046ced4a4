// The coverage of a proof, and the records that need one.
#include "records/proof.h"

#include <gtest/gtest.h>

#include <functional>

#include "records/dead_letter.h"

namespace ordo {
namespace {

const std::string kSecret(RecordProof::kSecretBytes, 's');

Record order() {
  Record record;
  record.at = {Topic::order_created, 2, false};
  record.offset = 40;
  record.key = "o1";
  record.value = R"({"orderId":"o1"})";
  record.envelope.id = "id";
  record.envelope.source = "/ordo/api/a";
  record.envelope.type = "ordo.order.placed.v1";
  record.envelope.subject = "o1";
  record.envelope.sequence = 7;
  record.envelope.previous = 6;
  record.envelope.by = Actor{ActorKind::key, "4fQ0", "web shop"};
  record.envelope.extra = {
      {"shop", "north"}, {kReplayOfHeader, "order_created:1"}, {kOriginHeader, "order_created/2/1"}};
  return record;
}

Record proven(const RecordProof& proof, Record record = order()) {
  record.envelope.proof = proof.make(record);
  return record;
}

TEST(RecordProof, HoldsForTheRecordAsItComesBackFromTheWire) {
  const RecordProof proof(kSecret);
  auto record = proven(proof);
  EXPECT_EQ(record.envelope.proof.size(), 32U);
  EXPECT_TRUE(proof.holds(record));
  record.envelope = from_headers(to_headers(record.envelope));
  EXPECT_TRUE(proof.holds(record));
  record.envelope.traceparent = "another";  // set by a process that forwards it
  EXPECT_TRUE(proof.holds(record));
  const RecordProof same(kSecret);
  EXPECT_TRUE(same.holds(record));
}

TEST(RecordProof, IsThatOfTheStandard) {
  // The framing of an empty record under a key of zeros, its HMAC made by another program (Python's hmac).
  EXPECT_EQ(RecordProof(std::string(32, '\0')).make(Record()), "b2e5247c735229408b52693c524b9843");
}

TEST(RecordProof, CoversWhatIsBelievedOfARecord) {
  const RecordProof proof(kSecret);
  const std::pair<const char*, std::function<void(Record&)>> changes[] = {
      {"topic", [](Record& r) { r.at.topic = Topic::stock; }},
      {"partition", [](Record& r) { r.at.partition = 1; }},
      {"dead letters", [](Record& r) { r.at.dlq = true; }},
      {"source", [](Record& r) { r.envelope.source = "/ordo/api/b"; }},
      {"sequence", [](Record& r) { r.envelope.sequence = 8; }},
      {"no sequence", [](Record& r) { r.envelope.sequence.reset(); }},
      {"previous", [](Record& r) { r.envelope.previous = 5; }},
      {"no previous", [](Record& r) { r.envelope.previous.reset(); }},
      {"id", [](Record& r) { r.envelope.id += "x"; }},
      {"type", [](Record& r) { r.envelope.type += "x"; }},
      {"subject", [](Record& r) { r.envelope.subject += "x"; }},
      {"by", [](Record& r) { r.envelope.by->id += "x"; }},
      {"kind of by", [](Record& r) { r.envelope.by->kind = ActorKind::token; }},
      {"name of by", [](Record& r) { r.envelope.by->name = "owner"; }},
      {"no name of by", [](Record& r) { r.envelope.by->name.reset(); }},
      {"no by", [](Record& r) { r.envelope.by.reset(); }},
      {"key", [](Record& r) { r.key += "x"; }},
      {"value", [](Record& r) { r.value += " "; }},
      {"null", [](Record& r) { r.null_value = true; }},
      {"origin", [](Record& r) { r.envelope.extra[2].value += "x"; }},
      {"letter", [](Record& r) { r.envelope.extra[1].value += "x"; }},
      {"no claims", [](Record& r) { r.envelope.extra.clear(); }},
      {"a claim more", [](Record& r) { r.envelope.extra.emplace_back(kOriginHeader, "stock/0/0"); }},
      {"no proof", [](Record& r) { r.envelope.proof.clear(); }},
      {"half a proof", [](Record& r) { r.envelope.proof.resize(16); }},
      {"another proof", [](Record& r) { r.envelope.proof.back() = r.envelope.proof.back() == '0' ? '1' : '0'; }},
      // The same bytes, cut elsewhere.
      {"id and type",
       [](Record& r) {
         r.envelope.id += r.envelope.type.front();
         r.envelope.type.erase(0, 1);
       }},
  };
  for (const auto& [what, change] : changes) {
    auto record = proven(proof);
    change(record);
    EXPECT_FALSE(proof.holds(record)) << what;
  }
  EXPECT_FALSE(RecordProof(std::string(RecordProof::kSecretBytes, 't')).holds(proven(proof)));
}

TEST(RecordProof, LargeValuesAreCoveredToTheEnd) {
  const RecordProof proof(kSecret);
  for (const std::size_t size : {400U, 511U, 512U, 513U, 1'024U, 100'000U}) {
    auto record = order();
    record.value.assign(size, 'v');
    record = proven(proof, record);
    EXPECT_TRUE(proof.holds(record)) << size;
    record.value.back() = 'w';
    EXPECT_FALSE(proof.holds(record)) << size;
  }
}

TEST(RecordProof, IsAskedOfWhoClaimsToBeOrdo) {
  const RecordProof proof(kSecret, {{{Topic::order_created, 2, false}, 40}});
  Record record;
  record.at = {Topic::order_created, 2, false};
  record.offset = 40;
  for (const auto* source : {"", "/outside", "urn:ordo", "/ordo", "/ORDO/api/a", "ordo/api/a"}) {
    record.envelope.source = source;
    EXPECT_FALSE(proof.needed(record)) << source;
    EXPECT_TRUE(proof.believes(record)) << source;
  }
  for (const auto* source : {"/ordo/api/a", "/ordo/orders/0/0", "/ordo/"}) {
    record.envelope.source = source;
    EXPECT_TRUE(proof.needed(record)) << source;
    EXPECT_FALSE(proof.believes(record)) << source;
    EXPECT_TRUE(proof.believes(proven(proof, record))) << source;
  }
  record.envelope.source = "/outside";
  for (const auto header : {kOriginHeader, kReplayOfHeader}) {
    record.envelope.extra = {{header, ""}};
    EXPECT_FALSE(proof.believes(record)) << header;
  }
  // Written before there was a secret.
  record.envelope.source = "/ordo/api/a";
  record.offset = 39;
  EXPECT_TRUE(proof.believes(record));
  record.at.partition = 1;
  EXPECT_FALSE(proof.believes(record));
}

TEST(RecordProof, AForgeryDoesNotBecomeOrdosOwnByItsReplay) {
  const Topology topology;
  const RecordProof proof(kSecret);
  const auto letter_of = [](Record record, const char* reason) {
    record.at = {Topic::order_created, 0, true};
    record.offset = 17;
    for (const auto& [name, value] : {std::pair("ordo_dlq_reason", reason), std::pair("ordo_dlq_partition", "2"),
                                      std::pair("ordo_dlq_offset", "40")}) {
      record.envelope.extra.emplace_back(name, value);
    }
    return record;
  };
  const auto made_ours = [](const Record& replay) {
    return replay.envelope.source == "/ordo/dlq/order_created" && replay.envelope.id == "order_created:17" &&
           extra_header(replay, kOriginHeader) != "order_created/2/1";
  };
  EXPECT_TRUE(made_ours(replay_of(topology, letter_of(order(), "forged_source"), std::nullopt)));
  // Another program wrote it into the dead-letter topic.
  EXPECT_TRUE(made_ours(replay_of(topology, letter_of(order(), "out_of_range"), std::nullopt, &proof)));
  const auto own = replay_of(topology, letter_of(proven(proof), "out_of_range"), std::nullopt, &proof);
  EXPECT_EQ(own.envelope.source, "/ordo/api/a");
  EXPECT_EQ(extra_header(own, kOriginHeader), "order_created/2/1");
  EXPECT_EQ(own.envelope.proof, "") << "that of the record as it was is not that of its replay";
}

}  // namespace
}  // namespace ordo
