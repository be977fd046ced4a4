#include "cli/change_command.h"

#include <iostream>
#include <utility>

#include "base/number.h"
#include "base/time.h"
#include "base/uuid.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "client/answer.h"
#include "domain/order_figures.h"
#include "records/json_pick.h"

namespace ordo::cli {

Result<void> send_change(client::HttpCaller& server, const ChangeCommand& command, std::ostream& out,
                         std::ostream& notes) {
  const auto answer = client::call(server, command.request);
  if (!answer) return fail(answer.error());
  if (answer->status / 100 != 2) return fail(client::problem_of(*answer));
  if (answer->status == 204) return {};
  const auto tape = JsonTape::parse(answer->body);
  if (!tape) return fail(tape.error());
  if (answer->status == 202) notes << "ordo: " << command.what << " was accepted, but is not decided yet\n";
  // Without a document, only the JSON formats print something.
  const bool is_document = answer->status != 202 || member(*tape, 0, "rev");
  const bool as_json =
      command.output.format == client::OutputFormat::json || command.output.format == client::OutputFormat::ndjson;
  if (!is_document && !as_json) return {};
  return client::print_document(command.listed, command.output, *tape, nullptr, out);
}

int run_change_command(const settings::Settings& settings, const ChangeCommand& command) {
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto sent = send_change(server->caller(), command, std::cout, std::cerr);
  std::cout << std::flush;
  return sent ? kExitOk : report_error(sent.error());
}

std::pair<std::string, std::string> fresh_idempotency_key() {
  return {"Idempotency-Key", uuid_v7(now())};
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<std::vector<StockLine>> parse_lines(const std::vector<std::string>& texts) {
  std::vector<StockLine> lines;
  for (const auto& text : texts) {
    const auto split = text.rfind('=');
    const bool parts = split != std::string::npos && split > 0;
    const auto quantity = parts ? parse_integer<std::int64_t>(std::string_view(text).substr(split + 1)) : std::nullopt;
    if (!quantity) {
      return fail(ErrorCode::kInvalid, "bad_flag",
                  "expected PRODUCT=QUANTITY, for example mug-red=2, but got \"" + text + "\"");
    }
    lines.push_back({ProductId(text.substr(0, split)), *quantity});
  }
  return lines;
}

Result<std::vector<OrderPieces>> parse_pieces(const std::vector<std::string>& lines,
                                              const std::vector<std::string>& products) {
  const auto named = parse_lines(lines);
  if (!named) return fail(named.error());
  const auto of_products = parse_lines(products);
  if (!of_products) return fail(of_products.error());
  constexpr std::size_t kMostLines = 1'000;  // of an order
  auto pieces = pieces_of(*named);
  for (auto& one : pieces) {
    if (!index_of_place(one.product_id->str(), kMostLines)) continue;
    one.line_id = one.product_id->str();
    one.product_id.reset();
  }
  for (const auto& line : *of_products) pieces.push_back({line.product_id, line.quantity});
  return pieces;
}

Result<std::map<std::string, std::string>> parse_pairs(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> pairs;
  for (const auto& text : texts) {
    const auto split = text.find('=');
    if (split == std::string::npos || split == 0) {
      return fail(ErrorCode::kInvalid, "bad_flag",
                  "expected NAME=VALUE, for example colour=red, but got \"" + text + "\"");
    }
    pairs[text.substr(0, split)] = text.substr(split + 1);
  }
  return pairs;
}

}  // namespace ordo::cli
