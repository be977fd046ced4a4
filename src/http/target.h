// Percent-decoding and query strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ordo::http {

// Nothing when an escape is invalid or encodes NUL, or when the result is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

// Escapes all but unreserved characters (RFC 3986 section 2.3).
void append_percent_encoded(std::string_view text, std::string& out);

// kInvalid "bad_query".
tl::unexpected<Error> bad_query(std::string why);
// The same error for a filter without a value. Otherwise a caller who forgot the value would see everyone's data.
tl::unexpected<Error> empty_filter(const std::string& name);

class QueryString {
 public:
  // kInvalid "bad_query" for invalid escapes, a repeated name other than `repeatable`, or more than 64 parameters. A
  // plus sign is a space, as in HTML forms.
  static Result<QueryString> parse(std::string_view text, std::string_view repeatable = {});

  // The value, or null when the parameter is absent.
  const std::string* find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& parameters() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace ordo::http
