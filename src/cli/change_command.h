// Shared by the commands that change one thing on the server: they send the request and print the result.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "client/http_client.h"
#include "client/output.h"
#include "domain/order_pieces.h"
#include "domain/stock.h"
#include "settings/settings.h"

namespace ordo::cli {

struct ChangeCommand {
  client::HttpRequest request;  // safe to repeat
  client::Listed listed = client::Listed::orders;
  client::OutputChoice output;
  std::string_view what;  // "the refund"
};

// Sends the request. Prints the document of the answer to `out`, and remarks to `notes`. Returns the server's errors.
Result<void> send_change(client::HttpCaller& server, const ChangeCommand& command, std::ostream& out,
                         std::ostream& notes);
// The same, with the server that the settings name. Returns the exit code.
int run_change_command(const settings::Settings& settings, const ChangeCommand& command);

// The header Idempotency-Key with a new key; it makes the request safe to repeat.
std::pair<std::string, std::string> fresh_idempotency_key();

// nullopt for an empty text: the request then omits the member.
std::optional<std::string> unless_empty(const std::string& text);

// Splits each text, such as "mug-red=2", at its last "=". kInvalid "bad_flag" when a text has another form.
Result<std::vector<StockLine>> parse_lines(const std::vector<std::string>& texts);
// The pieces of lines and of products. A text in `lines` names a line if it begins with a number from 1 to 1000, such
// as "2=1"; else it names a product, as all in `products` do.
Result<std::vector<OrderPieces>> parse_pieces(const std::vector<std::string>& lines,
                                              const std::vector<std::string>& products);
// Splits each text, such as "colour=red", at its first "=".
Result<std::map<std::string, std::string>> parse_pairs(const std::vector<std::string>& texts);

}  // namespace ordo::cli
