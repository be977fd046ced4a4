#include "import/order_plan.h"

#include <gtest/gtest.h>

#include <random>

#include "columns/role_kinds.h"
#include "import/country_names.h"
#include "import/order_statement.h"
#include "import/testing/order_sheet.h"
#include "records/json_codec.h"
#include "records/order_body.h"

namespace ordo::imports {
namespace {

OrderSheet new_orders(std::string_view roles) {
  OrderSheet sheet(roles);
  return sheet;
}

// --- grouping

TEST(OrderPlan, AnOrderIsCompleteWithItsLastRow) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("1|ann|a|1").row("2|bob|a|1").row("1|ann|b|2").row("2|bob|b|1").plan();
  ASSERT_EQ(sheet.orders.size(), 2U);
  EXPECT_EQ(sheet.in_time, 2U);
  EXPECT_EQ(sheet.orders[0].number, "1");
  EXPECT_EQ(sheet.orders[0].ordinal, 0U);
  ASSERT_EQ(sheet.orders[0].lines.size(), 2U);
  EXPECT_EQ(sheet.orders[0].lines[1].product_id, ProductId("b"));
  EXPECT_EQ(sheet.orders[0].rows, (std::vector<std::size_t>{2, 4}));
  EXPECT_EQ(sheet.reasons(), "");
}

TEST(OrderPlan, ABadRowRefusesItsOrder) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("7|ann|a|1").row("7|ann|b|much").row("8|bob|a|1").plan();
  ASSERT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.orders[0].number, "8");
  EXPECT_EQ(sheet.reasons(), "2:incomplete_order 3:not_a_number");
  EXPECT_EQ(sheet.refusals[0].record, "7");
  EXPECT_EQ(sheet.refusals[1].problem.field, "quantity");
  EXPECT_EQ(sheet.refusals[1].problem.value, "much");
  EXPECT_EQ(sheet.orders_refused, 1U);
}

TEST(OrderPlan, AnOrderOfOneRowIsNamedOnce) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("7|ann|a|0.5").plan();
  EXPECT_EQ(sheet.reasons(), "2:fractional_quantity");
  EXPECT_EQ(sheet.orders_refused, 1U);
}

TEST(OrderPlan, PartialTakesTheGoodRows) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.options.partial = true;
  sheet.row("7|ann|a|1").row("7|ann|b|much").broken("7").plan();
  ASSERT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.orders[0].lines.size(), 1U);
  EXPECT_EQ(sheet.reasons(), "3:not_a_number 4:malformed");
  EXPECT_EQ(sheet.orders_refused, 0U);
}

TEST(OrderPlan, PartialHasNoTotalToCompare) {
  auto sheet = history("order,product,unit_price,total");
  sheet.options.partial = true;
  sheet.row("7|a|10.00|30.00").row("7|b|$$|30.00").plan();
  ASSERT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.orders[0].sum->amount, 1000);
  EXPECT_FALSE(sheet.orders[0].total);
}

TEST(OrderPlan, ABrokenRowRefusesTheOrderThatItNames) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("7|ann|a|1").broken("7").plan();
  EXPECT_TRUE(sheet.orders.empty());
  EXPECT_EQ(sheet.reasons(), "2:incomplete_order 3:malformed");
}

TEST(OrderPlan, RowsThatCarryNoLineAreCounted) {
  auto sheet = new_orders("order,customer,product,name,quantity");
  sheet.row("7|ann|a||1").row("7||||").row("||||").row("Total||||1").row("3 record(s) downloaded");
  sheet.row("Seller ID : ann").plan();
  EXPECT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.reasons(), "");
  EXPECT_EQ(sheet.rows_without_lines, 5U);
}

TEST(OrderPlan, ARowWithoutAnOrderIsRefused) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("7|ann|a|1").row("||b|1").plan();
  EXPECT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.reasons(), "3:missing");
}

TEST(OrderPlan, FurtherRowsMayLeaveTheNumberOut) {
  static constexpr Profile kFillsDown{.name = "test", .title = "Test", .fills_down = true};
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.columns().profile = &kFillsDown;
  sheet.row("7|ann|a|1").row("||b|1").row("8|bob|a|1").plan();
  ASSERT_EQ(sheet.orders.size(), 2U);
  EXPECT_EQ(sheet.orders[0].lines.size(), 2U);
}

TEST(OrderPlan, AHeadOfSeveralLinesIsNoLine) {
  auto sheet = history("order,product,quantity,unit_price,shipping,total");
  sheet.row("7||3||4.00|34.00").row("7|a|1|10.00||").row("7|b|2|10.00||").plan();
  EXPECT_EQ(sheet.order().lines.size(), 2U);
  EXPECT_EQ(sheet.order().sum->amount, 3400);
  EXPECT_EQ(sheet.rows_without_lines, 1U);
  auto shipped = history("order,product,quantity,line_total,line_shipping,total");
  shipped.row("7||3||4.00|34.00").row("7|a|1|10.00||").row("7|b|2|20.00||").plan();
  EXPECT_EQ(shipped.order().sum->amount, 3400) << "shipping stands in the head only: " << shipped.reasons();
  auto wrong = history("order,product,quantity,unit_price");
  wrong.row("7||5|10.00").row("7|a|1|10.00").row("7|b|2|10.00").plan();
  EXPECT_TRUE(wrong.orders.empty());
}

