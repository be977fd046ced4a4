// URLs of other people's servers, read by the same parser that later calls them: libcurl's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ordo::outbound {

inline constexpr std::size_t kMaxUrlBytes = 2'048;

struct Url {
  std::string text;    // the whole, normalised, without a fragment; may hold secrets: never logged
  std::string host;    // lower-case; IPv6 without brackets
  std::string origin;  // "https://host:port": for logs, errors and limits; holds no secret
  bool https = false;
};

// What is asked of a URL beyond http or https and a host.
struct UrlRules {
  bool allow_userinfo = false;  // https://user:password@host/
  bool allow_private = true;  // addresses of one's own network, written as such; names are judged when they are called
  bool require_https = false;
};

// kInvalid "bad_url" with one violation at `pointer`, which says what is wrong without repeating the URL. Any thread.
Result<Url> parse_url(std::string_view text, const UrlRules& rules = {}, std::string_view pointer = "/url");

}  // namespace ordo::outbound
