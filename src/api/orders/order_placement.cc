#include "api/orders/order_placement.h"

#include "api/content_permissions.h"
#include "api/views.h"
#include "base/check.h"
#include "http/problem.h"
#include "processors/intake.h"
#include "records/derived_size.h"
#include "records/json_text.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxProductName = 200;
// The beginning of an order's view, around its id.
constexpr std::string_view kBeforeId = R"({"id":")";
constexpr std::string_view kBeforeNumber = R"(","number":")";

NewOrder to_message(const Placement& placement) {
  const Order& order = placement.order;
  NewOrder message;
  message.orderId = order.id;
  message.userId = order.customer_id;
  message.products.reserve(order.lines.size());
  for (const auto& line : order.lines) {
    NewOrderLine& product = message.products.emplace_back();
    details_of(product) = line;
    product.id.reset();  // its place
    product.productId = line.product_id;
    product.quantity = line.quantity;
    if (!line.unit_price) continue;
    product.name = line.name;
    product.unitPrice = line.unit_price;
    if (order.totals) product.total = line.total;
  }
  message.totalAmount = placement.claimed_total ? placement.claimed_total : Decimal{format_decimal(order.total)};
  if (order.total.currency != Currency()) message.currency = order.total.currency.code();
  message.location = order.location;
  terms_of(message) = order;
  figures_of(message) = order;
  message.placedAt = order.placed_at;
  message.requestHash = order.request_hash;
  if (placement.fresh) message.fresh = true;
  return message;
}

// kInvalid "record_too_large" for an order with records that do not fit into the log. The client learns it now, not
// from a dead letter later.
Result<void> check_sizes(const ApiContext& context, const Placement& placement) {
  const Order& order = placement.order;
  OrderCreated created;
  created.order_id = order.id;
  terms_of(created) = order;
  figures_of(created) = order;
  created.customer_id = order.customer_id;
  created.location = order.location;
  created.lines.reserve(order.lines.size());
  for (const auto& line : order.lines) {
    PricedLine& made = created.lines.emplace_back();
    details_of(made) = line;
    made.product_id = line.product_id;
    made.name = line.name;
    made.quantity = line.quantity;
    made.unit_price = line.unit_price;
    made.total = line.total;
    if (!line.unit_price) created.lines.back().name.assign(kMaxProductName, 'x');  // intake may find the product
  }
  created.total = order.total;
  created.placed_at = order.placed_at;
  created.request_hash = order.request_hash;
  created.claimed_total = placement.claimed_total;
  return check_derived_sizes(created, context.options.limits, context.options.topology, "/lines");
}

// The number follows from the record's position in the log. It is inserted into the body that was prepared beforehand.
void make_durable(AcceptedOrder& accepted, const ApiContext& context, const LogPosition& position) {
  const auto& epochs = context.options.epochs;
  const std::int64_t epoch = epochs.empty() ? 0 : epochs.at(static_cast<std::size_t>(position.at.partition));
  accepted.number = processors::order_number(context.options.topology, epoch, position.at.partition, position.offset);
  const auto at = kBeforeId.size() + accepted.id.size() + kBeforeNumber.size();
  ORDO_CHECK(std::string_view(accepted.body).substr(0, at).ends_with(kBeforeNumber), accepted.id);
  accepted.body.insert(at, accepted.number);
  accepted.durable.store(true, std::memory_order_release);
}

void answer_when_decided(ApiContext& context, const CallPtr& call, const std::shared_ptr<AcceptedOrder>& accepted,
                         std::chrono::milliseconds wait,
                         http::Response (*render)(const AcceptedOrder&, PaymentTokens)) {
  context.poll(wait, {Collection::orders, accepted->id}, [&context, call, accepted, render](bool last) {
    const auto found = context.ports.documents.get(Collection::orders, accepted->id);
    const Order* order = found && *found ? std::get_if<Order>(&**found) : nullptr;
    const auto reader = reader_of(call->request);
    if (order != nullptr && (is_decided(*order) || last)) {
      http::Response response = created_order(*order, reader);
      if (is_decided(*order)) response.add_header("Preference-Applied", "wait");
      call->answer(std::move(response));
      return true;
    }
    if (last) call->answer(render(*accepted, reader.tokens));
    return last;
  });
}

}  // namespace

bool is_decided(const Order& order) {
  return order.status != OrderStatus::pending && order.status != OrderStatus::reserved;
}

http::Response created_order(const Order& order, const OrderReader& reader) {
  http::Response response = json_response(201, order_view(order, reader));
  response.add_header("Location", "/v1/orders/" + order.id.str());
  response.add_header("ETag", etag_of(order.rev));
  return response;
}

std::string accepted_view(const AcceptedOrder& accepted, PaymentTokens tokens) {
  if (tokens == PaymentTokens::kLeftOut || !accepted.payment_method) return accepted.body;
  return JsonObject(accepted.body).add_string("payment_method", *accepted.payment_method).text();
}

http::Response created_pending(const AcceptedOrder& accepted, PaymentTokens tokens) {
  http::Response response = json_response(201, accepted_view(accepted, tokens));
  response.fields.reserve(128);
  response.add_header("Location", "/v1/orders/" + accepted.id);
  response.add_header("ETag", etag_of(0));
  return response;
}

void place(ApiContext& context, const CallPtr& call, const Placement& placement) {
  if (context.options.limits != RecordLimits()) {
    // guard: http-order-sizes
    if (auto fits = check_sizes(context, placement); !fits) return call->refuse(fits.error());
  }
  const auto accepted = std::make_shared<AcceptedOrder>();
  accepted->id = placement.order.id.str();
  accepted->request_hash = placement.order.request_hash.value_or(std::string());
  accepted->customer_id = placement.order.customer_id.str();
  accepted->payment_method = placement.order.payment_method;
  accepted->body = order_view(placement.order, OrderReader());
  accepted->body.reserve(accepted->body.size() + 24);  // for the number
  context.accepted.add(accepted);

  Outgoing outgoing;
  outgoing.topic = Topic::order_created;
  outgoing.key = accepted->id;
  outgoing.type = kTypeOf<NewOrder>;
  outgoing.value = encode(to_message(placement));
  outgoing.subject = accepted->id;
  outgoing.id = accepted->id;  // a retry with the same key has the same event id
  context.append(*call, std::move(outgoing),
                 [&context, call, accepted, wait = placement.wait,
                  render = placement.render](const Result<LogPosition>& position) {
                   // guard: http-ack-after-durable
                   if (!position) {
                     context.accepted.remove(accepted);
                     return call->refuse(position.error());
                   }
                   make_durable(*accepted, context, *position);
                   context.orders_accepted.fetch_add(1, std::memory_order_relaxed);
                   if (wait && wait->count() > 0) return answer_when_decided(context, call, accepted, *wait, render);
                   call->answer(render(*accepted, shown_tokens(call->request)));
                 });
}

}  // namespace ordo::api