TEST(OrderPlan, NothingSoldIsNoOrder) {
  auto sheet = history("order,product,quantity,unit_price,line_status,status");
  sheet.row("1|a|0||Cancelled|completed").row("2|a|0|||cancelled").row("3|a|0|||completed");
  sheet.row("4|a|0|12.50||completed").plan();
  EXPECT_TRUE(sheet.orders.empty());
  EXPECT_EQ(sheet.orders_without_lines, 3U);
  EXPECT_EQ(sheet.reasons(), "5:bad_quantity");
}

TEST(OrderPlan, AnOrderWithoutLinesIsRefused) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("1|ann||").plan();
  EXPECT_EQ(sheet.reasons(), "2:no_lines");
}

TEST(OrderPlan, OrdersThatTheFirstPassDidNotSeeAreCompleteAtTheEnd) {
  OrderSheet sheet = new_orders("order,customer,product,quantity");
  const Columns columns = sheet.columns();
  Survey survey = sheet.survey;
  survey.columns = columns;
  survey.index.seal();
  OrderPlanner planner({}, survey, [](const Refusal&) {});
  for (const auto* number : {"b", "a", "b"}) {
    Row row;
    row.line = 2;
    row.cells = {number, "ann", "mug", "1"};
    const auto order = planner.add(row);
    ASSERT_TRUE(order && !*order);
  }
  const auto first = planner.finish();
  const auto second = planner.finish();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->number, "a");
  EXPECT_EQ(second->lines.size(), 2U);
  EXPECT_FALSE(planner.finish());
}

TEST(OrderPlan, AChangedFileIsNotTakenInPieces) {
  OrderSheet sheet = new_orders("order,customer,product,quantity");
  Survey survey = sheet.survey;
  survey.columns = sheet.columns();
  survey.index.add("7", 0);
  survey.index.seal();
  OrderPlanner planner({}, survey, [](const Refusal&) {});
  Row row;
  row.cells = {"7", "ann", "mug", "1"};
  ASSERT_TRUE(planner.add(row));
  const auto again = planner.add(row);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "file_changed");
}

// --- customers, addresses, texts

TEST(OrderPlan, NumbersAreKeptAsPeopleKnowThem) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("#1001|ann|a|1").row("15/2024|ann|a|1").row("Ä-16|ann|a|1").plan();
  ASSERT_EQ(sheet.orders.size(), 3U) << sheet.reasons();
  EXPECT_EQ(sheet.orders[0].number, "1001");
  EXPECT_EQ(sheet.orders[1].terms.reference, "15/2024");
  EXPECT_EQ(sheet.orders[2].terms.reference, "Ä-16");
}

TEST(OrderPlan, AnOddProductNumberBecomesAnIdAndASku) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("1|ann|MUG/RED|1").plan();
  const auto& line = sheet.order().lines[0];
  EXPECT_EQ(line.sku, "MUG/RED");
  EXPECT_EQ(line.product_id, ProductId(id_from("MUG/RED")));
}

TEST(OrderPlan, TheCustomerComesFromIdMailOrName) {
  auto sheet = new_orders("order,customer,email,customer_name,product,quantity");
  sheet.options.guest = "walk-in";
  sheet.row("1|c-17|Ann@Example.com|Ann|a|1").row("2|0|Ann@Example.com|Ann|a|1").row("3|||Ann Example|a|1");
  sheet.row("4||||a|1").plan();
  ASSERT_EQ(sheet.orders.size(), 4U) << sheet.reasons();
  EXPECT_EQ(sheet.orders[0].customer, "c-17");
  EXPECT_EQ(sheet.orders[0].terms.contact->email, "Ann@Example.com");
  EXPECT_EQ(sheet.orders[1].customer, "ann@example.com");
  EXPECT_FALSE(sheet.orders[2].customer.empty());
  EXPECT_EQ(sheet.orders[2].terms.contact->name, "Ann Example");
  EXPECT_EQ(sheet.orders[3].customer, "walk-in");
  auto without = new_orders("order,customer,product,quantity");
  without.row("4||a|1").plan();
  EXPECT_EQ(without.reasons(), "2:missing");
}

TEST(OrderPlan, RowsOfOneOrderNameOneCustomer) {
  auto sheet = new_orders("order,customer,product,quantity");
  sheet.row("1|ann@x.example|a|1").row("1|Ann@x.example|b|1").row("2|ann|a|1").row("2|bob|b|1").plan();
  ASSERT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.orders[0].lines.size(), 2U);
  EXPECT_EQ(sheet.reasons(), "4:incomplete_order 5:differs");
}

