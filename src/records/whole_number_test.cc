#include "records/whole_number.h"

#include <gtest/gtest.h>

#include "records/json_codec.h"

namespace ordo {
namespace {

using Kind = WholeNumber::Kind;

TEST(WholeNumber, TakesAZeroFraction) {
  const std::pair<const char*, std::int64_t> kWhole[] = {{"0", 0},
                                                         {"-0", 0},
                                                         {"-0.0", 0},
                                                         {"0.000", 0},
                                                         {"0e999999999999999999999", 0},
                                                         {"2.0", 2},
                                                         {"1e0", 1},
                                                         {"20e-1", 2},
                                                         {"1.5e1", 15},
                                                         {"-2.50E+1", -25},
                                                         {"1.0E7", 10'000'000},
                                                         {"1e18", 1'000'000'000'000'000'000},
                                                         {"100e-2", 1},
                                                         {"0.0001e4", 1},
                                                         {"9007199254740993.0", 9'007'199'254'740'993},
                                                         {"9223372036854775807.0", INT64_MAX},
                                                         {"-9223372036854775808.0", INT64_MIN},
                                                         {"-9.223372036854775808e18", INT64_MIN}};
  for (const auto& [text, value] : kWhole) {
    const auto read = parse_whole(text);
    EXPECT_EQ(read.kind, Kind::whole) << text;
    EXPECT_EQ(read.value, value) << text;
  }
}

TEST(WholeNumber, RefusesTheRest) {
  for (const auto* text : {"2.5", "1e-1", "0.1", "15e-1", "1e-999999999999999999999", "9007199254740993.5"}) {
    EXPECT_EQ(parse_whole(text).kind, Kind::fraction) << text;
  }
  for (const auto* text : {"1e19", "9223372036854775808", "9223372036854775808.0", "-9223372036854775809.0", "1e400",
                           "1e999999999999999999999"}) {
    EXPECT_EQ(parse_whole(text).kind, Kind::out_of_range) << text;
  }
}

struct Line {
  std::int64_t quantity = 0;
  Money price;
};
BOOST_DESCRIBE_STRUCT(Line, (), (quantity, price))

TEST(WholeNumber, IsOneRuleWhereverJsonIsRead) {
  for (const auto fields : {Fields::strict, Fields::lenient, Fields::stored}) {
    const auto line = from_json<Line>(R"({"quantity":2.0,"price":{"amount":1.25e3,"currency":"USD"}})", fields);
    ASSERT_TRUE(line.has_value()) << line.error().text();
    EXPECT_EQ(line->quantity, 2);
    EXPECT_EQ(line->price.amount, 1250);
  }
  const auto half = from_json<Line>(R"({"quantity":2.5,"price":{"amount":1,"currency":"USD"}})", Fields::lenient);
  ASSERT_FALSE(half.has_value());
  EXPECT_EQ(half.error().violations[0].pointer, "/quantity");
}

}  // namespace
}  // namespace ordo
