// Shared by `ordo orders`, `ordo customers` and similar commands: they read a list page by page, and show one document.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/http_client.h"
#include "client/output.h"
#include "settings/settings.h"

namespace CLI {
class App;
}

namespace ordo::cli {

inline constexpr std::string_view kListExitCodes =
    "\nExit codes: 0 done; 1 refused, for example a filter that does not exist; 2 wrong flags; 6 no answer\n";
inline constexpr std::string_view kShowExitCodes =
    "\n"
    "Exit codes: 0 shown; 2 wrong flags; 4 not found; 6 no answer\n";

using Filters = std::vector<std::pair<std::string, std::string>>;  // name and value

struct ListOptions {
  client::Listed listed = client::Listed::orders;
  std::string path;  // "/v1/orders"
  Filters filters;
  std::uint64_t limit = 50;
  bool all = false;
  client::OutputChoice output;
};

struct ShowOptions {
  client::Listed listed = client::Listed::orders;
  std::string path;     // "/v1/orders/"
  std::string related;  // "/history": also read, for the table
  std::string id;
  client::OutputChoice output;
};

// Add flags. The options and filters outlive the parse.
void add_filter(CLI::App& command, Filters& filters, const std::string& name, const std::string& help);
void add_order_filters(CLI::App& command, Filters& filters);     // in orders_command.cc
void add_product_filters(CLI::App& command, Filters& filters);   // in products_command.cc
void add_customer_filters(CLI::App& command, Filters& filters);  // in customers_command.cc
void add_list_flags(CLI::App& command, ListOptions& options);
void add_output_flag(CLI::App& command, client::OutputChoice& output);

int run_list(const settings::Settings& settings, const ListOptions& options);
int run_show(const settings::Settings& settings, const ShowOptions& options);

// Prints the list to `out`. Returns true when there are more documents than the limit. Errors: the server's, and
// kUnavailable.
Result<bool> print_list(client::HttpCaller& server, const ListOptions& options, std::ostream& out);
// Prints the document to `out`. kNotFound when it does not exist.
Result<void> print_one(client::HttpCaller& server, const ShowOptions& options, std::ostream& out);

}  // namespace ordo::cli
