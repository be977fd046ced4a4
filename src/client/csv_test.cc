#include "client/csv.h"

#include <gtest/gtest.h>

#include <sstream>

namespace ordo::client {
namespace {

struct Line {
  std::size_t line;
  std::vector<std::string> fields;
  bool broken = false;

  friend bool operator==(const Line&, const Line&) = default;
  friend void PrintTo(const Line& line, std::ostream* out) {
    *out << line.line << (line.broken ? " broken" : "");
    for (const auto& field : line.fields) *out << " [" << field << "]";
  }
};

std::vector<Line> read(const std::string& text, char delimiter = 0) {
  std::istringstream in(text);
  CsvReader csv(in, delimiter);
  std::vector<Line> lines;
  for (CsvRecord record; csv.next(record);) lines.push_back({record.line, record.fields, !record.problem.empty()});
  return lines;
}

using Lines = std::vector<Line>;

TEST(Csv, ReadsQuotesDoubledQuotesAndLineEndsInsideThem) {
  EXPECT_EQ(read("a,\"b, c\",\"d \"\"e\"\"\"\r\n\"two\nlines\",,\n"),
            (Lines{{1, {"a", "b, c", "d \"e\""}}, {2, {"two\nlines", "", ""}}}));
}

TEST(Csv, CountsTheLinesInsideQuotes) {
  EXPECT_EQ(read("a,b\n\"x\ny\nz\",1\nc,2\n"), (Lines{{1, {"a", "b"}}, {2, {"x\ny\nz", "1"}}, {5, {"c", "2"}}}));
}

TEST(Csv, SkipsTheByteOrderMarkAndEmptyLines) {
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "a,b\n\n\r\n1,2"),
            (Lines{{1, {"a", "b"}}, {4, {"1", "2"}}}));
}

TEST(Csv, TheLastLineNeedsNoEnd) {
  EXPECT_EQ(read("a,b"), (Lines{{1, {"a", "b"}}}));
  EXPECT_EQ(read("a,"), (Lines{{1, {"a", ""}}}));
  EXPECT_EQ(read(""), Lines{});
}

TEST(Csv, FindsTheDelimiter) {
  EXPECT_EQ(read("a;b;c\n1,5;2;3\n"), (Lines{{1, {"a", "b", "c"}}, {2, {"1,5", "2", "3"}}}));
  EXPECT_EQ(read("a\tb\n1\t2\n"), (Lines{{1, {"a", "b"}}, {2, {"1", "2"}}}));
  EXPECT_EQ(read("a;b,c\n", ';'), (Lines{{1, {"a", "b,c"}}}));
}

TEST(Csv, ADelimiterIsWhatDividesTheFirstRecordsAlike) {
  EXPECT_EQ(read("Name;Categories (a,b,c)\nMug;1\nCup;2\n"),
            (Lines{{1, {"Name", "Categories (a,b,c)"}}, {2, {"Mug", "1"}}, {3, {"Cup", "2"}}}));
  // As many of both: texts and numbers have commas.
  EXPECT_EQ(read("Item, no;price\nA1;1,50\n"), (Lines{{1, {"Item, no", "price"}}, {2, {"A1", "1,50"}}}));
  // No other record is like the first one: the most frequent counts.
  EXPECT_EQ(read("a;b;c,d\n1;2\n"), (Lines{{1, {"a", "b", "c,d"}}, {2, {"1", "2"}}}));
}

TEST(Csv, TheLineSepNamesTheDelimiterAndIsNoRecord) {
  EXPECT_EQ(read("sep=;\r\na;b,c,d\r\n1;2\r\n"), (Lines{{2, {"a", "b,c,d"}}, {3, {"1", "2"}}}));
  EXPECT_EQ(read("\xef\xbb\xbf\"SEP=\t\"\na\tb\n"), (Lines{{2, {"a", "b"}}}));
  EXPECT_EQ(read("sep=;\na|b;c\n", '|'), (Lines{{2, {"a", "b;c"}}}));
  EXPECT_EQ(read("sep=;"), Lines{});
  EXPECT_EQ(read("sep=;x\n"), (Lines{{1, {"sep=", "x"}}}));
  EXPECT_EQ(read("a,b\nsep=;\n"), (Lines{{1, {"a", "b"}}, {2, {"sep=;"}}}));
}

