// /v1/orders: place, read, list. What is asked of an order later stands in order_change_routes.cc.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "domain/money_text.h"
#include "http/api_context.h"
#include "http/json_body.h"
#include "http/list_request.h"
#include "http/order_placement.h"
#include "http/order_request.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/views.h"
#include "process/intake.h"
#include "records/json_codec.h"

namespace ordo::http {
namespace {

struct LineBody {
  ProductId product_id;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(LineBody, (), (product_id, quantity))
constexpr auto notes(NotesOf<LineBody>) {
  return std::array{Note{.member = "quantity", .text = {}, .rules = R"({"minimum":1,"maximum":1000000})"}};
}

struct OrderBody {
  CustomerId customer_id;
  std::vector<LineBody> lines;
  std::optional<std::string> currency;
  std::optional<LocationId> location;
  std::optional<std::string> reference;
  std::optional<std::map<std::string, std::string>> metadata;
  std::optional<std::string> payment_method;  // the gateway's token
  std::optional<Money> expected_total;
  std::optional<Timestamp> placed_at;  // of an order that was placed elsewhere before; absent: now
};
BOOST_DESCRIBE_STRUCT(OrderBody, (),
                      (customer_id, lines, currency, location, reference, metadata, payment_method, expected_total,
                       placed_at))
constexpr auto notes(NotesOf<OrderBody>) {
  return std::array{
      Note{"lines", "the prices are the catalogue's", {}, R"({"minItems":1,"maxItems":1000})"},
      Note{"currency", "the order must be in this currency", R"("USD")"},
      Note{"location", "where the stock is; the server's own by default"},
      Note{"reference", "your own number for the order", {}, R"({"minLength":1,"maxLength":128})"},
      Note{"metadata",
           "keys are 1 to 64 bytes without dots and dollar signs, values at most 512 bytes",
           {},
           R"({"maxProperties":50})"},
      Note{"payment_method",
           "the payment gateway's token for how the customer pays; the simulated gateway knows sim_decline "
           "and others",
           {},
           R"({"minLength":1,"maxLength":128})"},
      Note{"expected_total", "what the customer saw; another total is refused as total_mismatch"},
      Note{"placed_at", "of an order that was taken elsewhere before; now by default"}};
}

constexpr std::size_t kMaxPaymentMethod = 128;
constexpr std::chrono::minutes kClockSkew{5};  // between a client's clock and ours

std::vector<RequestedLine> requested_lines(const OrderBody& body) {
  std::vector<RequestedLine> lines;
  lines.reserve(body.lines.size());
  for (const auto& line : body.lines) lines.push_back({line.product_id, line.quantity});
  return lines;
}

// What is wrong with the fields of a body that could be read.
std::vector<Violation> check_body(const OrderBody& body, const std::vector<RequestedLine>& lines,
                                  const LocationId& location, std::optional<Currency>& currency) {
  static const std::map<std::string, std::string> kNoMetadata;
  auto violations = check_lines(lines, "/lines", "product_id");
  for (auto& violation : check_order_fields(body.customer_id, "/customer_id", location, body.reference,
                                            body.metadata ? *body.metadata : kNoMetadata)) {
    violations.push_back(std::move(violation));
  }
  if (body.currency) {
    const auto parsed = Currency::parse(*body.currency);
    if (parsed) {
      currency = *parsed;
    } else {
      violations.push_back({"/currency", parsed.error().message});
    }
  }
  if (body.payment_method && (body.payment_method->empty() || body.payment_method->size() > kMaxPaymentMethod)) {
    violations.push_back({"/payment_method", "must be 1 to 128 bytes"});
  }
  if (body.placed_at && *body.placed_at > now() + kClockSkew) {
    violations.push_back({"/placed_at", "must not be in the future"});
  }
  return violations;
}

Result<void> check_total(const OrderBody& body, Money total) {
  if (!body.expected_total || *body.expected_total == total) return {};
  return fail(Error{ErrorCode::kInvalid,
                    "total_mismatch",
                    "the prices have changed",
                    {{"/expected_total", "the order comes to " + shown_money(total) + " (" +
                                             std::to_string(total.amount) + " minor units)"}}});
}

// Prices the order and sends it on its way. On an io thread or, after a look for an earlier order, on the pool.
void price_and_place(ApiContext& context, const CallPtr& call, OrderBody body, OrderId id,
                     std::optional<std::string> request_hash) {
  const auto lines = requested_lines(body);
  const LocationId location = body.location.value_or(context.options.location);
  std::optional<Currency> currency;
  if (auto violations = check_body(body, lines, location, currency); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", std::move(violations)});
  }
  auto priced = price_lines(lines, currency, context.ports.prices);
  if (!priced) return call->refuse(priced.error());
  if (const auto agreed = check_total(body, priced->total); !agreed) return call->refuse(agreed.error());

  Placement placement;
  Order& order = placement.order;
  placement.fresh = !request_hash.has_value();
  order.id = std::move(id);
  order.reference = std::move(body.reference);
  order.customer_id = std::move(body.customer_id);
  order.location = location;
  order.lines = std::move(priced->lines);
  order.total = priced->total;
  order.captured.currency = order.refunded.currency = order.total.currency;
  order.payment_method = std::move(body.payment_method);
  order.updated_at = now();
  order.placed_at = body.placed_at.value_or(order.updated_at);
  if (body.metadata) order.metadata = std::move(*body.metadata);
  order.request_hash = std::move(request_hash);
  placement.wait = preferred_wait(call->request);
  placement.render = created_pending;
  place(context, call, std::move(placement));
}

void refuse_reused_key(const CallPtr& call) {
  call->refuse(422, "idempotency_key_reused", "another request was made with this Idempotency-Key",
               "use a new key for a new order, and the same body for a retry");
}

// A retry finds the order made before; the first request with a key finds nothing and places it.
void place_once(ApiContext& context, const CallPtr& call, OrderBody body, const std::string& key) {
  const OrderId id(uuid_v5("idempotency", key));
  const std::string hash = uuid_v5("request", to_json(body));
  const auto earlier = context.accepted.find(id.str());
  if (earlier && earlier->request_hash != hash) return refuse_reused_key(call);
  context.on_pool(call, [&context, body = std::move(body), id, hash](const CallPtr& under_way) {
    // With the database away orders are still taken: a copy under the same id is dropped where orders are made.
    if (context.documents_away.worth_asking()) {
      const auto found = context.ports.documents.get(Collection::orders, id.str());
      const bool away = !found && found.error().code == ErrorCode::kUnavailable;
      context.documents_away.note(away);
      if (!found && !away) return under_way->refuse(found.error());
      if (found && *found) {
        const auto& order = std::get<Order>(**found);
        if (order.request_hash != hash) return refuse_reused_key(under_way);
        return under_way->answer(created_order(order));
      }
    }
    // Only without a document: another process may have taken a copy, and it is the document that has the number.
    const auto accepted = context.accepted.find_durable(id.str());
    if (accepted && accepted->request_hash == hash && !preferred_wait(under_way->request)) {
      return under_way->answer(created_pending(*accepted));
    }
    price_and_place(context, under_way, body, id, hash);
  });
}

void post_order(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<OrderBody>(call->request);
  if (!body) return call->refuse(body.error());
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  if (*key) return place_once(context, call, std::move(*body), **key);
  price_and_place(context, call, std::move(*body), OrderId(uuid_v7(now())), std::nullopt);
}

void get_order(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::orders, id);
    if (found && *found) {
      const auto& order = std::get<Order>(**found);
      return answer_read(call, etag_of(order.rev), order_view(order));
    }
    if (const auto accepted = context.accepted.find_durable(id)) return answer_read(call, etag_of(0), accepted->body);
    if (!found) return call->refuse(found.error());
    refuse_unknown_order(call);
  });
}

