#include "shop.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/check.h"
#include "effects/effect.h"
#include "embedded/reader.h"
#include "engine/page_walk.h"
#include "records/messages.h"

namespace ordo::storage {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxSent = 20'000;
constexpr std::chrono::seconds kPatience{120};
constexpr std::int64_t kMorning = 1'700'000'000'000;

const Currency kUsd = *Currency::parse("USD");
const LocationId kMain("main");

effects::GatewayReply reply_to(const effects::effect::AskGateway& asked) {
  const bool declined = asked.method == "empty_card";
  switch (asked.call.kind) {
    case CallKind::purchase:
    case CallKind::capture:
      return {declined ? GatewayOutcome::declined : GatewayOutcome::captured, declined ? "no money" : "", "ref"};
    case CallKind::authorize:
      return {GatewayOutcome::authorized, "", "ref"};
    case CallKind::void_authorization:
      return {GatewayOutcome::voided, "", "ref"};
    case CallKind::refund:
      return {GatewayOutcome::refunded, "", "ref"};
  }
  return {};
}

embedded::EngineOptions options_for(const DiskVfs& vfs, embedded::LoopOptions loop) {
  embedded::EngineOptions options;
  options.directory = vfs.directory();
  options.topology = shop_topology();
  options.vfs = vfs.name();
  options.loop = loop;
  options.loop.max_hold = std::chrono::seconds(10);  // so that even a slow machine folds everything
  return options;
}

}  // namespace

Topology shop_topology() {
  Topology topology;
  for (auto& topic : topology.topics) topic.partitions = 1;
  topology[Topic::order_created].partitions = 2;
  topology[Topic::order_events].partitions = 2;
  return topology;
}

// --- Client ----------------------------------------------------------------------------------------------------------

Client::Client(std::string name) : name_(std::move(name)), topology_(shop_topology()) {
  sent_.reserve(kMaxSent);
  acknowledged_.reserve(kMaxSent);
  answers_.reserve(kMaxSent);
}

void Client::send(Topic topic, std::string key, std::string_view type, std::string value) {
  Record record;
  std::size_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = sent_.size();
    ORDO_CHECK(number < kMaxSent);
    record.at = {topic, topology_.partition_of(topic, key), false};
    record.envelope.id = name_ + "-" + std::to_string(number);
    record.envelope.source = "/ordo/api/" + name_;  // the prices of this source are believed
    record.envelope.type = type;
    record.envelope.subject = key;
    record.envelope.time = from_unix_ms(kMorning + static_cast<std::int64_t>(number));
    record.key = std::move(key);
    record.value = std::move(value);
    sent_.push_back(record);
    answers_.push_back(0);
  }
  engine_->append(std::move(record), [this, number](const Result<LogPosition>& position) { answer(number, position); });
}

void Client::answer(std::size_t sent, const Result<LogPosition>& position) {
  std::vector<std::function<void()>> next;
  {
    const std::lock_guard lock(mutex_);
    ++answers_[sent];
    if (!position) return;
    acknowledged_.push_back({sent, *position});
    next.swap(together_);
  }
  for (const auto& one : next) one();
}

void Client::send_together(std::vector<std::function<void()>> sends) {
  auto first = std::move(sends.front());
  sends.erase(sends.begin());
  {
    const std::lock_guard lock(mutex_);
    together_ = std::move(sends);
  }
  first();
}

void Client::count_stock(const std::string& product, std::int64_t on_hand) {
  StockCounted counted;
  counted.movement_id = name_ + "-count-" + std::to_string(promises().sent.size());
  counted.location = kMain;
  counted.product_id = ProductId(product);
  counted.on_hand = on_hand;
  counted.reason = "counted";
  send(Topic::stock, kMain.str(), kTypeOf<StockCounted>, encode(counted));
}

void Client::adjust_stock(const std::string& product, std::int64_t change) {
  StockAdjusted adjusted;
  adjusted.movement_id = name_ + "-adjust-" + std::to_string(promises().sent.size());
  adjusted.location = kMain;
  adjusted.product_id = ProductId(product);
  adjusted.change = change;
  adjusted.reason = "found behind the shelf";
  send(Topic::stock, kMain.str(), kTypeOf<StockAdjusted>, encode(adjusted));
}

void Client::add_product(const std::string& product) {
  ProductEvent event;
  event.action = "create";
  event.product._id = ProductId(product);
  event.product.name = "Product " + product;
  event.product.price = Decimal{"19.99"};
  event.product.stock = 10;
  send(Topic::product_events, product, kTypeOf<ProductEvent>, encode(event));
}

