#include "records/dead_letter.h"

#include <gtest/gtest.h>

#include "records/messages.h"
#include "records/proof.h"

namespace ordo {
namespace {

Record letter_of_order() {
  Record record;
  record.at = {Topic::order_created, 0, true};
  record.offset = 17;
  record.appended_at = from_unix_ms(2'000);
  record.key = "k";
  record.value = "broken";
  record.envelope.extra = {{"shop", "north"},
                           {"ordo_dlq_reason", "malformed_json"},
                           {"ordo_dlq_detail", "why"},
                           {"ordo_dlq_processor", "intake"},
                           {"ordo_dlq_partition", "3"},
                           {"ordo_dlq_offset", "9"},
                           {"ordo_dlq_time", to_rfc3339(from_unix_ms(1'000))}};
  return record;
}

TEST(DeadLetter, IdsAreReadBack) {
  EXPECT_EQ(to_string(LetterId{Topic::stock, 5}), "stock:5");
  EXPECT_EQ(parse_letter_id("stock:5"), (LetterId{Topic::stock, 5}));
  for (const auto* text : {"", "stock", "stock:", "stock:x", "stock:-1", "stock:5x", "nowhere:5", ":5"}) {
    EXPECT_FALSE(parse_letter_id(text)) << text;
  }
}

TEST(DeadLetter, SaysWhyAndWhereItWas) {
  const auto letter = read_letter(letter_of_order());
  EXPECT_EQ(letter.reason, "malformed_json");
  EXPECT_EQ(letter.processor, "intake");
  EXPECT_EQ(letter.partition, 3);
  EXPECT_EQ(letter.offset, 9);
  EXPECT_EQ(letter.time, from_unix_ms(1'000));
  EXPECT_EQ(letter.refused_at, from_unix_ms(2'000));
  EXPECT_EQ(letter.place, "order_created/3/9@" + to_rfc3339(from_unix_ms(1'000)));
}

TEST(DeadLetter, IsReplayedAsItWas) {
  const Topology topology;
  const auto bare = replay_of(topology, letter_of_order(), "{}");
  EXPECT_EQ(bare.at, (TopicPartition{Topic::order_created, 3, false}));
  EXPECT_EQ(bare.offset, -1);
  EXPECT_EQ(bare.key, "k");
  EXPECT_EQ(bare.value, "{}");
  EXPECT_EQ(bare.envelope.type, kTypeOf<NewOrder>);
  EXPECT_EQ(bare.envelope.time, from_unix_ms(1'000));           // of the record, not of its replay
  EXPECT_FALSE(bare.envelope.source.starts_with("/ordo/api"));  // the prices of that source would be believed
  EXPECT_TRUE(is_replay(bare));
  EXPECT_EQ(extra_header(bare, "shop"), "north");
  EXPECT_EQ(extra_header(bare, kReplayOfHeader), "order_created:17");
  EXPECT_EQ(extra_header(bare, kForeignSourceHeader), "/ordo/dlq/order_created");
  EXPECT_EQ(bare.envelope.extra.size(), 4U);

  auto numbered = letter_of_order();
  numbered.envelope.type = kTypeOf<NewOrder>;
  numbered.envelope.source = "/ordo/api/a";
  numbered.envelope.id = "id";
  numbered.envelope.time = from_unix_ms(500);
  numbered.envelope.sequence = 7;
  numbered.envelope.previous = 6;
  const auto again = replay_of(topology, numbered, std::nullopt);
  EXPECT_EQ(again.value, "broken");
  EXPECT_EQ(again.envelope.source, "/ordo/api/a");
  EXPECT_EQ(again.envelope.id, "id");
  EXPECT_EQ(again.envelope.time, from_unix_ms(500));
  EXPECT_FALSE(again.envelope.sequence);
  EXPECT_FALSE(again.envelope.previous);
}

TEST(DeadLetter, AReplayNamesTheOperatorWhereTheRecordsOwnActorDoesNotCount) {
  const Topology topology;
  const Actor claimed{ActorKind::key, "4fQ0", "owner"};
  const Actor support{ActorKind::token, "support"};
  auto letter = letter_of_order();
  letter.envelope.source = "/crm";
  letter.envelope.by = claimed;
  EXPECT_EQ(replay_of(topology, letter, std::nullopt, nullptr, support).envelope.by, support)
      << "a record without a type becomes the operator's";
  letter.envelope.type = kTypeOf<NewOrder>;
  EXPECT_EQ(replay_of(topology, letter, std::nullopt, nullptr, support).envelope.by, claimed);
  EXPECT_EQ(replay_of(topology, letter, "{}", nullptr, support).envelope.by, support) << "who writes a value answers";
  EXPECT_FALSE(replay_of(topology, letter, "{}").envelope.by);

  auto forged = letter;
  forged.envelope.source = "/ordo/api/a";
  const RecordProof proof(std::string(RecordProof::kSecretBytes, 's'));
  EXPECT_EQ(replay_of(topology, forged, std::nullopt, &proof, support).envelope.by, support);

  auto broken = letter;
  broken.envelope.by.reset();
  broken.envelope.as_came = {{"ce_type", letter.envelope.type}, {"ce_bykind", "robot"}};
  for (auto& header : broken.envelope.extra) {
    if (header.name == "ordo_dlq_reason") header.value = "invalid_by";
  }
  const auto mended = replay_of(topology, broken, std::nullopt, nullptr, support);
  EXPECT_EQ(from_headers(to_headers(mended.envelope)).by, support);

  const auto mark = mark_of(read_letter(letter), LetterState::dropped, from_unix_ms(1), "/ordo/api/a", support);
  EXPECT_EQ(mark.envelope.by, support);
}

// Content of another program or of the operator is checked as such, also when ordo is named as the source.
TEST(DeadLetter, AReplayIsOrdosOnlyWithOrdosOwnContent) {
  const Topology topology;
  const RecordProof proof(std::string(RecordProof::kSecretBytes, 's'));
  const auto replay = [&](std::string_view type, std::string_view source, const std::optional<std::string>& value,
                          bool proven) {
    auto letter = letter_of_order();
    letter.envelope.type = type;
    letter.envelope.source = source;
    if (proven) {
      auto original = letter;
      original.at = {letter.at.topic, 3, false};
      original.offset = 9;
      letter.envelope.proof = proof.make(original);
    }
    return replay_of(topology, letter, value, &proof, Actor{ActorKind::token, "support"}).envelope;
  };
  EXPECT_TRUE(is_by_ordo(replay(kTypeOf<NewOrder>, "/ordo/api/a", std::nullopt, true)));
  for (const auto& [type, source, value, proven] :
       {std::tuple("", "", std::optional<std::string>(), false),
        std::tuple(kTypeOf<NewOrder>.data(), "/ordo/api/a", std::optional<std::string>(), false),
        std::tuple(kTypeOf<NewOrder>.data(), "/ordo/api/a", std::optional<std::string>("{}"), true),
        std::tuple(kTypeOf<NewOrder>.data(), "/shop", std::optional<std::string>("{}"), false)}) {
    const auto envelope = replay(type, source, value, proven);
    EXPECT_FALSE(is_by_ordo(envelope)) << source;
    EXPECT_TRUE(names_known_actor(envelope)) << source;
    EXPECT_EQ(text_rule_of(envelope), TextRule::enforced) << source;
  }
  const auto foreign = replay(kTypeOf<NewOrder>, "/shop", std::nullopt, false);
  EXPECT_FALSE(is_by_ordo(foreign) || names_known_actor(foreign));
}

TEST(DeadLetter, NullAndHeadersStayOverAReplay) {
  auto letter = letter_of_order();
  letter.value.clear();
  letter.null_value = true;
  letter.envelope = from_headers({{"ce_type", "ordo.order.placed.v1"},
                                  {"ce_time", "yesterday"},
                                  {"content-type", "application/vnd.shop+json"},
                                  {"ce_sequence", "9"},
                                  {"empty", std::nullopt},
                                  {"ordo_dlq_partition", "3"},
                                  {"ordo_dlq_offset", "9"}});
  const auto replay = replay_of(Topology(), letter, std::nullopt);
  EXPECT_TRUE(replay.null_value);
  auto headers = to_headers(replay.envelope);
  headers.erase(headers.begin() + 4, headers.end());  // the headers about the replayed letter follow
  EXPECT_EQ(headers, (Headers{{"ce_type", "ordo.order.placed.v1"},
                              {"ce_time", "yesterday"},
                              {"content-type", "application/vnd.shop+json"},
                              {"empty", std::nullopt}}));
  EXPECT_FALSE(replay_of(Topology(), letter, "{}").null_value);
}

TEST(DeadLetter, KeepsItsOriginOverReplays) {
  const Topology topology;
  auto refused = replay_of(topology, letter_of_order(), std::nullopt);
  const std::string origin(extra_header(refused, kOriginHeader));
  refused.at = {Topic::order_created, 0, true};
  refused.offset = 20;
  refused.envelope.extra.insert(refused.envelope.extra.end(),
                                {{"ordo_dlq_reason", "again"}, {"ordo_dlq_partition", "3"}, {"ordo_dlq_offset", "12"}});
  EXPECT_EQ(read_letter(refused).replay_of, "order_created:17");
  EXPECT_NE(read_letter(refused).place, origin);
  const auto twice = replay_of(topology, refused, std::nullopt);
  EXPECT_EQ(extra_header(twice, kOriginHeader), origin);
  EXPECT_EQ(extra_header(twice, kReplayOfHeader), "order_created:20");
}

TEST(DeadLetter, GoesToAPartitionThatThereIs) {
  Topology topology;
  topology[Topic::order_created].partitions = 2;
  EXPECT_EQ(replay_of(topology, letter_of_order(), std::nullopt).at.partition,
            topology.partition_of(Topic::order_created, "k"));
}

TEST(LetterStates, FollowTheMarks) {
  const auto record = letter_of_order();
  const auto letter = read_letter(record);
  LetterStates states;
  EXPECT_FALSE(states.note(record));
  EXPECT_EQ(states.of(letter), LetterState::open);
  const auto mark = mark_of(letter, LetterState::dropped, from_unix_ms(3'000), "/ordo/api/a");
  EXPECT_EQ(mark.at, (TopicPartition{Topic::order_created, 0, true}));
  EXPECT_TRUE(is_mark(mark));
  EXPECT_TRUE(states.note(mark));
  EXPECT_EQ(states.of(letter), LetterState::dropped);
  // A second letter of the same record, as a repeated step leaves it.
  auto copy = record;
  copy.offset = 18;
  EXPECT_EQ(states.of(read_letter(copy)), LetterState::dropped);
  EXPECT_TRUE(states.note(mark_of(letter, LetterState::replayed, from_unix_ms(3'000), "/ordo/api/a")));
  EXPECT_EQ(states.of(letter), LetterState::replayed);
}

}  // namespace
}  // namespace ordo
