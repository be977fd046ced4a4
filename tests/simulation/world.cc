#include "world.h"

#include <algorithm>

#include "base/check.h"

namespace ordo::simulation {
namespace {

constexpr int kProducts = 4;
constexpr int kSteps = 400;
const LocationId kLocation("main");

}  // namespace

ProcessorRules processor_rules() {
  return {*Currency::parse("USD"), kLocation, 0};
}

std::optional<PricedProduct> FixedPrices::find(const ProductId& id) const {
  const auto found = products.find(id);
  return found == products.end() ? std::nullopt : std::optional(found->second);
}

World::World(std::uint64_t seed, bool trace) : random_(seed), trace_(trace) {
  for (auto& topic : topology.topics) topic.partitions = kPartitions;
  for (int i = 0; i < kProducts; ++i) {
    prices.products[ProductId("p" + std::to_string(i))] = {"Product " + std::to_string(i),
                                                           {100 + i, *Currency::parse("USD")}};
  }
  rules_.gateway_attempts = 3;
  faults.crash = static_cast<int>(pick(25));  // calm histories and stormy ones
  faults.late_news = 500 + static_cast<int>(pick(480));
}

bool World::chance(int per_thousand) {
  return static_cast<int>(random_() % 1000) < per_thousand;
}

std::int64_t World::pick(std::int64_t below) {
  return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
}

void World::note(const std::string& line) {
  if (trace_) trace_lines.push_back(line);
}

void World::boundary(Member& member, const char* where) {
  if (!faulty) return;
  if (depth_ < 3 && chance(faults.interleave)) {
    auto& other = *members_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(members_.size())))];
    if (!other.running) run_member(other);
  }
  if (chance(faults.crash)) {
    note("crash of " + std::to_string(member.id) + " (" + std::string(to_string(member.kind)) + ") at " + where);
    throw Crash{};
  }
}

void World::append(Record record) {
  auto& partition = log[record.at];
  const int copies = faulty && record.envelope.sequence && chance(faults.duplicate) ? 2 : 1;
  figures.duplicates += static_cast<std::uint64_t>(copies - 1);
  for (int i = 0; i < copies; ++i) {
    record.offset = static_cast<std::int64_t>(partition.size());
    record.appended_at = from_unix_ms(++clock_);
    partition.push_back(record);
  }
}

void World::apply(const Document& document) {
  auto [it, inserted] = documents.try_emplace({collection_of(document), id_of(document)}, document);
  if (!inserted && rev_of(it->second) < rev_of(document)) it->second = document;
}

void World::send_from_outside(Topic topic, const std::string& key, std::string_view type, std::string value) {
  Record record;
  record.at = {topic, topology.partition_of(topic, key), false};
  record.key = key;
  record.envelope.type = type;
  record.envelope.source = "/outside";
  record.envelope.time = from_unix_ms(++clock_);
  record.value = std::move(value);
  append(std::move(record));
}

void World::place_order() {
  NewOrder order;
  const int number = orders_placed_++;
  const bool keyed = chance(300);
  order.orderId = OrderId("o" + std::to_string(number));
  order.userId = CustomerId("c" + std::to_string(pick(5)));
  order.placedAt = from_unix_ms(++clock_);
  const auto lines = 1 + pick(3);
  for (std::int64_t i = 0; i < lines; ++i) {
    const ProductId product("p" + std::to_string(pick(kProducts + (chance(50) ? 1 : 0))));
    order.products.push_back({product, 1 + pick(3), {}, {}});
  }
  order.paymentMethod = "card";
  if (keyed) {
    order.requestHash = "h" + std::to_string(number);
  } else {
    order.fresh = true;
  }
  Record record;
  record.key = order.orderId->str();
  record.at = {Topic::order_created, topology.partition_of(Topic::order_created, record.key), false};
  record.envelope.type = type::kOrderPlaced;
  record.envelope.source = "/ordo/api/one";
  record.envelope.sequence = ++api_sequence_;
  record.envelope.time = *order.placedAt;
  record.value = encode(order);
  append(record);
  placed_.push_back(record.key);
  if (keyed && chance(500)) {  // the client retries under its key, through another process
    record.envelope.source = "/ordo/api/two";
    append(record);
  }
}