void Client::order(const std::string& order, const std::vector<std::string>& products, const std::string& method) {
  NewOrder placed;
  placed.orderId = OrderId(order);
  placed.userId = CustomerId("c-" + order.substr(order.size() - 1));
  for (const auto& product : products) {
    placed.products.push_back({{}, ProductId(product), 2, "Product " + product, Money{1999, kUsd}});
  }
  placed.placedAt = from_unix_ms(kMorning);
  placed.payment_method = method;
  placed.metadata = {{"note", std::string(300, 'n')}};
  placed.fresh = true;
  send(Topic::order_created, order, kTypeOf<NewOrder>, encode(placed));
}

void Client::cancel(const std::string& order) {
  send(Topic::order_events, order, kTypeOf<CancelRequested>,
       encode(CancelRequested{OrderId(order), "changed my mind"}));
}

void Client::refund(const std::string& order) {
  RefundRequested refund;
  refund.order_id = OrderId(order);
  refund.refund_id = "r-1";
  refund.amount = Money{100, kUsd};
  refund.reason = "scratched";
  send(Topic::order_events, order, kTypeOf<RefundRequested>, encode(refund));
}

Promises Client::promises() const {
  const std::lock_guard lock(mutex_);
  return {{sent_.data(), sent_.size()}, {acknowledged_.data(), acknowledged_.size()}};
}

std::vector<std::string> Client::wrong_answers() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    if (answers_[i] != 1) wrong.push_back(sent_[i].envelope.id + " was answered " + std::to_string(answers_[i]));
  }
  return wrong;
}

void Client::taken(const Owner& /*owner*/) {}
void Client::lost(const Owner& /*owner*/) {}

void Client::committed(const Owner& /*owner*/, std::span<const Change> changes) {
  for (const auto& change : changes) run(*change.document);
}

void Client::run(const Document& document) {
  static const effects::EffectRules rules;
  const auto effect = effects::effect_of(document, rules);
  if (!effect || std::holds_alternative<effects::effect::TimeOutPayment>(effect->what)) return;
  const auto* asked = std::get_if<effects::effect::AskGateway>(&effect->what);
  // This gateway answers only after a request to cancel the order.
  if (asked != nullptr && asked->method == "late_card" && std::get<Payment>(document).calls.size() == 1) return;
  auto result_record = asked != nullptr ? effects::result_record_of(effect->order_id, *asked, reply_to(*asked), rules)
                                        : effects::result_record_of(*effect);
  send(result_record.topic, std::move(result_record.key), result_record.type, std::move(result_record.value));
}

bool Client::resume() {
  for (const auto kind : kAllProcessors) {
    for (const auto& query : effects::waiting_documents(kind)) {
      const auto walked = each_document(*engine_, query, [this](const Document& document) -> Result<void> {
        run(document);
        return {};
      });
      if (!walked) return false;
    }
  }
  return true;
}

// --- Shop ------------------------------------------------------------------------------------------------------------

Shop::Shop() : processors({kUsd, kMain}, prices) {}

bool Shop::open_only(const DiskVfs& vfs, embedded::LoopOptions loop) {
  vfs.disk().new_process();
  auto options = options_for(vfs, loop);
  options.checkpoint_pages = checkpoint_pages;
  options.segment_bytes = segment_bytes;
  options.on_fatal = [this](const Error& error) { stopped = error; };  // close() waits for the engine's thread
  auto opened = embedded::Engine::open(std::move(options), processors.in_order());
  if (opened) {
    engine = std::move(*opened);
  } else {
    stopped = opened.error();
  }
  return engine != nullptr;
}

void Shop::start(Client& client) {
  client.serve(engine.get());
  // A read may fail when the disk does, but the next read may succeed.
  for (int attempt = 0; attempt < 3 && !client.resume(); ++attempt) continue;
  engine->start(&client);
}

bool Shop::open(const DiskVfs& vfs, Client& client, embedded::LoopOptions loop) {
  if (!open_only(vfs, loop)) return false;
  start(client);
  return true;
}

bool Shop::rest() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!engine->wait_idle(milliseconds(2))) {
    if (engine->failed()) return false;
    ORDO_CHECK(std::chrono::steady_clock::now() < deadline, "the engine does not come to rest");
  }
  return !engine->failed();
}

void Shop::close() {
  if (engine) engine->stop();
  engine.reset();
}

