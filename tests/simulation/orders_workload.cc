// Orders and what people want of them.
#include "process/intake.h"
#include "records/dead_letter.h"
#include "world.h"

namespace ordo::simulation {
namespace {

constexpr std::string_view kMethods[] = {"card",     "sim_decline", "sim_two_step",     "sim_flaky", "sim_timeout",
                                         "sim_late", "sim_twice",   "sim_refund_fails", "sim_silent"};

}  // namespace

// Named by its clock, as a UUIDv7 is.
void Workload::begin_instance(Instance& instance) {
  auto number = std::to_string(to_unix_ms(world_.now()));
  instance = {"/ordo/api/" + number + "-" + std::to_string(++numbers_), 0, {}};
}

NewOrder Workload::new_order(bool keyed) {
  auto& choices = world_.choices;
  NewOrder order;
  const auto id = fresh_id("o");
  order.orderId = OrderId(id);
  order.userId = any_customer();
  order.placedAt = world_.now();
  order.location = any_location();
  const auto lines = 1 + choices.pick(4);
  for (std::int64_t i = 0; i < lines; ++i) {
    // The last one is of a product that nobody knows.
    const auto product = choices.chance(20) ? ProductId("nothing") : any_product();
    order.products.push_back({product, 1 + choices.pick(largest_), {}, {}});
  }
  order.paymentMethod = std::string(kMethods[0]);
  if (choices.chance(world_.faults.rate(Fault::gateway))) {
    order.paymentMethod = std::string(kMethods[static_cast<std::size_t>(choices.pick(std::size(kMethods)))]);
  }
  if (keyed) {
    order.requestHash = "h" + id;
  } else {
    order.fresh = true;
  }
  return order;
}

void Workload::place_order() {
  const bool keyed = world_.choices.chance(400);
  const auto order = new_order(keyed);
  const auto instance = static_cast<std::size_t>(world_.choices.pick(std::ssize(instances_)));
  if (world_.happens(Fault::api_dies)) {
    world_.trace.say("an API process dies, unsent: ", instances_[instance].unsent.size());
    begin_instance(instances_[instance]);
  }
  world_.trace.say("an order ", order.orderId->str(), " of ", order.userId.str(), keyed ? " with a key, " : ", ",
                   order.paymentMethod->c_str());
  known_.push_back(order.orderId->str());
  post(order, instance);
  // No answer in time: the client tries again under its key, through another process.
  if (keyed && world_.choices.chance(300)) unanswered_.push_back(order);
}

void Workload::post(const NewOrder& order, std::size_t at) {
  Instance& instance = instances_[at];
  Record record;
  record.key = order.orderId->str();
  record.at = {Topic::order_created, world_.topology.partition_of(Topic::order_created, record.key), false};
  record.envelope.type = type::kOrderPlaced;
  record.envelope.source = instance.source;
  record.envelope.sequence = ++instance.sequence;
  record.envelope.time = *order.placedAt;
  record.value = encode(order);
  asked_.insert(record.key);
  if (world_.broker_is_away()) {
    // 503: whether the record gets into the log later is not known.
    world_.faults.count(Sight::orders_refused);
    if (world_.choices.chance(500) && instance.unsent.size() < 16) instance.unsent.push_back(std::move(record));
    if (order.requestHash) unanswered_.push_back(order);
    return;
  }
  flush(instance);
  acknowledged_.insert(record.key);
  world_.broker.append(std::move(record));
}

void Workload::flush(Instance& instance) {
  for (auto& record : instance.unsent) world_.broker.append(std::move(record));
  instance.unsent.clear();
}

void Workload::flush() {
  for (auto& instance : instances_) flush(instance);
}

void Workload::restart_api() {
  for (auto& instance : instances_) begin_instance(instance);
}

void Workload::retry_order() {
  if (unanswered_.empty()) return place_order();
  const auto at = unanswered_.begin() + world_.choices.pick(std::ssize(unanswered_));
  const NewOrder order = *at;
  unanswered_.erase(at);
  world_.faults.count(Sight::orders_retried);
  world_.trace.say("the order ", order.orderId->str(), " again, under its key");
  post(order, static_cast<std::size_t>(world_.choices.pick(std::ssize(instances_))));
}

// What a producer writes that knows the seed's JSON and nothing else: the order gets its id from its place in the log.
void Workload::foreign_order() {
  if (world_.broker_is_away()) return;
  NewOrder order = new_order(false);
  const bool named = world_.choices.chance(300);
  if (!named) order.orderId.reset();
  order.fresh.reset();
  order.placedAt.reset();
  order.totalAmount = Decimal{"1.00"};
  Record record;
  record.key = named ? order.orderId->str() : std::string();
  record.at = {Topic::order_created, static_cast<int>(world_.choices.pick(world_.partitions_of(ProcessorKind::intake))),
               false};
  record.value = encode(order);
  const auto position = world_.broker.append(record);
  record.offset = position.offset;
  const Owner owner{ProcessorKind::intake, record.at.partition};
  const auto id = named ? *order.orderId : order_id_from_place(owner, world_.epoch_of(owner), record);
  world_.trace.say("a foreign order ", id.str());
  known_.push_back(id.str());
  acknowledged_.insert(id.str());
  asked_.insert(id.str());
}

// Another order under an id that is in use: refused by orders.
void Workload::conflicting_order() {
  const auto id = any_order();
  if (world_.database.find(Collection::orders, id) == nullptr) return;
  NewOrder order = new_order(true);
  order.orderId = OrderId(id);
  send(Topic::order_created, id, type::kOrderPlaced, encode(order));
}

std::string Workload::any_order(bool shipped) {
  if (known_.empty()) return "nobody";
  std::string id;
  for (int i = 0; i < (shipped ? 5 : 1); ++i) {  // mostly one that somebody has got something of
    id = known_[static_cast<std::size_t>(world_.choices.pick(std::ssize(known_)))];
    const auto* order = world_.database.find_as<Order>(Collection::orders, id);
    if (order != nullptr && !order->parcels.empty()) break;
  }
  return id;
}

void Workload::cancel() {
  const auto id = any_order();
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  if (order != nullptr && (order->status == OrderStatus::reserved || order->status == OrderStatus::confirmed)) {
    world_.faults.count(Sight::races);
  }
  world_.trace.say("somebody cancels ", id);
  send(Topic::order_events, id, type::kCancelRequested, encode(CancelRequested{OrderId(id), "simulated"}));
}

void Workload::refund() {
  const auto id = any_order(true);
  RefundRequested refund{OrderId(id), fresh_id("q"), std::nullopt, "simulated"};
  if (world_.choices.chance(800)) refund.amount = Money{1 + world_.choices.pick(300), *Currency::parse("USD")};
  world_.trace.say("somebody wants money back of ", id);
  send(Topic::order_events, id, type::kRefundRequested, encode(refund));
}

void Workload::give_back() {
  const auto id = any_order(true);
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  if (order == nullptr) return;
  ReturnRequested back{OrderId(id), fresh_id("q"), {}, world_.choices.chance(700), world_.choices.chance(700),
                       "simulated"};
  for (const auto& line : order->lines) {
    if (world_.choices.chance(600)) back.lines.push_back({line.product_id, 1 + world_.choices.pick(line.quantity)});
  }
  world_.trace.say("somebody sends goods of ", id, " back");
  send(Topic::order_events, id, type::kReturnRequested, encode(back));
}

void Workload::redact() {
  const auto id = any_order(true);
  world_.trace.say("the retention of ", id, " is over");
  send(Topic::order_events, id, type::kRetentionElapsed, encode(RetentionElapsed{OrderId(id)}));
}

}  // namespace ordo::simulation
