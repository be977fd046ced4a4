// What the commands share that ask the server to change one thing: sending it, and printing what came of it.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/http_client.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "domain/stock.h"

namespace ordo::cli {

struct ChangeCommand {
  HttpRequest request;  // one whose repetition does no harm
  Listed listed = Listed::orders;
  OutputFormat format = OutputFormat::table;
  std::string_view what;  // "the refund"
};

// Sends the request and prints the document it answers with to `out`, and to `notes` what there is to say besides. The
// server's errors.
Result<void> send_change(HttpCaller& server, const ChangeCommand& command, std::ostream& out, std::ostream& notes);
// The same with the server that the settings name. Returns the exit code.
int run_change_command(const Settings& settings, const ChangeCommand& command);

// A header that makes a repetition harmless.
std::pair<std::string, std::string> fresh_idempotency_key();

// What a flag that was not given leaves out of a request.
std::optional<std::string> unless_empty(const std::string& text);

// Of "mug-red=2": what is before and behind the last "=". kInvalid "bad_flag" when it is not like this.
Result<std::vector<StockLine>> parse_lines(const std::vector<std::string>& texts);
// Of "colour=red", split at the first "=".
Result<std::map<std::string, std::string>> parse_pairs(const std::vector<std::string>& texts);

}  // namespace ordo::cli