Result<Logs> read_logs(embedded::Engine& engine) {
  Logs logs;
  for (std::size_t t = 0; t < kTopics; ++t) {
    for (const bool dlq : {false, true}) {
      auto reader = engine.open_reader(static_cast<Topic>(t), dlq, {});
      if (!reader) return fail(std::move(reader.error()));
      while (!(*reader)->caught_up()) {
        auto records = (*reader)->poll(10'000, milliseconds(0));
        if (!records) return fail(std::move(records.error()));
        if (records->empty()) return fail(ErrorCode::kGap, "log_ends_early", "a log ends before its last record");
        for (auto& record : *records) logs[record.at].push_back(std::move(record));
      }
    }
  }
  return logs;
}

// --- the day ---------------------------------------------------------------------------------------------------------

namespace {

class Day {
 public:
  Day(const DiskVfs& vfs, Client& client, Logs& archive) : vfs_(vfs), client_(client), archive_(archive) {}

  std::optional<Error> work() {
    const bool done = morning() && noon() && clear_out() && evening();
    if (done) return std::nullopt;
    return shop_->stopped ? shop_->stopped : Error{ErrorCode::kUnavailable, "stopped", "and did not say why", {}};
  }

 private:
  bool reopen(embedded::LoopOptions loop = {}) {
    shop_ = std::make_unique<Shop>();
    return shop_->open(vfs_, client_, loop);
  }
  bool close(bool well) {
    shop_->close();
    return well && !shop_->stopped;
  }
  bool send_and_rest(std::vector<std::function<void()>> sends) {
    client_.send_together(std::move(sends));
    return shop_->rest();
  }

  // The first start: goods, orders of all kinds, and a record that cannot be read.
  bool morning() {
    if (!reopen()) return false;
    bool well = send_and_rest({[this] { client_.add_product("tea"); }, [this] { client_.add_product("mug"); },
                               [this] { client_.count_stock("pot", 9); }});
    well = well && send_and_rest({[this] {
                                    client_.order("o-1", {"tea", "mug"});
                                  },
                                  [this] { client_.order("o-2", {"pot"}, "empty_card"); },
                                  [this] { client_.order("o-3", {"nothing"}); },
                                  [this] { client_.order("o-4", {"tea"}, "late_card"); },
                                  [this] { client_.send(Topic::order_created, "x", "", "not an order"); }});
    return close(well);
  }

  // After a clean stop: a cancel, a refund, and a reader that makes the write-ahead log grow.
  bool noon() {
    if (!reopen()) return false;
    bool well = send_and_rest({[this] { client_.cancel("o-4"); }, [this] { client_.refund("o-1"); }});
    std::unique_ptr<embedded::Reader> reader;
    const embedded::ReaderOptions snapshot{1, true, vfs_.name(), nullptr};
    if (auto opened = embedded::Reader::open(vfs_.directory(), shop_topology(), snapshot)) reader = std::move(*opened);
    for (int i = 0; well && i < 12; ++i) {
      well =
          send_and_rest({[this, i] { client_.adjust_stock("pot", i + 1); }, [this] { client_.count_stock("mug", 8); }});
    }
    reader.reset();
    well = well && send_and_rest({[this] { client_.adjust_stock("pot", -1); }});
    return close(well);
  }

  // Removes old records.
  bool clear_out() {
    embedded::LoopOptions loop;
    loop.retention[static_cast<std::size_t>(Topic::order_events)] = milliseconds(1);
    loop.removal_slice = std::chrono::seconds(10);
    shop_ = std::make_unique<Shop>();
    if (!shop_->open_only(vfs_, loop)) return false;
    std::uint64_t old = 0;
    for (int attempt = 0; attempt < 3 && archive_.empty(); ++attempt) {
      auto logs = read_logs(*shop_->engine);
      if (logs) archive_ = std::move(*logs);
      shop_->stopped = logs ? std::nullopt : std::optional(Error{ErrorCode::kUnavailable, "unread", "", {}});
    }
    if (shop_->stopped) return close(false);
    for (const auto& [at, records] : archive_) {
      if (at.topic == Topic::order_events) old += records.size() - 1;
    }
    shop_->start(client_);
    while (shop_->engine->counters().removed < old && !shop_->engine->failed()) std::this_thread::yield();
    return close(shop_->rest());
  }

  bool evening() {
    if (!reopen()) return false;
    return close(send_and_rest({[this] { client_.order("o-5", {"tea", "mug"}); }, [this] { client_.cancel("o-2"); }}));
  }

  const DiskVfs& vfs_;
  Client& client_;
  Logs& archive_;
  std::unique_ptr<Shop> shop_;
};

}  // namespace

std::optional<Error> work_a_day(const DiskVfs& vfs, Client& client, Logs& archive) {
  return Day(vfs, client, archive).work();
}

}  // namespace ordo::storage
