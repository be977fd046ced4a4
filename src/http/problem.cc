#include "http/problem.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ordo::http {
namespace {

// Reasons that mean "not readable" rather than "read, and refused".
constexpr std::array<std::string_view, 5> kMalformed = {"malformed_json", "bad_query", "bad_cursor", "bad_header",
                                                        "not_utf8"};

void append_member(std::string_view name, std::string_view value, std::string& out) {
  out.push_back(',');
  append_json_string(name, out);
  out.push_back(':');
  append_json_string(value, out);
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
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
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
  if (status == 500) {
    return problem(500, "internal", "the server failed; its log has the details under the trace_id", trace_id, hint);
  }
  const std::string_view code = error.reason.empty() ? to_string(error.code) : std::string_view(error.reason);
  Response response = problem(status, code, error.message, trace_id, hint);
  if (error.violations.empty()) return response;
  std::string& body = response.body;
  body.pop_back();
  body += ",\"errors\":[";
  for (const auto& violation : error.violations) {
    body += body.back() == '[' ? "{\"pointer\":" : ",{\"pointer\":";
    append_json_string(violation.pointer, body);
    append_member("detail", violation.detail, body);
    body.push_back('}');
  }
  body += "]}";
  return response;
}

Response problem(int status, std::string_view code, std::string_view detail, std::string_view trace_id,
                 std::string_view hint) {
  Response response;
  response.status = status;
  response.content_type = kProblemJson;
  std::string& body = response.body;
  body.reserve(256);
  body += "{\"type\":";
  append_json_string("/problems/" + std::string(code), body);
  append_member("title", status_title(status), body);
  body += ",\"status\":" + std::to_string(status);
  append_member("code", code, body);
  if (!detail.empty()) append_member("detail", detail, body);
  if (!hint.empty()) append_member("hint", hint, body);
  if (!trace_id.empty()) append_member("trace_id", trace_id, body);
  body.push_back('}');
  if (status == 503) response.add_header("Retry-After", "1");
  return response;
}

}  // namespace ordo::http
