#include "http/order_placement.h"

#include "http/problem.h"
#include "http/views.h"
#include "process/intake.h"

namespace ordo::http {
namespace {

constexpr std::string_view kNumberMember = "\"number\":\"";

NewOrder to_message(const Placement& placement) {
  const Order& order = placement.order;
  NewOrder message;
  message.orderId = order.id;
  message.userId = order.customer_id;
  message.products.reserve(order.lines.size());
  for (const auto& line : order.lines) {
    NewOrderLine& product = message.products.emplace_back();
    product.productId = line.product_id;
    product.quantity = line.quantity;
    if (!line.unit_price) continue;
    product.name = line.name;
    product.unitPrice = line.unit_price;
  }
  message.totalAmount = placement.claimed_total ? placement.claimed_total : Decimal{format_decimal(order.total)};
  if (order.total.currency != Currency()) message.currency = order.total.currency.code();
  message.location = order.location;
  message.reference = order.reference;
  if (!order.metadata.empty()) message.metadata = order.metadata;
  message.placedAt = order.placed_at;
  message.requestHash = order.request_hash;
  message.paymentMethod = order.payment_method;
  if (placement.fresh) message.fresh = true;
  return message;
}

// The number follows from where the record came to lie. It is written into the body that was made beforehand.
void make_durable(AcceptedOrder& accepted, const ApiContext& context, const LogPosition& position) {
  const auto& epochs = context.options.epochs;
  const std::int64_t epoch = epochs.empty() ? 0 : epochs.at(static_cast<std::size_t>(position.at.partition));
  accepted.number = order_number(context.options.topology, epoch, position.at.partition, position.offset);
  const auto at = accepted.body.find(kNumberMember);
  accepted.body.insert(at + kNumberMember.size(), accepted.number);
  accepted.durable.store(true, std::memory_order_release);
}

void answer_when_decided(ApiContext& context, const CallPtr& call, const std::shared_ptr<AcceptedOrder>& accepted,
                         std::chrono::milliseconds wait, Response (*render)(const AcceptedOrder&)) {
  context.poll(wait, [&context, call, accepted, render](bool last) {
    const auto found = context.ports.documents.get(Collection::orders, accepted->id);
    const Order* order = found && *found ? std::get_if<Order>(&**found) : nullptr;
    if (order != nullptr && (is_decided(*order) || last)) {
      Response response = created_order(*order);
      if (is_decided(*order)) response.add_header("Preference-Applied", "wait");
      call->answer(std::move(response));
      return true;
    }
    if (last) call->answer(render(*accepted));
    return last;
  });
}

}  // namespace

bool is_decided(const Order& order) {
  return order.status != OrderStatus::pending && order.status != OrderStatus::reserved;
}

Response created_order(const Order& order) {
  Response response = json_response(201, order_view(order));
  response.add_header("Location", "/v1/orders/" + order.id.str());
  response.add_header("ETag", etag_of(order.rev));
  return response;
}

Response created_pending(const AcceptedOrder& accepted) {
  Response response = json_response(201, accepted.body);
  response.fields.reserve(128);
  response.add_header("Location", "/v1/orders/" + accepted.id);
  response.add_header("ETag", etag_of(0));
  return response;
}

void place(ApiContext& context, const CallPtr& call, Placement placement) {
  const auto accepted = std::make_shared<AcceptedOrder>();
  accepted->id = placement.order.id.str();
  accepted->request_hash = placement.order.request_hash.value_or(std::string());
  accepted->body = order_view(placement.order);
  accepted->body.reserve(accepted->body.size() + 24);  // for the number
  context.accepted.add(accepted);

  Outgoing outgoing;
  outgoing.topic = Topic::order_created;
  outgoing.key = accepted->id;
  outgoing.type = type::kOrderPlaced;
  outgoing.value = encode(to_message(placement));
  outgoing.subject = accepted->id;
  outgoing.id = accepted->id;  // a retry with the same key is the same event
  context.append(*call, std::move(outgoing),
                 [&context, call, accepted, wait = placement.wait,
                  render = std::move(placement.render)](const Result<LogPosition>& position) {
                   if (!position) {
                     context.accepted.remove(accepted);
                     return call->refuse(position.error());
                   }
                   make_durable(*accepted, context, *position);
                   context.orders_accepted.fetch_add(1, std::memory_order_relaxed);
                   if (wait && wait->count() > 0) return answer_when_decided(context, call, accepted, *wait, render);
                   call->answer(render(*accepted));
                 });
}

}  // namespace ordo::http