TEST(Csv, LinesMayEndWithACarriageReturnAlone) {
  EXPECT_EQ(read("\r\ra,b\r\"x\ry\",1\rc,2\r"), (Lines{{3, {"a", "b"}}, {4, {"x\ry", "1"}}, {6, {"c", "2"}}}));
  EXPECT_EQ(read("a,b\r\"open,1\rc,2\r"), (Lines{{1, {"a", "b"}}, {2, {"\"open,1"}, true}, {3, {"c", "2"}}}));
}

TEST(Csv, AQuoteInsideAFieldIsACharacter) {
  EXPECT_EQ(read("5\" pipe,1\n"), (Lines{{1, {"5\" pipe", "1"}}}));
}

TEST(Csv, AQuoteThatIsNeverClosedSpoilsItsOwnLineOnly) {
  EXPECT_EQ(read("a,b\n\"open,1\nc,2\nd,3\n"),
            (Lines{{1, {"a", "b"}}, {2, {"\"open,1"}, true}, {3, {"c", "2"}}, {4, {"d", "3"}}}));
}

TEST(Csv, TextAfterAClosingQuoteIsAProblem) {
  EXPECT_EQ(read("\"a\"b,1\nc,2\n"), (Lines{{1, {"\"a\"b,1"}, true}, {2, {"c", "2"}}}));
}

// The quote of line 1 seems to close in line 3. The rows between are not swallowed.
TEST(Csv, AWrongQuoteSpoilsItsOwnLineOnlyEvenIfAnotherOneFollows) {
  EXPECT_EQ(read("1,\"Mug 3\"\" tall,5\n2,Bag,6\n3,\"Cup\",7\n", ','),
            (Lines{{1, {"1", "\"Mug 3\"\" tall,5"}, true}, {2, {"2", "Bag", "6"}}, {3, {"3", "Cup", "7"}}}));
}

TEST(Csv, FieldsBeforeAWrongQuoteAreKept) {
  EXPECT_EQ(read("7,\"a, b\",\"open\n8,c,d\n", ','), (Lines{{1, {"7", "a, b", "\"open"}, true}, {2, {"8", "c", "d"}}}));
}

TEST(Csv, ARecordLongerThanTheLimitSpoilsItsOwnLineOnly) {
  const std::string text = "\"open," + std::string(2 * CsvReader::kMaxRecord, 'x') + "\nc,2\n";
  const auto lines = read(text, ',');
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].broken);
  EXPECT_EQ(lines[1], (Line{2, {"c", "2"}}));
}

TEST(Csv, ControlCharactersAreShown) {
  EXPECT_EQ(csv_text("a\x1b]0;b\r\n\tc\x7f\u009bd\u00e4\xff"), "a\\u001b]0;b\\u000d\n\tc\\u007f\\u009bd\u00e4\xff");
}

TEST(Csv, ASpreadsheetTakesNothingForAFormula) {
  for (const auto* formula :
       {"=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"}) {
    EXPECT_EQ(spreadsheet_text(formula), "'" + std::string(formula));
  }
  for (const auto* text : {"", "a=1", " =1", "'0042", "'s-Hertogenbosch", "'"}) EXPECT_EQ(spreadsheet_text(text), text);
}

TEST(Csv, AGuardedValueComesBack) {
  for (const auto* text :
       {"", "a", "=1", "-5", "\t", "'", "''", "'0042", "'s-Hertogenbosch", "'=1", "''=1", "'\uff1d1"}) {
    EXPECT_EQ(without_guard(spreadsheet_text(text)), text);
  }
  // A file of another program.
  EXPECT_EQ(without_guard("'+49 30 1234"), "+49 30 1234");
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const std::vector<std::string> fields = {"plain", "a,b", "say \"hi\"", "two\nlines", "", "=1+1", "; \t"};
  EXPECT_EQ(read(csv_line(fields), ','), (Lines{{1, fields}}));
  // Also by a reader that must guess the delimiter.
  const std::vector<std::string> barred = {"a|b|c", "d"};
  EXPECT_EQ(read(csv_line(barred), 0), (Lines{{1, barred}}));
}

}  // namespace
}  // namespace ordo::client
