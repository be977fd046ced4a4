// Orders, and the requests of customers.
#include "processors/intake.h"
#include "records/dead_letter.h"
#include "world.h"

namespace ordo::simulation {
namespace {

bool has_left(const Order& order) {
  return !order.parcels.empty();
}

constexpr std::string_view kMethods[] = {"card",     "sim_decline", "sim_two_step",     "sim_flaky", "sim_timeout",
                                         "sim_late", "sim_twice",   "sim_refund_fails", "sim_silent"};

}  // namespace

// Its clock gives its name, as with a UUIDv7.
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
    // The last line has an unknown product.
    const auto product = choices.chance(20) ? ProductId("nothing") : any_product();
    order.products.push_back({{}, product, 1 + choices.pick(largest_), {}, {}});
  }
  order.payment_method = std::string(kMethods[0]);
  if (choices.chance(world_.faults.rate(Fault::gateway))) {
    order.payment_method = std::string(kMethods[static_cast<std::size_t>(choices.pick(std::size(kMethods)))]);
  }
  switch (choices.which({60, 30, 30})) {
    case 1:
      order.payment_terms = PaymentTerms::manual;
      break;
    case 2:
      order.payment_terms = PaymentTerms::manual;
      order.ship_before_payment = true;
      break;
    case 3:
      order.payment_terms = PaymentTerms::none;
      break;
    default:
      break;
  }
  // Some is removed with the personal data, some is kept.
  order.customer_note = "ring";
  if (choices.chance(500)) order.shipping_address = address_in("DE");
  order.channel = "web";
  order.tags = {"gift"};
  if (keyed) {
    order.requestHash = "h" + id;
  } else {
    order.fresh = true;
  }
  return order;
}

Address Workload::address_in(const char* country) {
  Address address;
  address.name = "Ann";
  address.line1 = fresh_id("Street ");
  address.city = "Bonn";
  address.country = country;
  return address;
}

void Workload::place_order() {
  const bool keyed = world_.choices.chance(400);
  auto order = new_order(keyed);
  if (world_.choices.chance(priced_)) price(order);
  const auto instance = static_cast<std::size_t>(world_.choices.pick(std::ssize(instances_)));
  if (world_.happens(Fault::api_dies)) {
    world_.trace.say("an API process dies, unsent: ", instances_[instance].unsent.size());
    begin_instance(instances_[instance]);
  }
  world_.trace.say("an order ", order.orderId->str(), " of ", order.userId.str(), keyed ? " with a key, " : ", ",
                   order.payment_method->c_str());
  known_.push_back(order.orderId->str());
  post(order, instance);
  // No answer in time: the client retries with its key, through another process.
  if (keyed && world_.choices.chance(300)) unanswered_.push_back(order);
}

