// ordo orders create, quote.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/order_flags.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

struct CreateOptions {
  OrderFlags flags;
  std::string idempotency_key;
  client::OutputChoice output;
};

// As the server demands of the header. Empty: none.
std::string problem_of_key(const std::string& key) {
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  return key.empty() || key.size() > 255 || !printable ? "must be 1 to 255 printable ASCII characters" : "";
}

int run_order_create(const settings::Settings& settings, const CreateOptions& options, bool quote) {
  const auto body = order_body_of(options.flags, std::cin);
  if (!body) {
    report_error(body.error());
    return kExitUsage;
  }
  ChangeCommand change;
  change.output = options.output;
  change.request = {"POST", quote ? "/v1/quotes" : "/v1/orders", {}, to_json(*body)};
  if (quote) {  // places nothing, so it is safe to repeat as it is
    change.listed = client::Listed::quotes;
    change.what = "the quote";
    return run_change_command(settings, change);
  }
  change.request.headers = {{"Prefer", "wait=10"}, fresh_idempotency_key()};
  if (!options.idempotency_key.empty()) change.request.headers.back().second = options.idempotency_key;
  change.listed = client::Listed::orders;
  change.what = "the order";
  return run_change_command(settings, change);
}

constexpr const char* kCreateFooter =
    "An amount has the currency that it names, such as 12.50EUR, or that of --currency.\n\n"
    "Examples:\n"
    "  ordo orders create --customer ann --line mug-red=2\n"
    "  ordo orders create --customer ann --line mug-red=2@11.00 --fee \"Gift wrap=1@2.00\" --discount 10%\n"
    "    --currency USD --expected-total 21.80\n"
    "  ordo orders create --from cart.json --ship-to @address.json --idempotency-key cart-17\n\n"
    "Exit codes: 0 placed; 1 refused, for example an unknown product; 2 wrong flags; 6 no answer\n";
constexpr const char* kQuoteFooter =
    "An amount has the currency that it names, such as 12.50EUR, or that of --currency. -o json prints all figures.\n\n"
    "Examples:\n"
    "  ordo orders quote --customer ann --line mug-red=2 --shipping-method parcel --code SPRING\n"
    "  ordo orders quote --from cart.json -o json | jq -r .quote\n\n"
    "Exit codes: 0 priced; 1 refused, for example an unknown product; 2 wrong flags; 6 no answer\n";

void add_order_create(CLI::App& orders, CommandLine& line, bool quote) {
  auto* command = quote ? orders.add_subcommand("quote", "Price a cart without placing an order")
                        : orders.add_subcommand("create", "Place an order");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<CreateOptions>();
  add_order_flags(*command, options->flags);
  if (!quote) {
    command
        ->add_option("--idempotency-key", options->idempotency_key,
                     "Key of the order. ordo places it once per key, even if the command is repeated")
        ->check(problem_of_key);
  }
  add_output_flag(*command, options->output);
  command->footer(quote ? kQuoteFooter : kCreateFooter);
  command->callback([&line, options, quote] {
    line.run = [options, quote](const settings::Settings& settings) {
      return run_order_create(settings, *options, quote);
    };
  });
}

}  // namespace

void add_order_creation(CLI::App& orders, CommandLine& line) {
  add_order_create(orders, line, false);
  add_order_create(orders, line, true);
}

}  // namespace ordo::cli