TEST(OrderPlan, CompleteAddressesAreAddresses) {
  auto sheet = new_orders(
      "order,customer,product,quantity,ship_name,ship_line1,ship_city,ship_postal_code,ship_country,bill_name,bill_"
      "city,"
      "bill_country");
  sheet.row("1|ann|a|1|Ann Example|1 Test Way|Berlin|01067|Germany|Ann Example|Ulm|DE").plan();
  const auto& order = sheet.order();
  ASSERT_TRUE(order.terms.shipping_address);
  EXPECT_EQ(order.terms.shipping_address->country, "DE");
  EXPECT_EQ(order.terms.shipping_address->postal_code, "01067");
  EXPECT_FALSE(order.terms.billing_address) << "it has no street";
  EXPECT_EQ(order.metadata.at("billing_city"), "Ulm");
  EXPECT_EQ(order.terms.contact->name, "Ann Example");
  EXPECT_FALSE(order.metadata.contains("billing_name"));
}

TEST(OrderPlan, CountriesHaveManyNames) {
  EXPECT_EQ(country_code("DE"), "DE");
  EXPECT_EQ(country_code("us"), "US");
  EXPECT_EQ(country_code("USA"), "US");
  EXPECT_EQ(country_code("United States"), "US");
  EXPECT_EQ(country_code("U.S.A."), "US");
  EXPECT_EQ(country_code("Việt Nam"), "VN");
  EXPECT_EQ(country_code("Österreich"), "AT");
  EXPECT_EQ(country_code("The Netherlands"), "NL");
  EXPECT_EQ(country_code("Thailand"), "TH");
  EXPECT_EQ(country_code("Mexico"), "MX");
  EXPECT_EQ(country_code("Atlantis"), "");
  EXPECT_EQ(country_code(""), "");
}

TEST(OrderPlan, TextsFindTheirPlaces) {
  auto sheet = history(
      "order,product,unit_price,note,note,tags,channel,locale,payment_method,payment_reference,paid_at,tracking,Risk "
      "Level,Vendor.Name");
  sheet.row("1|a|1.00|Leave it|by the window|vip, summer|web|en_US|PayPal|tx-1|2024-03-05 10:00:00|T1|Low|Mill & Co");
  sheet.row("1|b|1.00|||||||||T2|Low|Other").plan();
  const auto& order = sheet.order();
  EXPECT_EQ(order.terms.customer_note, "Leave it\nby the window");
  EXPECT_EQ(order.terms.tags, (std::vector<std::string>{"vip", "summer"}));
  EXPECT_EQ(order.terms.channel, "web");
  EXPECT_EQ(order.terms.locale, "en-US");
  EXPECT_FALSE(order.terms.payment_method) << "it is no token of the gateway";
  EXPECT_EQ(order.payment_method, "PayPal");
  EXPECT_EQ(order.payment_reference, "tx-1");
  EXPECT_EQ(order.paid_at, *parse_timestamp("2024-03-05T10:00:00Z"));
  EXPECT_EQ(order.tracking, "T1, T2");
  EXPECT_EQ(order.metadata.at("Risk Level"), "Low");
  EXPECT_FALSE(order.metadata.contains("Vendor_Name")) << "the lines differ in it";
  EXPECT_EQ(order.lines[1].metadata->at("Vendor_Name"), "Other");
}

TEST(OrderPlan, LongValuesAreKeptInParts) {
  auto sheet = new_orders("order,customer,product,quantity,Story");
  const std::string story(kMaxMetadataValue + 10, 'x');
  sheet.row("1|ann|a|1|" + story).plan();
  const auto& metadata = sheet.order().metadata;
  EXPECT_EQ(metadata.at("Story").size(), kMaxMetadataValue);
  EXPECT_EQ(metadata.at("Story 2").size(), 10U);
  std::vector<Violation> found;
  OrderTerms terms;
  terms.metadata = metadata;
  check_rules(terms, TextRule::enforced, found);
  EXPECT_TRUE(found.empty());
}

// --- lines

TEST(OrderPlan, ALineWithoutAProductIsACustomLine) {
  auto sheet = history("order,product,name,unit_price");
  sheet.row("1||Engraving|30.00").row("1|a|Mug|5.00").plan();
  const auto& order = sheet.order();
  ASSERT_EQ(order.lines.size(), 2U);
  EXPECT_EQ(order.lines[0].kind, LineKind::custom);
  EXPECT_EQ(order.lines[0].name, "Engraving");
  EXPECT_EQ(order.lines[1].name, "Mug");
  auto new_order = new_orders("order,customer,product,name,quantity");
  new_order.row("1|ann||Engraving|1").plan();
  EXPECT_EQ(new_order.reasons(), "2:missing");
}

