#include "http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

#include "access/host_field.h"
#include "base/check.h"
#include "base/text.h"

namespace ordo::http {
namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view view(string_view text) {
  return {text.data(), text.size()};
}

constexpr std::size_t kLeastLastChunk = 5;  // "0", and two line ends

constexpr int kMostEmptyLines = 4;

constexpr Refusal kUnreadable{400, "malformed_request", "the request is not readable as HTTP/1.1"};
constexpr Refusal kHeaderTooLarge{431, "header_too_large",
                                  "the request line and header fields are larger than the limit"};
constexpr Refusal kBodyTooLarge{413, "body_too_large", "the body is larger than the limit"};
constexpr Refusal kTargetTooLong{414, "target_too_long", "the request's target is longer than the limit"};
constexpr Refusal kTooManyFields{431, "too_many_header_fields", "there are more header fields than the limit"};
constexpr Refusal kChunkHeaderTooLarge{431, "chunk_header_too_large",
                                       "a chunk's header or the trailer is larger than the limit"};
constexpr Refusal kQuotedExtension{400, "malformed_request", "a chunk extension with a quoted value is not accepted"};
constexpr Refusal kEmptyLines{400, "malformed_request", "there are more than four empty lines before the request"};
constexpr Refusal kFolded{400, "folded_header", "a header value continued on a second line is not accepted"};

// A quoted string may hold a line end, where another parser may end the line (CVE-2025-55315). Without a closing quote
// it never ends. No known client sends quoted values.
bool is_quoted(std::string_view extensions) {
  return extensions.find('"') != std::string_view::npos;
}

// The same for an incomplete chunk header. It may begin with the line end of the previous chunk.
bool begins_quoted(std::string_view unread) {
  if (unread.starts_with("\r\n")) unread.remove_prefix(2);
  return is_quoted(unread.substr(0, unread.find_first_of("\r\n")));
}

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

// "host:port" of "http://host:port/path"; empty for a target in another form.
std::string_view authority_of(std::string_view target) {
  const auto scheme = target.find("://");
  if (target.front() == '/' || scheme == std::string_view::npos) return {};
  const auto rest = target.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/?"));
}

// A new one for each message: Beast's parser cannot be reused.
class Message final : public beast::basic_parser<true> {
 public:
  Message(const ParserLimits& limits, std::string_view* input) : limits_(limits), input_(input) {
    header_limit(static_cast<std::uint32_t>(limits.header));
    body_limit(limits.body);
    eager(true);
  }

  Request request;
  std::string authority;  // the authority of an absolute target
  bool absolute = false;  // the target is absolute
  bool head_done = false;
  bool body_begun = false;
  bool folded = false;
  bool quoted_extension = false;
  bool bad_target = false;
  bool long_target = false;
  bool line_done = false;  // the request line was read
  std::size_t fields = 0;
  std::uint64_t chunk_left = 0;  // remaining bytes of the chunk whose header was read
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
    absolute = origin.size() != target.size();
    authority = authority_of(view(target));
  }

  void on_field_impl(beast::field, string_view name, string_view value, error_code& ec) override {
    // guard: http-trailers
    if (head_done) return;  // a trailer field: dropped, so that it does not become a header field
    if (++fields > limits_.fields) {
      ec = beast::error::header_limit;
      return;
    }
    // guard: http-folded
    if (is_folded(view(name), view(value))) {
      folded = true;
      ec = beast::error::bad_value;
      return;
    }
    request.add_header(view(name), view(value));
  }

  void on_header_impl(error_code&) override { head_done = true; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // The client merely claims the length. Memory beyond 64 KiB is allocated as the bytes arrive.
    constexpr std::uint64_t kTrusted = 64 * 1024;
    if (length) request.body.reserve(std::min(*length, kTrusted));
  }

  std::size_t on_body_impl(string_view bytes, error_code&) override {
    body_begun = true;
    request.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) override {
    body_begun = true;
    chunk_left = size;
    // guard: http-quoted-extension
    quoted_extension = is_quoted(view(extensions));
    if (quoted_extension) ec = beast::error::bad_chunk_extension;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    request.body.append(bytes.data(), bytes.size());
    chunk_left -= bytes.size();
    return bytes.size();
  }

  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, string_view, int, error_code&) override {}

  // Beast joins folded lines, in its own buffer or by skipping line ends. The position of the value reveals both.
  bool is_folded(std::string_view name, std::string_view value) const {
    const char* const begin = name.data() + name.size();
    const std::less<const char*> before;
    if (before(value.data(), begin) || before(input_->data() + input_->size(), value.data() + value.size()))
      return true;
    return std::find(begin, value.data(), '\r') != value.data();
  }

  const ParserLimits limits_;
  std::string_view* input_;  // the bytes being parsed; outlives this
};

}  // namespace

class RequestParser::Reader {
 public:
  std::string_view input;
  std::optional<Message> message;
};

RequestParser::RequestParser(const ParserLimits& limits) : limits_(limits), reader_(std::make_unique<Reader>()) {}
RequestParser::~RequestParser() = default;

std::string_view RequestParser::path() const {
  return reader_->message ? reader_->message->request.path() : std::string_view();
}

void RequestParser::refuse(Refusal refusal) {
  state_ = State::kRefused;
  refusal_ = refusal;
  keep_alive_ = false;
}

