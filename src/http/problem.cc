#include "http/problem.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/problem_body.h"
#include "records/documents.h"
#include "records/json_codec.h"
#include "records/json_text.h"

namespace ordo::http {
namespace {

// Reasons that mean "not readable" rather than "readable, but refused".
constexpr std::array<std::string_view, 5> kMalformed = {"malformed_json", "bad_query", "bad_cursor", "bad_header",
                                                        "not_utf8"};

Problem problem_body(int status, std::string_view code, std::string_view detail, std::string_view trace_id,
                     std::string_view hint) {
  const auto unless_empty = [](std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(std::string(text));
  };
  Problem body;
  body.type = "/problems/" + std::string(code);
  body.title = status_title(status);
  body.status = status;
  body.code = code;
  body.detail = unless_empty(detail);
  body.hint = unless_empty(hint);
  body.trace_id = unless_empty(trace_id);
  return body;
}

Response response_of(const Problem& body) {
  Response response;
  response.status = static_cast<int>(body.status);
  response.content_type = kProblemJson;
  response.body.reserve(256);
  write_json(body, response.body);
  if (response.status == 503) response.add_header("Retry-After", "1");
  return response;
}

}  // namespace

std::string_view status_title(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

int status_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid:
      return std::find(kMalformed.begin(), kMalformed.end(), error.reason) != kMalformed.end() ? 400 : 422;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kBusy:
    case ErrorCode::kUnavailable:
      return 503;
    default:
      return 500;
  }
}

Response problem(const Error& error, std::string_view trace_id, std::string_view hint) {
  return problem(status_of(error), error, trace_id, hint);
}

Response problem(int status, const Error& error, std::string_view trace_id, std::string_view hint) {
  if (status == 500 && error.reason == kUnreadableDocument) {
    return problem(500, kUnreadableDocument,
                   "the document in the database is not as ordo wrote it; the log has the details under the trace_id",
                   trace_id, hint);
  }
  if (status == 500) {
    return problem(500, "internal", "the server failed; its log has the details under the trace_id", trace_id, hint);
  }
  const std::string_view code = error.reason.empty() ? to_string(error.code) : std::string_view(error.reason);
  auto body = problem_body(status, code, error.message, trace_id, hint);
  if (!error.violations.empty()) body.errors = error.violations;
  return response_of(body);
}

Response problem(int status, std::string_view code, std::string_view detail, std::string_view trace_id,
                 std::string_view hint) {
  return response_of(problem_body(status, code, detail, trace_id, hint));
}

bool tells_message(std::string_view path) {
  constexpr std::string_view kPrefix = "/api/";
  return equals_ignoring_case(path.substr(0, kPrefix.size()), kPrefix);
}

void add_message(Response& response) {
  if (response.content_type != kProblemJson) return;
  const auto tape = JsonTape::parse(response.body);
  if (!tape) return;
  std::string_view message;
  const auto& object = (*tape)[0];
  for (std::size_t key = 1; key < object.end; key = (*tape)[key + 1].end) {
    const auto name = (*tape)[key].text;
    if (name == "message") return;
    if (name == "detail" || (name == "title" && message.empty())) message = (*tape)[key + 1].text;
  }
  const std::string text(message);  // copied, because the tape refers to the body
  response.body = JsonObject(std::move(response.body)).add_string("message", text).text();
}

}  // namespace ordo::http
