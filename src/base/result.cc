#include "base/result.h"

namespace ordo {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kBusy:
      return "busy";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kFenced:
      return "fenced";
    case ErrorCode::kGap:
      return "gap";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kIo:
      return "io";
  }
  return "unknown";
}

std::string Error::text() const {
  std::string out = reason;
  if (!message.empty()) out += (out.empty() ? "" : ": ") + message;
  for (const auto& violation : violations) {
    out += "; " + (violation.pointer.empty() ? std::string("(whole)") : violation.pointer) + ": " + violation.detail;
  }
  return out;
}

}  // namespace ordo
