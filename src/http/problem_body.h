// The members of a problem (RFC 9457) and their descriptions. Include it in .cc files only: it pulls in many headers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "records/schema.h"

namespace ordo {
BOOST_DESCRIBE_STRUCT(Violation, (), (pointer, detail))
constexpr auto notes(NotesOf<Violation>) {
  return std::array{Note{"pointer", "RFC 6901 pointer to the member, empty for the whole", R"("/lines/0/quantity")"},
                    Note{"detail", "the problem, and the expected value"}};
}
}  // namespace ordo

namespace ordo::http {

struct Problem {
  std::string type;
  std::string title;
  std::int64_t status = 500;
  std::string code;
  std::optional<std::string> detail;
  std::optional<std::string> hint;
  std::optional<std::string> trace_id;
  std::optional<std::vector<Violation>> errors;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, code, detail, hint, trace_id, errors))
constexpr auto notes(NotesOf<Problem>) {
  return std::array{Note{"", "An error (RFC 9457)."},
                    Note{"code", "stable, for programs", R"("invalid_fields")"},
                    Note{"detail", "for people"},
                    Note{"hint", "what would work instead"},
                    Note{"trace_id", "the request's id in the server's log"},
                    Note{"errors", "one entry for each wrong member"}};
}

}  // namespace ordo::http
