#include "outbound/transfer.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "outbound/address.h"

namespace ordo::outbound {
namespace {

constexpr std::size_t kMaxHeaders = 64;
constexpr std::size_t kMaxHeaderBytes = 16 * 1024;
constexpr std::chrono::hours kLongestTimeout{1};
constexpr std::array<std::string_view, 6> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
// libcurl writes these itself: they frame the message or apply to one connection only.
constexpr std::array<std::string_view, 9> kOurHeaders = {
    "host", "content-length", "transfer-encoding", "te", "connection", "keep-alive", "upgrade", "trailer", "expect"};

tl::unexpected<Error> bad_call(std::string message) {
  return fail(ErrorCode::kInvalid, "bad_call", std::move(message));
}

// RFC 9110: a token.
bool is_field_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f'); });
}

bool is_public(const curl_sockaddr& address) {
  if (address.family == AF_INET && address.addrlen >= sizeof(sockaddr_in)) {
    sockaddr_in four{};
    std::memcpy(&four, &address.addr, sizeof four);
    return is_public_ipv4(ntohl(four.sin_addr.s_addr));
  }
  if (address.family == AF_INET6 && address.addrlen >= sizeof(sockaddr_in6)) {
    // libcurl's type ends in a sockaddr, but addrlen is the true length of the address.
    sockaddr_in6 six{};
    std::memcpy(&six, static_cast<const void*>(&address.addr), sizeof six);
    Ipv6Bytes bytes{};
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return is_public_ipv6(bytes);
  }
  return false;
}

}  // namespace

Result<void> check_call(const HttpCall& call, const HttpCallerOptions& options) {
  if (std::find(kMethods.begin(), kMethods.end(), call.method) == kMethods.end()) {
    return bad_call("the method must be GET, HEAD, POST, PUT, PATCH or DELETE");
  }
  if (call.method == "HEAD" && !call.body.empty()) return bad_call("HEAD takes no body");
  if (call.body.size() > options.max_request_bytes) {
    return bad_call("the body is longer than " + std::to_string(options.max_request_bytes) + " bytes");
  }
  if (call.connect_timeout.count() <= 0 || call.timeout.count() <= 0 || call.timeout > kLongestTimeout) {
    return bad_call("the timeouts must be positive, and at most an hour");
  }
  if (call.headers.size() > kMaxHeaders) return bad_call("there are more than 64 header fields");
  std::size_t bytes = 0;
  for (const auto& header : call.headers) {
    if (!is_field_name(header.name)) return bad_call("a header field's name is not well-formed");
    if (!is_field_value(header.value)) return bad_call("the header field " + header.name + " holds control characters");
    if (std::find(kOurHeaders.begin(), kOurHeaders.end(), to_lower(header.name)) != kOurHeaders.end()) {
      return bad_call("the header field " + header.name + " cannot be set");
    }
    bytes += header.name.size() + header.value.size();
  }
  if (bytes > kMaxHeaderBytes) return bad_call("the header fields are longer than 16384 bytes");
  return {};
}

Transfer::Transfer(const HttpCallerOptions& options) : options_(options), easy_(curl_easy_init()) {
  ORDO_CHECK(easy_ != nullptr, "libcurl has no memory");
}

template <class Value>
void Transfer::set(CURLoption option, Value value) {
  const auto code = curl_easy_setopt(easy_.get(), option, value);
  ORDO_CHECK(code == CURLE_OK, "option ", static_cast<int>(option), ": ", curl_easy_strerror(code));
}

void Transfer::begin(PendingCall call, Clock::time_point now) {
  call_ = std::move(call);
  body_.clear();
  headers_.reset();
  header_bytes_ = 0;
  too_large_ = refused_ = opened_ = false;
  curl_easy_reset(easy_.get());
  set_connection(now);
  set_request();
}

