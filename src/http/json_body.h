// A request's body as a described type. Pulls the JSON reader in: for .cc files.
#pragma once

#include "http/message.h"
#include "records/json_codec.h"

namespace ordo::http {

// Of what a request gives as its reason, in bytes.
inline constexpr std::size_t kMaxReason = 512;

// kInvalid "malformed_json" (400) or "invalid_fields" (422).
template <class T>
Result<T> read_body(const Request& request) {
  if (request.body.empty()) return fail(ErrorCode::kInvalid, "malformed_json", "the request needs a JSON body");
  return from_json<T>(request.body, Fields::strict);
}

}  // namespace ordo::http
