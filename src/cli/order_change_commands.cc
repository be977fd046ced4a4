// ordo orders cancel, refund, return, resend, note, pay, refund-paid.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/encoding.h"
#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "client/answer.h"
#include "records/json_codec.h"
#include "records/json_pick.h"

namespace ordo::cli {
namespace {

// The lines of an order to change. No lines: all of them.
struct SomeOptions {
  std::string id;
  std::string request_id;
  std::vector<std::string> lines;
  std::vector<std::string> products;  // of a cancel
  std::string reason;
  std::string reason_code;  // of a cancel
  client::OutputChoice output;
};

struct RefundOptions {
  std::string id;
  std::string refund_id;
  std::string amount;  // in major units; empty, and nothing else given: all that is left
  std::vector<std::string> lines;
  std::vector<std::string> products;
  bool shipping = false;
  std::string reason;
  client::OutputChoice output;
};

struct ReturnOptions {
  std::string id;
  std::string return_id;
  std::vector<std::string> lines;
  std::vector<std::string> products;
  bool restock = false;
  bool refund = false;
  std::string reason;
  client::OutputChoice output;
};

struct NoteOptions {
  std::string id;
  std::string note_id;
  std::string text;
  bool shown = false;
  client::OutputChoice output;
};

struct NoteBody {
  std::string text;
  std::optional<bool> public_;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(NoteBody, (), (text, public_, id))

struct PayOptions {
  std::string id;
  std::string payment_id;
  std::string amount;  // in major units
  std::string method;
  std::string reference;
  client::OutputChoice output;
};

struct PayoutOptions {
  std::string id;
  std::string refund_id;
  std::string reference;
  client::OutputChoice output;
};

struct PayBody : StatedPayment {
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(PayBody, (StatedPayment), (id))

struct PartBody {
  std::optional<std::vector<OrderPieces>> lines;
  std::optional<std::string> reason;
  std::optional<std::string> id;
  std::optional<std::string> reason_code;
};
BOOST_DESCRIBE_STRUCT(PartBody, (), (lines, reason, id, reason_code))

struct RefundBody {
  std::optional<Money> amount;
  std::string reason;
  std::optional<std::string> id;
  std::optional<std::vector<OrderPieces>> lines;
  std::optional<bool> shipping;
};
BOOST_DESCRIBE_STRUCT(RefundBody, (), (amount, reason, id, lines, shipping))

struct ReturnBody {
  std::vector<OrderPieces> lines;
  bool restock = false;
  bool refund = false;
  std::string reason;
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(ReturnBody, (), (lines, restock, refund, reason, id))

std::string path_of(const std::string& order, std::string_view part) {
  return "/v1/orders/" + percent_encoded(order) + std::string(part);
}

// Sends the options to `path` of the order. `lines` are none for all.
int run_some(const settings::Settings& settings, const SomeOptions& options, Result<std::vector<OrderPieces>> lines,
             std::string_view path, client::Listed listed, const char* what) {
  if (!lines) {
    report_error(lines.error());
    return kExitUsage;
  }
  PartBody body{std::nullopt, unless_empty(options.reason), unless_empty(options.request_id),
                unless_empty(options.reason_code)};
  if (!lines->empty()) body.lines = std::move(*lines);
  ChangeCommand change;
  change.request = {"POST", path_of(options.id, path), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, to_json(body)};
  change.listed = listed;
  change.output = options.output;
  change.what = what;
  return run_change_command(settings, change);
}

// `text` in the currency of the order.
Result<Money> amount_of(client::HttpCaller& server, const std::string& order, const std::string& text) {
  const auto answer = client::call(server, {"GET", path_of(order, ""), {}, {}});
  if (!answer) return fail(answer.error());
  if (answer->status != 200) return fail(client::problem_of(*answer));
  const auto tape = JsonTape::parse(answer->body);
  if (!tape) return fail(tape.error());
  const auto total = member(*tape, 0, "total");
  const auto currency = Currency::parse(total ? text_of(*tape, *total, "currency") : std::string_view());
  if (!currency) return fail(ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer");
  return parse_money(text, *currency);
}

int run_resend(const settings::Settings& settings, const SomeOptions& options) {
  const auto goods = parse_lines(options.lines);
  auto lines = goods ? Result<std::vector<OrderPieces>>(pieces_of(*goods)) : fail(goods.error());
  return run_some(settings, options, std::move(lines), "/shipments", client::Listed::resends, "the shipment");
}

int run_refund(const settings::Settings& settings, const RefundOptions& options) {
  auto lines = parse_pieces(options.lines, options.products);
  if (!lines) {
    report_error(lines.error());
    return kExitUsage;
  }
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  RefundBody body{std::nullopt, options.reason, unless_empty(options.refund_id), std::nullopt, std::nullopt};
  if (!lines->empty()) body.lines = std::move(*lines);
  if (options.shipping) body.shipping = true;
  if (!options.amount.empty()) {
    const auto amount = amount_of(server->caller(), options.id, options.amount);
    if (!amount) return report_error(amount.error());
    body.amount = *amount;
  }
  ChangeCommand change;
  change.request = {
      "POST", path_of(options.id, "/refunds"), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, to_json(body)};
  change.listed = client::Listed::refunds;
  change.output = options.output;
  change.what = "the refund";
  const auto sent = send_change(server->caller(), change, std::cout, std::cerr);
  return sent ? kExitOk : report_error(sent.error());
}

int run_return(const settings::Settings& settings, const ReturnOptions& options) {
  auto lines = parse_pieces(options.lines, options.products);
  if (!lines) {
    report_error(lines.error());
    return kExitUsage;
  }
  const ReturnBody body{std::move(*lines), options.restock, options.refund, options.reason,
                        unless_empty(options.return_id)};
  ChangeCommand change;
  change.request = {
      "POST", path_of(options.id, "/returns"), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, to_json(body)};
  change.listed = client::Listed::returns;
  change.output = options.output;
  change.what = "the return";
  return run_change_command(settings, change);
}

int run_note(const settings::Settings& settings, const NoteOptions& options) {
  const NoteBody body{options.text, options.shown, unless_empty(options.note_id)};
  ChangeCommand change;
  change.request = {
      "POST", path_of(options.id, "/notes"), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, to_json(body)};
  change.listed = client::Listed::notes;
  change.output = options.output;
  change.what = "the note";
  return run_change_command(settings, change);
}

std::vector<std::string> reason_codes() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<CancelReason>>(
      [&names](auto code) { names.emplace_back(code.name); });
  return names;
}

int run_pay(const settings::Settings& settings, const PayOptions& options) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto amount = amount_of(server->caller(), options.id, options.amount);
  if (!amount) return report_error(amount.error());
  PayBody body;
  body.amount = *amount;
  body.method = options.method;
  body.reference = unless_empty(options.reference);
  body.id = unless_empty(options.payment_id);
  ChangeCommand change;
  change.request = {
      "POST", path_of(options.id, "/payments"), {{"Prefer", "wait=10"}, fresh_idempotency_key()}, to_json(body)};
  change.listed = client::Listed::received;
  change.output = options.output;
  change.what = "the payment";
  const auto sent = send_change(server->caller(), change, std::cout, std::cerr);
  return sent ? kExitOk : report_error(sent.error());
}

int run_payout(const settings::Settings& settings, const PayoutOptions& options) {
  ChangeCommand change;
  change.request = {"POST",
                    path_of(options.id, "/refunds/" + percent_encoded(options.refund_id) + "/paid"),
                    {{"Prefer", "wait=10"}},
                    to_json(Payout{unless_empty(options.reference)})};
  change.listed = client::Listed::refunds;
  change.output = options.output;
  change.what = "the refund";
  return run_change_command(settings, change);
}

// The flags for pieces of an order. `which`: "Only these pieces".
void add_pieces(CLI::App& command, std::vector<std::string>& lines, std::vector<std::string>& products,
                const std::string& which) {
  command.add_option("--line", lines, which + ": LINE=QUANTITY, such as 1=2, or PRODUCT=QUANTITY. Can be repeated");
  command.add_option("--product", products, which + ": PRODUCT=QUANTITY, for a product whose id is a number");
}

int wrong_flags(std::string message) {
  report_error(Error{ErrorCode::kInvalid, "bad_flag", std::move(message), {}});
  return kExitUsage;
}

void add_cancel(CLI::App& orders, CommandLine& line) {
  auto* command =
      orders.add_subcommand("cancel", "Cancel goods of an order that have not left. Releases stock and returns money");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<SomeOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  add_pieces(*command, options->lines, options->products, "Only these pieces");
  command->add_option("--reason", options->reason, "The reason, for the order's history");
  command->add_option("--reason-code", options->reason_code, "The reason as one word, for figures")
      ->check(CLI::IsMember(reason_codes()));
  command->add_option("--cancel-id", options->request_id,
                      "Id of the cancel of some lines. ordo cancels once per id, even if the command is repeated");
  add_output_flag(*command, options->output);
  command->footer(
      "Examples:\n"
      "  ordo orders cancel 0197d8a5-... --reason \"ordered twice\"\n"
      "  ordo orders cancel 0197d8a5-... --line 1=1 --reason \"one is enough\"\n"
      "  ordo orders cancel 0197d8a5-... --line mug-red=1 --reason \"one is enough\"\n\n"
      "Exit codes: 0 cancelled; 1 too late to cancel; 2 wrong flags; 4 no such order; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) {
      if (!options->request_id.empty() && options->lines.empty() && options->products.empty()) {
        return wrong_flags("--cancel-id needs --line or --product");
      }
      return run_some(settings, *options, parse_pieces(options->lines, options->products), "/cancel",
                      client::Listed::orders, "the cancel");
    };
  });
}

void add_refund(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("refund", "Refund money of an order");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<RefundOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--amount", options->amount,
                      "The amount, such as 12.50. Without it, lines and shipping: all that is left");
  add_pieces(*command, options->lines, options->products, "The price of these pieces");
  command->add_flag("--shipping", options->shipping, "The price of shipping");
  command->add_option("--reason", options->reason, "Why")->required();
  command->add_option("--refund-id", options->refund_id,
                      "Id of the refund. ordo refunds once per id, even if the command is repeated");
  add_output_flag(*command, options->output);
  command->footer(
      "Examples:\n"
      "  ordo orders refund 0197d8a5-... --amount 5.00 --reason scratched\n"
      "  ordo orders refund 0197d8a5-... --line 1=1 --shipping --reason scratched\n"
      "  ordo orders refund 0197d8a5-... --reason \"never arrived\"\n\n"
      "Exit codes: 0 accepted; 1 refused, for example more than was paid; 4 no such order; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) {
      const bool parts = options->shipping || !options->lines.empty() || !options->products.empty();
      if (parts && !options->amount.empty()) return wrong_flags("--amount excludes --line, --product and --shipping");
      return run_refund(settings, *options);
    };
  });
}