void World::workload_step() {
  const auto what = pick(100);
  if (what < 50) {
    place_order();
  } else if (what < 65 && !placed_.empty()) {
    const auto& id = placed_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(placed_.size())))];
    send_from_outside(Topic::order_events, id, type::kCancelRequested,
                      encode(CancelRequested{OrderId(id), "simulated"}));
    const auto order = documents.find({Collection::orders, id});
    if (order != documents.end()) {
      const auto status = std::get<Order>(order->second).status;
      if (status == OrderStatus::reserved || status == OrderStatus::confirmed) ++figures.races;
    }
  } else if (what < 78) {
    ask_for_something_back();
  } else if (what < 82) {
    repeat_from_outside();
  } else if (what < 91) {
    const ProductId product("p" + std::to_string(pick(kProducts)));
    const std::string movement = "m" + std::to_string(clock_);
    const StockAdjusted adjusted{movement, kLocation, product, pick(30) - 8, "simulated"};
    send_from_outside(Topic::stock, kLocation.str(), type::kStockAdjusted, encode(adjusted));
    if (chance(300)) send_from_outside(Topic::stock, kLocation.str(), type::kStockAdjusted, encode(adjusted));
  } else {
    ProductEvent event;
    event.action = chance(500) ? "create" : "update";
    event.product._id = ProductId("p" + std::to_string(pick(kProducts)));
    event.product.name = "Product";
    event.product.price = Decimal{std::to_string(1 + pick(9)) + ".50"};
    if (chance(300)) event.product.stock = pick(40);
    // Half of the producers know nothing of keys: the record lands anywhere.
    const std::string key = chance(500) ? event.product._id.str() : std::to_string(clock_);
    send_from_outside(Topic::product_events, key, type::kProductChanged, encode(event));
  }
}

void World::run_member(Member& member) {
  member.running = true;
  ++depth_;
  bool crashed = false;
  try {
    if (auto done = member.run_once(); !done) {
      errors_.push_back(std::string(to_string(member.kind)) + " stopped: " + done.error().text());
      crashed = true;
    }
  } catch (const Crash&) {
    ++figures.crashes;
    crashed = true;
  }
  --depth_;
  member.running = false;
  if (crashed) kill(member);
}

void World::start_member(ProcessorKind kind) {
  members_.push_back(std::make_unique<Member>(*this, next_member_++, kind));
  rebalance(kind);
}

void World::kill(Member& member) {
  const auto kind = member.kind;
  const auto it = std::find_if(members_.begin(), members_.end(), [&](const auto& m) { return m.get() == &member; });
  ORDO_CHECK(it != members_.end(), "member ", member.id);
  std::erase_if(owners_, [&](const auto& entry) { return entry.second == member.id; });
  members_.erase(it);
  start_member(kind);  // a supervisor restarts it
}

// Deals the partitions of one group anew among its members. Who loses one hears of it later than who gains it.
void World::rebalance(ProcessorKind kind) {
  ++figures.rebalances;
  std::vector<Member*> group;
  for (const auto& member : members_) {
    if (member->kind == kind) group.push_back(member.get());
  }
  for (int partition = 0; partition < kPartitions; ++partition) {
    auto& owner = owners_[{kind, partition}];
    Member* next = group[static_cast<std::size_t>(pick(static_cast<std::int64_t>(group.size())))];
    if (owner == next->id) continue;
    for (auto* member : group) {
      if (member->id == owner) member->news.emplace_back(false, partition);
    }
    next->news.emplace_back(true, partition);
    owner = next->id;
  }
}

bool World::at_rest() const {
  for (const auto kind : kAllProcessors) {
    for (int partition = 0; partition < kPartitions; ++partition) {
      const auto records = log.find({inbox_of(kind), partition, false});
      if (records == log.end() || records->second.empty()) continue;
      const auto commit = commits.find({kind, partition});
      if (commit == commits.end() || commit->second.cursor.next != static_cast<std::int64_t>(records->second.size()))
        return false;
    }
  }
  return true;
}

void World::settle() {
  faulty = false;
  for (int round = 0; round < 10'000 && errors_.empty(); ++round) {
    for (std::size_t i = 0; i < members_.size(); ++i) run_member(*members_[i]);
    if (at_rest() && finish_errands()) return;
  }
  errors_.push_back("does not come to rest");
}

std::vector<std::string> World::run() {
  for (const auto kind : kAllProcessors) {
    start_member(kind);
    start_member(kind);
  }
  for (int i = 0; i < kProducts; ++i) {
    const StockCounted counted{
        "count" + std::to_string(i), kLocation, ProductId("p" + std::to_string(i)), 5 + pick(60), "opening", {}};
    send_from_outside(Topic::stock, kLocation.str(), type::kStockCounted, encode(counted));
  }
  for (int step = 0; step < kSteps && errors_.empty(); ++step) {
    if (chance(400)) workload_step();
    if (chance(500)) run_errand();
    if (chance(150)) deliver_late_answer();
    if (chance(faults.rebalance)) rebalance(kAllProcessors[static_cast<std::size_t>(pick(kProcessors))]);
    run_member(*members_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(members_.size())))]);
  }
  settle();
  auto wrong = errors_;
  if (wrong.empty()) check(wrong);
  for (const auto& [key, document] : documents) {
    const auto* order = std::get_if<Order>(&document);
    if (order == nullptr) continue;
    ++figures.ended[std::string(to_string(order->status))];
    if (order->refunded.amount > 0) ++figures.ended["refunded"];
    if (!order->returns.empty()) ++figures.ended["returned"];
    if (order->parcels.size() > 1) ++figures.ended["shipped in parts"];
  }
  return wrong;
}

}  // namespace ordo::simulation
