// ordo orders cancel, refund, return.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/json_pick.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

struct CancelOptions {
  std::string id;
  std::string reason;
  OutputChoice output;
};

struct RefundOptions {
  std::string id;
  std::string refund_id;
  std::string amount;  // in major units; empty: all
  std::string reason;
  OutputChoice output;
};

struct ReturnOptions {
  std::string id;
  std::string return_id;
  std::vector<std::string> lines;
  bool restock = false;
  bool refund = false;
  std::string reason;
  OutputChoice output;
};

struct CancelBody {
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(CancelBody, (), (reason))

struct RefundBody {
  std::optional<Money> amount;
  std::string reason;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(RefundBody, (), (amount, reason, id))

struct ReturnBody {
  std::vector<StockLine> lines;
  bool restock = false;
  bool refund = false;
  std::string reason;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(ReturnBody, (), (lines, restock, refund, reason, id))

std::string path_of(const std::string& order, std::string_view part) {
  return "/v1/orders/" + percent_encoded(order) + std::string(part);
}

int run_cancel(const Settings& settings, const CancelOptions& options) {
  ChangeCommand change;
  change.request = {"POST",
                    path_of(options.id, "/cancel"),
                    {{"Prefer", "wait=10"}},
                    options.reason.empty() ? std::string() : to_json(CancelBody{options.reason})};
  change.format = options.output.format;
  change.what = "the cancel";
  return run_change_command(settings, change);
}

// `text` in the currency that the order was placed in.
Result<Money> amount_of(HttpCaller& server, const std::string& order, const std::string& text) {
  const auto answer = call(server, {"GET", path_of(order, ""), {}, {}});
  if (!answer) return fail(answer.error());
  if (answer->status != 200) return fail(problem_of(*answer));
  const auto tape = JsonTape::parse(answer->body);
  if (!tape) return fail(tape.error());
  const auto total = member(*tape, 0, "total");
  const auto currency = Currency::parse(total ? text_of(*tape, *total, "currency") : std::string_view());
  if (!currency) return fail(ErrorCode::kCorrupt, "bad_answer", "the server's answer is not understood");
  return parse_money(text, *currency);
}

int run_refund(const Settings& settings, const RefundOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  RefundBody body{std::nullopt, options.reason, unless_empty(options.refund_id)};
  if (!options.amount.empty()) {
    const auto amount = amount_of(server->caller(), options.id, options.amount);
    if (!amount) return report_error(amount.error());
    body.amount = *amount;
  }
  ChangeCommand change;
  change.request = {
      "POST", path_of(options.id, "/refunds"), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, to_json(body)};
  change.listed = Listed::refunds;
  change.format = options.output.format;
  change.what = "the refund";
  const auto sent = send_change(server->caller(), change, std::cout, std::cerr);
  return sent ? kExitOk : report_error(sent.error());
}

int run_return(const Settings& settings, const ReturnOptions& options) {
  auto lines = parse_lines(options.lines);
  if (!lines) {
    report_error(lines.error());
    return kExitUsage;
  }
  const ReturnBody body{std::move(*lines), options.restock, options.refund, options.reason,
                        unless_empty(options.return_id)};
  ChangeCommand change;
  change.request = {
      "POST", path_of(options.id, "/returns"), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, to_json(body)};
  change.listed = Listed::returns;
  change.format = options.output.format;
  change.what = "the return";
  return run_change_command(settings, change);
}

void add_cancel(CLI::App& orders, CommandLine& line) {
  auto* command =
      orders.add_subcommand("cancel", "Cancel an order; what was reserved is released, what was paid goes back");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto options = std::make_shared<CancelOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--reason", options->reason, "Why, for the order's history");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders cancel 0197d8a5-... --reason \"ordered twice\"\n"
      "\nExit codes: 0 cancelled; 1 it cannot be cancelled any more; 4 no such order; 6 no answer\n");
  command->callback(
      [&line, options] { line.run = [options](const Settings& settings) { return run_cancel(settings, *options); }; });
}

void add_refund(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("refund", "Give money of an order back");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto options = std::make_shared<RefundOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--amount", options->amount, "How much, as 12.50; all that is left when absent");
  command->add_option("--reason", options->reason, "Why")->required();
  command->add_option("--refund-id", options->refund_id, "A refund with an id happens once, however often it is sent");
  add_output_flag(*command, options->output);
  command->footer(
      "Examples:\n"
      "  ordo orders refund 0197d8a5-... --amount 5.00 --reason scratched\n"
      "  ordo orders refund 0197d8a5-... --reason \"never arrived\"\n"
      "\nExit codes: 0 on its way; 1 refused, for example more than was paid; 4 no such order; 6 no answer\n");
  command->callback(
      [&line, options] { line.run = [options](const Settings& settings) { return run_refund(settings, *options); }; });
}

void add_return(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("return", "Take goods of an order back");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto options = std::make_shared<ReturnOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--line", options->lines, "What came back, PRODUCT=QUANTITY; once for each product")->required();
  command->add_flag("--restock", options->restock, "It can be sold again");
  command->add_flag("--refund", options->refund, "Its price is given back");
  command->add_option("--reason", options->reason, "Why")->required();
  command->add_option("--return-id", options->return_id, "A return with an id happens once, however often it is sent");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders return 0197d8a5-... --line mug-red=1 --restock --refund --reason \"too red\"\n"
      "\nExit codes: 0 taken back; 1 refused, for example more than was shipped; 2 wrong flags; 4 no such order;\n"
      "6 no answer\n");
  command->callback(
      [&line, options] { line.run = [options](const Settings& settings) { return run_return(settings, *options); }; });
}

}  // namespace

void add_order_changes(CLI::App& orders, CommandLine& line) {
  add_cancel(orders, line);
  add_refund(orders, line);
  add_return(orders, line);
}

}  // namespace ordo::cli
