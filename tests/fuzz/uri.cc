// Targets and query strings from clients, and URLs of outside servers.
#include <string>

#include "base/check.h"
#include "base/encoding.h"
#include "base/text.h"
#include "http/target.h"
#include "outbound/address.h"
#include "outbound/url.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using http::QueryString;

void check_percent(std::string_view text) {
  if (const auto decoded = percent_decode(text)) {
    ORDO_CHECK(is_utf8(*decoded) && decoded->size() <= text.size(), text);
    ORDO_CHECK(text.find('\0') != text.npos || decoded->find('\0') == std::string::npos, text);
    std::string encoded;
    append_percent_encoded(*decoded, encoded);
    ORDO_CHECK(text.find('\0') != text.npos || percent_decode(encoded) == decoded, encoded);
  }
  std::string encoded;
  append_percent_encoded(text, encoded);
  ORDO_CHECK(encoded.find_first_of("/?#&=+ <>\"\r\n") == std::string::npos, encoded);
  const bool plain = is_utf8(text) && text.find('\0') == text.npos;
  const auto again = percent_decode(encoded);
  ORDO_CHECK(again.has_value() == plain && (!plain || *again == text), encoded);
}

void check_query(std::string_view text) {
  for (const auto* repeatable : {"", "type"}) {
    const auto query = QueryString::parse(text, repeatable);
    if (!query) continue;
    ORDO_CHECK(query->parameters().size() <= 64, query->parameters().size());
    std::string written;
    for (const auto& [name, value] : query->parameters()) {
      ORDO_CHECK(query->find(name) != nullptr && (name == repeatable || *query->find(name) == value), name);
      if (!written.empty()) written.push_back('&');
      append_percent_encoded(name, written);
      written.push_back('=');
      append_percent_encoded(value, written);
    }
    if (text.find('\0') != text.npos) continue;
    const auto again = QueryString::parse(written, repeatable);
    ORDO_CHECK(again.has_value() && again->parameters() == query->parameters(), written);
  }
}

void check_url(std::string_view text) {
  using outbound::UrlRules;
  for (const auto& rules : {UrlRules{}, UrlRules{true, true, false}, UrlRules{false, false, true}}) {
    const auto url = outbound::parse_url(text, rules);
    if (!url) {
      ORDO_CHECK(url.error().violations.size() == 1, url.error().text());
      continue;
    }
    ORDO_CHECK(url->text.starts_with(url->https ? "https://" : "http://"), url->text);
    ORDO_CHECK(!rules.require_https || url->https, url->text);
    ORDO_CHECK(rules.allow_private || outbound::is_public_literal(url->host).value_or(true), url->text);
    ORDO_CHECK(rules.allow_userinfo || url->origin.find('@') == std::string::npos, url->text);
    ORDO_CHECK(url->text.find('#') == std::string::npos, url->text);
    for (const auto& part : {url->text, url->host, url->origin}) {
      for (const char c : part) ORDO_CHECK(static_cast<unsigned char>(c) > ' ' && c != '\x7f', url->text);
    }
    // A URL that was read reads as the same URL again. So the URL that was checked is the one that is called.
    if (url->text.size() > outbound::kMaxUrlBytes) continue;
    const auto again = outbound::parse_url(url->text, rules);
    ORDO_CHECK(again.has_value(), url->text);
    ORDO_CHECK(again->host == url->host && again->origin == url->origin && again->https == url->https, url->text,
               " and ", again->text);
    ORDO_CHECK(again->text == url->text, url->text, " and ", again->text);
  }
}

}  // namespace

void uri(std::string_view input) {
  check_percent(input);
  check_query(input);
  check_url(input);
}

}  // namespace ordo::fuzz
