// POST /v1/orders/{id}/tags: changes the tags of an order.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/content_permissions.h"
#include "api/json_body.h"
#include "api/orders/order_actions.h"
#include "api/orders/order_request.h"
#include "api/orders/part_request.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

struct TagsBody : ChangedTags {};
BOOST_DESCRIBE_STRUCT(TagsBody, (ChangedTags), ())

// The order, once its tags are as the change makes them. The history of the tags does not matter: they are a set.
std::optional<http::Response> settled_tags(const Call& call, const Order& order, const ChangedTags& change) {
  if (changed_tags(order.tags, change) != order.tags.value_or(std::vector<std::string>())) return std::nullopt;
  return order_response(200, order, reader_of(call.request));
}

}  // namespace

void change_tags(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<TagsBody>(call->request);
  if (!body) return call->refuse(body.error());
  std::vector<Violation> violations;
  check_tags(*body, TextRule::enforced, violations);
  if (!violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the change has wrong fields", std::move(violations)});
  }
  const auto id = id_of_part(*call, "tags", std::nullopt);
  if (!id) return call->refuse(id.error());
  TagsChangeRequested message{{changed_tags_of(*body)}, OrderId(call->request.path_parameters[0]), *id};
  OrderRequest asked;
  asked.command = order_command::ChangeTags{*id, changed_tags_of(message)};
  asked.type = kTypeOf<TagsChangeRequested>;
  asked.value = encode(message);
  asked.settled = [change = changed_tags_of(message)](const Call& asking, const Order& order) {
    return settled_tags(asking, order, change);
  };
  asked.pending = [id = *id](const Order*) { return pending_change(id); };
  ask_order(context, call, std::move(asked));
}

void add_tag_routes(http::Router& router, ApiContext& context) {
  router.add(http::Method::kPost, "/v1/orders/{id}/tags", bind_to(context)(change_tags),
             {.tag = "Orders",
              .operation = "changeTags",
              .summary = "Change the tags of an order",
              .text = "Adds and removes tags: the shop's own words for finding orders. At any time, also for orders of "
                      "the past. A tag that is there already, or not there, is no error. An order has at most 50 tags.",
              .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
              .body = {schema_of<TagsBody>, R"({"add":["gift"],"remove":["rush"]})"},
              .answers = {{200, "The order with its tags.", order_schema, http::kJson, {"ETag"}},
                          {202, "Not decided yet.", pending_change_schema}},
              .problems = {{404, "unknown_order"}, {409, "too_many_tags"}, {422, "invalid_fields"}}});
}

}  // namespace ordo::api
