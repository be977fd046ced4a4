#include "http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

#include "base/check.h"

namespace ordo::http {
namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view(string_view text) {
  return {text.data(), text.size()};
}

constexpr std::size_t kLeastLastChunk = 5;  // "0", and two line ends

constexpr Refusal kUnreadable{400, "malformed_request", "the request is not readable as HTTP/1.1"};
constexpr Refusal kHeaderTooLarge{431, "header_too_large",
                                  "the request line and header fields are larger than the limit"};
constexpr Refusal kBodyTooLarge{413, "body_too_large", "the body is larger than the limit"};
constexpr Refusal kTargetTooLong{414, "target_too_long", "the request's target is longer than the limit"};
constexpr Refusal kTooManyFields{431, "too_many_header_fields", "there are more header fields than the limit"};
constexpr Refusal kChunkHeaderTooLarge{431, "chunk_header_too_large",
                                       "a chunk's header or the trailer is larger than the limit"};
constexpr Refusal kFolded{400, "folded_header", "a header value continued on a second line is not accepted"};

// "http://host:port/path" is "/path"; origin form stays as it is; "*" stays for OPTIONS. Empty for anything else.
std::string_view origin_form(std::string_view target) {
  if (target.front() == '/') return target;
  if (target == "*") return target;
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto name = target.substr(0, scheme);
  if (!equals_ignoring_case(name, "http") && !equals_ignoring_case(name, "https")) return {};
  const auto path = target.find_first_of("/?", scheme + 3);
  if (path == std::string_view::npos) return "/";
  return target[path] == '/' ? target.substr(path) : std::string_view();
}

// Restarted by constructing a new one for each message: Beast's parser cannot be reused.
class Message final : public beast::basic_parser<true> {
 public:
  Message(const ParserLimits& limits, std::string_view* input) : limits_(limits), input_(input) {
    header_limit(static_cast<std::uint32_t>(limits.header));
    body_limit(limits.body);
    eager(true);
  }

  Request request;
  bool head_done = false;
  bool body_begun = false;
  bool folded = false;
  bool bad_target = false;
  bool long_target = false;
  bool line_done = false;  // the request line was read
  std::size_t fields = 0;
  int version = 11;

  const ParserLimits& limits() const { return limits_; }

 private:
  void on_request_impl(beast::verb, string_view method, string_view target, int http_version, error_code& ec) override {
    request.method = method_named(view(method));
    version = http_version;
    line_done = true;
    if (target.size() > limits_.target) {
      long_target = true;
      ec = beast::error::header_limit;
      return;
    }
    const auto origin = origin_form(view(target));
    if (origin.empty()) {
      bad_target = true;
      ec = beast::error::bad_target;
      return;
    }
    request.set_target(origin);
  }

  void on_field_impl(beast::field, string_view name, string_view value, error_code& ec) override {
    if (head_done) return;  // a trailer: dropped, it must not pass for a header field
    if (++fields > limits_.fields) {
      ec = beast::error::header_limit;
      return;
    }
    if (is_folded(view(name), view(value))) {
      folded = true;
      ec = beast::error::bad_value;
      return;
    }
    request.add_header(view(name), view(value));
  }

  void on_header_impl(error_code&) override { head_done = true; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // A length is only a claim: memory beyond 64 KiB is taken as the bytes come.
    constexpr std::uint64_t kTrusted = 64 * 1024;
    if (length) request.body.reserve(std::min(*length, kTrusted));
  }

  std::size_t on_body_impl(string_view bytes, error_code&) override {
    body_begun = true;
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override { body_begun = true; }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, string_view, int, error_code&) override {}

  // Beast joins folded lines, in a buffer of its own or by skipping line ends; both show in where the value lies.
  bool is_folded(std::string_view name, std::string_view value) const {
    const char* const begin = name.data() + name.size();
    const std::less<const char*> before;
    if (before(value.data(), begin) || before(input_->data() + input_->size(), value.data() + value.size()))
      return true;
    return std::find(begin, value.data(), '\r') != value.data();
  }

  const ParserLimits limits_;
  std::string_view* input_;  // the bytes being parsed at the moment; outlives this
};

}  // namespace

class RequestParser::Reader {
 public:
  std::string_view input;
  std::optional<Message> message;
};

RequestParser::RequestParser(const ParserLimits& limits) : limits_(limits), reader_(std::make_unique<Reader>()) {}
RequestParser::~RequestParser() = default;

void RequestParser::refuse(Refusal refusal) {
  state_ = State::kRefused;
  refusal_ = refusal;
  keep_alive_ = false;
}

