#include "tables/json_table.h"

#include <gtest/gtest.h>

#include "tables/testing/whole_table.h"

namespace ordo::imports {
namespace {

using Texts = std::vector<std::string>;

WholeTable read_json(const std::string& text) {
  return read_whole(text, "file.json");
}

Texts numbers_of_lines(const WholeTable& table) {
  Texts lines;
  for (const auto& row : table.rows) lines.push_back(std::to_string(row.line));
  return lines;
}

TEST(JsonTable, MembersAreCellsWithTheirPathAsTheHeading) {
  const auto table =
      read_json(R"({"id":7,"total":29.350,"big":123456789012345678901,"billing":{"email":" a@b.c ","tags":["x","y"]},)"
                R"("paid":true,"note":null,"empty":{},"taxes":[{"title":"VAT","rate":1e2}]})");
  EXPECT_EQ(table.headings, (Texts{"id", "total", "big", "billing.email", "billing.tags.0", "billing.tags.1", "paid",
                                   "note", "taxes.0.title", "taxes.0.rate"}));
  EXPECT_EQ(table.cell(0, "total"), "29.350");
  EXPECT_EQ(table.cell(0, "big"), "123456789012345678901");
  EXPECT_EQ(table.cell(0, "billing.email"), "a@b.c");
  EXPECT_EQ(table.cell(0, "billing.tags.1"), "y");
  EXPECT_EQ(table.cell(0, "paid"), "true");
  EXPECT_EQ(table.cell(0, "note"), "");
  EXPECT_EQ(table.cell(0, "taxes.0.rate"), "1e2");
}

TEST(JsonTable, ALineOfAnOrderIsARow) {
  const auto table = read_json(
      R"({"id":727,"line_items":[{"id":315,"sku":"SGL","taxes":[{"id":1}]},{"id":316,"sku":"IDEA"}],"total":"29"})"
      "\n"
      R"({"id":728,"line_items":[],"total":"0"})");
  EXPECT_EQ(table.headings, (Texts{"id", "total", "line_items[].id", "line_items[].sku", "line_items[].taxes.0.id"}));
  EXPECT_EQ(table.column("id"), "727 727 728");
  EXPECT_EQ(table.column("total"), "29 29 0");
  EXPECT_EQ(table.column("line_items[].id"), "315 316 -");
  EXPECT_EQ(table.column("line_items[].taxes.0.id"), "1 - -");
  EXPECT_FALSE(table.rows[1].begins_record);
  EXPECT_TRUE(table.rows[2].begins_record);
  EXPECT_EQ(numbers_of_lines(table), (Texts{"1", "1", "2"}));
}

// Shipments and refunds have lists of lines too. Only the order's own makes rows.
TEST(JsonTable, OfSeveralListsTheOuterOneHasTheLines) {
  const auto shopify = read_json(
      R"({"fulfillments":[{"line_items":[{"id":1}]}],"cart":{"items":[{"id":2}]},"line_items":[{"id":3},{"id":4}]})");
  EXPECT_EQ(shopify.column("line_items[].id"), "3 4");
  EXPECT_EQ(shopify.column("fulfillments.0.line_items.0.id"), "1 1");
  EXPECT_EQ(shopify.column("cart.items.0.id"), "2 2");
  EXPECT_EQ(read_json(R"({"order":{"no":1,"Order-Lines":[{"a":1}]},"x":1})").column("order.Order-Lines[].a"), "1");
  // By what the elements have.
  EXPECT_EQ(read_json(R"({"id":1,"details":[{"productId":11,"quantity":2}]})").column("details[].quantity"), "2");
  EXPECT_EQ(read_json(R"({"id":1,"tier_prices":[{"qty":10,"value":2}]})").column("tier_prices.0.qty"), "10");
  // Texts are no lines.
  EXPECT_EQ(read_json(R"({"sku":"a","items":["cotton","wool"]})").column("items.1"), "wool");
  EXPECT_EQ(read_json(R"({"title":"Shirt","variants":[{"sku":"S"},{"sku":"M"}]})").column("variants[].sku"), "S M");
}

TEST(JsonTable, AnArrayIsReadElementByElement) {
  const auto table = read_json("[\n  {\n    \"id\": 1\n  },\n  {\n    \"id\": 2,\n    \"a\": \"]},\\\"[\"\n  }\n]\n");
  EXPECT_EQ(table.column("id"), "1 2");
  EXPECT_EQ(table.column("a"), "- ]},\"[");
  EXPECT_EQ(numbers_of_lines(table), (Texts{"2", "5"}));
}

TEST(JsonTable, AListMayStandInAnObject) {
  EXPECT_EQ(read_json("{\"orders\":[{\"id\":1},{\"id\":2}]}").column("id"), "1 2");
  EXPECT_EQ(read_json("{\"products\":[{\"id\":1},{\"id\":2}]}").column("id"), "1 2");
  EXPECT_EQ(read_json("{\n\"data\": [\n{\"id\":1},\n{\"id\":2}\n],\n\"meta\": {\"next\": null}, \"x\": [1, {}]}\n")
                .column("id"),
            "1 2");
  EXPECT_EQ(read_json("{\"items\":[{\"id\":1,\"items\":[{\"sku\":\"a\"}]}],\"search_criteria\":{},\"total_count\":1}")
                .column("items[].sku"),
            "a");
  EXPECT_EQ(read_json("{\"data\":{\"orders\":{\"edges\":[{\"cursor\":\"c\",\"node\":{\"id\":1,\"lineItems\":{\"edges\":"
                      "[{\"node\":{\"sku\":\"a\"}},{\"node\":{\"sku\":\"b\"}}]}}}],\"pageInfo\":{}}}}")
                .column("lineItems[].sku"),
            "a b");
  EXPECT_EQ(read_json("{\"took\":1,\"hits\":{\"total\":{\"value\":1},\"hits\":[{\"_index\":\"o\",\"_id\":\"9\","
                      "\"_source\":{\"id\":1}}]}}")
                .column("id"),
            "1");
  // Pages, one after another; one of them an error.
  const auto pages =
      read_json("{\"orders\":[{\"id\":1}],\"count\":1}\n{\"error\":\"busy\"}\n{\"orders\":[{\"id\":2}]}\n");
  EXPECT_EQ(pages.column("id"), "1 - 2");
  EXPECT_EQ(pages.problems(), (Texts{"2  malformed_json"}));
}

TEST(JsonTable, ASingleDocumentIsNoListOfDocuments) {
  const auto order = read_json("{\n\"id\": 1,\n\"products\": [\n{\"sku\": \"a\"},\n{\"sku\": \"b\"}\n]\n}\n");
  EXPECT_EQ(order.column("id"), "1 1");
  EXPECT_EQ(order.column("products[].sku"), "a b");
  EXPECT_EQ(read_json("{\"order\":{\"id\":1,\"items\":[{\"sku\":\"a\"}]}}").column("id"), "1");
  EXPECT_EQ(read_json("{\"id\":1,\"name\":\"x\",\"data\":[{\"a\":1}]}").column("data.0.a"), "1");
}

TEST(JsonTable, DocumentsMayFollowEachOther) {
  const auto table = read_json("{\n \"id\": 1\n}\n{\n \"id\": 2\n},\n[{\"id\": 3}]\n");
  EXPECT_EQ(table.column("id"), "1 2 3");
  EXPECT_EQ(numbers_of_lines(table), (Texts{"1", "4", "7"}));
}

TEST(JsonTable, ABrokenLineSpoilsOnlyItself) {
  const auto table =
      read_json("{\"id\":1}\n{\"id\":\n\nnonsense\n[2]\n{\"id\":3}\n{\"id\":4}\n{\"id\":5,\"id\":6}\n{\"id\":7}\n");
  EXPECT_EQ(table.column("id"), "1 - - - 3 4 - 7");
  EXPECT_EQ(table.problems(),
            (Texts{"2  malformed_json", "4  malformed_json", "5  malformed_json", "8  malformed_json"}));
  EXPECT_EQ(table.rows[2].problem->value, "nonsense");
}

TEST(JsonTable, AnArrayThatEndsTooEarlyIsAProblem) {
  const auto inside = read_json("[{\"id\":1},\n{\"id\":2");
  EXPECT_EQ(inside.column("id"), "1 -");
  EXPECT_EQ(inside.problems(), (Texts{"2  malformed_json"}));
  const auto between = read_json("[{\"id\":1}");
  EXPECT_EQ(between.column("id"), "1 -");
  EXPECT_EQ(read_json("{\"orders\":[{\"id\":1}]").column("id"), "1");
}

TEST(JsonTable, ABrokenElementSpoilsOnlyItself) {
  const auto table = read_json("[{\"id\":1},\n{\"id\":oops},\n7,\n{\"id\":2}]");
  EXPECT_EQ(table.column("id"), "1 - - 2");
  EXPECT_EQ(table.problems(), (Texts{"2  malformed_json", "3  malformed_json"}));
}

TEST(JsonTable, ExtendedJsonIsUnwrapped) {
  const auto table = read_json(
      R"({"_id":{"$oid":"65e7"},"price":{"$numberDecimal":"3.90"},"stock":{"$numberLong":"500"},"n":{"$numberInt":"2"},)"
      R"("d":{"$numberDouble":"7.25"},"t1":{"$date":"2024-03-05T14:22:11.123Z"},"t2":{"$date":1709648531123},)"
      R"("t3":{"$date":{"$numberLong":"1709648531123"}},"t4":{"$timestamp":{"t":1709648531,"i":1}},)"
      R"("u":{"$binary":{"base64":"ASNFZ4mrze8BI0VniavN7w==","subType":"04"}},"ref":{"$ref":"c","$id":{"$oid":"9"}},)"
      R"("none":{"$undefined":true},"other":{"$what":"x"}})");
  EXPECT_EQ(table.cell(0, "_id"), "65e7");
  EXPECT_EQ(table.cell(0, "price"), "3.90");
  EXPECT_EQ(table.cell(0, "stock"), "500");
  EXPECT_EQ(table.cell(0, "n"), "2");
  EXPECT_EQ(table.cell(0, "d"), "7.25");
  EXPECT_EQ(table.cell(0, "t1"), "2024-03-05T14:22:11.123Z");
  EXPECT_EQ(table.cell(0, "t2"), "2024-03-05T14:22:11.123Z");
  EXPECT_EQ(table.cell(0, "t3"), "2024-03-05T14:22:11.123Z");
  EXPECT_EQ(table.cell(0, "t4"), "2024-03-05T14:22:11.000Z");
  EXPECT_EQ(table.cell(0, "u"), "01234567-89ab-cdef-0123-456789abcdef");
  EXPECT_EQ(table.cell(0, "ref"), "9");
  EXPECT_EQ(table.cell(0, "none"), "");
  EXPECT_EQ(table.cell(0, "other.$what"), "x");
}

TEST(JsonTable, OrdersOfTheSeedAsMongoexportWritesThem) {
  const auto table = read_json(
      R"({"_id":{"$oid":"65e1"},"userId":{"$oid":"65e9"},"products":[{"productId":{"$oid":"a"},"quantity":1,"_id":{"$oid":"x"}},)"
      R"({"productId":{"$oid":"b"},"quantity":{"$numberInt":"2"}}],"totalAmount":32.3,"status":"completed"})"
      "\n"
      R"({"_id":{"$oid":"65e2"},"userId":"user-7","products":[],"totalAmount":0,"status":"pending"})");
  EXPECT_EQ(table.column("_id"), "65e1 65e1 65e2");
  EXPECT_EQ(table.column("products[].productId"), "a b -");
  EXPECT_EQ(table.column("products[].quantity"), "1 2 -");
  EXPECT_EQ(table.column("products[]._id"), "x - -");
  EXPECT_EQ(table.column("totalAmount"), "32.3 32.3 0");
}

TEST(JsonTable, MembersBeyondTheBoundsAreListed) {
  std::string text = "{\"id\":1,\"meta\":[";
  for (std::size_t i = 0; i <= kMaxPlaces; ++i)
    text += std::string(i == 0 ? "" : ",") + "{\"k\":" + std::to_string(i) + "}";
  const auto places = read_json(text + "]}");
  EXPECT_EQ(places.cell(0, "meta." + std::to_string(kMaxPlaces - 1) + ".k"), std::to_string(kMaxPlaces - 1));
  EXPECT_EQ(places.cell(0, "meta." + std::to_string(kMaxPlaces) + ".k"), "(no heading)");
  EXPECT_EQ(places.cell(0, kOtherMembers), "meta");

  text = "{";
  for (std::size_t i = 0; i <= kMaxHeadings; ++i) text += "\"m" + std::to_string(i) + "\":1,";
  const auto members = read_json(text + "\"last\":2}");
  EXPECT_EQ(members.headings.size(), kMaxHeadings);
  EXPECT_EQ(members.headings.back(), kOtherMembers);
  EXPECT_EQ(members.cell(0, kOtherMembers), "m1999, m2000, last");
}

TEST(JsonTable, ADocumentThatIsTooLongIsRefused) {
  const std::string filler(kMaxDocument, 'x');
  const auto lines = read_json("{\"id\":1}\n{\"id\":2,\"a\":\"" + filler + "\"}\n{\"id\":3}\n");
  EXPECT_EQ(lines.column("id"), "1 - 3");
  EXPECT_EQ(lines.problems(), (Texts{"2  document_too_long"}));
  const auto elements = read_json("[{\"id\":1},{\"id\":2,\"a\":\"" + filler + "\"},{\"id\":3}]");
  EXPECT_EQ(elements.column("id"), "1 - 3");
  EXPECT_EQ(elements.problems(), (Texts{"1  document_too_long"}));
}

TEST(JsonTable, NestingBeyondTheBoundIsRefused) {
  const std::string deep = "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}";
  EXPECT_EQ(read_json("{\"id\":1}\n" + deep + "\n{\"id\":2}\n").column("id"), "1 - 2");
}

TEST(JsonTable, AFileWithoutDocumentsIsEmpty) {
  EXPECT_EQ(read_json("[]").error, "empty_file");
  EXPECT_EQ(read_json("{\"orders\":[]}").error, "empty_file");
  EXPECT_EQ(read_json("{}").error, "empty_file");
  const auto broken = read_json("\n{\"id\": oops}\n");
  EXPECT_EQ(broken.error, "malformed_json");
  EXPECT_NE(broken.message.find("line 2"), std::string::npos) << broken.message;
}

TEST(JsonTable, NamesAreComposedInCells) {
  EXPECT_EQ(read_json("{\"name\":\"Pho\u031b\u0309\",\"x\":\"\\u0041\"}").cell(0, "name"), "Ph\u1edf");
}

}  // namespace
}  // namespace ordo::imports
