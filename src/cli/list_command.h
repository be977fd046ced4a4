// What `ordo orders`, `ordo customers` and their like share: following a list page by page, and showing one document.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/http_client.h"
#include "cli/output.h"
#include "cli/settings.h"

namespace CLI {
class App;
}

namespace ordo::cli {

inline constexpr std::string_view kListExitCodes =
    "\nExit codes: 0 done; 1 refused, for example a filter that does not exist; 2 wrong flags; 6 no answer\n";
inline constexpr std::string_view kShowExitCodes =
    "\nExit codes: 0 shown; 2 wrong flags; 4 there is none; 6 no answer\n";

inline constexpr std::uint64_t kPage = 500;  // documents that the server gives at once

struct OutputChoice {
  OutputFormat format = OutputFormat::table;
};

struct ListOptions {
  Listed listed = Listed::orders;
  std::string path;  // "/v1/orders"
  std::vector<std::pair<std::string, std::string>> filters;
  std::uint64_t limit = 50;
  bool all = false;
  OutputChoice output;
};

struct ShowOptions {
  Listed listed = Listed::orders;
  std::string path;     // "/v1/orders/"
  std::string related;  // "/history": read too, for the table
  std::string id;
  OutputChoice output;
};

// Flags; the options outlive the parse.
void add_filter(CLI::App& command, ListOptions& options, const std::string& name, const std::string& help);
void add_list_flags(CLI::App& command, ListOptions& options);
void add_output_flag(CLI::App& command, OutputChoice& output);

int run_list(const Settings& settings, const ListOptions& options);
int run_show(const Settings& settings, const ShowOptions& options);

// Prints the list to `out`. Returns whether there is more behind the limit. Errors: those of the server and
// kUnavailable.
Result<bool> print_list(HttpCaller& server, const ListOptions& options, std::ostream& out);
// Prints the document to `out`. kNotFound when there is none.
Result<void> print_one(HttpCaller& server, const ShowOptions& options, std::ostream& out);

}  // namespace ordo::cli