// What Beast lets through but another parser on the way may read differently.
void RequestParser::finish_head() {
  Message& message = *reader_->message;
  const Request& request = message.request;
  http_1_0_ = message.version == 10;
  keep_alive_ = message.keep_alive();
  // A Content-Length beside a Transfer-Encoding did not get so far: Beast refuses it.
  if (const auto encodings = request.count_header("Transfer-Encoding"); encodings > 0) {
    if (http_1_0_) return refuse({400, "bad_framing", "HTTP/1.0 has no Transfer-Encoding"});
    if (encodings > 1 || !equals_ignoring_case(request.header("Transfer-Encoding"), "chunked")) {
      return refuse({400, "bad_framing", "the only Transfer-Encoding accepted is a single chunked"});
    }
  }
  if (request.count_header("Content-Length") > 1 ||
      request.header("Content-Length").find(',') != std::string_view::npos) {
    return refuse({400, "bad_framing", "Content-Length is given more than once"});
  }
  const auto hosts = request.count_header("Host");
  if (hosts > 1) return refuse({400, "bad_host", "Host is given more than once"});
  if (hosts == 0 && !http_1_0_) return refuse({400, "bad_host", "HTTP/1.1 needs a Host header"});
  if (const auto expect = request.header("Expect"); !expect.empty() && !http_1_0_) {
    if (!equals_ignoring_case(expect, "100-continue")) {
      return refuse({417, "bad_expectation", "the only expectation understood is 100-continue"});
    }
    expects_continue_ = true;
  }
  state_ = State::kBody;
}

namespace {

// True for a request line that ends in "HTTP/x.y": a version, though not ours, and not just noise.
bool names_a_version(std::string_view line) {
  line = line.substr(0, line.find("\r\n"));
  const auto token = line.substr(std::min(line.size(), line.rfind(' ') + 1));
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return token.size() == 8 && token.starts_with("HTTP/") && digit(token[5]) && token[6] == '.' && digit(token[7]);
}

// Which limit a head is over. A request line that is not even complete can only be one with too long a target.
Refusal head_refusal(const Message& message) {
  if (message.long_target || !message.line_done) return kTargetTooLong;
  return message.fields > message.limits().fields ? kTooManyFields : kHeaderTooLarge;
}

Refusal refusal_for(const Message& message, const error_code& error, std::string_view input) {
  if (message.folded) return kFolded;
  if (message.bad_target) return {400, "bad_target", "the request target is neither a path nor an http URL"};
  if (error == beast::error::header_limit) return head_refusal(message);
  if (error == beast::error::body_limit) return kBodyTooLarge;
  if (error == beast::error::bad_version && names_a_version(input)) {
    return {505, "bad_http_version", "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  }
  if (error == beast::error::bad_content_length || error == beast::error::multiple_content_length ||
      error == beast::error::bad_transfer_encoding) {
    return {400, "bad_framing", "Content-Length or Transfer-Encoding is broken, repeated or contradictory"};
  }
  return kUnreadable;
}

}  // namespace

std::size_t RequestParser::feed(std::string_view bytes) {
  std::size_t skipped = 0;
  if (state_ == State::kIdle) {
    // Some clients send an empty line after a body (RFC 9112 section 2.2).
    while (bytes.substr(skipped, 2) == "\r\n") skipped += 2;
    bytes.remove_prefix(skipped);
    if (bytes.empty() || bytes == "\r") return skipped;
    reader_->message.emplace(limits_, &reader_->input);
    head_bytes_ = 0;
    expects_continue_ = false;
    state_ = State::kHead;
  }
  ORDO_CHECK(state_ == State::kHead || state_ == State::kBody, "state ", static_cast<int>(state_));
  if (bytes.empty()) return skipped;

  Message& message = *reader_->message;
  reader_->input = bytes;
  error_code error;
  std::size_t used = 0;
  // The first put of a head with a body stops after the head, so that the head is judged before the body is read.
  while (used < bytes.size() && state_ != State::kRefused && !message.is_done() && !error) {
    const bool in_head = !message.head_done;
    // Beast's parser has an assertion that fewer bytes of a last chunk do not hold. No chunked body ends in fewer.
    if (!in_head && message.chunked() && bytes.size() - used < kLeastLastChunk) break;
    message.eager(!in_head);
    const auto step = message.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
    used += step;
    if (!in_head) continue;
    head_bytes_ += step;
    // Beast limits what it is given in one put, but not the sum over several: a head that comes in pieces could be
    // twice as large.
    const auto pending = error == beast::error::need_more ? bytes.size() - used : 0;
    if (head_bytes_ + pending > limits_.header) {
      refuse(head_refusal(message));
    } else if (message.head_done && !error) {
      finish_head();
    }
  }
  if (state_ == State::kRefused) return skipped + used;
  if (error == beast::error::need_more && message.head_done && bytes.size() - used > limits_.header) {
    refuse(kChunkHeaderTooLarge);
  } else if (error && error != beast::error::need_more) {
    refuse(refusal_for(message, error, bytes));
  } else if (message.is_done()) {
    state_ = State::kComplete;
  } else if (message.body_begun) {
    expects_continue_ = false;
  }
  return skipped + used;
}

Request RequestParser::take() {
  ORDO_CHECK(state_ == State::kComplete, "state ", static_cast<int>(state_));
  Request request = std::move(reader_->message->request);
  reader_->message.reset();
  state_ = State::kIdle;
  return request;
}

}  // namespace ordo::http
