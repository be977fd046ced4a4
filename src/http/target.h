// Percent-decoding and query strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ordo::http {

// Nothing when an escape is broken, gives a NUL, or the outcome is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

// Escapes everything but unreserved characters (RFC 3986 section 2.3).
void append_percent_encoded(std::string_view text, std::string& out);

// kInvalid "bad_query".
tl::unexpected<Error> bad_query(std::string why);

class QueryString {
 public:
  // kInvalid "bad_query" for broken escapes, a name other than `repeatable` that comes twice, or more than 64
  // parameters. A plus sign is a space, as forms send it.
  static Result<QueryString> parse(std::string_view text, std::string_view repeatable = {});

  // The value, or null when the parameter is absent.
  const std::string* find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& parameters() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace ordo::http
