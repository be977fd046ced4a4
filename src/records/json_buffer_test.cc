#include "records/json_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "records/json_codec.h"

namespace ordo {
namespace {

TEST(JsonBuffer, GrowsAndKeepsWhatWasWritten) {
  JsonBuffer buffer;
  std::string expected;
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = std::to_string(i);
    buffer.append(text);
    buffer.push_back(',');
    expected += text + ",";
    if (i % 1'000 == 0) {
      EXPECT_EQ(buffer.text(), expected);
    }
  }
  const std::string large(100'000, 'x');
  buffer.append(large);
  EXPECT_EQ(buffer.text(), expected + large);
  EXPECT_EQ(buffer.size(), expected.size() + large.size());
}

TEST(JsonBuffer, ATextOfAnyLengthFits) {
  for (const std::size_t size : {std::size_t{0}, JsonBuffer::kInside - 2, JsonBuffer::kInside - 1, JsonBuffer::kInside,
                                 2 * JsonBuffer::kInside, std::size_t{1'000'000}}) {
    const std::string text(size, 'x');
    EXPECT_EQ(to_json(text), "\"" + text + "\"");
  }
  EXPECT_EQ(to_json(std::string("a \"b\"\n")), R"("a \"b\"\n")");
  EXPECT_EQ(to_json(std::vector<std::int64_t>(3, INT64_MIN)),
            "[-9223372036854775808,-9223372036854775808,-9223372036854775808]");
}

}  // namespace
}  // namespace ordo
