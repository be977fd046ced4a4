#include "cells/values.h"

#include <gtest/gtest.h>

#include <string>

namespace ordo::imports {
namespace {

TEST(ValueText, BlanksHyphensAndApostrophesHaveOneForm) {
  EXPECT_EQ(value_text(" a\u00a0b\u202fc\u2009d\te "), "a b c d e");
  EXPECT_EQ(value_text("\u22125 – 6"), "-5 - 6");
  EXPECT_EQ(value_text("1’000"), "1'000");
  EXPECT_EQ(value_text("\ufeff\u200e5\u200b"), "5");
  EXPECT_EQ(value_text("'0042"), "0042");
  EXPECT_EQ(value_text("=\" 0043 \""), "0043");
  EXPECT_EQ(value_text("Phở"), "Phở");
  EXPECT_EQ(value_text("a\xff"), "a\xff");
  EXPECT_EQ(value_text(""), "");
}

TEST(ValueText, GuardsAreTakenAwayOnce) {
  EXPECT_EQ(unguarded("'02138"), "02138");
  EXPECT_EQ(unguarded("''x"), "'x");
  EXPECT_EQ(unguarded("=\"02138\""), "02138");
  EXPECT_EQ(unguarded("=\"\""), "");
  EXPECT_EQ(unguarded("=\""), "=\"");
  EXPECT_EQ(unguarded("="), "=");
  EXPECT_EQ(unguarded("O'Brien"), "O'Brien");
}

TEST(ValueText, FoldedTextHasNoCaseAndNoMarks) {
  EXPECT_EQ(fold_text("Đã Giao"), "da giao");
  EXPECT_EQ(fold_text("Da\u0303 giao"), "da giao");
  EXPECT_EQ(fold_text("RÜCKERSTATTET"), "ruckerstattet");
  EXPECT_EQ(fold_text("Straße"), "strasse");
  EXPECT_EQ(fold_text("Оплачен"), "оплачен");
  EXPECT_EQ(fold_text("ABC\xff"), "abc\xff");
  EXPECT_EQ(lower_text("Đã GIAO"), "đã giao");
  EXPECT_EQ(lower_text("Ann@EXAMPLE.com"), "ann@example.com");
  EXPECT_EQ(lower_text("É\xff"), "é\xff");
}

TEST(ValueText, SomeWordsSayThatThereIsNoValue) {
  for (const std::string_view cell : {"", "  ", "-", "--", "—", "$ -", "-€", "n/a", "N/A", "#N/A", "NULL", "null",
                                      "nil", "None", "NaN", "\\N", "undefined", "'-"}) {
    EXPECT_TRUE(is_no_value(cell)) << cell;
  }
  for (const std::string_view cell : {"0", "0.00", "no", "Nan Example", "x", "-5", "a-b", "\xff"}) {
    EXPECT_FALSE(is_no_value(cell)) << cell;
  }
}

TEST(ParseFlag, KnowsTheWordsOfShopsInSeveralLanguages) {
  for (const std::string_view cell : {"1", "1.0", "yes", "YES", "True", "x", "✓", "active", "published", "Ja", "wahr",
                                      "oui", "sí", "Có", "đúng", "Đang bán", "enabled"}) {
    EXPECT_EQ(parse_flag(cell), true) << cell;
  }
  for (const std::string_view cell : {"0", "-1", "no", "False", "draft", "archived", "unpublished", "Nein", "falsch",
                                      "non", "Không", "sai", "Ngừng bán", "disabled", "discontinued"}) {
    EXPECT_EQ(parse_flag(cell), false) << cell;
  }
  for (const std::string_view cell : {"", "2", "maybe", "-", "yes no"}) {
    EXPECT_EQ(parse_flag(cell), std::nullopt) << cell;
  }
}

}  // namespace
}  // namespace ordo::imports
