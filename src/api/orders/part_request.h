// Shared by the routes that request a part of an order: a refund, a return, a payment. The part has an id, so that a
// repeated request has no further effect.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api_context.h"

namespace ordo::api {

// The id that the client gave; else one made from the Idempotency-Key and the order; else a new one. kInvalid for a bad
// key.
Result<std::string> id_of_part(const Call& call, std::string_view kind, const std::optional<std::string>& given);

// 422: the order has another part of the kind `what` under the id.
http::Response reused_id(const Call& call, std::string_view code, std::string_view what);

// Null if there is none.
template <class Part>
const Part* find_part(const std::vector<Part>& parts, const std::string& id) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.id == id; });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace ordo::api
