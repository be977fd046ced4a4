// ordo's only error type, and the result type that carries it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace ordo {

// The kind of error, which decides the caller's reaction. Adapters map their library's codes to one of these. HTTP maps
// them to a status, the command line to an exit code.
enum class ErrorCode {
  kInvalid,      // the input can never be accepted in this form
  kNotFound,     // it does not exist
  kConflict,     // valid input, but the current state does not allow it
  kBusy,         // a bounded queue is full; try again later
  kUnavailable,  // a broker, database or peer is not available; try again later
  kFenced,       // another process owns what this process thought it owned
  kGap,          // a record is missing before this one; going on would lose data
  kCorrupt,      // stored data contradicts itself
  kIo,           // the disk or the operating system failed; do not retry
};

std::string_view to_string(ErrorCode code);

// One error in one field of the input.
struct Violation {
  std::string pointer;  // RFC 6901 JSON pointer to the field, empty for the whole input
  std::string detail;   // the problem and the expected value, as a sentence without a full stop
};

// The most violations of one input.
inline constexpr std::size_t kMaxViolations = 20;

struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string reason;                 // stable, snake_case, for programs: "out_of_stock"
  std::string message;                // for people
  std::vector<Violation> violations;  // for kInvalid, field by field; at most kMaxViolations

  // "reason: message; /pointer: detail; ...", for logs and terminals.
  std::string text() const;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string reason, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(reason), std::move(message), {}});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace ordo
