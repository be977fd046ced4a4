// A whole import of a small file, in a folder of the test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "import/run.h"
#include "import/testing/scripted_shop.h"

namespace ordo::imports {

class ImportCase : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string("ordo_import_") + test->test_suite_name() + "_" + test->name();
    std::replace(name.begin(), name.end(), '/', '_');
    folder_ = std::filesystem::path(testing::TempDir()) / name;
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder_);
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  // An import of a file with this text.
  ImportOptions options(const std::string& text, ImportKind kind = ImportKind::orders,
                        const std::string& name = "x.csv") const {
    ImportOptions options;
    options.path = write(name, text);
    options.kind = kind;
    options.errors_path = options.path + ".errors.csv";
    options.progress_path = options.path + ".progress";
    options.products.currency = *Currency::parse("GBP");
    options.values.shop_currency = *Currency::parse("GBP");
    return options;
  }
  ImportOptions history(const std::string& text, const std::string& name = "x.csv") const {
    auto made = options(text, ImportKind::orders, name);
    made.mode = OrderMode::history;
    made.values.currency = *Currency::parse("USD");
    return made;
  }

  // Looks at the file and imports it.
  Result<ImportSummary> run(const ImportOptions& options, ScriptedShop& shop) const {
    const auto prepared = prepare_import(options);
    if (!prepared) return fail(prepared.error());
    if (!prepared->questions.empty()) return fail(prepared->questions.front());
    return run_import(options, *prepared, shop);
  }

  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
};

}  // namespace ordo::imports
