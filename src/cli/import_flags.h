// The flags of ordo import products and ordo import orders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "import/run.h"

namespace CLI {
class App;
}

namespace ordo::settings {
struct Settings;
}

namespace ordo::cli {

struct ImportFlags {
  imports::ImportKind kind = imports::ImportKind::orders;
  std::string file;
  std::string lines;
  // The file.
  std::string format;
  std::string delimiter;
  std::string encoding;
  std::string profile;
  std::vector<std::string> map;
  std::vector<std::string> set;
  std::string quantity;
  // Its values.
  std::string decimal;
  std::string unit;
  std::string zone;
  std::string date_order;
  std::vector<std::string> time_formats;
  std::vector<std::string> statuses;
  std::optional<std::string> currency;
  // Orders.
  std::string as;
  std::string source = "import";
  std::optional<std::string> guest;
  std::optional<std::string> at_location;
  bool partial = false;
  bool accept_totals = false;
  bool collect = false;
  bool replace = false;
  bool announce = false;
  int wait_s = 0;
  // Products.
  std::optional<std::int64_t> stock;
  bool update = false;
  bool update_stock = false;
  // The run.
  std::string errors;
  std::string progress;
  bool dry_run = false;
  bool json = false;
};

// Adds the flags of files of this kind. `flags` outlives the command.
void add_import_flags(CLI::App& command, ImportFlags& flags);

// kInvalid for values that cannot be, and for flags that do not go together.
Result<imports::ImportOptions> import_options_of(const ImportFlags& flags, const settings::Settings& settings);

}  // namespace ordo::cli
