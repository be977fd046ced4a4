#include "cli/run.h"

#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <vector>

#include "cli/commands.h"

namespace ordo::cli {
namespace {

struct Ran {
  int code;
  std::string out;
  std::string err;
};

Ran ran(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "ordo");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run(static_cast<int>(arguments.size()), arguments.data());
  return {code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(Run, PrintsTheVersion) {
  for (const auto* way : {"version", "--version"}) {
    const auto result = ran({way});
    EXPECT_EQ(result.code, kExitOk);
    EXPECT_EQ(result.out, "ordo " ORDO_VERSION "\n");
  }
}

TEST(Run, TellsTheVersionsOfItsLibraries) {
  const auto result = ran({"version", "--libraries"});
  EXPECT_EQ(result.code, kExitOk);
  EXPECT_EQ(result.out.find("ordo " ORDO_VERSION "\n"), 0U) << result.out;
  for (const auto* name : {"Boost", "OpenSSL", "SQLite", "cjose", "glibc", "libcurl", "libmongoc", "librdkafka"}) {
    const auto at = result.out.find("\n" + std::string(name) + " ");
    ASSERT_NE(at, std::string::npos) << name << " is not in\n" << result.out;
    EXPECT_TRUE(std::isdigit(result.out[at + std::string(name).size() + 2])) << name;
  }
}

TEST(Run, AnUnknownOptionIsRefusedWithTheNearestOne) {
  const auto result = ran({"config", "show", "--lisen=127.0.0.1:1"});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_NE(result.err.find("there is no option --lisen, did you mean --listen?"), std::string::npos) << result.err;
}

TEST(Run, FlagsOfAnExportThatDoNotFitAreRefused) {
  auto result = ran({"orders", "export", "-o", "orders.txt"});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_NE(result.err.find("orders.txt does not say the format: add --format"), std::string::npos) << result.err;
  for (const auto* flag : {"--raw", "--bom"}) {
    result = ran({"customers", "export", flag, "-o", "customers.ndjson"});
    EXPECT_EQ(result.code, kExitUsage);
    EXPECT_NE(result.err.find("are for CSV"), std::string::npos) << result.err;
  }
  EXPECT_EQ(ran({"orders", "export", "--stock", "sum"}).code, kExitUsage);
  EXPECT_EQ(ran({"products", "export", "--stock", "some"}).code, kExitUsage);
}

TEST(Run, AnUnknownCommandIsRefusedWithTheNearestOne) {
  auto result = ran({"srve"});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_NE(result.err.find("there is no command srve, did you mean serve?"), std::string::npos) << result.err;
  result = ran({"config", "shwo"});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_NE(result.err.find("did you mean show?"), std::string::npos) << result.err;
}

TEST(Run, AFlagForCsvIsRefusedWithoutIt) {
  const auto result = ran({"orders", "list", "--spreadsheet"});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_NE(result.err.find("--spreadsheet: needs -o csv"), std::string::npos) << result.err;
}

TEST(Run, WithoutACommandItSaysWhatThereIs) {
  const auto result = ran({});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_NE(result.err.find("serve"), std::string::npos);
}

TEST(Run, ConfigShowGivesValuesOriginsAndNoSecret) {
  const auto file = testing::TempDir() + "ordo_run_mongo";
  std::ofstream(file) << "mongodb://joe:hunter2@db/shop\n";
  const auto result = ran({"config", "show", "--kafka", "broker:9092", "--mongo-file", file.c_str()});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out.find("hunter2"), std::string::npos);
  EXPECT_NE(result.out.find("kafka = \"broker:9092\""), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("# flag --kafka"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("mongodb://***@db/shop"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("topics.stock.partitions = 0"), std::string::npos) << result.out;
}

TEST(Run, WrongSettingsStopTheCommand) {
  const auto result = ran({"config", "show", "--partitions", "many"});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_TRUE(result.out.empty());
  EXPECT_NE(
      result.err.find("flag --partitions: \"many\" is not possible for partitions: expected a whole number 1..1000"),
      std::string::npos)
      << result.err;
}

TEST(Run, ASecretOnTheCommandLineIsRefusedAndNotRepeated) {
  for (const auto& [flag, value] :
       {std::pair("--gateway-secret", "hunter2"), std::pair("--carrier-secret", "hunter2"),
        std::pair("--api-key", "hunter2"), std::pair("--mongo", "mongodb://joe:hunter2@db/shop"),
        std::pair("--mongo", "mongodb://db/shop?tlsCertificateKeyFilePassword=hunter2"),
        std::pair("--kafka-settings", "client.id=x,sasl.password=hunter2")}) {
    const auto result = ran({"config", "show", flag, value});
    EXPECT_EQ(result.code, kExitUsage) << flag;
    EXPECT_NE(result.err.find("do not pass a secret on the command line"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find(std::string(flag) + "-file"), std::string::npos) << result.err;
    EXPECT_EQ(result.err.find("hunter2"), std::string::npos) << result.err;
  }
  EXPECT_EQ(ran({"config", "show", "--kafka", "b:1", "--mongo", "mongodb://db/shop?replicaSet=rs"}).code, kExitOk);
  EXPECT_EQ(ran({"config", "show", "--kafka-settings", "client.rack=a"}).code, kExitOk);
}

TEST(Run, FlagsOfPricesAndTaxesAreCheckedBeforeARequest) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"tax-rates", "add", "--percent", "19%"},
                                             {"tax-rates", "add", "--reason", "export_"},
                                             {"shipping-methods", "add", "--price", "4.90"},
                                             {"shipping-methods", "add", "--step", "heavy=4.90EUR"},
                                             {"promotions", "set", "spring", "--ends", "tomorrow"},
                                             {"promotions", "set"},
                                             {"promotions", "redemptions"},
                                             {"products", "add", "--price", "12,50EUR"}}) {
    const auto result = ran(arguments);
    EXPECT_EQ(result.code, kExitUsage) << arguments[0] << " " << arguments.back() << result.err;
    EXPECT_TRUE(result.out.empty());
  }
}

TEST(Run, FlagsOfANewOrderAreCheckedBeforeARequest) {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"orders", "create", "--line", "mug-red"},
                                             {"orders", "create", "--line", "mug-red=1@5"},
                                             {"orders", "create", "--fee", "Gift wrap=1"},
                                             {"orders", "create", "--payment-terms", "later"},
                                             {"orders", "create", "--idempotency-key", "a\nb"},
                                             {"orders", "create", "--from", "/no/such/file"},
                                             {"orders", "quote", "--idempotency-key", "cart-1"},
                                             {"orders", "quote", "--discount", "10 percent"},
                                             {"orders", "quote", "--ship-to", "Main Street 1"}}) {
    const auto result = ran(arguments);
    EXPECT_EQ(result.code, kExitUsage) << arguments[1] << " " << arguments.back() << result.err;
    EXPECT_TRUE(result.out.empty());
    EXPECT_NE(result.err, "");
  }
}

TEST(Run, TheHelpOfANewOrderHasItsFlags) {
  for (const auto* command : {"create", "quote"}) {
    const auto result = ran({"orders", command, "--help"});
    EXPECT_EQ(result.code, kExitOk);
    for (const auto* part :
         {"--line", "PRODUCT=QUANTITY@PRICE", "--ship-to", "--expected-total", "--from", "Exit codes"})
      EXPECT_NE(result.out.find(part), std::string::npos) << part << " is not in\n" << result.out;
  }
}

TEST(Run, WhatCannotBeTakenBackNeedsAYes) {
  const auto result = ran({"customers", "erase", "ann"});
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_NE(result.err.find("--yes"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace ordo::cli