void Workload::post(const NewOrder& order, std::size_t at) {
  Instance& instance = instances_[at];
  Record record;
  record.key = order.orderId->str();
  record.at = {Topic::order_created, world_.topology.partition_of(Topic::order_created, record.key), false};
  record.envelope.type = kTypeOf<NewOrder>;
  record.envelope.source = instance.source;
  record.envelope.sequence = ++instance.sequence;
  record.envelope.time = *order.placedAt;
  record.value = encode(order);
  record = world_.proven(std::move(record));
  asked_.insert(record.key);
  if (world_.broker_is_away()) {
    // 503: the record may still reach the log later.
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

// A record from a producer that only knows the seed's JSON. The order gets its id from its place in the log.
void Workload::foreign_order() {
  if (world_.broker_is_away()) return;
  NewOrder order = new_order(false);
  const bool named = world_.choices.chance(300);
  if (!named) order.orderId.reset();
  order.fresh.reset();
  order.placedAt.reset();
  if (world_.choices.chance(300)) order.placedAt = world_.foreign_time();
  order.totalAmount = Decimal{"1.00"};
  const bool oversized = world_.happens(Fault::oversized);
  if (oversized) {  // either far below the topics' limit, whatever the prices become, or beyond it
    std::map<std::string, std::string> metadata;
    for (int i = 0, entries = world_.choices.chance(500) ? 48 : 4; i < entries; ++i) {
      metadata[fresh_id("k")] = std::string(500, 'm');
    }
    order.metadata = std::move(metadata);
  }
  Record record;
  if (world_.choices.chance(300)) {
    record.envelope.type = kTypeOf<NewOrder>;
    record.envelope.source = "/shop";
    record.envelope.id = "placed";
    record.envelope.time = world_.foreign_time();
  }
  record.key = named ? order.orderId->str() : std::string();
  record.at = {Topic::order_created, static_cast<int>(world_.choices.pick(world_.partitions_of(ProcessorKind::intake))),
               false};
  record.value = encode(order);
  const auto position = world_.broker.append(record);
  record.offset = position.offset;
  const Owner owner{ProcessorKind::intake, record.at.partition};
  const auto id = named ? *order.orderId : processors::order_id_from_place(owner, world_.epoch_of(owner), record);
  world_.trace.say("a foreign order ", id.str());
  known_.push_back(id.str());
  if (!oversized) acknowledged_.insert(id.str());
  asked_.insert(id.str());
}

// Another order with an id that is in use: orders refuses it.
void Workload::conflicting_order() {
  const auto id = any_order();
  if (world_.database.find(Collection::orders, id) == nullptr) return;
  NewOrder order = new_order(true);
  order.orderId = OrderId(id);
  send(Topic::order_created, id, kTypeOf<NewOrder>, encode(order));
}

std::string Workload::any_order(const std::function<bool(const Order&)>& wanted) {
  if (known_.empty()) return "nobody";
  std::string id;
  for (int i = 0; i < (wanted ? 8 : 1); ++i) {
    id = known_[static_cast<std::size_t>(world_.choices.pick(std::ssize(known_)))];
    const auto* order = world_.database.find_as<Order>(Collection::orders, id);
    if (wanted && order != nullptr && wanted(*order)) break;
  }
  return id;
}

// Some pieces of the line, named by the line or by its product.
OrderPieces Workload::some_pieces(const Order& order, const OrderLine& line) {
  OrderPieces pieces{line.product_id, 1 + world_.choices.pick(line.quantity)};
  if (world_.choices.chance(500)) pieces.line_id = place_id(static_cast<std::size_t>(&line - order.lines.data()));
  if (pieces.line_id && world_.choices.chance(500)) pieces.product_id.reset();
  return pieces;
}

void Workload::cancel() {
  const auto id = any_order();
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  if (order != nullptr && (order->status == OrderStatus::reserved || order->status == OrderStatus::confirmed)) {
    world_.faults.count(Sight::races);
  }
  CancelRequested cancel{OrderId(id), "simulated"};
  if (order != nullptr && world_.choices.chance(400)) {  // some of the lines
    const auto& line = order->lines[static_cast<std::size_t>(world_.choices.pick(std::ssize(order->lines)))];
    cancel.cancel_id = fresh_id("q");
    cancel.lines = {some_pieces(*order, line)};
    cancel.reason_code = CancelReason::staff;
  }
  world_.trace.say("a client cancels ", cancel.lines ? "a part of " : "", id);
  send(Topic::order_events, id, kTypeOf<CancelRequested>, encode(cancel));
}

void Workload::refund() {
  const auto id = any_order(has_left);
  RefundRequested refund{OrderId(id), fresh_id("q"), std::nullopt, "simulated"};
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  if (world_.choices.chance(500)) {
    refund.amount = Money{1 + world_.choices.pick(300), *Currency::parse("USD")};
  } else if (order != nullptr && world_.choices.chance(700)) {
    refund.lines.emplace();
    for (const auto& line : order->lines) {
      if (refund.lines->empty() || world_.choices.chance(300)) refund.lines->push_back(some_pieces(*order, line));
    }
    if (world_.choices.chance(100)) refund.shipping = true;
  }
  world_.trace.say("a client wants money back of ", id);
  send(Topic::order_events, id, kTypeOf<RefundRequested>, encode(refund));
}

void Workload::give_back() {
  const auto id = any_order(has_left);
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  if (order == nullptr) return;
  ReturnRequested back{OrderId(id), fresh_id("q"), {}, world_.choices.chance(700), world_.choices.chance(700),
                       "simulated"};
  for (const auto& line : order->lines) {
    if (world_.choices.chance(600)) back.lines.push_back(some_pieces(*order, line));
  }
  world_.trace.say("a client sends goods of ", id, " back");
  send(Topic::order_events, id, kTypeOf<ReturnRequested>, encode(back));
}

void Workload::resend() {
  const auto id = any_order([](const Order& order) { return !lost_lines(order).empty(); });
  ResendRequested again{OrderId(id), fresh_id("q"), std::nullopt, "simulated"};
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  if (order != nullptr && world_.choices.chance(300)) {
    const auto& line = order->lines[static_cast<std::size_t>(world_.choices.pick(std::ssize(order->lines)))];
    again.lines = {{line.product_id.value_or(any_product()), 1 + world_.choices.pick(line.quantity)}};
  }
  world_.trace.say("a client wants lost goods of ", id, " sent again");
  send(Topic::order_events, id, kTypeOf<ResendRequested>, encode(again));
}

// The buyer moves, or has another number. Where the country changes, tax would too: such a change is refused.
void Workload::change_terms() {
  if (world_.choices.chance(400)) return change_tags();
  const auto id = any_order([](const Order& order) { return !order.dispatch_requested_at; });
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  OrderChangeRequested change;
  change.order_id = OrderId(id);
  change.change_id = fresh_id("q");
  if (world_.choices.chance(600)) {
    change.shipping_address = address_in(world_.choices.chance(700) ? "DE" : "FR");
  }
  if (!change.shipping_address || world_.choices.chance(400)) {
    change.contact = Contact{"Ann", std::nullopt, fresh_id("+49 ")};
  }
  if (order != nullptr && world_.choices.chance(200)) change.expected_rev = order->rev + world_.choices.pick(2);
  world_.faults.count(Sight::terms_changes);
  world_.trace.say("a client changes the address or contact of ", id);
  send(Topic::order_events, id, kTypeOf<OrderChangeRequested>, encode(change));
  if (world_.choices.chance(200)) send(Topic::order_events, id, kTypeOf<OrderChangeRequested>, encode(change));
}

// The staff marks an order, in any state, and some of the past.
void Workload::change_tags() {
  const auto id = any_order();
  TagsChangeRequested change{{}, OrderId(id), fresh_id("q")};
  const auto tag = "t" + std::to_string(world_.choices.pick(4));
  (world_.choices.chance(700) ? change.add : change.remove).emplace().push_back(tag);
  world_.faults.count(Sight::tags_changes);
  world_.trace.say("the staff changes the tags of ", id);
  send(Topic::order_events, id, kTypeOf<TagsChangeRequested>, encode(change));
}

// The bank reverses its answer to a refund: it was made after all, or it came back.
void Workload::correct_refund() {
  if (world_.broker_is_away()) return;
  const auto id = any_order([](const Order& order) { return !order.refunds.empty(); });
  const auto* payment = world_.database.find_as<Payment>(Collection::payments, id);
  if (payment == nullptr || payment->refund_calls.empty()) return;
  const auto& calls = payment->refund_calls;
  const auto& call = calls[static_cast<std::size_t>(world_.choices.pick(std::ssize(calls)))];
  // An answer that never arrived cannot be reversed. The bank changes its mind only once.
  if (!call.outcome || call.call_id.empty()) return;
  const auto reply = world_.bank.correct(payment->id, call);
  if (!reply) return;
  GatewayAnswered answered;
  answered.order_id = payment->id;
  answered.call_id = call.call_id;
  answered.outcome = reply->outcome;
  answered.reason = reply->reason;
  send(Topic::payments, id, kTypeOf<GatewayAnswered>, encode(answered));
}

void Workload::redact() {
  const auto id = any_order(has_left);
  world_.trace.say("the retention of ", id, " is over");
  send(Topic::order_events, id, kTypeOf<RetentionElapsed>, encode(RetentionElapsed{OrderId(id)}));
}

// A person receives a part of the price, all that is missing, or too much, and records it, perhaps twice.
void Workload::receive_payment() {
  if (world_.broker_is_away()) return;
  const auto id = any_order([](const Order& order) {
    return order.payment_terms == PaymentTerms::manual && !order.imported && order.captured.amount < order.total.amount;
  });
  const auto* order = world_.database.find_as<Order>(Collection::orders, id);
  if (order == nullptr || order->payment_terms != PaymentTerms::manual || order->total.amount == 0) return;
  if (order->imported) return;  // it was paid elsewhere
  auto& received = received_[id];
  // Fewer than an order takes, so that none is refused.
  if (received.size() >= Order::kMaxPayments) return;
  const std::int64_t missing = order->total.amount - order->captured.amount;
  const bool all = missing > 0 && world_.choices.chance(500);
  const std::int64_t amount = all ? missing : 1 + world_.choices.pick(order->total.amount);
  PaymentRecorded payment{{{amount, order->total.currency}, "cash", "from Ann"}, OrderId(id), fresh_id("q")};
  received[payment.payment_id] = amount;
  world_.faults.count(Sight::paid_by_hand);
  world_.trace.say("a person receives ", amount, " for ", id);
  send(Topic::order_events, id, kTypeOf<PaymentRecorded>, encode(payment));
  if (world_.choices.chance(200)) send(Topic::order_events, id, kTypeOf<PaymentRecorded>, encode(payment));
}

void Workload::pay_out(const Order& order) {
  for (const auto& refund : order.refunds) {
    if (!refund.by_hand || refund.status != RefundStatus::requested) continue;
    paid_out_.emplace(order.id.str(), refund.id);
    world_.faults.count(Sight::refunds_by_hand);
    world_.trace.say("a person pays the refund ", refund.id, " of ", order.id.str());
    const RefundPaid paid{{"transfer"}, order.id, refund.id};
    send(Topic::order_events, order.id.str(), kTypeOf<RefundPaid>, encode(paid));
  }
}

void Workload::pay_refund() {
  if (world_.broker_is_away()) return;
  const auto id = any_order(
      [](const Order& order) { return order.payment_terms == PaymentTerms::manual && !order.refunds.empty(); });
  if (const auto* order = world_.database.find_as<Order>(Collection::orders, id)) pay_out(*order);
}

bool Workload::pay_refunds() {
  const auto before = world_.faults.seen(Sight::refunds_by_hand);
  for (const auto& [id, document] : world_.database.all(Collection::orders)) pay_out(std::get<Order>(document));
  return world_.faults.seen(Sight::refunds_by_hand) == before;
}

}  // namespace ordo::simulation
