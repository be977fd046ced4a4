#include "workload.h"

#include <algorithm>

#include "processors/intake.h"
#include "records/dead_letter.h"
#include "records/record_size.h"
#include "world.h"

namespace ordo::simulation {
namespace {

enum Operation : std::size_t {
  kPlace,
  kRetry,
  kForeign,
  kConflict,
  kCancel,
  kRefund,
  kGiveBack,
  kResend,
  kCorrect,
  kRedact,
  kStock,
  kProduct,
  kPrice,
  kCustomer,
  kWebhook,
  kDelivery,
  kLetter,
  kReceive,
  kPayOut,
  kRule,
  kImport,
  kTerms,
  kOperations
};

constexpr int kUsual[kOperations] = {500, 40, 60, 10, 130, 60, 60, 120, 60, 10, 90,
                                     60,  10, 30, 30, 30,  15, 90, 30,  20, 40, 40};

}  // namespace

void Workload::draw() {
  auto& choices = world_.choices;
  for (std::size_t i = 0; i < kOperations; ++i) {
    // Each operation may be left out, or be twice as frequent.
    const int factor = i == kPlace ? 2 : static_cast<int>(choices.pick(4));
    weights_.push_back(kUsual[i] * factor / 2);
  }
  products_ = static_cast<int>(1 + choices.pick(6));
  hot_ = static_cast<int>(choices.pick(4) * 250);
  priced_ = static_cast<int>(choices.pick(4) * 250);
  promoted_ = static_cast<int>(choices.pick(4) * 250);
  customers_ = static_cast<int>(1 + choices.pick(12));
  locations_ = static_cast<int>(1 + choices.pick(2));
  largest_ = static_cast<int>(1 + choices.pick(6));
  shelf_ = static_cast<int>(5 + choices.pick(200));
  instances_.resize(static_cast<std::size_t>(1 + choices.pick(3)));
  for (auto& instance : instances_) begin_instance(instance);
  const bool free = choices.chance(200);  // one product is free: such orders are not paid
  for (int i = 0; i < products_; ++i) {
    const std::int64_t price = free && i == 0 ? 0 : 100 + i;
    world_.prices.products[ProductId("p" + std::to_string(i))] = {"Product " + std::to_string(i),
                                                                  {price, world_.rules.currency}};
  }
}

void Workload::open() {
  for (int location = 0; location < locations_; ++location) {
    for (int i = 0; i < products_; ++i) {
      const LocationId place(location == 0 ? "main" : "east");
      const StockCounted counted{fresh_id("m"), place, ProductId("p" + std::to_string(i)), world_.choices.pick(shelf_),
                                 "opening",     {}};
      send(Topic::stock, place.str(), kTypeOf<StockCounted>, encode(counted));
    }
  }
  open_promotions();
}

void Workload::act() {
  const int event = world_.choices.which(
      {world_.faults.rate(Fault::malformed), world_.faults.rate(Fault::repeat), world_.faults.rate(Fault::forged)});
  if (event == 1) return send_nonsense();
  if (event == 2) return repeat();
  if (event == 3) return forge();
  int sum = 0;
  for (const int weight : weights_) sum += weight;
  auto left = static_cast<int>(world_.choices.pick(sum));
  std::size_t what = 0;
  while (left >= weights_[what]) left -= weights_[what++];
  constexpr void (Workload::*kDo[kOperations])() = {
      &Workload::place_order,    &Workload::retry_order,     &Workload::foreign_order,  &Workload::conflicting_order,
      &Workload::cancel,         &Workload::refund,          &Workload::give_back,      &Workload::resend,
      &Workload::correct_refund, &Workload::redact,          &Workload::move_stock,     &Workload::change_product,
      &Workload::change_price,   &Workload::change_customer, &Workload::change_webhook, &Workload::note_delivery,
      &Workload::replay_letter,  &Workload::receive_payment, &Workload::pay_refund,     &Workload::change_rule,
      &Workload::import_order,   &Workload::change_terms};
  (this->*kDo[what])();
}

void Workload::send(Topic topic, const std::string& key, std::string_view type, const std::string& value) {
  world_.outside.send(topic, key, type, value);
}

std::string Workload::fresh_id(const char* prefix) {
  return prefix + std::to_string(++numbers_);
}

LocationId Workload::any_location() {
  return LocationId(world_.choices.pick(locations_) == 0 ? "main" : "east");
}

ProductId Workload::any_product() {
  const bool hot = world_.choices.chance(hot_);
  return ProductId("p" + std::to_string(hot ? 0 : world_.choices.pick(products_)));
}

CustomerId Workload::any_customer() {
  return CustomerId("c" + std::to_string(world_.choices.pick(customers_)));
}

std::string Workload::webhook_id() {
  return "w" + std::to_string(world_.choices.pick(3));
}

void Workload::move_stock() {
  const auto location = any_location();
  const auto product = any_product();
  world_.trace.say("a sender counts or moves ", product.str());
  if (world_.choices.chance(200)) {
    const StockCounted counted{fresh_id("m"), location, product, world_.choices.pick(shelf_), "simulated", {}};
    return send(Topic::stock, location.str(), kTypeOf<StockCounted>, encode(counted));
  }
  const StockAdjusted adjusted{fresh_id("m"), location, product, world_.choices.pick(30) - 8, "simulated"};
  send(Topic::stock, location.str(), kTypeOf<StockAdjusted>, encode(adjusted));
}

void Workload::change_product() {
  auto& choices = world_.choices;
  ProductEvent event;
  constexpr const char* kActions[] = {"create", "update", "delete"};
  event.action = kActions[choices.which({450, 150})];
  event.product._id = any_product();
  event.product.name = "Product";
  event.product.price = Decimal{std::to_string(1 + choices.pick(9)) + ".50"};
  if (choices.chance(300)) event.product.stock = choices.pick(40);
  if (choices.chance(400)) event.changeId = fresh_id("d");
  if (choices.chance(100)) event.expectedRev = choices.pick(4);
  if (choices.chance(300)) event.location = any_location();
  world_.trace.say("a product is changed: ", event.action, " ", event.product._id.str());
  send(Topic::product_events, event.product._id.str(), kTypeOf<ProductEvent>, encode(event));
}

// The price list for intake is a separate view. It changes while records are folded.
void Workload::change_price() {
  const auto product = any_product();
  auto& price = world_.prices.products[product].price;
  if (price.amount > 0) price.amount = 50 + world_.choices.pick(200);
  world_.trace.say("the price of ", product.str(), " becomes ", price.amount);
}

void Workload::change_customer() {
  auto& choices = world_.choices;
  CustomerChanged change;
  change.action = static_cast<CustomerAction>(choices.pick(3));
  change.customer_id = any_customer();
  if (change.action != CustomerAction::erase) {
    change.name = fresh_id("N");
    if (choices.chance(300)) change.email = choices.chance(200) ? "nowhere" : "a@example.com";
  }
  if (choices.chance(500)) change.change_id = fresh_id("d");
  if (choices.chance(100)) change.expected_rev = choices.pick(6);
  world_.trace.say("the customer ", change.customer_id.str(), " is changed");
  send(Topic::customers, change.customer_id.str(), kTypeOf<CustomerChanged>, encode(change));
}

void Workload::change_webhook() {
  auto& choices = world_.choices;
  const auto id = webhook_id();
  world_.trace.say("the webhook ", id, " is changed");
  if (choices.chance(150)) {
    return send(Topic::webhooks, id, kTypeOf<WebhookTestRequested>,
                encode(WebhookTestRequested{WebhookId(id), fresh_id("t")}));
  }
  WebhookChanged change;
  change.action = static_cast<WebhookAction>(choices.which({400, 100}));
  change.webhook_id = WebhookId(id);
  if (change.action != WebhookAction::remove) {
    change.url = "https://example.com/" + fresh_id("u");
    change.secret = "whsec_" + fresh_id("s");
    if (choices.chance(300)) change.types = std::vector<std::string>{"ordo.order.*"};
    if (choices.chance(200)) change.enabled = choices.chance(500);
    if (choices.chance(300)) {
      change.log_epoch = 0;
      change.positions = std::vector<std::int64_t>{choices.pick(9), choices.pick(9)};
    }
  }
  if (choices.chance(500)) change.change_id = fresh_id("d");
  if (choices.chance(100)) change.expected_rev = choices.pick(5);
  send(Topic::webhooks, id, kTypeOf<WebhookChanged>, encode(change));
}

// Messages of a sender of webhooks, some of them twice or late.
void Workload::note_delivery() {
  auto& choices = world_.choices;
  const WebhookId id(webhook_id());
  const std::int64_t partition = choices.pick(kPartitions);
  const std::int64_t offset = choices.pick(12);
  const auto delivery = delivery_id(id, 0, partition, offset);
  world_.trace.say("the webhook ", id.str(), " is told of ", partition, ":", offset);
  const auto what = choices.which({250, 150});
  if (what == 1) {
    const auto* hook = world_.database.find_as<Webhook>(Collection::webhook_endpoints, id.str());
    WebhookAdvanced advanced{id, hook != nullptr ? hook->generation : 0, 0, {choices.pick(20), choices.pick(20)}};
    return send(Topic::webhooks, id.str(), kTypeOf<WebhookAdvanced>, encode(advanced));
  }
  if (what == 2) {
    return send(Topic::webhooks, id.str(), kTypeOf<RedeliverRequested>, encode(RedeliverRequested{id, delivery}));
  }
  WebhookAttempted attempted;
  attempted.webhook_id = id;
  attempted.delivery_id = delivery;
  attempted.event = {0, partition, offset, "e" + std::to_string(offset), "ordo.order.created.v1", "o1"};
  attempted.attempt.at = world_.now();
  if (choices.chance(400)) {
    attempted.attempt.error = "no answer";
    attempted.gone = choices.chance(100);
    if (choices.chance(700)) attempted.retry_at = attempted.attempt.at + std::chrono::minutes(5);
  } else {
    attempted.attempt.response_status = 200;
  }
  attempted.disable_after_s = 3600;
  send(Topic::webhooks, id.str(), kTypeOf<WebhookAttempted>, encode(attempted));
}

// A sender repeats an earlier message without a number. The state machines must recognize it.
void Workload::repeat() {
  if (world_.broker_is_away()) return;
  constexpr Topic kRepeated[] = {Topic::order_events,   Topic::stock,      Topic::payments,
                                 Topic::shipments,      Topic::customers,  Topic::webhooks,
                                 Topic::product_events, Topic::promotions, Topic::pricing};
  const auto topic = kRepeated[static_cast<std::size_t>(world_.choices.pick(std::size(kRepeated)))];
  const auto& inbox =
      world_.broker.at({topic, static_cast<int>(world_.choices.pick(world_.topology[topic].partitions)), false});
  if (inbox.records.empty()) return;
  Record record = inbox.records[static_cast<std::size_t>(world_.choices.pick(inbox.end()))];
  const auto& type = record.envelope.type;
  // Promotions decide each request of an order once, as orders do with each fact.
  const bool fact =
      topic == Topic::promotions ||
      (topic == Topic::order_events && (type.starts_with("ordo.payment.") || type.starts_with("ordo.shipment.") ||
                                        type.starts_with("ordo.stock.") || type.starts_with("ordo.promotion.")));
  if (!fact && record.envelope.source != "/outside") return;
  world_.faults.count(Fault::repeat);
  world_.trace.say("a sender repeats ", to_string(topic), "/", record.at.partition, " [", record.offset, "]");
  record.envelope.sequence.reset();
  record.envelope.previous.reset();
  record.envelope.source = "/outside";
  std::erase_if(record.envelope.extra, [](const Header& header) { return header.name.starts_with("ordo_"); });
  world_.broker.append(std::move(record));
}

// A producer with write access to a topic copies one of its records, changes it, and claims that it is ordo's.
void Workload::forge() {
  if (world_.broker_is_away()) return;
  auto& choices = world_.choices;
  const auto kind = kAllProcessors[static_cast<std::size_t>(choices.pick(kProcessors))];
  const auto partitions = world_.partitions_of(kind);
  const auto partition = static_cast<int>(choices.pick(partitions));
  const auto& inbox = world_.broker.at({inbox_of(kind), partition, false});
  if (inbox.records.empty()) return;
  Record record = inbox.records[static_cast<std::size_t>(choices.pick(inbox.end()))];
  auto& envelope = record.envelope;
  if (envelope.type.empty()) return;
  const auto what = choices.pick(4);
  if (what == 0) {  // its own names, and a replay
    envelope.sequence.reset();
    envelope.previous.reset();
    envelope.extra.emplace_back(kReplayOfHeader, "order_created:0");
    envelope.extra.emplace_back(kOriginHeader, fresh_id("origin"));
  } else {
    if (!is_ordo_source(envelope.source)) {
      envelope.source = instances_[static_cast<std::size_t>(choices.pick(std::ssize(instances_)))].source;
    }
    if (what == 1) record.at.partition = (partition + 1) % partitions;
    if (what > 1) envelope.sequence = envelope.sequence.value_or(0) + 1'000'000;
    if (what > 2) envelope.previous = *envelope.sequence - 1;
  }
  world_.faults.count(Fault::forged);
  world_.trace.say("a sender forges ", to_string(record.at.topic), "/", record.at.partition, " of ", envelope.source);
  world_.broker.append_forged(std::move(record));
}

void Workload::send_nonsense() {
  if (world_.broker_is_away()) return;
  constexpr std::string_view kNonsense[] = {"", "{", "[]", R"({"order_id":7})", R"({"products":"none"})", "\xff\xfe"};
  const auto kind = kAllProcessors[static_cast<std::size_t>(world_.choices.pick(kProcessors))];
  Record record;
  record.at = {inbox_of(kind), static_cast<int>(world_.choices.pick(world_.partitions_of(kind))), false};
  record.key = "k" + std::to_string(++numbers_);
  record.envelope.source = "/outside";
  record.value = kNonsense[static_cast<std::size_t>(world_.choices.pick(std::size(kNonsense)))];
  if (record.at.topic == Topic::order_events) {
    record.envelope.type = world_.choices.chance(500) ? kTypeOf<PaymentCaptured> : "ordo.never.heard_of.v9";
  }
  world_.faults.count(Fault::malformed);
  const bool oversized = world_.happens(Fault::oversized);
  // The log just accepts it, but perhaps not its dead letter.
  if (oversized) record.value.append(kSmallTopic - 200 - static_cast<std::size_t>(world_.choices.pick(800)), '#');
  const auto position = world_.broker.append(record);
  Record letter = record;
  letter.at.dlq = true;
  const bool whole = fits_in_log(letter, kSmallTopic - 1'000);
  if (oversized && !whole) return;  // its digest identifies it, see compare_letters()
  malformed_.push_back({position.at, position.offset, record.key + "\n" + record.value});
}

void Workload::fill(const TopicPartition& place, std::int64_t count) {
  for (; count > 0; --count) {
    Record record;
    record.at = place;
    record.key = "k" + std::to_string(++numbers_);
    record.envelope.source = "/outside";
    record.envelope.type = "ordo.never.heard_of.v9";
    record.value = "{";
    const auto position = world_.broker.append(record);
    malformed_.push_back({position.at, position.offset, record.key + "\n" + record.value});
  }
}

// An operator replays a dead letter, perhaps twice because the mark was lost.
void Workload::replay_letter() {
  if (world_.broker_is_away()) return;
  const auto kind = kAllProcessors[static_cast<std::size_t>(world_.choices.pick(kProcessors))];
  const auto& letters = world_.broker.at({inbox_of(kind), 0, true});
  if (letters.records.empty()) return;
  const Record letter = letters.records[static_cast<std::size_t>(world_.choices.pick(letters.end()))];
  if (is_mark(letter) || read_letter(letter).omitted_bytes) return;
  // A forged figure changes a sum, and a forged order without an id is another order. Whoever replays them wants that
  // effect.
  const bool counts = kind == ProcessorKind::crm || kind == ProcessorKind::intake;
  if (counts && read_letter(letter).reason == kForgedSource) return;
  world_.faults.count(Sight::letters_replayed);
  world_.trace.say("the letter ", to_string(inbox_of(kind)), ":", letter.offset, " is replayed");
  // A record of another type is not an order, whatever its value is.
  const auto& type = letter.envelope.type;
  const bool corrected =
      kind == ProcessorKind::intake && (type.empty() || type == kTypeOf<NewOrder>)&&world_.choices.chance(500);
  if (corrected) return correct_letter(letter);
  world_.broker.append(world_.proven(replay_of(world_.topology, letter, std::nullopt, world_.log_rules().proof)));
  if (world_.choices.chance(300)) return;
  world_.broker.append(mark_of(read_letter(letter), LetterState::replayed, world_.now(), instances_.front().source));
}

// Replays a letter with a valid value. The order's id follows from the place of the refused record, however often it is
// replayed.
void Workload::correct_letter(const Record& letter) {
  NewOrder order = new_order(false);
  order.orderId.reset();
  order.fresh.reset();
  Record record = world_.proven(replay_of(world_.topology, letter, encode(order), world_.log_rules().proof));
  const int times = world_.choices.chance(300) ? 2 : 1;
  for (int i = 0; i < times; ++i) record.offset = world_.broker.append(record).offset;
  const auto id = processors::order_id_from_place({ProcessorKind::intake, record.at.partition}, 0, record).str();
  acknowledged_.insert(id);
  if (asked_.insert(id).second) known_.push_back(id);
}

}  // namespace ordo::simulation
