#include "import/product_plan.h"

#include <gtest/gtest.h>

#include <utility>

#include "import/product_cells.h"

namespace ordo::imports {
namespace {

using ProductColumns = std::vector<std::pair<std::string, std::optional<Role>>>;

// The planner for a file with these columns, and what it refused.
class PlannedFile {
 public:
  explicit PlannedFile(const ProductColumns& columns, const Profile* profile = nullptr,
                       ProductPlanOptions options = {}) {
    survey_.columns.kind = ImportKind::products;
    survey_.columns.profile = profile;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      survey_.columns.headings.push_back(columns[i].first);
      if (columns[i].second) survey_.columns.of_role[static_cast<std::size_t>(*columns[i].second)].push_back(i);
    }
    for (auto& style : survey_.numbers) style.decimal = '.';
    options.currency = *Currency::parse("USD");
    if (!options.at) options.at = *parse_timestamp("2024-03-08T12:00:00Z");
    planner.emplace(options, survey_, [this](const Refusal& refusal) { refused.push_back(refusal); });
  }

  std::optional<PlannedProduct> add(std::vector<std::string> cells) {
    Row row;
    row.line = ++line_;
    row.cells = std::move(cells);
    row.cells.resize(survey_.columns.headings.size());
    return planner->add(row);
  }

  // The reasons of the refusals, each with its column.
  std::string reasons() const {
    std::string text;
    for (const auto& one : refused) text += one.problem.field + " " + one.problem.reason + "; ";
    return text;
  }

  std::optional<ProductPlanner> planner;
  std::vector<Refusal> refused;