void get_history(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::orders, id);
    if (found && *found) {
      const auto& order = std::get<Order>(**found);
      return answer_read(call, etag_of(order.rev), history_view(order));
    }
    if (context.accepted.find_durable(id)) return answer_read(call, etag_of(0), "{\"data\":[]}");
    if (!found) return call->refuse(found.error());
    refuse_unknown_order(call);
  });
}

void list_orders(ApiContext& context, Request request, Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::orders,
              [](const Document& document) { return order_view(std::get<Order>(document)); });
}

}  // namespace

void add_order_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(
      Method::kPost, "/v1/orders", bind(post_order),
      {.tag = "Orders",
       .summary = "Place an order",
       .text = "Answers once the order is durable; stock, payment and dispatch follow by themselves. With Prefer: "
               "wait=N it waits for the order to be confirmed or to have ended.",
       .parameters = {idempotency_key_parameter(), prefer_wait_parameter()},
       .body = {schema_of<OrderBody>, R"({"customer_id":"ann","lines":[{"product_id":"mug-red","quantity":2}]})"},
       .answers =
           {{201, "The order, pending or as far as it got while waiting.", order_schema, kJson, {"Location", "ETag"}}},
       .problems = {{422,
                     "invalid_fields, unknown_product, total_mismatch, currency_mismatch, amount_overflow, "
                     "idempotency_key_reused"}}});
  router.add(Method::kGet, "/v1/orders", bind(list_orders),
             {.tag = "Orders",
              .summary = "List orders",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::orders),
              .answers = {{200, "A page.", page_schema<order_schema>, kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(Method::kGet, "/v1/orders/{id}", bind(get_order),
             {.tag = "Orders",
              .summary = "Read an order",
              .text = "The process that accepted the order answers at once, before it is processed.",
              .parameters = {if_none_match_parameter()},
              .answers = {{200, "The order.", order_schema, kJson, {"ETag"}}, {304, "Nothing has changed."}},
              .problems = {{404, "unknown_order"}}});
  router.add(
      Method::kGet, "/v1/orders/{id}/history", bind(get_history),
      {.tag = "Orders",
       .summary = "Read what happened to an order",
       .parameters = {if_none_match_parameter()},
       .answers = {{200, "The entries, oldest first.", history_schema, kJson, {"ETag"}}, {304, "Nothing has changed."}},
       .problems = {{404, "unknown_order"}}});
}

}  // namespace ordo::http
