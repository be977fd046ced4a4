#include "http/target.h"

#include "base/encoding.h"

namespace ordo::http {
namespace {

constexpr std::size_t kMaxParameters = 64;

}  // namespace

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