TEST(OrderPlan, FreeLinesAreLines) {
  auto sheet = history("order,product,unit_price,total");
  sheet.row("1|a|0.00|5.00").row("1|b|5.00|").plan();
  EXPECT_EQ(sheet.order().lines[0].unit_price->amount, 0);
  EXPECT_EQ(sheet.order().sum->amount, 500);
}

TEST(OrderPlan, AMissingPriceIsNoFreeLine) {
  auto sheet = history("order,product,unit_price");
  sheet.row("1|a|").plan();
  EXPECT_EQ(sheet.reasons(), "2:missing");
}

TEST(OrderPlan, WeighedGoodsNeedAUnit) {
  auto sheet = history("order,product,quantity,unit_price,total");
  sheet.row("1|cheese|0.350|19.90|6.97").plan();
  EXPECT_EQ(sheet.reasons(), "2:fractional_quantity");
  auto grams = history("order,product,quantity,unit_price,total");
  grams.survey.choices.unit = Decimal{1, 3};
  grams.row("1|cheese|0.350|19.90|6.97").plan();
  EXPECT_EQ(grams.order().lines[0].quantity, 350);
  EXPECT_EQ(grams.order().sum->amount, 697);
}

TEST(OrderPlan, UnitPricesMayHaveMoreDecimalsThanMoney) {
  auto sheet = history("order,product,quantity,unit_price");
  sheet.row("1|screw|1000|0.0125").plan();
  EXPECT_EQ(sheet.order().sum->amount, 1250);
}

TEST(OrderPlan, AmountsOfLinesAreRoundedToTheCurrency) {
  auto sheet = history("order,product,quantity,line_total");
  sheet.row("1|a|5|957.5775").row("1|b|3|22.368").row("1|c|1|14.62").plan();
  EXPECT_EQ(sheet.order().sum->amount, 95758 + 2237 + 1462);
  EXPECT_EQ(sheet.order().rounded, 2U);
  auto dong = history("order,product,quantity,line_total");
  dong.survey.choices.currency = *Currency::parse("VND");
  dong.row("1|a|1|12.50").plan();
  EXPECT_EQ(dong.reasons(), "2:too_many_decimals") << "these are no dong";
  auto total = history("order,product,quantity,line_total,total");
  total.row("1|a|1|12.50|12.501").plan();
  EXPECT_EQ(total.reasons(), "2:too_many_decimals") << "what was paid is exact";
}

TEST(OrderPlan, ARateThatCannotBeReadIsNotPassedOver) {
  auto sheet = history("order,product,quantity,unit_price,line_discount_rate");
  sheet.row("1|a|1|10.00|20%").row("2|a|1|10.00|half").row("3|a|1|10.00|n/a").plan();
  EXPECT_EQ(sheet.reasons(), "3:bad_rate");
  ASSERT_EQ(sheet.orders.size(), 2U);
  EXPECT_EQ(sheet.orders[0].sum->amount, 800);
  auto taxed = history("order,product,quantity,unit_price,line_tax_rate");
  taxed.row("1|a|1|10.00|some").plan();
  EXPECT_EQ(taxed.reasons(), "2:bad_rate");
  auto with_amount = history("order,product,quantity,unit_price,line_tax_rate,line_tax");
  with_amount.row("1|a|1|10.00|reduced|0.70").plan();
  EXPECT_EQ(with_amount.order().sum->amount, 1070) << "the rate only explains the amount";
}

TEST(OrderPlan, HistoryWithoutPricesNeedsATotal) {
  auto sheet = history("order,product,quantity,total");
  sheet.row("1|a|1|10.00").row("2|a|1|").plan();
  EXPECT_EQ(sheet.reasons(), "3:missing");
}

TEST(OrderPlan, GoodsThatAreListedTwiceCountOnce) {
  auto sheet = history("order,line_id,parent,product,name,quantity,unit_price,total");
  sheet.row("7|20||shirt-s|Shirt|2|21.00|42.00").row("7|21|20|shirt-s|Shirt S|2|0|42.00").plan();
  ASSERT_EQ(sheet.order().lines.size(), 1U);
  EXPECT_EQ(sheet.order().lines[0].name, "Shirt");
  EXPECT_EQ(sheet.order().sum->amount, 4200);
  EXPECT_EQ(sheet.rows_without_lines, 1U);
}

TEST(OrderPlan, AKitHasTheGoodsOfItsParts) {
  auto sheet = history("order,line_id,parent,product,name,quantity,unit_price,total");
  sheet.row("7|1||kit|Starter kit|1|30.00|30.00").row("7|2|1|cup|Cup|2|0|30.00").row("7|3|1|pot|Pot|1|0|30.00").plan();
  const auto& lines = sheet.order().lines;
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].kind, LineKind::custom);
  EXPECT_FALSE(lines[0].product_id);
  EXPECT_EQ(lines[0].sku, "kit");
  EXPECT_EQ(lines[1].product_id, ProductId("cup"));
  EXPECT_EQ(lines[1].quantity, 2);
  EXPECT_EQ(sheet.order().sum->amount, 3000);
}

