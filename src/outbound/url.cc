#include "outbound/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/check.h"
#include "outbound/address.h"

namespace ordo::outbound {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

tl::unexpected<Error> bad(std::string_view pointer, std::string detail) {
  Error error{ErrorCode::kInvalid, "bad_url", "the URL cannot be called", {}};
  error.violations.push_back({std::string(pointer), std::move(detail)});
  return fail(std::move(error));
}

// libcurl's parse error as a message for the user who wrote the URL.
std::string complaint(CURLUcode code) {
  switch (code) {
    case CURLUE_BAD_SCHEME:
    case CURLUE_UNSUPPORTED_SCHEME:
      return "must begin with https:// or http://";
    case CURLUE_BAD_PORT_NUMBER:
      return "the port must be a number from 1 to 65535";
    case CURLUE_NO_HOST:
    case CURLUE_BAD_HOSTNAME:
    case CURLUE_BAD_IPV6:
      return "must name a host";
    case CURLUE_BAD_USER:
    case CURLUE_BAD_PASSWORD:
    case CURLUE_BAD_LOGIN:
    case CURLUE_USER_NOT_ALLOWED:
      return "must hold no user name and no password";
    default:
      return "is not a URL: " + std::string(curl_url_strerror(code));
  }
}

// One part of a URL; nothing when it is absent.
std::optional<std::string> part(CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, flags) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
  return std::string(text);
}

// True for names that always mean this machine (RFC 6761).
bool names_this_machine(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  constexpr std::string_view kName = "localhost";
  return host == kName || (host.size() > kName.size() && host.substr(host.size() - kName.size() - 1) == ".localhost");
}

}  // namespace

Result<Url> parse_url(std::string_view text, const UrlRules& rules, std::string_view pointer) {
  if (text.empty()) return bad(pointer, "must not be empty");
  if (text.size() > kMaxUrlBytes) return bad(pointer, "must not be longer than 2048 bytes");
  const auto unprintable = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  if (std::any_of(text.begin(), text.end(), unprintable)) {
    return bad(pointer, "must hold no space and no control character; write them as %20 and so on");
  }
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  ORDO_CHECK(url != nullptr);
  // Parses any scheme, so that a wrong scheme gets its own message.
  const auto read = curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_NON_SUPPORT_SCHEME);
  if (read != CURLUE_OK) return bad(pointer, complaint(read));
  const auto scheme = part(url.get(), CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http") return bad(pointer, complaint(CURLUE_BAD_SCHEME));
  // libcurl, like browsers, accepts one slash or three for two, and takes the next word as the host.
  const auto after_scheme = text.substr(scheme->size());
  if (after_scheme.substr(0, 3) != "://" || after_scheme.substr(3, 1) == "/") {
    return bad(pointer, complaint(CURLUE_NO_HOST));
  }
  // libcurl decodes a host only after it has checked whether the host is an address. It would check https://%32/ as the
  // name "2" and call 0.0.0.2. Internet names need no percent sign. Only the zone of an IPv6 address does.
  const auto authority = after_scheme.substr(3, after_scheme.find_first_of("/?#\\", 3) - 3);
  const auto host_and_port = authority.substr(authority.rfind('@') + 1);
  if (!host_and_port.starts_with('[') && host_and_port.find('%') != host_and_port.npos) {
    return bad(pointer, "must name a host in plain letters, with no % in it");
  }
  if (rules.require_https && scheme != "https") return bad(pointer, "must begin with https://");
  if (!rules.allow_userinfo && (part(url.get(), CURLUPART_USER) || part(url.get(), CURLUPART_PASSWORD))) {
    return bad(pointer, complaint(CURLUE_USER_NOT_ALLOWED));
  }
  curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);  // never sent to a server

  Url out;
  out.https = scheme == "https";
  auto host = part(url.get(), CURLUPART_HOST);
  if (!host || host->empty()) return bad(pointer, complaint(CURLUE_NO_HOST));
  std::transform(host->begin(), host->end(), host->begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (!port || *port == "0") return bad(pointer, complaint(CURLUE_BAD_PORT_NUMBER));
  auto whole = part(url.get(), CURLUPART_URL);
  if (!whole) return bad(pointer, complaint(CURLUE_MALFORMED_INPUT));
  out.text = std::move(*whole);
  out.origin = *scheme + "://" + *host + ":" + *port;
  out.host = *host;
  if (out.host.front() == '[') out.host = out.host.substr(1, out.host.size() - 2);
  if (!rules.allow_private && (names_this_machine(out.host) || !is_public_literal(out.host).value_or(true))) {
    return bad(pointer, "must name a host on the internet, not one of a private network");
  }
  return out;
}

}  // namespace ordo::outbound
