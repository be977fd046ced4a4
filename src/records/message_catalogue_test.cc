#include "records/message_catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "records/messages.h"

namespace ordo {
namespace {

TEST(MessageCatalogue, HasWhatCanBeDecodedAndNothingElse) {
  std::set<std::pair<Topic, std::string_view>> listed;
  for (const auto& message : message_types()) {
    EXPECT_TRUE(listed.emplace(message.topic, message.type).second) << message.type << " is listed twice";
  }
  const auto known = decodable_types();
  for (const auto& one : known) {
    EXPECT_TRUE(listed.contains(one)) << one.second << " on " << to_string(one.first)
                                      << " is not in the catalogue: add it to message_catalogue.cc";
  }
  EXPECT_EQ(listed.size(), known.size());
}

TEST(MessageCatalogue, SaysWhoWrites) {
  for (const auto& message : message_types()) {
    EXPECT_FALSE(message.summary.empty()) << message.type;
    EXPECT_FALSE(message.writers[0].empty()) << message.type;
    for (const auto& writer : message.writers) {
      EXPECT_TRUE(writer.empty() || writer == "api" || writer == "outside" || writer == "timers" ||
                  parse_processor(writer))
          << writer;
    }
  }
}

TEST(MessageCatalogue, BareRecordsAreReadOnTheTopicsThatTakeThem) {
  for (std::size_t i = 0; i < kTopics; ++i) {
    Record record;
    record.at.topic = static_cast<Topic>(i);
    record.value = "{}";
    const auto message = decode(record);
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().reason != "unknown_type", takes_bare_records(record.at.topic))
        << to_string(record.at.topic);
  }
}

}  // namespace
}  // namespace ordo