void add_return(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("return", "Record that goods of an order came back");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<ReturnOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  add_pieces(*command, options->lines, options->products, "The returned goods");
  command->add_flag("--restock", options->restock, "Put the goods back into stock");
  command->add_flag("--refund", options->refund, "Refund their price");
  command->add_option("--reason", options->reason, "Why")->required();
  command->add_option("--return-id", options->return_id,
                      "Id of the return. ordo records it once per id, even if the command is repeated");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders return 0197d8a5-... --line mug-red=1 --restock --refund --reason \"too red\"\n\n"
      "Exit codes: 0 recorded; 1 refused, for example more than was shipped; 2 wrong flags; 4 no such order;\n"
      "6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) {
      if (options->lines.empty() && options->products.empty()) return wrong_flags("--line or --product is required");
      return run_return(settings, *options);
    };
  });
}

void add_resend(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("resend", "Send lost goods of an order again");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<SomeOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--line", options->lines, "Only these goods, PRODUCT=QUANTITY. Once per product");
  command->add_option("--reason", options->reason, "The reason, for the order's history");
  command->add_option("--resend-id", options->request_id,
                      "Id of the new shipment. ordo sends once per id, even if the command is repeated");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders resend 0197d8a5-... --reason \"the parcel is lost\"\n\n"
      "Exit codes: 0 accepted; 1 refused, for example out of stock; 2 wrong flags; 4 no such order;\n"
      "6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_resend(settings, *options); };
  });
}