 private:
  Survey survey_;
  std::size_t line_ = 1;
};

ProductPlanOptions for_update() {
  ProductPlanOptions options;
  options.update = true;
  return options;
}

Money dollars(std::int64_t amount) {
  return {amount, *Currency::parse("USD")};
}

Profile profile_called(std::string_view name, bool fills_down) {
  Profile profile{};
  profile.name = name;
  profile.kind = ImportKind::products;
  profile.fills_down = fills_down;
  return profile;
}
const Profile kShopifyProfile = profile_called("shopify-products", true);
const Profile kWooProfile = profile_called("woocommerce-products", false);
const Profile kMagentoProfile = profile_called("magento-products", false);

const ProductColumns kPlainColumns{{"sku", Role::product}, {"name", Role::name},         {"price", Role::price},
                                   {"stock", Role::stock}, {"category", Role::category}, {"currency", Role::currency}};

TEST(ProductPlan, ARowIsAProduct) {
  PlannedFile file(kPlainColumns);
  const auto product = file.add({"0042", "Tea towel", "12.50", "10", "linens"});
  ASSERT_TRUE(product) << file.reasons();
  EXPECT_EQ(product->id, "0042");
  EXPECT_EQ(product->name, "Tea towel");
  EXPECT_EQ(product->price, dollars(1250));
  EXPECT_EQ(product->stock, 10);
  EXPECT_EQ(product->category, "linens");
  EXPECT_EQ(product->line, 2U);
  EXPECT_FALSE(product->currency_named);
  EXPECT_FALSE(product->active);
  const auto other = file.add({"B-1", "Bowl", "0.00", "", "", "EUR"});
  ASSERT_TRUE(other) << file.reasons();
  EXPECT_EQ(other->ordinal, 1U);
  EXPECT_EQ(other->price, (Money{0, *Currency::parse("EUR")})) << "0 is a price";
  EXPECT_TRUE(other->currency_named);
  EXPECT_FALSE(other->stock);
  EXPECT_FALSE(other->category);
}

TEST(ProductPlan, WhatCannotBeAProductIsRefusedWithItsColumn) {
  PlannedFile file(kPlainColumns);
  file.add({"", "Cup", "1"});
  file.add({"a", "", "1"});
  file.add({"b", "Cup", ""});
  file.add({"c", "Cup", "-1.00"});
  file.add({"d", "Cup", "1", "1.5"});
  file.add({"e", std::string(201, 'x'), "1"});
  file.add({"f", "C\x01up", "1"});
  file.add({"g", "Cup", "1", "", std::string(201, 'x')});
  file.add({"h", "Cup", "1", "", "", "EURO"});
  file.add({"i", "Cup", "1", "1000000000001"});
  EXPECT_EQ(file.reasons(),
            "sku missing; name missing; price missing; price bad_price; stock fractional_quantity; name too_long; "
            "name control_characters; category too_long; currency bad_currency; stock bad_stock; ");
  EXPECT_EQ(file.refused[3].problem.value, "-1.00");
  EXPECT_EQ(file.refused[3].record, "c");
  // An id counts as one of the file's, whatever became of it. So the ordinals follow from the file alone.
  const auto product = file.add({"z", "Cup", "1"});
  ASSERT_TRUE(product);
  EXPECT_EQ(product->ordinal, 9U);
  EXPECT_EQ(file.planner->products(), 10U);
}

TEST(ProductPlan, AnUpdateNeedsOnlyTheId) {
  PlannedFile file({{"sku", Role::product}, {"stock", Role::stock}}, nullptr, for_update());
  const auto product = file.add({"0042", "99"});
  ASSERT_TRUE(product) << file.reasons();
  EXPECT_EQ(product->stock, 99);
  EXPECT_FALSE(product->name);
  EXPECT_FALSE(product->price);
}

TEST(ProductPlan, OneColumnMayBeIdAndName) {
  PlannedFile file({{"sku", Role::product}, {"price", Role::price}});
  EXPECT_FALSE(file.add({"A-1", "4.00"}));
  EXPECT_EQ(file.reasons(), "name missing; ");
  Survey survey;
  survey.columns.kind = ImportKind::products;
  survey.columns.headings = {"sku", "price"};
  survey.columns.of_role[static_cast<std::size_t>(Role::product)] = {0};
  survey.columns.of_role[static_cast<std::size_t>(Role::name)] = {0};
  survey.columns.of_role[static_cast<std::size_t>(Role::price)] = {1};
  ProductPlanner planner(ProductPlanOptions(), survey, [](const Refusal&) {});
  Row row;
  row.cells = {"A-1", "4"};
  const auto product = planner.add(row);
  ASSERT_TRUE(product);
  EXPECT_EQ(product->id, "A-1");
  EXPECT_EQ(product->name, "A-1");
}

TEST(ProductPlan, AnIdThatOrdoCannotHaveIsHashed) {
  PlannedFile file(kPlainColumns);
  const auto product = file.add({"MUG/RED", "Mug", "1"});
  ASSERT_TRUE(product) << file.reasons();
  EXPECT_EQ(product->id, id_from("MUG/RED"));
  const auto guarded = file.add({"'0043", "Mug", "1"});
  ASSERT_TRUE(guarded);
  EXPECT_EQ(guarded->id, "0043");
}

TEST(ProductPlan, TheFirstGoodRowOfAnIdCounts) {
  PlannedFile file(kPlainColumns);
  EXPECT_FALSE(file.add({"a", "", "1"}));
  const auto product = file.add({"a", "Cup", "1"});
  ASSERT_TRUE(product);
  EXPECT_EQ(product->ordinal, 0U);
  EXPECT_FALSE(file.add({"a", "Cup", "2"}));
  EXPECT_FALSE(file.add({"a", "Mug", "2"}));
  EXPECT_FALSE(file.add({"a", "Mug", "not a price"})) << "only compared: no refusal";
  EXPECT_EQ(file.reasons(), "name missing; ");
  EXPECT_EQ(file.planner->products_with_other_prices(), 1U);
  EXPECT_EQ(file.planner->products_with_other_names(), 1U);
  EXPECT_EQ(file.planner->repeated_rows(), 3U);
}

TEST(ProductPlan, StockBelowNothingIsNothing) {
  PlannedFile file(kPlainColumns);
  const auto product = file.add({"a", "Cup", "1", "-2"});
  ASSERT_TRUE(product) << file.reasons();
  EXPECT_EQ(product->stock, 0);
  EXPECT_EQ(file.planner->products_with_negative_stock(), 1U);
}

TEST(ProductPlan, TheFlagForStockIsForNewProductsOnly) {
  ProductPlanOptions options;
  options.stock = 100;
  options.location = "east";
  PlannedFile file(kPlainColumns, nullptr, options);
  const auto product = file.add({"a", "Cup", "1"});
  ASSERT_TRUE(product);
  EXPECT_FALSE(product->stock);
  EXPECT_EQ(product->first_stock, 100);
  EXPECT_EQ(product->location, "east");
}

TEST(ProductPlan, StockAtAnotherLocationCountsToo) {
  PlannedFile file({{"sku", Role::product},
                    {"name", Role::name},
                    {"price", Role::price},
                    {"where", Role::location},
                    {"on hand", Role::stock}});
  ASSERT_TRUE(file.add({"a", "Cup", "1", "east", "5"}));
  const auto more = file.add({"a", "Cup", "1", "west", "7"});
  ASSERT_TRUE(more) << file.reasons();
  EXPECT_TRUE(more->further_location);
  EXPECT_EQ(more->location, "west");
  EXPECT_EQ(more->stock, 7);
  EXPECT_EQ(more->ordinal, 1U);
  EXPECT_FALSE(more->name);
  EXPECT_FALSE(file.add({"a", "Cup", "1", "west", "8"}));
  EXPECT_FALSE(file.add({"a", "Cup", "1", "north", "not stocked"}));
  EXPECT_EQ(file.reasons(), "");
}

TEST(ProductPlan, OrdosOwnPricesAreInMinorUnits) {
  PlannedFile file({{"id", Role::product},
                    {"name", Role::name},
                    {"price_amount", Role::price},
                    {"price_currency", Role::currency},
                    {"status", Role::product_status}});
  const auto product = file.add({"0042", "Tea towel", "1350", "USD", "archived"});
  ASSERT_TRUE(product) << file.reasons();
  EXPECT_EQ(product->price, dollars(1350));
  EXPECT_EQ(product->active, false);
  EXPECT_FALSE(file.add({"0043", "Tea towel", "13.50", "USD", "active"}));
  EXPECT_EQ(file.reasons(), "price_amount bad_amount; ");
}

// --- sale prices

const ProductColumns kSaleColumns{{"sku", Role::product},         {"name", Role::name},
                                  {"Regular price", Role::price}, {"Sale price", Role::sale_price},
                                  {"starts", Role::sale_starts},  {"ends", Role::sale_ends}};

TEST(ProductPlan, TheSalePriceCountsWhileItsDatesHold) {
  struct Case {
    const char* starts;
    const char* ends;
    std::int64_t price;
  };
  // The import is on 8 March, at noon.
  for (const auto& [starts, ends, price] :
       {Case{"", "", 1250}, Case{"2024-03-01", "", 1250}, Case{"2024-03-09", "", 1500}, Case{"", "2024-03-08", 1250},
        Case{"", "2024-03-07", 1500}, Case{"2024-03-08 13:00:00", "", 1500}, Case{"", "2024-03-08 11:00:00", 1500}}) {
    PlannedFile file(kSaleColumns);
    const auto product = file.add({"CND-2", "Candle", "15", "12.5", starts, ends});
    ASSERT_TRUE(product) << file.reasons();
    EXPECT_EQ(product->price, dollars(price)) << starts << " to " << ends;
  }
}

TEST(ProductPlan, ASalePriceOfNothingOrAboveThePriceIsNone) {
  PlannedFile file(kSaleColumns);
  EXPECT_EQ(file.add({"a", "Cup", "15", "0.00"})->price, dollars(1500));
  EXPECT_EQ(file.add({"b", "Cup", "15", "20"})->price, dollars(1500));
  EXPECT_EQ(file.add({"c", "Cup", "", "20"})->price, dollars(2000));
  EXPECT_FALSE(file.add({"d", "Cup", "15", "12", "soon"}));
  EXPECT_FALSE(file.add({"e", "Cup", "15", "cheap"}));
  EXPECT_EQ(file.reasons(), "starts bad_time; Sale price not_a_number; ");
}

// --- variants

const ProductColumns kShopifyColumns{{"Handle", Role::parent},
                                     {"Title", Role::name},
                                     {"Product Category", Role::category},
                                     {"Option1 Value", Role::option_value},
                                     {"Option2 Value", Role::option_value},
                                     {"Variant SKU", Role::product},
                                     {"Variant Grams", Role::weight},
                                     {"Variant Inventory Qty", Role::stock},
                                     {"Variant Price", Role::price},
                                     {"Variant Requires Shipping", Role::requires_shipping},
                                     {"Image Src", std::nullopt},
                                     {"Status", Role::product_status}};

TEST(ProductPlan, VariantsOfShopifyTakeWhatTheFirstRowHas) {
  PlannedFile file(kShopifyColumns, &kShopifyProfile);
  const auto small = file.add({"linen-shirt", "Linen Shirt", "Apparel > Clothing", "S", "Blue", "SHIRT-S-BL", "220",
                               "12", "49.00", "true", "https://x/a.jpg", "active"});
  ASSERT_TRUE(small) << file.reasons();
  EXPECT_EQ(small->name, "Linen Shirt - S / Blue");
  EXPECT_EQ(small->category, "Clothing");
  EXPECT_EQ(small->weight_g, 220);
  EXPECT_EQ(small->active, true);
  EXPECT_EQ(small->requires_shipping, true);
  const auto large =
      file.add({"linen-shirt", "", "", "L", "Blue", "SHIRT-L-BL", "220", "-2", "52.00", "true", "https://x/c.jpg", ""});
  ASSERT_TRUE(large) << file.reasons();
  EXPECT_EQ(large->name, "Linen Shirt - L / Blue");
  EXPECT_EQ(large->category, "Clothing");
  EXPECT_EQ(large->active, true);
  EXPECT_EQ(large->stock, 0);
  const auto image = file.add({"linen-shirt", "", "", "", "", "", "", "", "", "", "https://x/d.jpg", ""});
  EXPECT_FALSE(image);
  EXPECT_EQ(file.planner->rows_without_lines(), 1U);
  const auto card =
      file.add({"gift-card", "Gift Card", "Gift Cards", "25", "", "", "0", "", "25.00", "false", "", "active"});
  ASSERT_TRUE(card) << file.reasons();
  EXPECT_EQ(card->id, "gift-card-25") << "a variant without an id gets one";
  EXPECT_EQ(card->requires_shipping, false);
  const auto towel = file.add({"tea-towel", "Tea towel", "Home", "Default Title", "", "0042", "90", "30", "1,250.00",
                               "true", "https://x/t.jpg", "draft"});
  ASSERT_TRUE(towel) << file.reasons();
  EXPECT_EQ(towel->name, "Tea towel");
  EXPECT_EQ(towel->active, false);
  EXPECT_EQ(towel->price, dollars(125000));
  EXPECT_EQ(file.reasons(), "");
}

const ProductColumns kWooColumns{{"ID", Role::product},          {"Type", Role::product_type},
                                 {"Name", Role::name},           {"Published", Role::product_status},
                                 {"Tax class", Role::tax_class}, {"Stock", Role::stock},
                                 {"Weight (kg)", Role::weight},  {"Sale price", Role::sale_price},
                                 {"Regular price", Role::price}, {"Categories", Role::category},
                                 {"Parent", Role::parent},       {"Attribute 1 value(s)", Role::option_value}};

TEST(ProductPlan, VariationsOfWooCommerceTakeWhatTheirParentHas) {
  PlannedFile file(kWooColumns, &kWooProfile);
  EXPECT_FALSE(file.add(
      {"CND", "variable", "Candle", "1", "reduced-rate", "", ".3", "", "", "Home > Candles, Gifts", "", "Fig, Rose"}));
  const auto fig =
      file.add({"CND-1", "variation", "Candle - Fig", "1", "parent", "14", "", "", "15", "", "CND", "Fig"});
  ASSERT_TRUE(fig) << file.reasons();
  EXPECT_EQ(fig->name, "Candle - Fig");
  EXPECT_EQ(fig->category, "Candles");
  EXPECT_EQ(fig->tax_class, "reduced-rate");
  EXPECT_EQ(fig->weight_g, 300);
  const auto rose = file.add({"CND-2", "variation", "", "", "parent", "", "0.5", "12.5", "15", "", "CND", "Rose"});
  ASSERT_TRUE(rose) << file.reasons();
  EXPECT_EQ(rose->name, "Candle - Rose");
  EXPECT_EQ(rose->price, dollars(1250));
  EXPECT_EQ(rose->weight_g, 500);
  EXPECT_EQ(rose->active, true);
  EXPECT_FALSE(file.add({"EXT-1", "external", "Partner item", "1", "", "", "", "", "", "Home"}));
  EXPECT_FALSE(file.add({"SET-1", "grouped", "Set", "1"}));
  const auto draft = file.add({"HLD-9", "simple, virtual", "Plan", "-1", "", "", "", "", "25", "Home"});
  ASSERT_TRUE(draft) << file.reasons();
  EXPECT_EQ(draft->active, false);
  EXPECT_EQ(draft->requires_shipping, false);
  EXPECT_EQ(file.planner->rows_without_lines(), 3U);
  EXPECT_EQ(file.reasons(), "");
}

TEST(ProductPlan, RowsOfMagentoWithoutAPriceBelongToNoProduct) {
  PlannedFile file({{"sku", Role::product},
                    {"product_type", Role::product_type},
                    {"categories", Role::category},
                    {"name", Role::name},
                    {"weight", Role::weight},
                    {"product_online", Role::product_status},
                    {"tax_class_name", Role::tax_class},
                    {"price", Role::price},
                    {"special_price", Role::sale_price},
                    {"qty", Role::stock}},
                   &kMagentoProfile);
  const auto bag = file.add({"24-MB01", "simple", "Default Category/Gear,Default Category/Gear/Bags",
                             "Duffle \"Joust\"", "1.0000", "1", "Taxable Goods", "34.000000", "29.000000", "100.0000"});
  ASSERT_TRUE(bag) << file.reasons();
  EXPECT_EQ(bag->category, "Bags");
  EXPECT_EQ(bag->price, dollars(2900));
  EXPECT_EQ(bag->stock, 100);
  EXPECT_EQ(bag->tax_class, "") << "the usual one";
  EXPECT_FALSE(bag->weight_g) << "no unit is known";
  EXPECT_EQ(file.planner->products_without_weight_unit(), 1U);
  EXPECT_FALSE(file.add({"24-MB01", "simple", "", "Sporttasche"}));
  EXPECT_FALSE(file.add({"WH01", "configurable", "Default Category/Tops", "Hoodie", "", "1", "", "", "", "0.0000"}));
  EXPECT_EQ(file.planner->rows_without_lines(), 2U);
  EXPECT_EQ(file.planner->products_with_other_names(), 0U);
  const auto off =
      file.add({"WH01-S", "simple", "Default Category/Tops", "Hoodie S", "", "2", "", "42.0000", "", "10"});
  ASSERT_TRUE(off) << file.reasons();
  EXPECT_EQ(off->active, false);
  EXPECT_EQ(file.reasons(), "");
}

// --- cells

TEST(ProductCells, TheHeadingSaysWhatYesMeans) {
  struct Case {
    const char* heading;
    const char* cell;
    bool on_sale;
  };
  for (const auto& [heading, cell, on_sale] :
       {Case{"Published", "1", true}, Case{"Published", "0", false}, Case{"Published", "-1", false},
        Case{"discontinued", "1", false}, Case{"discontinued", "0", true}, Case{"product.discontinued", "true", false},
        Case{"Status", "Active", true}, Case{"Status", "draft", false}, Case{"Status", "archived", false},
        Case{"product_online", "2", false}, Case{"Active", "yes", true}}) {
    const auto found = is_on_sale(heading, cell);
    ASSERT_TRUE(found) << heading << " " << cell;
    EXPECT_EQ(*found, on_sale) << heading << " " << cell;
  }
  EXPECT_EQ(*is_on_sale("Status", ""), std::nullopt);
  EXPECT_EQ(is_on_sale("Status", "perhaps").error().reason, "unknown_status");
}

TEST(ProductCells, WeightsAreGrams) {
  struct Case {
    const char* cell;
    const char* heading;
    const char* unit;
    std::optional<std::int64_t> grams;
  };
  for (const auto& [cell, heading, unit, grams] :
       {Case{"0.35", "Weight (kg)", "", 350}, Case{"220", "Variant Grams", "kg", 220}, Case{"2", "weight", "lb", 907},
        Case{"1", "Weight (oz)", "", 28}, Case{"1.5 kg", "weight_g", "", 1500}, Case{"1", "weight", "", std::nullopt},
        Case{"0", "weight", "", 0}}) {
    const auto found = weight_in(cell, {'.'}, heading, unit);
    ASSERT_TRUE(found) << cell << " " << found.error().text();
    EXPECT_EQ(*found, grams) << cell << " " << heading << " " << unit;
  }
  EXPECT_EQ(weight_in("-1", {'.'}, "kg", "").error().reason, "bad_weight");
  EXPECT_EQ(weight_in("1000001", {'.'}, "kg", "").error().reason, "bad_weight");
  EXPECT_EQ(weight_in("heavy", {'.'}, "kg", "").error().reason, "not_a_number");
}

TEST(ProductCells, ACategoryStaysAsItIsInAnUnknownFile) {
  EXPECT_EQ(category_in("Salt, pepper > all", nullptr), "Salt, pepper > all");
  EXPECT_EQ(category_in("Salt\\, pepper, Home > Kitchen", &kWooProfile), "Kitchen");
  EXPECT_EQ(category_in("Salt\\, pepper", &kWooProfile), "Salt, pepper");
}

TEST(ProductCells, WordsForTheUsualTaxAndForNone) {
  EXPECT_EQ(tax_class_in("Taxable Goods"), "");
  EXPECT_EQ(tax_class_in("standard"), "");
  EXPECT_EQ(tax_class_in("None"), "none");
  EXPECT_EQ(tax_class_in("reduced-rate"), "reduced-rate");
}

}  // namespace
}  // namespace ordo::imports
