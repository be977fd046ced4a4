// The bytes of a connection. However they are split, they give the same requests and the same refusals. Each request
// ends where a second, simpler reader of RFC 9112 finds its end.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "http/request_parser.h"
#include "splits.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using http::ParserLimits;
using http::RequestParser;
using State = RequestParser::State;

constexpr ParserLimits kLimits{.header = 1024, .target = 256, .fields = 24, .body = 512};

struct Read {
  std::string head;  // of the request, as the parser read it
  std::string body;
  std::size_t end = 0;  // in the input
  bool keep_alive = false;

  friend bool operator==(const Read&, const Read&) = default;
};

struct Outcome {
  std::vector<Read> requests;
  std::string refusal;  // problem code
  std::size_t at = 0;   // position of the parser at the refusal

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

bool is_too_long(std::string_view refusal) {
  return refusal == "header_too_large" || refusal == "target_too_long" || refusal == "too_many_header_fields" ||
         refusal == "chunk_header_too_large" || refusal == "body_too_large";
}

std::string head_of(const http::Request& request) {
  std::string head = std::string(to_string(request.method)) + " " + std::string(request.target());
  for (const auto* name :
       {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Content-Type", "X"}) {
    head += "\n" + request.header_list(name);
  }
  return head;
}

// Works like http/session.cc: bytes that the parser leaves are given again with more bytes after them. It reads nothing
// after a refusal, or after a request that ends the connection.
Outcome read(std::string_view input, const Splits& splits) {
  RequestParser parser(kLimits);
  Outcome outcome;
  std::string buffer;
  for (const auto piece : pieces_of(input, splits)) {
    buffer += piece;
    while (!buffer.empty()) {
      const auto used = parser.feed(buffer);
      ORDO_CHECK(used <= buffer.size(), used, " of ", buffer.size());
      buffer.erase(0, used);
      outcome.at += used;
      if (parser.state() == State::kRefused) {
        ORDO_CHECK(parser.refusal().status >= 400 && parser.refusal().status < 600, parser.refusal().status);
        ORDO_CHECK(!parser.keep_alive());
        outcome.refusal = parser.refusal().code;
        return outcome;
      }
      if (parser.state() != State::kComplete) break;
      const bool keep_alive = parser.keep_alive();
      const auto request = parser.take();
      ORDO_CHECK(request.body.size() <= kLimits.body, request.body.size());
      ORDO_CHECK(request.target().starts_with('/') || request.target() == "*", request.target());
      outcome.requests.push_back({head_of(request), request.body, outcome.at, keep_alive});
      if (!keep_alive) return outcome;
    }
    // A session only has room for a head and a little more. So the unread rest must not grow.
    if (parser.state() == State::kHead) ORDO_CHECK(buffer.size() <= kLimits.header, buffer.size());
  }
  return outcome;
}

// --- the simpler reader

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Removes the first line, which ends in CRLF, and returns it. nullopt when there is none, or when it contains a single
// CR or LF.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find_first_of("\r\n");
  if (end == rest.npos || rest.substr(end, 2) != "\r\n") return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

std::optional<std::size_t> whole(std::string_view digits, unsigned base) {
  std::size_t value = 0;
  if (digits.empty()) return std::nullopt;
  for (const char c : digits) {
    const auto digit = std::string_view("0123456789abcdef").find(lower(c));
    if (digit >= base || value > 1'000'000) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

// Finds the end of the chunks at the front of `rest`. Appends their data.
bool take_chunks(std::string_view& rest, std::string& body) {
  while (true) {
    const auto line = take_line(rest);
    if (!line) return false;
    const auto size = whole(trim(line->substr(0, line->find(';'))), 16);
    if (!size) return false;
    if (*size == 0) break;
    if (rest.size() < *size + 2 || rest.substr(*size, 2) != "\r\n") return false;
    body += rest.substr(0, *size);
    rest.remove_prefix(*size + 2);
  }
  while (true) {  // trailers
    const auto line = take_line(rest);
    if (!line) return false;
    if (line->empty()) return true;
  }
}

// True when the bytes at the front of `rest` are exactly one request with this body.
bool take_request(std::string_view& rest, std::string& body) {
  while (rest.starts_with("\r\n")) rest.remove_prefix(2);
  const auto request_line = take_line(rest);
  if (!request_line || std::count(request_line->begin(), request_line->end(), ' ') != 2) return false;
  std::optional<std::size_t> length;
  int chunked = 0;
  while (true) {
    const auto line = take_line(rest);
    if (!line) return false;
    if (line->empty()) break;
    const auto colon = line->find(':');
    if (colon == line->npos || colon == 0) return false;
    std::string name(line->substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), lower);
    if (name.find_first_of(" \t") != name.npos) return false;
    std::string value(trim(line->substr(colon + 1)));
    std::transform(value.begin(), value.end(), value.begin(), lower);
    if (name == "transfer-encoding") {
      if (value != "chunked") return false;
      ++chunked;
    } else if (name == "content-length") {
      if (length) return false;
      length = whole(value, 10);
      if (!length) return false;
    }
  }
  if (chunked > 1 || (chunked > 0 && length)) return false;
  if (chunked > 0) return take_chunks(rest, body);
  if (length.value_or(0) > rest.size()) return false;
  body = rest.substr(0, length.value_or(0));
  rest.remove_prefix(length.value_or(0));
  return true;
}

void check_ends(std::string_view input, const Outcome& outcome) {
  std::size_t begin = 0;
  for (const auto& request : outcome.requests) {
    ORDO_CHECK(request.end > begin && request.end <= input.size(), request.end, " after ", begin);
    auto rest = input.substr(begin);
    std::string body;
    ORDO_CHECK(take_request(rest, body), "accepted: ", input.substr(begin, request.end - begin));
    ORDO_CHECK(input.size() - rest.size() == request.end, "ends at ", input.size() - rest.size(), ", not ",
               request.end);
    ORDO_CHECK(body == request.body, "body ", body, ", not ", request.body);
    begin = request.end;
  }
}

bool is_prefix(const std::vector<Read>& some, const std::vector<Read>& all) {
  return some.size() <= all.size() && std::equal(some.begin(), some.end(), all.begin());
}

void check_split(std::string_view input, const Outcome& whole_input, const Splits& splits) {
  const auto other = read(input, splits);
  // Input that is too long is refused as soon as that is known. In pieces, that is earlier, and before other errors.
  if (is_too_long(other.refusal) || is_too_long(whole_input.refusal)) {
    ORDO_CHECK(is_prefix(other.requests, whole_input.requests) || is_prefix(whole_input.requests, other.requests));
    return;
  }
  ORDO_CHECK(other.requests == whole_input.requests, other.requests.size(), " requests, not ",
             whole_input.requests.size());
  // The refusal may have another reason when less of the head was read.
  if (other.refusal.empty() == whole_input.refusal.empty()) return;
  // A head in pieces is checked when it is complete.
  ORDO_CHECK(other.refusal.empty(), other.refusal, " only in pieces");
  const auto complete = read(std::string(input) + "\r\n\r\n", splits);
  ORDO_CHECK(complete.requests == other.requests, complete.requests.size(), " requests after the refused one");
  ORDO_CHECK(!complete.refusal.empty(), whole_input.refusal, " is accepted in pieces");
}

}  // namespace

void http_framing(std::string_view input) {
  const auto whole_input = read(input, {});
  check_ends(input, whole_input);
  for (const auto& splits : splits_of(input)) check_split(input, whole_input, splits);
}

}  // namespace ordo::fuzz
