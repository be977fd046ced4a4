#include "client/answer.h"

#include "records/json_pick.h"

namespace ordo::client {
namespace {

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
  if (!tape) return fail(ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer");
  answered.tape = std::move(*tape);
  return answered;
}

}  // namespace ordo::client
