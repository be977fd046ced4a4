#include "cli/json_pick.h"

#include <charconv>

#include "base/text.h"

namespace ordo::cli {
namespace {

void append_break(int indent, std::string& out) {
  if (indent < 0) return;
  out.push_back('\n');
  out.append(static_cast<std::size_t>(indent), ' ');
}

ErrorCode code_of(int status) {
  switch (status) {
    case 404:
      return ErrorCode::kNotFound;
    case 409:
    case 412:
      return ErrorCode::kConflict;
    case 429:
      return ErrorCode::kBusy;
    default:
      return status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalid;
  }
}

}  // namespace

std::optional<std::size_t> member(const JsonTape& tape, std::size_t at, std::string_view name) {
  if (tape[at].kind != JsonNode::Kind::object) return std::nullopt;
  for (std::size_t key = at + 1; key < tape[at].end; key = tape[key + 1].end) {
    if (tape[key].text == name) return key + 1;
  }
  return std::nullopt;
}

std::string_view text_of(const JsonTape& tape, std::size_t at, std::string_view name) {
  const auto found = member(tape, at, name);
  return found ? tape[*found].text : std::string_view();
}

std::optional<std::int64_t> whole_of(const JsonTape& tape, std::size_t at, std::string_view name) {
  const std::string_view text = text_of(tape, at, name);
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

void append_json(const JsonTape& tape, std::size_t at, int indent, std::string& out) {
  const JsonNode& node = tape[at];
  const int inner = indent < 0 ? -1 : indent + 2;
  switch (node.kind) {
    case JsonNode::Kind::null:
      out += "null";
      return;
    case JsonNode::Kind::boolean:
      out += node.boolean ? "true" : "false";
      return;
    case JsonNode::Kind::number:
      out += node.text;
      return;
    case JsonNode::Kind::string:
      append_json_string(node.text, out);
      return;
    case JsonNode::Kind::array:
    case JsonNode::Kind::object:
      break;
  }
  const bool object = node.kind == JsonNode::Kind::object;
  out.push_back(object ? '{' : '[');
  for (std::size_t i = at + 1; i < node.end;) {
    if (i > at + 1) out.push_back(',');
    append_break(inner, out);
    if (object) {
      append_json_string(tape[i].text, out);
      out += indent < 0 ? ":" : ": ";
      ++i;
    }
    append_json(tape, i, inner, out);
    i = tape[i].end;
  }
  if (node.count > 0) append_break(indent, out);
  out.push_back(object ? '}' : ']');
}

Error problem_of(const HttpResponse& response) {
  Error error{
      code_of(response.status), "http_" + std::to_string(response.status), "the server answered with this status", {}};
  const auto parsed = JsonTape::parse(response.body);
  if (!parsed) return error;
  const JsonTape& tape = *parsed;
  if (const auto code = text_of(tape, 0, "code"); !code.empty()) error.reason = code;
  if (const auto detail = text_of(tape, 0, "detail"); !detail.empty()) error.message = detail;
  if (const auto hint = text_of(tape, 0, "hint"); !hint.empty()) error.message += "; " + std::string(hint);
  const auto errors = member(tape, 0, "errors");
  if (!errors || tape[*errors].kind != JsonNode::Kind::array) return error;
  for (std::size_t i = *errors + 1; i < tape[*errors].end; i = tape[i].end) {
    error.violations.push_back({std::string(text_of(tape, i, "pointer")), std::string(text_of(tape, i, "detail"))});
  }
  return error;
}

Result<Answered> ask(HttpCaller& server, HttpRequest request) {
  auto answer = call(server, std::move(request));
  if (!answer) return fail(std::move(answer.error()));
  if (answer->status / 100 != 2) return fail(problem_of(*answer));
  if (answer->body.empty()) answer->body = "null";
  Answered answered{std::make_unique<const std::string>(std::move(answer->body)), {}};
  auto tape = JsonTape::parse(*answered.body);
  if (!tape) return fail(ErrorCode::kCorrupt, "bad_answer", "the server's answer is not understood");
  answered.tape = std::move(*tape);
  return answered;
}

}  // namespace ordo::cli
