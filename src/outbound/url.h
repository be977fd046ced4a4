// URLs of external servers. libcurl both parses and calls them, so both steps use the same parser.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo::outbound {

inline constexpr std::size_t kMaxUrlBytes = 2'048;

struct Url {
  std::string text;    // the whole URL, normalised, without a fragment; may hold secrets: never log it
  std::string host;    // lower-case; IPv6 without brackets
  std::string origin;  // "https://host:port": for logs, errors and limits; holds no secret
  bool https = false;
};

// Requirements for a URL, in addition to http or https and a host.
struct UrlRules {
  bool allow_userinfo = false;  // https://user:password@host/
  bool allow_private = true;    // addresses of private networks, written as such; names are checked at the call
  bool require_https = false;
};

// kInvalid "bad_url" with one violation at `pointer`. It names the problem without repeating the URL. Any thread.
Result<Url> parse_url(std::string_view text, const UrlRules& rules = {}, std::string_view pointer = "/url");

}  // namespace ordo::outbound
