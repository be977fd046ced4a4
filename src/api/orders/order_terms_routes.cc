// PATCH /v1/orders/{id}: changes of the address and the contact, until the shipment is requested.
#include <optional>
#include <string>
#include <vector>

#include "api/content_permissions.h"
#include "api/document_change.h"
#include "api/header_values.h"
#include "api/json_body.h"
#include "api/orders/order_request.h"
#include "api/orders/part_request.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

struct OrderPatchBody : ChangedTerms {
  std::optional<std::string> id;
};
BOOST_DESCRIBE_STRUCT(OrderPatchBody, (ChangedTerms), (id))
constexpr auto notes(NotesOf<OrderPatchBody>) {
  return std::array{kIdNote};
}

std::vector<Violation> check_patch(const OrderPatchBody& body) {
  std::vector<Violation> found;
  if (changed_terms_of(body) == ChangedTerms()) {
    found.push_back({"/shipping_address", "or contact or billing_address is required: nothing changes"});
  }
  check_rules(body, TextRule::enforced, found);
  if (body.id) {
    if (const auto problem = id_problem(*body.id); !problem.empty()) found.push_back({"/id", std::string(problem)});
  }
  return found;
}

// The order, once it has the change. The newest change of an order can be compared with what the order says now.
std::optional<http::Response> settled_change(const Call& call, const Order& order, const OrderChangeRequested& asked) {
  const auto* change = order.changes ? find_part(*order.changes, asked.change_id) : nullptr;
  if (change == nullptr) return std::nullopt;
  bool same = true;
  for_each_change(order, changed_terms_of(asked),
                  [&same](const char*, const auto& present, const auto& wanted) { same = same && present == wanted; });
  const bool newest = change == &order.changes->back();
  if (newest && !same && !order.redacted_at) return reused_id(call, "change_id_reused", "change");
  return order_response(200, order, reader_of(call.request));
}

void patch_order(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<OrderPatchBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_patch(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the change has wrong fields", std::move(violations)});
  }
  const auto expected = expected_revision(call->request);
  if (!expected) return call->refuse(expected.error());
  const auto id = id_of_part(*call, "change", body->id);
  if (!id) return call->refuse(id.error());
  OrderChangeRequested message{{changed_terms_of(*body)}, OrderId(call->request.path_parameters[0]), *id, *expected};
  OrderRequest asked;
  asked.command = order_command::ChangeTerms{*id, changed_terms_of(message), message.expected_rev};
  asked.type = kTypeOf<OrderChangeRequested>;
  asked.value = encode(message);
  asked.settled = [message](const Call& asking, const Order& order) { return settled_change(asking, order, message); };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

}  // namespace

void add_order_terms_routes(http::Router& router, ApiContext& context) {
  router.add(
      http::Method::kPatch, "/v1/orders/{id}", bind_to(context)(patch_order),
      {.tag = "Orders",
       .operation = "changeOrder",
       .summary = "Change the address or the contact of an order",
       .text = "Possible until the shipment is requested. An address or a contact is replaced as a whole; members that "
               "are absent stay. If the order has tax or a shipping method, its shipping address keeps its country and "
               "region: otherwise 409 price_would_change.",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<OrderPatchBody>, R"({"contact":{"email":"ann.lee@example.com"}})"},
       .answers = {{200, "The changed order.", order_schema, http::kJson, {"ETag"}},
                   {202, "Not decided yet.", pending_change_schema}},
       .problems = {{404, "unknown_order"},
                    {409, "illegal_transition, price_would_change, too_many_changes"},
                    {412, "stale_revision"},
                    {422, "invalid_fields, change_id_reused"}}});
}

}  // namespace ordo::api
