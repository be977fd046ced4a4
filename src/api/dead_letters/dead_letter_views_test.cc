#include "api/dead_letters/dead_letter_views.h"

#include <gtest/gtest.h>

#include "records/json_codec.h"

namespace ordo::api {
namespace {

FoundLetter tombstone() {
  FoundLetter found;
  found.record.at = {Topic::order_created, 0, true};
  found.record.null_value = true;
  found.record.envelope = from_headers({{"content-type", "text/plain"}, {"none", std::nullopt}, {"bytes", "\xff"}});
  found.letter = read_letter(found.record);
  return found;
}

TEST(LetterView, ShowsNullAndBytesForWhatTheyAre) {
  const auto view = view_of(tombstone());
  EXPECT_EQ(view.tombstone, true);
  EXPECT_FALSE(view.value);
  EXPECT_FALSE(view.value_hex);
  EXPECT_NE(to_json(view).find(R"("headers":[{"name":"content-type","value":"text/plain"},{"name":"none"},)"
                               R"({"name":"bytes","value_hex":"ff"}])"),
            std::string::npos)
      << to_json(view);
}

TEST(LetterView, AnEmptyValueIsNoTombstone) {
  auto found = tombstone();
  found.record.null_value = false;
  const auto view = view_of(found);
  EXPECT_FALSE(view.tombstone);
  EXPECT_EQ(view.value, "");
}

}  // namespace
}  // namespace ordo::api
