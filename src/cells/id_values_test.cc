#include "cells/id_values.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "domain/ids.h"

namespace ordo::imports {
namespace {

TEST(IdValues, AnIdLosesItsGuards) {
  for (const std::string_view cell : {"1001", "#1001", "'1001", "'#1001", "=\"1001\"", " #1001 ", "1001.0", "# 1001"}) {
    EXPECT_EQ(bare_id(cell), "1001") << cell;
  }
  EXPECT_EQ(bare_id("'0042"), "0042");
  EXPECT_EQ(bare_id("=\"0043\""), "0043");
  EXPECT_EQ(bare_id("000000000000001042"), "000000000000001042");
  EXPECT_EQ(bare_id("Ä-16"), "Ä-16");
  EXPECT_EQ(bare_id("15/2024"), "15/2024");
  EXPECT_EQ(bare_id("##5"), "#5");
  EXPECT_EQ(bare_id("#"), "#");
  EXPECT_EQ(bare_id("'=1+1"), "=1+1");
  EXPECT_EQ(bare_id("v1.0"), "v1.0");
  EXPECT_EQ(bare_id("1.00"), "1.00");
  EXPECT_EQ(bare_id(".0"), ".0");
  EXPECT_EQ(bare_id(""), "");
  EXPECT_EQ(bare_id("  "), "");
}

TEST(IdValues, AnIdThatOrdoTakesStays) {
  for (const std::string_view text : {"1001", "SHIRT-S-BL", "a b", "ann@example.com", "000042"}) {
    EXPECT_EQ(id_from(text), text);
  }
  EXPECT_EQ(id_from(""), "");
}

TEST(IdValues, AnyOtherIdBecomesAHashThatOrdoTakes) {
  std::set<std::string> ids;
  for (const std::string_view text :
       {"15/2024", "MUG/RED", "MUG/BLUE", "Ä-16", "Nguyễn Văn A", "#", ".", "..", " x", "a\nb", "\xff"}) {
    const std::string id = id_from(text);
    EXPECT_EQ(id.size(), 28U) << text;
    EXPECT_TRUE(id.starts_with("x-")) << text;
    EXPECT_TRUE(new_id_problem(id).empty()) << id;
    EXPECT_EQ(id, id_from(text));
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 11U);
  EXPECT_EQ(id_from(std::string(200, 'a')).size(), 28U);
  // The id of an order that was imported must be the same in every release: SHA-256 of "15/2024".
  EXPECT_EQ(id_from("15/2024"), "x-avqe2b8525svtf7dk67qsb33r7");
}

TEST(IdValues, ACustomerIsFoundByIdThenEmailThenName) {
  EXPECT_EQ(customer_id_from("17", "mia@example.com", "Mia", "01067"), "17");
  EXPECT_EQ(customer_id_from("#17", "", "", ""), "17");
  for (const std::string_view none : {"0", "", "guest", "Guest", "000", "0.0", "null", "-", "n/a", "Khách lẻ"}) {
    EXPECT_EQ(customer_id_from(none, "Guest@Example.com", "Mia", "01067"), "guest@example.com") << none;
  }
  EXPECT_EQ(customer_id_from("", " Ann@Example.COM ", "", ""), "ann@example.com");
  EXPECT_EQ(customer_id_from("Ann@Example.com", "", "", ""), "ann@example.com");
  EXPECT_EQ(customer_id_from("Nguyễn Văn A", "", "", ""), "Nguyễn Văn A");
  EXPECT_EQ(customer_id_from("", "", "", "01067"), "");
  EXPECT_EQ(customer_id_from("guest", "", "", ""), "");
  EXPECT_EQ(customer_id_from("0", "-", "n/a", ""), "");
}

TEST(IdValues, ANameBecomesTheSameHashHoweverItIsWritten) {
  const std::string id = customer_id_from("", "", "Ann Example", "02138");
  EXPECT_TRUE(id.starts_with("x-"));
  EXPECT_EQ(customer_id_from("0", "none", "ANN  Example ", "'02138"), id);
  EXPECT_EQ(customer_id_from("", "", "ann\u00a0example", "021 38"), id);
  EXPECT_NE(customer_id_from("", "", "Ann Example", "02139"), id);
  EXPECT_NE(customer_id_from("", "", "Ann Example", ""), id);
  EXPECT_NE(customer_id_from("", "", "Ànn Example", "02138"), id);
}

TEST(IdValues, WhatIsNoCustomerIdBecomesAHash) {
  for (const std::string_view text : {"Ann Example (annx)", "o'brien@example.com", "a/b"}) {
    const std::string id = customer_id_from(text, "", "", "");
    EXPECT_TRUE(id.starts_with("x-")) << text;
    EXPECT_TRUE(new_customer_id_problem(id).empty()) << text;
  }
  EXPECT_EQ(customer_id_from("O'Brien@Example.com", "", "", ""), customer_id_from("", "o'brien@example.com", "", ""));
}

}  // namespace
}  // namespace ordo::imports
