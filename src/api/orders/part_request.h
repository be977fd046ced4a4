// Shared by the requests about parts of an order: cancels, refunds, returns, payments, shipments of lost goods, notes,
// changes. A part has an id, so that a repeated request has no further effect. Includes the descriptions: for .cc
// files.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api_context.h"
#include "api/views.h"
#include "domain/order.h"
#include "records/notes.h"

namespace ordo::api {

// The order, with its ETag.
http::Response order_response(int status, const Order& order, const OrderReader& reader);

// The id that the client gave; else one made from the Idempotency-Key and the order; else a new one. kInvalid for a bad
// key.
Result<std::string> id_of_part(const Call& call, std::string_view kind, const std::optional<std::string>& given);

// 422: the order has another part of the kind `what` under the id.
http::Response reused_id(const Call& call, std::string_view code, std::string_view what);

enum class Reason { needed, welcome };

std::vector<Violation> check_part(const std::string& reason, Reason rule, const std::optional<std::string>& id);

constexpr Note kReasonNote{"reason", {}, {}, R"({"minLength":1,"maxLength":512})"};
constexpr Note kIdNote{"id", "a repeated id has no further effect; ordo makes one when absent"};
constexpr std::string_view kLinesRule = R"({"minItems":1,"maxItems":1000})";

// Null if there is none.
template <class Part>
const Part* find_part(const std::vector<Part>& parts, const std::string& id) {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.id == id; });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace ordo::api