TEST(OrderPlan, ReturnsOfHistoryAreThoseOfTheSameOrder) {
  auto sheet = history("order,product,quantity,unit_price,total");
  sheet.row("1|a|2|10.00|20.00").row("1|a|-1|10.00|20.00").row("2|a|-1|10.00|-10.00").plan();
  ASSERT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.orders[0].returned, (std::vector<std::int64_t>{1}));
  EXPECT_EQ(sheet.orders[0].refunded->amount, 1000);
  EXPECT_EQ(sheet.orders[0].captured, std::nullopt);
  EXPECT_EQ(captured_of(sheet.orders[0])->amount, 2000);
  EXPECT_EQ(sheet.reasons(), "4:return_line");
  auto new_order = new_orders("order,customer,product,quantity");
  new_order.row("1|ann|a|2").row("1|ann|a|-1").plan();
  EXPECT_EQ(new_order.reasons(), "2:incomplete_order 3:return_line");
}

TEST(OrderPlan, CancelledLinesAreNoted) {
  auto sheet = history("order,product,quantity,unit_price,line_status,returned_quantity,cancelled_quantity");
  sheet.row("1|a|2|10.00|Cancelled||").row("1|b|3|10.00|Shipped|1|1").plan();
  const auto& order = sheet.order();
  EXPECT_EQ(order.cancelled, (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(order.returned, (std::vector<std::int64_t>{0, 1}));
  auto wrong = history("order,product,quantity,unit_price,returned_quantity");
  wrong.row("1|a|2|10.00|3").plan();
  EXPECT_EQ(wrong.reasons(), "2:bad_quantity");
}

TEST(OrderPlan, ADiscountAmongTheLinesIsADiscount) {
  auto sheet = history("order,product,name,quantity,unit_price,total");
  sheet.row("1|a|Mug|1|10.00|8.00").row("1||Voucher|1|-2.00|8.00").plan();
  EXPECT_EQ(sheet.order().lines.size(), 1U);
  EXPECT_EQ(sheet.order().figures.discounts->front().value, 200);
}

TEST(OrderPlan, ControlCharactersInANameRefuseTheRow) {
  auto sheet = new_orders("order,customer,product,name,quantity");
  sheet.row("1|ann|a|M\xc2\x96ug|1").plan();
  EXPECT_EQ(sheet.reasons(), "2:control_characters");
}

// --- money

TEST(OrderPlan, AMismatchNamesBothSums) {
  auto sheet = history("order,product,unit_price,shipping,total");
  sheet.row("1|a|10.00|5.00|12.50").plan();
  ASSERT_EQ(sheet.reasons(), "2:total_mismatch");
  EXPECT_NE(sheet.refusals[0].problem.detail.find("12.50 USD"), std::string::npos);
  EXPECT_NE(sheet.refusals[0].problem.detail.find("lines 10.00 + shipping 5.00 come to 15.00 USD"), std::string::npos);
  auto accepted = history("order,product,unit_price,shipping,total");
  accepted.options.accept_totals = true;
  accepted.row("1|a|10.00|5.00|12.50").plan();
  EXPECT_EQ(accepted.order().sum->amount, 1250);
}

TEST(OrderPlan, CurrencySignsMustNotContradict) {
  auto sheet = history("order,product,unit_price,currency");
  sheet.row("1|a|$10.00|usd").row("2|a|€10.00|USD").row("3|a|10.00|Taler").plan();
  ASSERT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.orders[0].currency, "USD");
  EXPECT_EQ(sheet.reasons(), "3:currency_differs 4:bad_currency");
}

TEST(OrderPlan, PricesOfNewOrdersAreOnlyCompared) {
  auto sheet = new_orders("order,customer,product,quantity,unit_price,total");
  sheet.row("1|ann|a|2|12.50|99.00").row("2|ann|a|1|gratis!|1").plan();
  ASSERT_EQ(sheet.orders.size(), 2U) << sheet.reasons();
  EXPECT_EQ(sheet.orders[0].lines[0].unit_price->amount, 1250);
  EXPECT_FALSE(sheet.orders[1].lines[0].unit_price);
}

TEST(OrderPlan, AFileWithoutPricesLeavesThemToTheCatalogue) {
  auto sheet = history("order,product,quantity,total");
  sheet.row("1|lamp|1|24.50").row("2|lamp|1|32.30").row("2|bulb|2|32.30").plan();
  ASSERT_EQ(sheet.orders.size(), 2U) << sheet.reasons();
  EXPECT_EQ(sheet.orders[0].lines[0].unit_price->amount, 2450) << "only one line can cost it";
  EXPECT_FALSE(sheet.orders[1].lines[0].unit_price);
  EXPECT_EQ(sheet.orders[1].total->amount, 3230);
}

TEST(OrderPlan, TheCatalogueMayPriceWhatTheFileDoesNot) {
  auto sheet = history("order,product,quantity,total");
  sheet.row("2|lamp|1|32.30").row("2|bulb|2|32.30").plan();
  auto order = sheet.order();
  const Currency dollar = *Currency::parse("USD");
  EXPECT_EQ(take_catalogue_prices(order, std::vector<Money>{{2450, dollar}, {395, dollar}}, {}).error().reason,
            "total_mismatch");
  ASSERT_TRUE(take_catalogue_prices(order, std::vector<Money>{{2450, dollar}, {390, dollar}}, {}));
  EXPECT_EQ(order.sum->amount, 3230);
  EXPECT_EQ(order.lines[1].unit_price->amount, 390);
}

TEST(OrderPlan, PaymentsFollowFromTheFileOrTheState) {
  auto sheet = history("order,product,unit_price,status,refunded,outstanding");
  sheet.row("1|a|10.00|completed|0.00|").row("2|a|10.00|refunded||").row("3|a|10.00|completed|4.00|");
  sheet.row("4|a|10.00|pending||10.00").row("5|a|10.00|cancelled|-10.00|").row("6|a|10.00|completed|12.00|").plan();
  ASSERT_EQ(sheet.orders.size(), 5U) << sheet.reasons();
  const auto paid = [&](std::size_t i) { return captured_of(sheet.orders[i])->amount; };
  const auto back = [&](std::size_t i) { return refunded_of(sheet.orders[i])->amount; };
  EXPECT_EQ(paid(0), 1000);
  EXPECT_EQ(back(0), 0);
  EXPECT_EQ(paid(1), 1000);
  EXPECT_EQ(back(1), 1000);
  EXPECT_EQ(back(2), 400);
  EXPECT_EQ(paid(3), 0);
  EXPECT_EQ(paid(4), 1000);
  EXPECT_EQ(back(4), 1000);
  EXPECT_EQ(sheet.reasons(), "7:refund_exceeds_payment");
}

// --- states and modes

TEST(OrderPlan, HistoryNeedsStateAndTime) {
  OrderSheet sheet("order,customer,product,quantity,unit_price,status,time");
  sheet.options.mode = OrderMode::history;
  sheet.row("1|ann|a|1|1.00||2024-03-05").row("2|ann|a|1|1.00|completed|").row("3|ann|a|1|1.00|Foo|2024-03-05").plan();
  EXPECT_TRUE(sheet.orders.empty());
  EXPECT_EQ(sheet.reasons(), "2:missing 3:missing 4:unknown_status");
}

TEST(OrderPlan, TimesTellTheStateWhereNoWordDoes) {
  OrderSheet sheet("order,customer,product,quantity,unit_price,time,paid_at,shipped_at");
  sheet.options.mode = OrderMode::history;
  sheet.row("1|ann|a|1|1.00|2024-03-05||").row("2|ann|a|1|1.00|2024-03-05|2024-03-05|");
  sheet.row("3|ann|a|1|1.00|2024-03-05|2024-03-05|2024-03-06").plan();
  ASSERT_EQ(sheet.orders.size(), 3U) << sheet.reasons();
  EXPECT_EQ(sheet.orders[0].state->status, OrderStatus::pending);
  EXPECT_EQ(sheet.orders[1].state->status, OrderStatus::confirmed);
  EXPECT_EQ(sheet.orders[2].state->status, OrderStatus::fulfilled);
}

TEST(OrderPlan, AnOrderWhoseOnlyTimeIsThatOfItsPaymentIsPaid) {
  OrderSheet sheet("order,customer,product,quantity,unit_price,Paid at");
  sheet.options.mode = OrderMode::open;
  sheet.columns().metadata.clear();
  sheet.columns().of_role[static_cast<std::size_t>(Role::time)] = {5};
  sheet.row("1|ann|a|1|1.00|2024-03-05").plan();
  EXPECT_TRUE(time_is_payment(sheet.columns()));
  EXPECT_EQ(sheet.order().state->payment, PaymentStatus::captured);
}

TEST(OrderPlan, RowsMayDifferInCancelledLinesOnly) {
  auto sheet = history("order,product,unit_price,status");
  sheet.row("1|a|1.00|completed").row("1|b|1.00|cancelled").row("2|a|1.00|completed").row("2|b|1.00|pending").plan();
  ASSERT_EQ(sheet.orders.size(), 1U);
  EXPECT_EQ(sheet.orders[0].cancelled, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(sheet.reasons(), "4:differs");
}

TEST(OrderPlan, OpenOrdersArePaidAndNotSent) {
  const auto open = [](bool collect) {
    OrderSheet sheet("order,customer,product,quantity,unit_price,status");
    sheet.options.mode = OrderMode::open;
    sheet.options.collect = collect;
    sheet.row("1|ann|a|1|1.00|processing").row("2|ann|a|1|1.00|completed").row("3|ann|a|1|1.00|pending");
    sheet.plan();
    return sheet;
  };
  EXPECT_EQ(open(false).reasons(), "3:not_open 4:unpaid");
  const auto sheet = open(true);
  ASSERT_EQ(sheet.orders.size(), 2U);
  EXPECT_EQ(sheet.reasons(), "3:not_open");
  const auto paid = from_json<OrderBody>(order_body(sheet.orders[0], sheet.options), Fields::strict);
  const auto unpaid = from_json<OrderBody>(order_body(sheet.orders[1], sheet.options), Fields::strict);
  ASSERT_TRUE(paid && unpaid);
  EXPECT_EQ(paid->payment_terms, PaymentTerms::manual);
  EXPECT_EQ(unpaid->payment_terms, std::nullopt);
}

TEST(OrderPlan, TheBodyOfANewOrderStatesNoPrices) {
  auto sheet = new_orders("order,customer,product,quantity,unit_price,name,currency,location,time,payment_method");
  sheet.row("#7|ann|a|2|12.50|Mug|USD|main|2024-03-05T14:22:11Z|visa").plan();
  EXPECT_EQ(order_body(sheet.order(), sheet.options),
            R"({"customer_id":"ann","lines":[{"product_id":"a","quantity":2}],"currency":"USD","location":"main",)"
            R"("placed_at":"2024-03-05T14:22:11.000Z","reference":"7","metadata":{"payment_method":"visa"}})");
}

TEST(OrderPlan, TheBodyOfAnOpenOrderStatesAllThatIsCharged) {
  OrderSheet sheet("order,customer,product,quantity,unit_price,status,shipping,total,payment_method");
  sheet.options.mode = OrderMode::open;
  sheet.row("7|ann|a|2|12.50|processing|5.00|30.00|PayPal").plan();
  const auto body = from_json<OrderBody>(order_body(sheet.order(), sheet.options), Fields::strict);
  ASSERT_TRUE(body) << body.error().text();
  EXPECT_EQ(body->lines[0].unit_price->amount, 1250);
  EXPECT_TRUE(body->lines[0].tax && body->lines[0].tax->empty()) << "no rate of the shop applies";
  EXPECT_EQ(body->shipping->front().price.amount, 500);
  EXPECT_TRUE(body->discounts && body->discounts->empty());
  EXPECT_EQ(body->expected_total->amount, 3000);
  EXPECT_TRUE(check_stated(body->lines, *body).empty());
  EXPECT_EQ(payment_body(sheet.order()), R"({"amount":{"amount":3000,"currency":"USD"},"method":"PayPal"})");
}

TEST(OrderPlan, TheBodyOfHistorySaysWhatBecameOfIt) {
  auto sheet = history("order,product,quantity,unit_price,status,delivered_at,payment_method,tracking,refunded");
  sheet.options.source = "shop-a";
  sheet.options.announce = true;
  sheet.row("#1001|a|2|12.50|completed|2024-03-08T10:00:00Z|PayPal|T1|5.00").plan();
  EXPECT_EQ(imported_order_body(sheet.order(), sheet.options),
            R"({"customer_id":"ann","currency":"USD",)"
            R"("lines":[{"product_id":"a","quantity":2,"unit_price":{"amount":1250,"currency":"USD"}}],)"
            R"("expected_total":{"amount":2500,"currency":"USD"},"announce":true,"reference":"1001","metadata":{},)"
            R"("source":"shop-a","number":"1001",)"
            R"("placed_at":"2024-03-05T14:22:11.000Z","status":"completed","ended_at":"2024-03-08T10:00:00.000Z",)"
            R"("captured":{"amount":2500,"currency":"USD"},"refunded":{"amount":500,"currency":"USD"},)"
            R"("shipped":true,"delivered":true,"tracking":"T1","payment":{"method":"PayPal"}})");
}

TEST(OrderPlan, WhatDidNotHappenIsNotInTheBodyOfHistory) {
  auto sheet = history("order,product,quantity,unit_price,status,returned_quantity,payment_method,tracking");
  sheet.row("1|a|2|12.50|pending||Cash|T1").row("2|a|2|12.50|cancelled|1||").plan();
  ASSERT_EQ(sheet.orders.size(), 2U) << sheet.reasons();
  const auto first = imported_order_body(sheet.orders[0], sheet.options);
  EXPECT_EQ(first.find(R"("payment":)"), std::string::npos) << first;
  EXPECT_NE(first.find(R"("metadata":{"payment_method":"Cash","tracking":"T1"})"), std::string::npos) << first;
  EXPECT_NE(first.find(R"("shipped":false,"delivered":false)"), std::string::npos) << first;
  const auto second = imported_order_body(sheet.orders[1], sheet.options);
  EXPECT_NE(second.find(R"("shipped":1,"returned":1)"), std::string::npos) << second;
}

// --- any rows at all

// A table of cells that fit their columns, more or less.
OrderSheet random_sheet(std::mt19937& random) {
  const auto pick = [&](std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random); };
  std::string headings = "order";
  for (const auto& info : roles()) {
    const bool basic = info.role == Role::customer || info.role == Role::quantity || info.role == Role::time ||
                       info.role == Role::unit_price || info.role == Role::status;
    if (info.role != Role::order && info.role != Role::date && info.use != RoleUse::product &&
        (basic || pick(4) == 0)) {
      headings += "," + std::string(info.name);
    }
  }
  OrderSheet sheet(headings + ",Some.Column,Other $column");
  const std::vector<std::string> odd = {
      "",       "0",     "-1",    "Foo", "x\ny", "\x01", "999999999999999",       "-5.00",
      "12.345", "$5.00", "€9,00", "19%", "null", "'007", std::string(3'000, 'a'), "2024-02-31",
      "-"};
  static const std::vector<std::string> kStates = {"completed", "pending", "cancelled", "refunded"};
  const auto& state = kStates[pick(kStates.size())];
  const auto usual = [&](std::optional<Role> role) -> std::string {
    static const std::vector<std::string> kNumbers = {"1", "2", "3", "10.00", "19.99", "5.00", "0.00", "1.50"};
    static const std::vector<std::string> kWords = {"a", "b", "DE", "Berlin", "2024-03-05"};
    if (!role) return kWords[pick(kWords.size())];
    if (*role == Role::status) return state;
    if (*role == Role::payment_status) return "paid";
    if (*role == Role::fulfillment_status) return "delivered";
    if (*role == Role::customer || *role == Role::location) return "ann";
    if (*role == Role::currency) return "USD";
    if (*role == Role::email) return "ann@example.com";
    switch (cell_kind(*role)) {
      case CellKind::day:
        return "2024-03-05";
      case CellKind::whole:
        return std::to_string(1 + pick(3));
      case CellKind::amount:
      case CellKind::rate:
        return kNumbers[pick(kNumbers.size())];
      case CellKind::text:
        break;
    }
    return kWords[pick(kWords.size())];
  };
  for (std::size_t i = 1 + pick(8); i > 0; --i) {
    std::vector<std::string> cells = {std::to_string(1 + pick(3))};
    while (cells.size() < sheet.columns().headings.size()) {
      const auto role = parse_role(sheet.columns().headings[cells.size()]);
      cells.push_back(pick(200) == 0                          ? odd[pick(odd.size())]
                      : pick(3) == 0 && role != Role::product ? ""
                                                              : usual(role));
    }
    sheet.cells(std::move(cells));
  }
  sheet.set(Role::status, "completed").set(Role::time, "2024-03-05").set(Role::customer, "ann");
  sheet.set(Role::quantity, "1").set(Role::unit_price, "10.00");
  sheet.options.mode = static_cast<OrderMode>(pick(3));
  sheet.options.partial = pick(2) == 0;
  sheet.options.accept_totals = pick(2) == 0;
  sheet.options.collect = true;
  return sheet;
}

// Whatever the rows are: each order is planned, refused or sells nothing, and the server finds no fault in its form.
TEST(OrderPlan, AnyRowsMakeWholeOrdersOrRefusals) {
  std::mt19937 random(7);
  std::size_t planned = 0;
  for (int round = 0; round < 6'000; ++round) {
    auto sheet = random_sheet(random);
    sheet.plan();
    ASSERT_EQ(sheet.error, "");
    ASSERT_EQ(sheet.orders.size() + sheet.orders_refused + sheet.orders_without_lines, sheet.survey.index.size());
    planned += sheet.orders.size();
    for (const auto& order : sheet.orders) {
      ASSERT_EQ(order.lines.size(), order.rows.size());
      ASSERT_EQ(order.lines.size(), order.returned.size());
      ASSERT_EQ(order.lines.size(), order.cancelled.size());
      const auto body = from_json<OrderBody>(order_body(order, sheet.options), Fields::strict);
      ASSERT_TRUE(body) << round << " " << body.error().text();
      std::vector<Violation> found;
      check_rules(static_cast<const OrderTerms&>(*body), TextRule::enforced, found);
      ASSERT_TRUE(found.empty()) << round << " " << found.front().pointer << " " << found.front().detail;
      if (sheet.options.mode == OrderMode::history) {
        ASSERT_TRUE(JsonTape::parse(imported_order_body(order, sheet.options))) << round;
      }
      if (!order.sum) continue;
      const auto computed = computed_order(order.lines, order.figures, order.sum->currency);
      ASSERT_TRUE(computed) << round << " " << computed.error().text();
      ASSERT_EQ(computed->total, *order.sum) << round;
      if (order.total) {
        ASSERT_EQ(*order.total, *order.sum) << round;
      }
    }
  }
  EXPECT_GT(planned, 1'000U);
}

}  // namespace
}  // namespace ordo::imports
