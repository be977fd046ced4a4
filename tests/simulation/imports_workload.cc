// Imports of orders of the past: new ones, the same again, other content with and without a replacement.
#include "world.h"

namespace ordo::simulation {
namespace {

const std::string kSource = "old-shop";

ImportedLine line_of(ProductId product, std::size_t index, std::int64_t quantity, Money price) {
  ImportedLine line;
  line.id = place_id(index);
  line.product_id = std::move(product);
  line.name = "Product of the past";
  line.quantity = quantity;
  line.unit_price = price;
  line.total = {price.amount * quantity, price.currency};
  return line;
}

bool is_sent(OrderStatus status) {
  return status == OrderStatus::fulfilled || status == OrderStatus::completed;
}

}  // namespace

OrderImported Workload::past_order(const std::string& number) {
  auto& choices = world_.choices;
  constexpr OrderStatus kStatuses[] = {OrderStatus::completed, OrderStatus::fulfilled, OrderStatus::confirmed,
                                       OrderStatus::cancelled, OrderStatus::pending,   OrderStatus::rejected};
  OrderImported past;
  past.source = kSource;
  past.number = number;
  past.order_id = imported_order_id(kSource, number);
  past.customer_id = any_customer();
  past.location = any_location();
  past.status = kStatuses[static_cast<std::size_t>(choices.pick(std::size(kStatuses)))];
  past.placed_at = from_unix_ms(1'600'000'000'000 + choices.pick(1'000));
  past.total.currency = world_.rules.currency;
  past.customer_note = "ring";
  const auto lines = 1 + choices.pick(3);
  for (std::int64_t i = 0; i < lines; ++i) {
    const auto quantity = 1 + choices.pick(largest_);
    auto line =
        line_of(any_product(), static_cast<std::size_t>(i), quantity, {100 + choices.pick(50), past.total.currency});
    if (choices.chance(200)) line.cancelled = choices.pick(quantity + 1);
    const auto sent = quantity - line.cancelled.value_or(0);
    if (is_sent(past.status) && choices.chance(200)) line.returned = choices.pick(sent + 1);
    past.total.amount += line.total.amount;
    past.lines.push_back(std::move(line));
  }
  const Money none{0, past.total.currency};
  past.captured = is_sent(past.status) || choices.chance(500) ? past.total : none;
  past.refunded = none;
  if (choices.chance(300)) past.refunded->amount = choices.pick(past.captured->amount + 1);
  if (choices.chance(500)) past.replace = true;
  return past;
}

void Workload::import_order() {
  if (world_.broker_is_away()) return;
  const bool again = !imported_.empty() && world_.choices.chance(400);
  const auto number =
      again ? "#" + std::to_string(1 + world_.choices.pick(imports_)) : "#" + std::to_string(++imports_);
  const auto past = past_order(number);
  const auto& id = past.order_id.str();
  world_.faults.count(Sight::orders_imported);
  world_.trace.say("an order of the past is imported: ", number.c_str(), again ? ", again" : "");
  imported_[id].emplace(past.captured->amount, past.refunded->amount);
  acknowledged_.insert(id);
  if (asked_.insert(id).second) known_.push_back(id);
  const auto value = encode(past);
  send(Topic::order_events, id, kTypeOf<OrderImported>, value);
  // The client got no answer.
  if (world_.choices.chance(200)) send(Topic::order_events, id, kTypeOf<OrderImported>, value);
}

}  // namespace ordo::simulation
