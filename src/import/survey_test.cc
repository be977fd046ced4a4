#include "import/survey.h"

#include <gtest/gtest.h>

#include "import/preview.h"
#include "import/questions.h"
#include "import/testing/import_case.h"

namespace ordo::imports {
namespace {

const Timestamp kToday = *parse_timestamp("2024-03-10");

class ImportSurvey : public testing::Test {
 protected:
  // The survey of a text, with the columns that ordo finds.
  Survey look(const std::string& text, const ValueChoices& choices = {}, ImportKind kind = ImportKind::orders,
              const std::string& name = "x.csv") {
    auto table = read_table(text, name, {});
    EXPECT_TRUE(table) << table.error().text();
    if (!table) return {};
    auto columns = find_columns(kind, {}, (*table)->headings());
    EXPECT_TRUE(columns) << columns.error().text();
    if (!columns) return {};
    auto surveyed = survey(**table, std::move(*columns), choices, kToday);
    EXPECT_TRUE(surveyed) << surveyed.error().text();
    return surveyed ? std::move(*surveyed) : Survey();
  }

  static char decimal(const Survey& survey, Role role) {
    return survey.numbers[static_cast<std::size_t>(role)].decimal;
  }

  // The reasons of the questions that an import in this way leaves open.
  static std::vector<std::string> asked(const Survey& survey, std::optional<OrderMode> mode) {
    std::vector<std::string> reasons;
    for (const auto& question : open_questions(survey, mode, "x.csv")) reasons.push_back(question.reason);
    return reasons;
  }
};

using Reasons = std::vector<std::string>;

ValueChoices in(const char* currency) {
  ValueChoices choices;
  choices.currency = *Currency::parse(currency);
  return choices;
}

TEST_F(ImportSurvey, CountsOrdersRowsCurrenciesAndTimes) {
  const auto found = look(
      "order,customer,sku,qty,price,currency,date,colour\n1,c,a,1,5.00,USD,2024-03-09 10:00:00,red\n"
      "1,c,b,1,5.00,USD,2024-03-09 10:00:00,\n2,c,a,1,5.00,EUR,2024-03-10 08:00:00,\nTotal,,,3,15.00,,,\n");
  EXPECT_EQ(found.rows, 4U);
  EXPECT_EQ(found.records, 2U);
  EXPECT_EQ(found.index.size(), 2U);
  EXPECT_EQ(found.currencies, (std::map<std::string, std::uint64_t>{{"EUR", 1}, {"USD", 1}}));
  EXPECT_EQ(to_rfc3339(*found.first), "2024-03-09T10:00:00.000Z");
  EXPECT_EQ(to_rfc3339(*found.last), "2024-03-10T08:00:00.000Z");
  EXPECT_EQ(found.past, 0U);
}

TEST_F(ImportSurvey, WhatIsNotUsedIsCounted) {
  const auto found = look("order,customer,sku,qty,zzz,yyy\n1,c,a,1,red,\n2,c,b,1,blue,\n");
  std::uint64_t counted = 0;
  for (const auto& column : found.unused) counted += column.heading == "zzz" ? column.cells : 0;
  for (const auto& [heading, cells] : found.metadata) counted += heading == "zzz" ? cells : 0;
  EXPECT_EQ(counted, 2U) << preview_text(found);
}

TEST_F(ImportSurvey, OneColumnProvesTheDecimalSignOfTheOthers) {
  const auto found = look("order,customer,sku,qty,price,total\n1,c,a,1,1.250,\"1.250,00\"\n", in("EUR"));
  EXPECT_EQ(decimal(found, Role::unit_price), ',');
  EXPECT_EQ(decimal(found, Role::total), ',');
  EXPECT_TRUE(found.questions.empty());
}

TEST_F(ImportSurvey, AnAmountThatCanBeTwoThingsIsAsked) {
  const auto found = look("order,customer,sku,qty,price,date\n1,c,a,1,1.250,2024-03-10\n", in("EUR"));
  ASSERT_EQ(found.questions.size(), 1U);
  EXPECT_NE(found.questions[0].error.message.find("price: \"1.250\" can be"), std::string::npos)
      << found.questions[0].error.message;
  EXPECT_EQ(asked(found, OrderMode::history), Reasons{"ambiguous_number"});
  // As new business the price is only compared.
  EXPECT_EQ(asked(found, std::nullopt), Reasons{});
  // A currency without decimals, and --decimal, decide.
  EXPECT_TRUE(look("order,customer,sku,qty,price\n1,c,a,1,29.000\n", in("VND")).questions.empty());
  auto given = in("EUR");
  given.decimal = '.';
  EXPECT_TRUE(look("order,customer,sku,qty,price\n1,c,a,1,1.250\n", given).questions.empty());
  // In JSON a point is always before decimals.
  auto json = in("EUR");
  json.json = true;
  EXPECT_TRUE(look("{\"order\":1,\"customer\":\"c\",\"sku\":\"a\",\"qty\":1,\"price\":1.250}\n", json,
                   ImportKind::orders, "x.ndjson")
                  .questions.empty());
}

TEST_F(ImportSurvey, ADiscountBelowOneIsAsked) {
  const std::string head = "order,customer,date,sku,qty,price,discount\n";
  const auto found =
      look(head + "1,c,2024-03-10,a,1,10.00,0.2\n2,c,2024-03-10,a,1,10.00,0\n2,c,2024-03-10,b,1,10.00,1\n");
  EXPECT_EQ(asked(found, OrderMode::history), Reasons{"ambiguous_discount"});
  EXPECT_NE(found.questions[0].error.message.find("--map 'line_discount_rate=discount'"), std::string::npos);
  // A cell above one proves amounts, per cent signs prove rates.
  EXPECT_TRUE(look(head + "1,c,2024-03-10,a,1,10.00,0.2\n2,c,2024-03-10,a,1,10.00,2.00\n").questions.empty());
  const auto rates = look(head + "1,c,2024-03-10,a,1,10.00,20%\n2,c,2024-03-10,a,1,10.00,\n");
  EXPECT_TRUE(rates.questions.empty());
  EXPECT_TRUE(rates.columns.has(Role::line_discount_rate));
  EXPECT_FALSE(rates.columns.has(Role::discount));
}

TEST_F(ImportSurvey, ARateIsPerCentIfAnotherOfTheColumnIs) {
  const std::string head = "order,customer,sku,qty,price,discount %\n";
  const auto rate = [](const Survey& found) {
    return parse_rate("1", found.numbers[static_cast<std::size_t>(Role::line_discount_rate)]);
  };
  EXPECT_EQ(rate(look(head + "1,c,a,1,10.00,1\n2,c,a,1,10.00,15\n")), 10'000);
  EXPECT_EQ(rate(look(head + "1,c,a,1,10.00,1\n2,c,a,1,10.00,0\n")), 10'000);
  EXPECT_EQ(rate(look(head + "1,c,a,1,10.00,1\n2,c,a,1,10.00,0.15\n")), 1'000'000);
}

TEST_F(ImportSurvey, PiecesAreNeverTakenForFractionsWithoutAWord) {
  const auto stock = [&](const std::string& row, const char* currency) {
    return look("sku,name,price,stock\n" + row, in(currency), ImportKind::products);
  };
  // 5.000 is 5000 where the prices prove the comma.
  auto found = stock("a,A,\"12,50\",5.000\n", "EUR");
  EXPECT_TRUE(found.questions.empty());
  EXPECT_EQ(decimal(found, Role::stock), ',');
  // It may be 5 where they prove the point: a question.
  found = stock("a,A,12.50,5.000\n", "EUR");
  ASSERT_EQ(found.questions.size(), 1U);
  EXPECT_EQ(found.questions[0].role, Role::stock);
  EXPECT_EQ(asked(found, std::nullopt), Reasons{"ambiguous_number"});
}

TEST_F(ImportSurvey, ADateThatCanBeTwoDaysIsAsked) {
  const auto found = look("order,customer,sku,qty,price,date\n1,c,a,1,5,05/03/2024\n");
  EXPECT_EQ(asked(found, OrderMode::history), Reasons{"ambiguous_date"});
  const auto proven = look("order,customer,sku,qty,date\n1,c,a,1,05/03/2024\n2,c,a,1,25/02/2024\n");
  EXPECT_TRUE(proven.questions.empty());
  EXPECT_EQ(to_rfc3339(*proven.first).substr(0, 10), "2024-02-25");
  EXPECT_EQ(to_rfc3339(*proven.last).substr(0, 10), "2024-03-05");
}

TEST_F(ImportSurvey, StatusTimeOrPaymentSayThatAnOrderIsNotNew) {
  struct Case {
    const char* headings;
    const char* cells;
    std::uint64_t past;
    std::uint64_t open;
  };
  const Case cases[] = {
      {"status", "pending", 0, 0},
      {"status", "completed", 1, 0},
      {"status", "processing", 1, 1},
      {"status", "cancelled", 1, 0},
      {"date", "2024-03-09", 0, 0},  // yesterday
      {"date", "2024-03-07", 1, 0},
      {"financial_status,fulfillment_status", "paid,unfulfilled", 1, 1},
      {"paid_at", "2024-03-09 10:00:00", 1, 1},
      {"paid_at", "0000-00-00 00:00:00", 0, 0},
  };
  for (const auto& one : cases) {
    const auto found = look(std::string("order,customer,sku,qty,price,") + one.headings + "\n1,c,a,1,5," + one.cells +
                            "\n1,c,b,1,5,\n");
    EXPECT_EQ(found.past, one.past) << one.headings << " " << one.cells;
    EXPECT_EQ(found.open, one.open) << one.headings << " " << one.cells;
    EXPECT_EQ(asked(found, std::nullopt), one.past > 0 ? Reasons{"past_orders"} : Reasons{}) << one.cells;
    const bool timed = found.columns.has(Role::time) || found.columns.has(Role::paid_at);
    EXPECT_EQ(asked(found, OrderMode::history), timed ? Reasons{} : Reasons{"no_times"}) << one.headings;
  }
}

TEST_F(ImportSurvey, SeveralQuestionsAreAskedAtOnce) {
  const auto found = look(
      "order,customer,sku,qty,price,date,status\n1,c,a,1.000,1.250,05/03/2024,completed\n"
      "2,c,a,1,1,05/03/2024,Foo\n",
      in("EUR"));
  const auto questions = open_questions(found, std::nullopt, "my file.csv");
  EXPECT_EQ(asked(found, std::nullopt),
            (Reasons{"past_orders", "unknown_status", "ambiguous_date", "ambiguous_number", "ambiguous_number"}));
  const auto error = as_one(questions);
  EXPECT_EQ(error.reason, "past_orders");
  EXPECT_NE(error.text().find("ordo import orders 'my file.csv' --as history"), std::string::npos) << error.text();
  EXPECT_NE(error.text().find("--status Foo=completed"), std::string::npos);
  EXPECT_NE(error.text().find("\"1.250\""), std::string::npos);
}

TEST_F(ImportSurvey, AnOrderIsKnownByAColumnThatIsFilledInEveryRow) {
  // The first column has the better name, but only in first rows.
  auto found = look("order_number,invoice,customer,sku,qty\n7,A,c,a,1\n,A,c,b,1\n8,B,c,a,1\n");
  EXPECT_EQ(found.columns.heading(Role::order), "invoice");
  EXPECT_EQ(found.records, 2U);
  EXPECT_EQ(found.index.size(), 2U);
  // The number of a line is no order, although it is filled everywhere.
  found = look("order_number,id,customer,sku,qty\n7,1,c,a,1\n,2,c,b,1\n8,3,c,a,1\n");
  EXPECT_EQ(found.columns.heading(Role::order), "order_number");
  EXPECT_EQ(found.records, 2U);
}

TEST_F(ImportSurvey, ScatteredOrdersCountOnce) {
  const auto found = look("order,customer,sku,qty,status\n1,c,a,1,paid\n2,c,a,1,Foo\n1,c,b,1,paid\n2,c,b,1,Foo\n");
  EXPECT_EQ(found.records, 2U);
  EXPECT_EQ(found.past, 1U);
  EXPECT_EQ(found.unknown_status, (std::map<std::string, std::uint64_t>{{"Foo", 1}}));
}

TEST_F(ImportSurvey, ThePreviewSaysWhatEachColumnMeans) {
  const auto found = look(
      "Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created "
      "at,"
      "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Vendor,Id\n"
      "#1001,pat@example.com,paid,fulfilled,USD,98.00,6.90,0.00,104.90,0.00,2024-03-05 14:22:11 "
      "-0500,2,Shirt,49.00,S-1,"
      ",Mill,550\n"
      "#1001,pat@example.com,,,,,,,,,2024-03-05 14:22:11 -0500,1,Shirt M,49.00,S-2,,Mill,\n");
  const auto text = preview_text(found);
  EXPECT_EQ(text.find("Looks like: Shopify orders (one row a line). 1 order, 2 rows, 2024-03-05, USD.\n"), 0U) << text;
  for (const auto* part :
       {"order <- Name", "product <- Lineitem sku", "quantity <- Lineitem quantity", "unit price <- Lineitem price",
        "status <- Financial Status, Fulfillment Status, Cancelled at", "shipping <- Shipping", "tax <- Taxes",
        "discount <- Discount Amount", "not new: 1 of 1 order; not yet shipped: 0", "times without a zone: UTC"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
  const auto json = preview_json(found, {});
  const auto tape = JsonTape::parse(json);
  ASSERT_TRUE(tape) << json;
  EXPECT_EQ(text_of(*tape, 0, "profile"), "shopify-orders");
  EXPECT_EQ(whole_of(*tape, 0, "past_orders"), 1);
}

}  // namespace
}  // namespace ordo::imports
