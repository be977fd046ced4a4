// Reading answers of the server member by member, and writing parts of them on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/http_client.h"
#include "records/json.h"

namespace ordo::cli {

// The index of the member `name` of the object at `at`; nothing when it has none or is no object.
std::optional<std::size_t> member(const JsonTape& tape, std::size_t at, std::string_view name);

// The text of the string or number `name`, empty when there is none.
std::string_view text_of(const JsonTape& tape, std::size_t at, std::string_view name);
std::optional<std::int64_t> whole_of(const JsonTape& tape, std::size_t at, std::string_view name);

// Writes the value at `at` as JSON: in one line, or, with `indent` >= 0, over several with that many spaces before the
// closing bracket.
void append_json(const JsonTape& tape, std::size_t at, int indent, std::string& out);

// What a problem+json answer says. kInvalid, kNotFound, kConflict, kBusy or kUnavailable by the status.
Error problem_of(const HttpResponse& response);

// An answer that is no error, and its JSON.
struct Answered {
  std::unique_ptr<const std::string> body;  // on the heap: the tape points into it
  JsonTape tape;
};

// Sends a request and waits. Errors: what the server says, kUnavailable, kCorrupt for an answer that is not understood.
// An answer without a body is null.
Result<Answered> ask(HttpCaller& server, HttpRequest request);

}  // namespace ordo::cli
