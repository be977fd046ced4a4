#include "cells/time_values.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace ordo::imports {
namespace {

const TimeStyle kDayFirst{DateOrder::day_first, "", {}};
const TimeStyle kMonthFirst{DateOrder::month_first, "", {}};

TimeStyle in_zone(std::string zone) {
  return TimeStyle{DateOrder::unknown, std::move(zone), {}};
}

TimeStyle by_formats(std::vector<std::string> formats) {
  return TimeStyle{DateOrder::unknown, "", std::move(formats)};
}

// The time in RFC 3339, or the reason of the error.
std::string time_of(std::string_view cell, const TimeStyle& style = {}) {
  const auto time = parse_time(cell, style);
  return time ? to_rfc3339(*time) : time.error().reason;
}

std::string time_of_two(std::string_view date, std::string_view time, const TimeStyle& style = {}) {
  const auto found = parse_date_and_time(date, time, style);
  return found ? to_rfc3339(*found) : found.error().reason;
}

// "day-first", "month-first", "" or the message of the error.
std::string order_of_column(const std::vector<std::string>& cells, const TimeStyle& given = {}) {
  TimeEvidence evidence;
  for (const auto& cell : cells) evidence.add(cell);
  const auto style = evidence.decide(given);
  if (!style) return style.error().message;
  return style->order == DateOrder::day_first     ? "day-first"
         : style->order == DateOrder::month_first ? "month-first"
                                                  : "";
}

TEST(TimeValues, OneInstantInEveryFormWithAnOffset) {
  for (const std::string_view cell : {"2024-03-05T14:22:11-05:00",
                                      "2024-03-05T14:22:11.000-0500",
                                      "2024-03-05 14:22:11 -0500",
                                      "2024-03-05 14:22:11 -05:00",
                                      "2024-03-05 14:22:11-05",
                                      "2024-03-05 14:22:11 GMT-5",
                                      "2024-03-05 14:22:11 UTC-05:00",
                                      "2024-03-05 14:22:11 EST",
                                      "2024-03-05 14:22:11 America/New_York",
                                      "2024-03-05 14:22:11 america/new_york",
                                      "2024-03-05T14:22:11-05:00[America/New_York]",
                                      "2024-03-05 14:22:11 −0500",
                                      "2024-03-05 14:22:11 -0500 EST",
                                      "2024-03-05T19:22:11Z",
                                      "2024-03-05t19:22:11z",
                                      "2024-03-05 19:22:11 UTC",
                                      "2024-03-05 19:22:11 +0000",
                                      "2024-03-05 19:22:11 +0000 UTC",
                                      "2024-03-05 19:22:11 GMT",
                                      "2024-03-06 02:22:11 +07",
                                      "2024-03-06 02:22:11 +0700 +07",
                                      "2024-03-06 02:22:11 ICT",
                                      "20240305T192211Z",
                                      "20240305192211",
                                      "20240305 192211",
                                      "2024/03/05 19:22:11",
                                      "2024.03.05 19:22:11",
                                      "2024-3-5 19:22:11",
                                      "2024-Mar-05 19:22:11",
                                      "Tue, 05 Mar 2024 14:22:11 -0500",
                                      "Tue, 05 Mar 2024 14:22:11 EST",
                                      "Tuesday, 05-Mar-24 19:22:11 GMT",
                                      "5 Mar 2024 14:22:11 -0500 (EST)",
                                      "Tue Mar  5 19:22:11 2024",
                                      "Tue Mar  5 14:22:11 EST 2024",
                                      "Tue Mar 05 2024 14:22:11 GMT-0500 (Eastern Standard Time)",
                                      "Mar 5, 2024, 7:22:11 PM",
                                      "Mar 5, 2024, 7:22:11\u202fPM",
                                      "March 5, 2024 at 7:22:11 p.m.",
                                      "Mar. 5, 2024 7:22:11pm",
                                      "March 5th, 2024 19:22:11",
                                      "5th of March 2024 19:22:11",
                                      "Mar-05-24 14:22:11 EST",
                                      "05-MAR-24 07.22.11.000000 PM",
                                      "5 March 2024 - 19:22:11",
                                      "14:22:11 Mar 05, 2024 EST",
                                      "25/1/2024 7:22:11 CH"}) {
    const bool january = cell.starts_with("25/1");
    EXPECT_EQ(time_of(cell), january ? "2024-01-25T19:22:11.000Z" : "2024-03-05T19:22:11.000Z") << cell;
  }
}

TEST(TimeValues, FractionsAndMissingSeconds) {
  EXPECT_EQ(time_of("2024-03-05T14:22:11.123456Z"), "2024-03-05T14:22:11.123Z");
  EXPECT_EQ(time_of("2024-03-05 14:22:11,5"), "2024-03-05T14:22:11.500Z");
  EXPECT_EQ(time_of("2024-03-05 14:22"), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of("2024-03-05"), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of("20240305"), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of("202403051422"), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of("Mar 5, 2024"), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of("Mar 5, 2024 2 PM"), "2024-03-05T14:00:00.000Z");
  EXPECT_EQ(time_of("2024-03-05T14:22:60Z"), "2024-03-05T14:23:00.000Z");
}

TEST(TimeValues, TwelveHourClocks) {
  EXPECT_EQ(time_of("2024-03-05 12:00 AM"), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of("2024-03-05 12:30 PM"), "2024-03-05T12:30:00.000Z");
  EXPECT_EQ(time_of("2024-03-05 11:59:59 pm"), "2024-03-05T23:59:59.000Z");
  EXPECT_EQ(time_of("2024-03-05 8:05 SA"), "2024-03-05T08:05:00.000Z");
  EXPECT_EQ(time_of("2024-03-05 8:05 AM EST"), "2024-03-05T13:05:00.000Z");
  EXPECT_EQ(time_of("2024-03-05 13:00 PM"), "bad_time");
}

TEST(TimeValues, DayAndMonthInTheOrderOfTheColumn) {
  for (const std::string_view cell : {"05/03/2024 14:22", "5/3/2024 14:22", "05.03.2024 14:22", "05-03-2024 14:22",
                                      "5. 3. 2024 14:22", "5/3/24 14:22", "5.3.24, 2:22 PM", "14:22 05/03/2024"}) {
    EXPECT_EQ(time_of(cell, kDayFirst), "2024-03-05T14:22:00.000Z") << cell;
    EXPECT_EQ(time_of(cell, kMonthFirst), "2024-05-03T14:22:00.000Z") << cell;
    EXPECT_EQ(time_of(cell), "ambiguous_date") << cell;
  }
  EXPECT_EQ(time_of("3/5/24, 2:22 PM", kMonthFirst), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of("25/03/2024", kMonthFirst), "bad_time");
  EXPECT_EQ(time_of("03/25/2024", kDayFirst), "bad_time");
  // Clear without the column.
  EXPECT_EQ(time_of("25/03/2024"), "2024-03-25T00:00:00.000Z");
  EXPECT_EQ(time_of("03/25/2024"), "2024-03-25T00:00:00.000Z");
  EXPECT_EQ(time_of("05/05/2024"), "2024-05-05T00:00:00.000Z");
  EXPECT_EQ(time_of("2024/03/05", kMonthFirst), "2024-03-05T00:00:00.000Z");
}

TEST(TimeValues, TheColumnProvesTheOrder) {
  EXPECT_EQ(order_of_column({"05/03/2024", "25/03/2024 10:00"}), "day-first");
  EXPECT_EQ(order_of_column({"05.03.2024", "31.12.23"}), "day-first");
  EXPECT_EQ(order_of_column({"3/5/24, 2:22 PM", "3/25/24, 2:22 PM"}), "month-first");
  EXPECT_EQ(order_of_column({"14:22 05/03/2024", "14:22 25/03/2024"}), "day-first");
  EXPECT_EQ(order_of_column({"2024-03-05", "Mar 5, 2024", "", "Total", "05/05/2024", "1709648531", "99/99/2024"}), "");
  EXPECT_EQ(order_of_column({"05/03/2024"}, kDayFirst), "day-first");
  EXPECT_EQ(order_of_column({"05/03/2024", "25/03/2024"}, kMonthFirst), "month-first");
}

TEST(TimeValues, AnUnclearOrderStopsTheColumn) {
  EXPECT_EQ(order_of_column({"", "05/03/2024", "06/03/2024"}),
            "\"05/03/2024\" can be 5 March or 3 May; say --date-order day-first or month-first");
  EXPECT_EQ(order_of_column({"05.03.2024 14:22"}),
            "\"05.03.2024 14:22\" can be 5 March or 3 May; say --date-order day-first or month-first");
  EXPECT_EQ(order_of_column({"25/03/2024", "03/25/2024"}),
            "\"25/03/2024\" and \"03/25/2024\" have day and month in different orders; say --date-order day-first or "
            "month-first");
  EXPECT_EQ(order_of_column({"05/03/2024"}, by_formats({"%d/%m/%Y"})), "");
  EXPECT_NE(order_of_column({"05/03/2024"}, by_formats({"%d.%m.%Y"})), "");
}

TEST(TimeValues, TheOrderHasANameForTheCommandLine) {
  EXPECT_EQ(parse_date_order("day-first"), DateOrder::day_first);
  EXPECT_EQ(parse_date_order("month-first"), DateOrder::month_first);
  EXPECT_EQ(parse_date_order("unknown"), std::nullopt);
}

TEST(TimeValues, NumbersOfTime) {
  EXPECT_EQ(time_of("1709648531"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of("1709648531.5"), "2024-03-05T14:22:11.500Z");
  EXPECT_EQ(time_of("1709648531123"), "2024-03-05T14:22:11.123Z");
  EXPECT_EQ(time_of("946684800000"), "2000-01-01T00:00:00.000Z");
  EXPECT_EQ(time_of("946684800"), "2000-01-01T00:00:00.000Z");
  EXPECT_EQ(time_of("1709648531", in_zone("Asia/Ho_Chi_Minh")), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of("45356"), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of("45356.0"), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of("45356.5"), "2024-03-05T12:00:00.000Z");
  EXPECT_EQ(time_of("45356.5987384259"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of("45356,5987384259"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of("45356.99999999999999"), "2024-03-06T00:00:00.000Z");
  EXPECT_EQ(time_of("45356.5", in_zone("Asia/Ho_Chi_Minh")), "2024-03-05T05:00:00.000Z");
  EXPECT_EQ(time_of("25569"), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time_of("80000"), "2119-01-11T00:00:00.000Z");
  for (const std::string_view cell : {"25568", "80001", "1", "0", "12345678", "20241305", "123456", "17096485311234567",
                                      "1709648531123.5", "-1709648531", "1e9"}) {
    EXPECT_EQ(time_of(cell), "bad_time") << cell;
  }
}

TEST(TimeValues, WhatIsNoTimeIsRefused) {
  for (const std::string_view cell : {"",
                                      "-",
                                      "yesterday",
                                      "14:22",
                                      "2024-03",
                                      "2024-13-05",
                                      "2024-02-30",
                                      "2023-02-29",
                                      "2024-03-05 24:00",
                                      "2024-03-05 14:60",
                                      "2024-03-05 14:2",
                                      "2024-03-05 14:22:61",
                                      "2024-03-05 14",
                                      "24-03-05",
                                      "5/3",
                                      "31/04/2024",
                                      "0/3/2024",
                                      "Foo 5, 2024",
                                      "Mar 2024",
                                      "Mar 5",
                                      "5 Mar",
                                      "2024-03-05T",
                                      "2024-03-05 14:22 Uhr",
                                      "2024-03-05 14:22 +25:00",
                                      "2024-03-05 14:22 BST",
                                      "2024-03-05 14:22 Mars/Base",
                                      "2024-03-05 14:22 localtime",
                                      "2024-03-05x",
                                      "0024-03-05",
                                      "05/03/024",
                                      "99/99/2024",
                                      "2024-03-05 14:22:11 (open",
                                      "2024-03-05 14:22 +5:3",
                                      "March",
                                      "Tue",
                                      "T14:22"}) {
    EXPECT_EQ(time_of(cell, kDayFirst), "bad_time") << cell;
  }
  EXPECT_EQ(time_of(std::string(5000, '1')), "bad_time");
  EXPECT_NE(parse_time("2024-03-05 14:22 BST", {}).error().message.find("several meanings"), std::string::npos);
}

TEST(TimeValues, TwoDigitsOfAYear) {
  EXPECT_EQ(time_of("1/2/68", kDayFirst), "2068-02-01T00:00:00.000Z");
  EXPECT_EQ(time_of("1/2/69", kDayFirst), "1969-02-01T00:00:00.000Z");
  EXPECT_EQ(time_of("1/2/00", kDayFirst), "2000-02-01T00:00:00.000Z");
  EXPECT_EQ(time_of("05-Mar-99"), "1999-03-05T00:00:00.000Z");
}

TEST(TimeValues, LocalTimesAreInTheZoneThatIsGiven) {
  EXPECT_EQ(time_of("2024-03-05 14:22", in_zone("Europe/Berlin")), "2024-03-05T13:22:00.000Z");
  EXPECT_EQ(time_of("2024-07-05 14:22", in_zone("Europe/Berlin")), "2024-07-05T12:22:00.000Z");
  EXPECT_EQ(time_of("2024-07-05", in_zone("Asia/Ho_Chi_Minh")), "2024-07-04T17:00:00.000Z");
  EXPECT_EQ(time_of("2024-07-05 14:22", in_zone("+07:00")), "2024-07-05T07:22:00.000Z");
  EXPECT_EQ(time_of("2024-07-05 14:22", in_zone("UTC")), "2024-07-05T14:22:00.000Z");
  EXPECT_EQ(time_of("2024-07-05 14:22Z", in_zone("Europe/Berlin")), "2024-07-05T14:22:00.000Z");
  EXPECT_EQ(time_of("2024-07-05 14:22 PDT", in_zone("Europe/Berlin")), "2024-07-05T21:22:00.000Z");
  EXPECT_EQ(time_of("2050-07-05 14:22", in_zone("Europe/Berlin")), "2050-07-05T12:22:00.000Z");
  EXPECT_EQ(time_of("2050-01-05 14:22", in_zone("Europe/Berlin")), "2050-01-05T13:22:00.000Z");
}

TEST(TimeValues, ARowMaySayItsTimeZone) {
  const auto read = [](std::string_view cell, std::string_view zone) {
    const auto time = parse_time(cell, in_zone("Europe/Berlin"), zone);
    return time ? to_rfc3339(*time) : time.error().message;
  };
  EXPECT_EQ(read("2024-07-05 14:22", ""), "2024-07-05T12:22:00.000Z");
  for (const auto* zone :
       {"America/New_York", "EDT", "-04:00", "Eastern Time (US & Canada)", "(GMT-05:00) Eastern Time (US & Canada)"}) {
    EXPECT_EQ(read("2024-07-05 14:22", zone), "2024-07-05T18:22:00.000Z") << zone;
  }
  EXPECT_EQ(read("2024-07-05 14:22+01:00", "Tokyo"), "2024-07-05T13:22:00.000Z");
  EXPECT_EQ(read("2024-07-05 14:22 BST", "London"), "2024-07-05T13:22:00.000Z");
  EXPECT_NE(read("2024-07-05 14:22", "Middle Earth").find("\"Middle Earth\" is not known"), std::string::npos);
  const auto two_cells = parse_date_and_time("2024-07-05", "14:22", {}, "Sydney");
  ASSERT_TRUE(two_cells) << two_cells.error().message;
  EXPECT_EQ(to_rfc3339(*two_cells), "2024-07-05T04:22:00.000Z");
}

TEST(TimeValues, WhenClocksAreSetTheOffsetFromBeforeHolds) {
  // 02:30 occurs twice.
  EXPECT_EQ(time_of("2024-10-27 02:30", in_zone("Europe/Berlin")), "2024-10-27T00:30:00.000Z");
  EXPECT_EQ(time_of("2024-10-27 03:00", in_zone("Europe/Berlin")), "2024-10-27T02:00:00.000Z");
  EXPECT_EQ(time_of("2024-10-27 02:30 CET", in_zone("Europe/Berlin")), "2024-10-27T01:30:00.000Z");
  EXPECT_EQ(time_of("2024-10-27 02:30 CEST", in_zone("Europe/Berlin")), "2024-10-27T00:30:00.000Z");
  // 02:30 does not occur.
  EXPECT_EQ(time_of("2024-03-31 02:30", in_zone("Europe/Berlin")), "2024-03-31T01:30:00.000Z");
  EXPECT_EQ(time_of("2024-03-31 01:59", in_zone("Europe/Berlin")), "2024-03-31T00:59:00.000Z");
  EXPECT_EQ(time_of("2024-03-31 03:00", in_zone("Europe/Berlin")), "2024-03-31T01:00:00.000Z");
}

TEST(TimeValues, AnAbbreviationMeansWhatTheZoneMeansByIt) {
  EXPECT_EQ(time_of("2024-03-05 14:22 CST"), "2024-03-05T20:22:00.000Z");
  EXPECT_EQ(time_of("2024-03-05 14:22 CST", in_zone("Asia/Shanghai")), "2024-03-05T06:22:00.000Z");
  EXPECT_EQ(time_of("2024-07-05 14:22 BST", in_zone("Europe/London")), "2024-07-05T13:22:00.000Z");
  EXPECT_EQ(time_of("2024-07-05 14:22 IST", in_zone("Asia/Kolkata")), "2024-07-05T08:52:00.000Z");
  EXPECT_EQ(time_of("2024-03-05 14:22 BST", in_zone("Europe/London")), "bad_time");
}

TEST(TimeValues, AZoneMustBeKnown) {
  EXPECT_EQ(TimeEvidence().decide(in_zone("Europe/Berlinn")).error().reason, "unknown_zone");
  EXPECT_EQ(TimeEvidence().decide(in_zone("PST")).error().reason, "unknown_zone");
  EXPECT_EQ(TimeEvidence().decide(in_zone("Europe/Berlin"))->zone, "Europe/Berlin");
}

TEST(TimeValues, FormatsComeFirst) {
  EXPECT_EQ(time_of("05/03/2024", by_formats({"%d/%m/%Y"})), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of("05/03/2024", by_formats({"%Y-%m-%d", "%m/%d/%Y"})), "2024-05-03T00:00:00.000Z");
  EXPECT_EQ(time_of("2024-03-05 14:22", by_formats({"%d/%m/%Y"})), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of("24-03-05 02:22:11 PM", by_formats({"%y-%m-%d %I:%M:%S %p"})), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of("2024-03-05 14:22:11.123456", by_formats({"%Y-%m-%d %H:%M:%S"})), "2024-03-05T14:22:11.123Z");
  EXPECT_EQ(time_of("2024-30-02", by_formats({"%Y-%d-%m"})), "bad_time");
  EXPECT_EQ(time_of("25/03/2024 x", by_formats({"%d/%m/%Y"})), "bad_time");
  EXPECT_EQ(time_of("1709648531", by_formats({"%d/%m/%Y"})), "2024-03-05T14:22:11.000Z");
}

TEST(TimeValues, FormatsReadOffsetsAndZones) {
  for (const std::string_view cell : {"05/03/2024 14:22:11 -0500", "05/03/2024 14:22:11 -05:00",
                                      "05/03/2024 14:22:11 -05", "05/03/2024 19:22:11 Z", "05/03/2024 19:22:11 UTC"}) {
    EXPECT_EQ(time_of(cell, by_formats({"%d/%m/%Y %H:%M:%S %z"})), "2024-03-05T19:22:11.000Z") << cell;
  }
  EXPECT_EQ(time_of("05/03/2024 14:22:11", by_formats({"%d/%m/%Y %H:%M:%S %z"})), "ambiguous_date");
  EXPECT_EQ(time_of("05/03/2024 14:22 PST", by_formats({"%d/%m/%Y %H:%M %Z"})), "2024-03-05T22:22:00.000Z");
  EXPECT_EQ(time_of("05/03/2024 14:22 Europe/Berlin", by_formats({"%d/%m/%Y %H:%M %Z"})), "2024-03-05T13:22:00.000Z");
  EXPECT_EQ(time_of("14:22 -0530 05/03/2024", by_formats({"%H:%M %z %d/%m/%Y"})), "2024-03-05T19:52:00.000Z");
  EXPECT_EQ(time_of("05/03/2024 14:22", {DateOrder::unknown, "Europe/Berlin", {"%d/%m/%Y %H:%M"}}),
            "2024-03-05T13:22:00.000Z");
}

TEST(TimeValues, DateAndTimeInTwoCells) {
  EXPECT_EQ(time_of_two("2024-03-05", "14:22:11"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of_two("05/03/2024", "2:22 PM", kDayFirst), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of_two("2024-03-05", "14:22:11 PST"), "2024-03-05T22:22:11.000Z");
  EXPECT_EQ(time_of_two("2024-03-05 00:00:00", "14:22:11"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of_two("2024-03-05T00:00:00-05:00", "14:22:11"), "2024-03-05T19:22:11.000Z");
  EXPECT_EQ(time_of_two("2024-03-05 09:00", "14:22:11"), "2024-03-05T09:00:00.000Z");
  EXPECT_EQ(time_of_two("2024-03-05", "1899-12-30 14:22:11"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of_two("2024-03-05", "0.5"), "2024-03-05T12:00:00.000Z");
  EXPECT_EQ(time_of_two("45356", "0.5987384259"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of_two("20240305", "142211"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of_two("20240305", "1422"), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of_two("2024-03-05", ""), "2024-03-05T00:00:00.000Z");
  EXPECT_EQ(time_of_two("2024-03-05 14:22", "-"), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of_two("1709648531", "09:00"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(time_of_two("2024-03-05", "14:22", in_zone("Europe/Berlin")), "2024-03-05T13:22:00.000Z");
  EXPECT_EQ(time_of_two("05/03/2024", "14h22", by_formats({"%d/%m/%Y %Hh%M"})), "2024-03-05T14:22:00.000Z");
  EXPECT_EQ(time_of_two("2024-03-05", "late"), "bad_time");
  EXPECT_EQ(time_of_two("2024-03-05", "25:00"), "bad_time");
  EXPECT_EQ(time_of_two("", "14:22"), "bad_time");
  EXPECT_EQ(time_of_two("05/03/2024", "14:22"), "ambiguous_date");
}

TEST(TimeValues, SomeCellsSayThatNothingHappened) {
  for (const std::string_view cell : {"", "-", "null", "0", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000",
                                      "0000-00-00T00:00:00Z", "0001-01-01T00:00:00"}) {
    EXPECT_TRUE(is_no_time(cell)) << cell;
  }
  for (const std::string_view cell : {"2024-03-05", "1709648531", "yes", "x", "T"}) {
    EXPECT_FALSE(is_no_time(cell)) << cell;
  }
}

std::string padded(int number, int width) {
  std::string text = std::to_string(number);
  return std::string(static_cast<std::size_t>(std::max(0, width - static_cast<int>(text.size()))), '0') + text;
}

// The parts in the form's places: %y and the others.
std::string written(std::string_view form, const std::map<char, std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '%') {
      text += parts.at(form[++i]);
    } else {
      text += form[i];
    }
  }
  return text;
}

// Writes times in many forms and reads them back.
TEST(TimeValues, ATimeInEveryFormReadsBackTheSame) {
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::mt19937_64 random(13);  // NOLINT: the same times in every run
  for (int i = 0; i < 1000; ++i) {
    const Timestamp time = from_unix_ms(static_cast<std::int64_t>(random() % 2'000'000'000) * 1000);
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const int month = static_cast<int>(static_cast<unsigned>(date.month()));
    const int hour = static_cast<int>(clock.hours().count());
    const std::map<char, std::string> parts = {{'y', padded(static_cast<int>(date.year()), 4)},
                                               {'m', padded(month, 2)},
                                               {'d', padded(static_cast<int>(static_cast<unsigned>(date.day())), 2)},
                                               {'b', kMonths[month - 1]},
                                               {'H', padded(hour, 2)},
                                               {'I', std::to_string(hour % 12 == 0 ? 12 : hour % 12)},
                                               {'p', hour < 12 ? "AM" : "PM"},
                                               {'M', padded(static_cast<int>(clock.minutes().count()), 2)},
                                               {'S', padded(static_cast<int>(clock.seconds().count()), 2)}};
    const std::string expected = to_rfc3339(time);
    EXPECT_EQ(time_of(expected), expected);
    for (const auto* form :
         {"%y-%m-%d %H:%M:%S", "%y/%m/%d %H:%M:%S +0000", "%d %b %y %H:%M:%S GMT", "%b %d, %y, %I:%M:%S %p",
          "%y%m%dT%H:%M:%SZ", "%H:%M:%S %b %d, %y", "%d-%b-%y %I:%M:%S %p"}) {
      EXPECT_EQ(time_of(written(form, parts)), expected) << form;
    }
    for (const auto* form : {"%d/%m/%y %H:%M:%S", "%d.%m.%y %H:%M:%S", "%d-%m-%y %H:%M:%S"}) {
      EXPECT_EQ(time_of(written(form, parts), kDayFirst), expected) << form;
    }
    for (const auto* form : {"%m/%d/%y, %I:%M:%S %p", "%m.%d.%y, %I:%M:%S %p", "%m-%d-%y, %I:%M:%S %p"}) {
      EXPECT_EQ(time_of(written(form, parts), kMonthFirst), expected) << form;
    }
    if (to_unix_ms(time) >= 100'000'000'000) {
      EXPECT_EQ(time_of(std::to_string(to_unix_ms(time) / 1000)), expected);
      EXPECT_EQ(time_of(std::to_string(to_unix_ms(time))), expected);
    }
    const auto local = parse_time(written("%y-%m-%d %H:%M:%S", parts), in_zone("America/New_York"));
    ASSERT_TRUE(local);
    const auto behind = *local - time;
    EXPECT_TRUE(behind == std::chrono::hours(4) || behind == std::chrono::hours(5));
  }
}

// No text may stop the program. One that is a time alone proves no other order than the one that it is read in.
TEST(TimeValues, AnyTextIsReadOrRefused) {
  static constexpr std::string_view kPieces[] = {"1",  "05", "25", "2024", "00", ":",    "-",   "/",   ".",   " ",
                                                 ",",  "T",  "Z",  "PM",   "(",  ")",    "[",   "]",   "Mar", "Tue",
                                                 "at", "+",  "'",  "th",   "of", "\xff", "EST", "GMT", "0.5", "UTC"};
  std::mt19937_64 random(14);  // NOLINT
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto count = random() % 9; count > 0; --count) text += kPieces[random() % std::size(kPieces)];
    TimeEvidence evidence;
    evidence.add(text);
    const auto style = evidence.decide({});
    const auto alone = parse_time(text, {});
    if (!style) {
      EXPECT_FALSE(alone) << text;
    } else if (alone) {
      EXPECT_EQ(*parse_time(text, *style), *alone) << text;
    }
    parse_date_and_time("2024-03-05", text, {});
    is_no_time(text);
  }
}

}  // namespace
}  // namespace ordo::imports
