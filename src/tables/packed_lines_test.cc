#include "tables/packed_lines.h"

#include <gtest/gtest.h>

namespace ordo::imports {
namespace {

using Lines = std::vector<PackedLine>;

TEST(PackedLines, OfWooCommerce) {
  EXPECT_EQ(*unpack_lines("id:1|name:Candle|sku:CND-1|quantity:2|total:25.00;id:2|name:Holder|sku:|quantity:1"),
            (Lines{{{"id", "1"}, {"name", "Candle"}, {"sku", "CND-1"}, {"quantity", "2"}, {"total", "25.00"}},
                   {{"id", "2"}, {"name", "Holder"}, {"sku", ""}, {"quantity", "1"}}}));
}

TEST(PackedLines, SeparatorsInANameArePartOfIt) {
  EXPECT_EQ(
      *unpack_lines("name:Soap; small | blue: yes|quantity:1|meta:size\\=L\\, wide\\|long;name:Box: red|quantity:2"),
      (Lines{{{"name", "Soap; small | blue: yes"}, {"quantity", "1"}, {"meta", "size=L, wide|long"}},
             {{"name", "Box: red"}, {"quantity", "2"}}}));
}

TEST(PackedLines, OfBigCommerce) {
  EXPECT_EQ(*unpack_lines("Product ID: 84, Product Qty: 1, Product SKU: 12-7, Product Name: Knife | black, long, "
                          "Product Variation Details: Size: L (5), Thank you: Radio, Product Unit Price: 46.99|"
                          "Product ID: 85, Product Qty: 2, Product SKU: , Product Name: Cup"),
            (Lines{{{"Product ID", "84"},
                    {"Product Qty", "1"},
                    {"Product SKU", "12-7"},
                    {"Product Name", "Knife | black, long"},
                    {"Product Variation Details", "Size: L (5), Thank you: Radio"},
                    {"Product Unit Price", "46.99"}},
                   {{"Product ID", "85"}, {"Product Qty", "2"}, {"Product SKU", ""}, {"Product Name", "Cup"}}}));
  // With a blank between two lines.
  EXPECT_EQ(unpack_lines("Product ID: 1, Product Qty: 2 Product ID: 3, Product Qty: 4")->size(), 2U);
}

TEST(PackedLines, OfJson) {
  EXPECT_EQ(*unpack_lines(
                R"([{"productId":{"$oid":"65e7"},"quantity":2.50,"tags":["a","b"]},{"productId":"x","quantity":1}])"),
            (Lines{{{"productId", "65e7"}, {"quantity", "2.50"}, {"tags.0", "a"}, {"tags.1", "b"}},
                   {{"productId", "x"}, {"quantity", "1"}}}));
}

TEST(PackedLines, OtherCellsAreNone) {
  for (const auto* cell :
       {"", "14:22:11", "https://shop.example/a|b", "Note: call first", "id:9|method_id:flat_rate|total:4.90",
        "code:SPRING5|amount:5.00", "id:10|code:VAT|total:10.45", "[]", "[1,2]", "[{\"a\":1}]", "[{\"sku\":\"a\",",
        "quantity: 2", "Product ID: 3"}) {
    EXPECT_FALSE(unpack_lines(cell)) << cell;
  }
}

TEST(PackedLines, ACellThatWasCutIsNone) {
  EXPECT_FALSE(unpack_lines("id:1|name:Candle|quantity:2;id:2|name:Hol"));
  EXPECT_FALSE(unpack_lines("[{\"sku\":\"a\",\"quantity\":1},{\"sku\":\"b\",\"quan"));
}

TEST(PackedLines, ColumnsWithANumberAreOneList) {
  const std::vector<std::string> headings = {"order_id", "line_item_1", "line_item_2", "line_items", "item 1"};
  EXPECT_EQ(packed_columns(headings, 2).list, "line_item");
  EXPECT_EQ(packed_columns(headings, 2).columns, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(packed_columns(headings, 3).list, "line_items");
  EXPECT_EQ(packed_columns(headings, 3).columns, (std::vector<std::size_t>{3}));
  EXPECT_EQ(packed_columns(headings, 4).list, "item 1");
  EXPECT_EQ(packed_columns(headings, std::string_view("line_item")).columns, (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(packed_columns(headings, std::string_view("")).columns.empty());
}

}  // namespace
}  // namespace ordo::imports
