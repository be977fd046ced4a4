// Reads a request's body as a described type. Includes the JSON reader, so include it only in .cc files.
#pragma once

#include "http/message.h"
#include "records/json_codec.h"

namespace ordo::api {

// Longest reason in a request, in bytes.
inline constexpr std::size_t kMaxReason = 512;

// kInvalid "malformed_json" (400) or "invalid_fields" (422).
template <class T>
Result<T> read_body(const http::Request& request) {
  if (request.body.empty()) return fail(ErrorCode::kInvalid, "malformed_json", "the request needs a JSON body");
  return from_json<T>(request.body, Fields::strict);
}

}  // namespace ordo::api