void add_note(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("note", "Add a note to an order");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<NoteOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--text", options->text, "The note")->required();
  command->add_flag("--public", options->shown, "The customer may read it");
  command->add_option("--note-id", options->note_id,
                      "Id of the note. ordo adds it once per id, even if the command is repeated");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders note 0197d8a5-... --text \"Ann called: please ring twice\"\n\n"
      "Exit codes: 0 added; 1 refused, for example too many notes; 4 no such order; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_note(settings, *options); };
  });
}

void add_pay(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("pay", "Record a payment of an order with payment_terms manual");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<PayOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("--amount", options->amount, "The amount that came, such as 12.50")->required();
  command->add_option("--method", options->method, "How it came: cash, bank transfer")->required();
  command->add_option("--reference", options->reference, "Number of the receipt or the transfer");
  command->add_option("--payment-id", options->payment_id,
                      "Id of the payment. ordo records it once per id, even if the command is repeated");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders pay 0197d8a5-... --amount 20.00 --method cash --reference \"receipt 17\"\n\n"
      "Exit codes: 0 recorded; 1 refused, for example of an order that the gateway pays; 4 no such order;\n"
      "6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_pay(settings, *options); };
  });
}

void add_payout(CLI::App& orders, CommandLine& line) {
  auto* command = orders.add_subcommand("refund-paid", "Record that a refund of a manual order was paid by hand");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto options = std::make_shared<PayoutOptions>();
  command->add_option("id", options->id, "The order's id")->required();
  command->add_option("refund", options->refund_id, "The refund's id")->required();
  command->add_option("--reference", options->reference, "Number of the receipt or the transfer");
  add_output_flag(*command, options->output);
  command->footer(
      "Example:\n"
      "  ordo orders refund-paid 0197d8a5-... automatic --reference \"transfer 99\"\n\n"
      "Exit codes: 0 recorded; 1 refused, for example of a refund that the gateway makes; 4 no such order or\n"
      "refund; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) { return run_payout(settings, *options); };
  });
}

}  // namespace

void add_order_changes(CLI::App& orders, CommandLine& line) {
  add_cancel(orders, line);
  add_refund(orders, line);
  add_return(orders, line);
  add_resend(orders, line);
  add_note(orders, line);
  add_pay(orders, line);
  add_payout(orders, line);
  add_order_terms_change(orders, line);
  add_order_tag(orders, line);
}

}  // namespace ordo::cli
