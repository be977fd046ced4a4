// A file as a program writes it, a few rows of it: what ordo asks, sends and refuses.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "import/preview.h"
#include "import/questions.h"
#include "import/testing/import_case.h"

namespace ordo::imports {

struct FileCase {
  std::string name;
  std::string file;  // its name, for the format
  std::string text;
  std::function<void(ImportOptions&)> choose = [](ImportOptions&) {};  // what the person says
  ImportKind kind = ImportKind::orders;
  std::string question = {};  // the first one, or the reason why the file cannot be used; then nothing is sent
  std::uint64_t accepted = 0;
  std::map<std::string, std::uint64_t> refused = {};  // by reason
  std::vector<std::string> sent = {};                 // parts of the bodies
  std::vector<std::string> shown = {};                // parts of preview, or of the question
  std::vector<std::string> not_sent = {};
  std::map<std::string, std::string> catalogue = {};  // id -> product, as the API shows it
};

inline void PrintTo(const FileCase& one, std::ostream* out) {
  *out << one.name;
}

inline void as_history(ImportOptions& options) {
  options.mode = OrderMode::history;
  if (!options.values.currency) options.values.currency = *Currency::parse("USD");
}
inline std::function<void(ImportOptions&)> history_in(const char* currency) {
  return [currency](ImportOptions& options) {
    options.mode = OrderMode::history;
    options.values.currency = *Currency::parse(currency);
  };
}
inline std::function<void(ImportOptions&)> prices_in(const char* currency) {
  return [currency](ImportOptions& options) {
    options.values.currency = options.products.currency = *Currency::parse(currency);
  };
}

class FileCaseTest : public ImportCase, public testing::WithParamInterface<FileCase> {
 protected:
  void check() {
    const FileCase& one = GetParam();
    auto import_of = options(one.text, one.kind, one.file);
    one.choose(import_of);
    ScriptedShop shop;
    shop.products = one.catalogue;
    std::string shown;
    EXPECT_EQ(import(import_of, shop, shown), one.question) << shown;
    for (const auto& part : one.shown) EXPECT_NE(shown.find(part), std::string::npos) << part << " in\n" << shown;
    std::string sent;
    for (const auto& request : shop.requests) sent += request.body + "\n";
    if (!one.question.empty()) {
      EXPECT_TRUE(shop.requests.empty()) << sent;
    }
    for (const auto& part : one.sent) EXPECT_NE(sent.find(part), std::string::npos) << part << " in\n" << sent;
    for (const auto& part : one.not_sent) EXPECT_EQ(sent.find(part), std::string::npos) << part << " in\n" << sent;
  }

 private:
  // Sends what there is to send. Returns the reason why nothing was, and its text in `shown`.
  std::string import(const ImportOptions& options, ScriptedShop& shop, std::string& shown) {
    const auto prepared = prepare_import(options);
    if (!prepared) {
      shown = prepared.error().text();
      return prepared.error().reason;
    }
    shown = preview_text(prepared->survey);
    if (!prepared->questions.empty()) {
      shown = as_one(prepared->questions).text();
      return prepared->questions.front().reason;
    }
    const auto summary = run_import(options, *prepared, shop);
    EXPECT_TRUE(summary) << summary.error().text();
    if (!summary) return summary.error().reason;
    EXPECT_EQ(summary->accepted, GetParam().accepted) << content(options.errors_path);
    EXPECT_EQ(summary->by_reason, GetParam().refused) << content(options.errors_path);
    EXPECT_FALSE(summary_text(*summary).empty());
    return "";
  }
};

inline std::string name_of_case(const testing::TestParamInfo<FileCase>& info) {
  return info.param.name;
}

}  // namespace ordo::imports