void Transfer::set_connection(Clock::time_point now) {
  set(CURLOPT_URL, call_.url.text.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  // A proxy from the environment would make the connections itself, to addresses that we could not check.
  set(CURLOPT_PROXY, "");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) {
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  set(CURLOPT_NOSIGNAL, 1L);
  // A name server that does not answer blocks a thread of libcurl, not ours.
  set(CURLOPT_QUICK_EXIT, 1L);
  using std::chrono::milliseconds;
  const auto left = std::max(std::chrono::ceil<milliseconds>(call_.deadline - now), milliseconds(1));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  const auto connect = std::clamp(call_.call.connect_timeout, milliseconds(1), left);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
  set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
}

void Transfer::set_request() {
  const auto& call = call_.call;
  const bool with_body = !call.body.empty() || call.method == "POST" || call.method == "PUT";
  if (with_body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    set(CURLOPT_POSTFIELDS, call.body.c_str());  // not copied: the call stays here until take_call()
  } else if (call.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  }
  if (call.method != "HEAD") set(CURLOPT_CUSTOMREQUEST, call.method.c_str());

  set(CURLOPT_USERAGENT, "ordo/" ORDO_VERSION);
  bool typed = false;
  for (const auto& header : call.headers) {
    typed = typed || to_lower(header.name) == "content-type";
    // libcurl's syntax for a field without a value.
    add_header(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  if (with_body && !typed) add_header("Content-Type:");  // else libcurl would send a form's type
  add_header("Expect:");                                 // do not wait for a 100 that may not come
  set(CURLOPT_HTTPHEADER, headers_.get());
}

void Transfer::add_header(const std::string& line) {
  auto* longer = curl_slist_append(headers_.get(), line.c_str());
  ORDO_CHECK(longer != nullptr, "libcurl has no memory");
  std::ignore = headers_.release();  // the longer list now owns it
  headers_.reset(longer);
}

curl_socket_t Transfer::on_open_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.options_.allow_private && !is_public(*address)) {
    transfer.refused_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.opened_ = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Transfer::on_header(char* /*data*/, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.header_bytes_ += size * count;
  return transfer.header_bytes_ > transfer.options_.max_reply_header_bytes ? 0 : size * count;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t room = transfer.options_.max_reply_bytes - transfer.body_.size();
  transfer.body_.append(data, std::min(room, size * count));
  transfer.too_large_ = size * count > room;
  return transfer.too_large_ ? 0 : size * count;  // returning less than was given ends the transfer
}

Result<HttpReply> Transfer::end(CURLcode code) {
  if (code == CURLE_OK || (too_large_ && call_.call.cut_reply)) {
    auto answer = reply();
    if (answer.status != 0) {
      answer.body = std::move(body_);
      return answer;
    }
    code = CURLE_WEIRD_SERVER_REPLY;
  }
  return failure(code);
}

HttpReply Transfer::reply() const {
  HttpReply out;
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  out.status = static_cast<int>(status);
  out.cut = too_large_;
  for (const auto& name : options_.reply_headers) {
    curl_header* found = nullptr;
    // From the last response: not from a 100 or 103 before it, and not from a trailer.
    if (curl_easy_header(easy_.get(), name.c_str(), 0, CURLH_HEADER, -1, &found) == CURLHE_OK) {
      out.headers.push_back({name, found->value});
    }
  }
  return out;
}

tl::unexpected<Error> Transfer::failure(CURLcode code) const {
  const auto away = [&](const char* reason, const std::string& what) {
    return fail(ErrorCode::kUnavailable, reason, call_.url.origin + ": " + what);
  };
  if (refused_ && !opened_) {
    return fail(ErrorCode::kInvalid, "private_address", call_.url.origin + " is in a private network");
  }
  // Uses libcurl's own text for the code. The server and the URL can influence its error buffer.
  const std::string words = curl_easy_strerror(code);
  if (too_large_) {
    return away("reply_too_large", "the answer is longer than " + std::to_string(options_.max_reply_bytes) + " bytes");
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return away("cannot_resolve", words);
    case CURLE_COULDNT_CONNECT:
      return away("cannot_connect", words);
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t ready = 0;  // when the request could be sent
      curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &ready);
      return ready == 0 ? away("cannot_connect", "no connection in time") : away("timeout", "no answer in time");
    }
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return away("tls_failed", words);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return away("connection_lost", words);
    case CURLE_WRITE_ERROR:
      return away("bad_reply",
                  "the answer's header is longer than " + std::to_string(options_.max_reply_header_bytes) + " bytes");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return away("bad_reply", words);
    default:
      return away("call_failed", words);
  }
}

PendingCall Transfer::take_call() {
  return std::exchange(call_, {});
}

}  // namespace ordo::outbound