// Refuses what Beast accepts but another parser may read differently.
void RequestParser::finish_head() {
  Message& message = *reader_->message;
  const Request& request = message.request;
  http_1_0_ = message.version == 10;
  keep_alive_ = message.keep_alive();
  // Beast itself refuses a Content-Length beside a Transfer-Encoding.
  if (const auto encodings = request.count_header("Transfer-Encoding"); encodings > 0) {
    if (http_1_0_) return refuse({400, "bad_framing", "HTTP/1.0 has no Transfer-Encoding"});
    // guard: http-one-encoding
    if (encodings > 1 || !equals_ignoring_case(request.header("Transfer-Encoding"), "chunked")) {
      return refuse({400, "bad_framing", "the only Transfer-Encoding accepted is a single chunked"});
    }
  }
  if (request.count_header("Content-Length") > 1 ||
      request.header("Content-Length").find(',') != std::string_view::npos) {
    return refuse({400, "bad_framing", "Content-Length is given more than once"});
  }
  const auto hosts = request.count_header("Host");
  // guard: http-one-host
  if (hosts > 1) return refuse({400, "bad_host", "Host is given more than once"});
  if (hosts == 0 && !http_1_0_) return refuse({400, "bad_host", "HTTP/1.1 needs a Host header"});
  if (hosts == 0 && message.absolute) message.request.add_header("Host", message.authority);
  if (request.has_header("Host") && !access::is_host(request.header("Host"))) {
    return refuse({400, "bad_host", "Host is not a name or address with an optional port"});
  }
  // A client sends the same host in both (RFC 9112 section 3.2). Otherwise a proxy and this server may use different
  // ones.
  if (message.absolute && !equals_ignoring_case(request.header("Host"), message.authority)) {
    return refuse({400, "bad_host", "the target and the Host field name different hosts"});
  }
  if (const auto expect = request.header("Expect"); !expect.empty() && !http_1_0_) {
    if (!equals_ignoring_case(expect, "100-continue")) {
      return refuse({417, "bad_expectation", "the only expectation understood is 100-continue"});
    }
    expects_continue_ = true;
  }
  state_ = State::kBody;
}

namespace {

// True for a request line that ends in "HTTP/x.y". It is then another version rather than noise.
bool names_a_version(std::string_view line) {
  line = line.substr(0, line.find("\r\n"));
  const auto token = line.substr(std::min(line.size(), line.rfind(' ') + 1));
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return token.size() == 8 && token.starts_with("HTTP/") && digit(token[5]) && token[6] == '.' && digit(token[7]);
}

// Which limit the head exceeds. If even the request line is incomplete, the target is too long.
Refusal head_refusal(const Message& message) {
  if (message.long_target || !message.line_done) return kTargetTooLong;
  return message.fields > message.limits().fields ? kTooManyFields : kHeaderTooLarge;
}

Refusal refusal_for(const Message& message, const error_code& error, std::string_view input) {
  if (message.folded) return kFolded;
  if (message.quoted_extension) return kQuotedExtension;
  if (message.bad_target) return {400, "bad_target", "the request target is neither a path nor an http URL"};
  if (error == beast::error::header_limit) return head_refusal(message);
  if (error == beast::error::body_limit) return kBodyTooLarge;
  if (error == beast::error::bad_version && names_a_version(input)) {
    return {505, "bad_http_version", "this server speaks only HTTP/1.0 and HTTP/1.1"};
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
  if (!reader_->message && !bytes.empty()) {
    state_ = State::kHead;
    // Some clients send an empty line after a body (RFC 9112 section 2.2).
    for (; bytes.substr(skipped, 2) == "\r\n"; skipped += 2) {
      // guard: http-empty-lines
      if (++empty_lines_ <= kMostEmptyLines) continue;
      refuse(kEmptyLines);
      return skipped;
    }
    bytes.remove_prefix(skipped);
    if (bytes.empty() || bytes == "\r") return skipped;
    reader_->message.emplace(limits_, &reader_->input);
    head_bytes_ = 0;
    expects_continue_ = false;
  }
  ORDO_CHECK(state_ == State::kHead || state_ == State::kBody, "state ", static_cast<int>(state_));
  if (bytes.empty()) return skipped;

  Message& message = *reader_->message;
  reader_->input = bytes;
  error_code error;
  std::size_t used = 0;
  // The first put of a head with a body stops after the head. So the head is checked before the body is read.
  while (used < bytes.size() && state_ != State::kRefused && !message.is_done() && !error) {
    const bool in_head = !message.head_done;
    // Beast's parser asserts that it gets at least this many bytes of a last chunk. No chunked body ends in fewer.
    if (!in_head && message.chunked() && bytes.size() - used < kLeastLastChunk) break;
    message.eager(!in_head);
    const auto step = message.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
    used += step;
    if (!in_head) continue;
    head_bytes_ += step;
    // Beast limits each put, but not the sum of several. A head that arrives in pieces could be twice as large.
    const auto pending = error == beast::error::need_more ? bytes.size() - used : 0;
    // guard: http-head-in-pieces
    if (head_bytes_ + pending > limits_.header) {
      refuse(head_refusal(message));
    } else if (message.head_done && !error) {
      finish_head();
    }
  }
  if (state_ == State::kRefused) return skipped + used;
  const bool at_chunk = message.head_done && message.chunked() && !message.is_done() && message.chunk_left == 0;
  if (at_chunk && begins_quoted(bytes.substr(used))) {
    refuse(kQuotedExtension);
  } else if (error == beast::error::need_more && message.head_done && bytes.size() - used > limits_.header) {
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
  empty_lines_ = 0;
  state_ = State::kIdle;
  return request;
}

}  // namespace ordo::http
