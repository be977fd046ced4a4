// Query strings.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ordo::http {

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
