#include "http/target.h"

#include "base/text.h"

namespace ordo::http {
namespace {

constexpr std::size_t kMaxParameters = 64;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\0') return std::nullopt;
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

void append_percent_encoded(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
}

tl::unexpected<Error> bad_query(std::string why) {
  return fail(ErrorCode::kInvalid, "bad_query", std::move(why));
}

tl::unexpected<Error> empty_filter(const std::string& name) {
  return bad_query(name + " is empty; leave it out to select everything");
}

Result<QueryString> QueryString::parse(std::string_view text, std::string_view repeatable) {
  QueryString query;
  while (!text.empty()) {
    const auto end = text.find('&');
    std::string pair(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    for (char& c : pair) c = c == '+' ? ' ' : c;
    const auto equals = pair.find('=');
    auto name = percent_decode(std::string_view(pair).substr(0, equals));
    auto value =
        percent_decode(equals == std::string::npos ? std::string_view() : std::string_view(pair).substr(equals + 1));
    if (!name || !value) return bad_query("the query string has a broken %-escape or is not UTF-8");
    if (*name != repeatable && query.find(*name) != nullptr)
      return bad_query("the query parameter " + *name + " is given twice");
    if (query.parameters_.size() == kMaxParameters) return bad_query("the query string has more than 64 parameters");
    query.parameters_.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

const std::string* QueryString::find(std::string_view name) const {
  for (const auto& [known, value] : parameters_) {
    if (known == name) return &value;
  }
  return nullptr;
}

}  // namespace ordo::http
