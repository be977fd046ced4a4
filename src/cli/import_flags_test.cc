#include "cli/import_flags.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "settings/settings.h"

namespace ordo::cli {
namespace {

using imports::ImportKind;
using imports::OrderMode;
using imports::Role;

class ImportFlagsTest : public testing::Test {
 protected:
  void SetUp() override {
    file_ = testing::TempDir() + "ordo_import_flags.csv";
    std::ofstream(file_) << "order,sku,qty\n";
    settings_.currency = *Currency::parse("EUR");
  }

  // The options of a command line, or the reason of its error: "command_line" when the parser refuses it.
  Result<imports::ImportOptions> parsed(ImportKind kind, std::vector<std::string> arguments) {
    CLI::App app("test");
    ImportFlags flags;
    flags.kind = kind;
    add_import_flags(app, flags);
    arguments.insert(arguments.begin(), file_);
    std::reverse(arguments.begin(), arguments.end());
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return fail(ErrorCode::kInvalid, "command_line", error.what());
    }
    return import_options_of(flags, settings_);
  }

  std::string file_;
  settings::Settings settings_;
};

TEST_F(ImportFlagsTest, DefaultsAskAndGuessNothing) {
  const auto orders = parsed(ImportKind::orders, {});
  ASSERT_TRUE(orders) << orders.error().text();
  EXPECT_EQ(orders->mode, std::nullopt);
  EXPECT_EQ(orders->orders.source, "import");
  EXPECT_EQ(orders->values.currency, std::nullopt);  // that of the products
  EXPECT_EQ(orders->values.decimal, '\0');
  EXPECT_EQ(orders->errors_path, file_ + ".orders.errors.csv");
  EXPECT_EQ(orders->progress_path, file_ + ".orders.progress");
  EXPECT_EQ(orders->wait, std::nullopt);
  const auto products = parsed(ImportKind::products, {});
  ASSERT_TRUE(products);
  EXPECT_EQ(products->products.currency.code(), "EUR");
  EXPECT_FALSE(products->products.update || products->update_stock);
  EXPECT_EQ(products->errors_path, file_ + ".products.errors.csv");
}

TEST_F(ImportFlagsTest, OrdersTakeAllTheirFlags) {
  const auto options = parsed(ImportKind::orders, {"--as",
                                                   "history",
                                                   "--replace",
                                                   "--announce",
                                                   "--accept-totals",
                                                   "--partial",
                                                   "--source",
                                                   "shop-de",
                                                   "--map",
                                                   "order=Belegnr",
                                                   "--map",
                                                   "product=Artikel,quantity=Menge",
                                                   "--set",
                                                   "currency=USD",
                                                   "--quantity",
                                                   "1",
                                                   "--decimal",
                                                   ",",
                                                   "--zone",
                                                   "Europe/Berlin",
                                                   "--date-order",
                                                   "day-first",
                                                   "--time-format",
                                                   "%d.%m.%y",
                                                   "--time-format",
                                                   "%Y",
                                                   "--status",
                                                   "Foo=completed",
                                                   "--unit",
                                                   "0.001",
                                                   "--delimiter",
                                                   ";",
                                                   "--encoding",
                                                   "latin1",
                                                   "--format",
                                                   "csv",
                                                   "--profile",
                                                   "shopify-orders",
                                                   "--guest",
                                                   "guest",
                                                   "--at",
                                                   "berlin",
                                                   "--errors",
                                                   "e.csv",
                                                   "--progress",
                                                   "p",
                                                   "--wait",
                                                   "20"});
  ASSERT_TRUE(options) << options.error().text();
  EXPECT_EQ(options->mode, OrderMode::history);
  EXPECT_TRUE(options->orders.replace && options->orders.announce && options->orders.accept_totals &&
              options->orders.partial);
  EXPECT_EQ(options->orders.source, "shop-de");
  ASSERT_EQ(options->columns.map.size(), 3U);
  EXPECT_EQ(options->columns.map[2], std::pair(Role::quantity, std::string("Menge")));
  EXPECT_EQ(options->columns.set.at(Role::quantity), "1");
  EXPECT_EQ(options->columns.set.at(Role::currency), "USD");
  EXPECT_EQ(options->columns.profile->name, "shopify-orders");
  EXPECT_EQ(options->values.decimal, ',');
  EXPECT_EQ(options->values.time.zone, "Europe/Berlin");
  EXPECT_EQ(options->values.time.order, imports::DateOrder::day_first);
  EXPECT_EQ(options->values.time.formats.size(), 2U);
  EXPECT_EQ(options->values.status.size(), 1U);
  EXPECT_EQ(options->values.unit->units, 1);
  EXPECT_EQ(options->values.unit->decimals, 3);
  EXPECT_EQ(options->values.currency->code(), "EUR");  // history needs one
  EXPECT_EQ(options->table.delimiter, ';');
  EXPECT_EQ(options->table.encoding, imports::Encoding::windows_1252);
  EXPECT_EQ(options->orders.guest, "guest");
  EXPECT_EQ(options->orders.location, "berlin");
  EXPECT_EQ(options->errors_path, "e.csv");
  EXPECT_EQ(options->progress_path, "p");
  EXPECT_EQ(options->wait, std::chrono::seconds(20));
}

TEST_F(ImportFlagsTest, WhatCannotBeIsRefused) {
  struct Case {
    ImportKind kind;
    std::vector<std::string> arguments;
    const char* reason;
  };
  const Case cases[] = {
      {ImportKind::orders, {"--replace"}, "bad_flag"},
      {ImportKind::orders, {"--as", "open", "--announce"}, "bad_flag"},
      {ImportKind::orders, {"--as", "history", "--collect"}, "bad_flag"},
      {ImportKind::orders, {"--accept-totals"}, "bad_flag"},
      {ImportKind::orders, {"--as", "past"}, "command_line"},
      {ImportKind::orders, {"--guest", "a/b"}, "bad_flag"},
      {ImportKind::orders, {"--at", "a/b"}, "bad_flag"},
      {ImportKind::orders, {"--source", ""}, "bad_flag"},
      {ImportKind::orders, {"--unit", "0"}, "bad_flag"},
      {ImportKind::orders, {"--encoding", "klingon"}, "bad_flag"},
      {ImportKind::orders, {"--profile", "shopify-order"}, "bad_flag"},
      {ImportKind::orders, {"--map", "colour"}, "bad_map"},
      {ImportKind::orders, {"--set", "colour"}, "bad_set"},
      {ImportKind::orders, {"--status", "Foo=nonsense"}, "bad_status"},
      {ImportKind::orders, {"--decimal", ";"}, "command_line"},
      {ImportKind::orders, {"--update"}, "command_line"},
      {ImportKind::products, {"--as", "history"}, "command_line"},
      {ImportKind::products, {"--stock", "-1"}, "command_line"},
      {ImportKind::products, {"--delimiter", "ab"}, "command_line"},
  };
  for (const auto& one : cases) {
    const auto options = parsed(one.kind, one.arguments);
    ASSERT_FALSE(options) << one.arguments.front();
    EXPECT_EQ(options.error().reason, one.reason) << one.arguments.front() << ": " << options.error().text();
  }
  EXPECT_NE(
      parsed(ImportKind::orders, {"--profile", "shopify-order"}).error().message.find("did you mean shopify-orders?"),
      std::string::npos);
}

TEST_F(ImportFlagsTest, AnUpdateNeedsOnlyTheIds) {
  for (const auto* flag : {"--update", "--update-stock"}) {
    const auto options = parsed(ImportKind::products, {flag});
    ASSERT_TRUE(options);
    EXPECT_TRUE(options->columns.update) << flag;
  }
}

}  // namespace
}  // namespace ordo::cli
