// Effects of documents, the agenda that stores them, and the runner that executes them.
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>

#include "effects/agenda.h"
#include "effects/effect_runner.h"
#include "effects/simulated_gateway.h"
#include "records/messages.h"
#include "records/testing/query_match.h"

namespace ordo::effects {
namespace {

using std::chrono::milliseconds;

const Currency kUsd = *Currency::parse("USD");

Timestamp at(std::int64_t ms) {
  return from_unix_ms(ms);
}

Order reserved_order(const std::string& id, Timestamp since, std::int64_t rev = 2) {
  Order order;
  order.id = OrderId(id);
  order.status = OrderStatus::reserved;
  order.reserved_at = since;
  order.rev = rev;
  return order;
}

Payment open_payment(const std::string& id, const std::string& method, std::int64_t rev = 1) {
  Payment payment;
  payment.id = OrderId(id);
  payment.method = method;
  payment.amount = {900, kUsd};
  GatewayCall call;
  call.id = id + ":purchase:1";
  call.amount = payment.amount;
  payment.calls = {call};
  payment.rev = rev;
  return payment;
}

TEST(EffectOf, FollowsFromTheDocumentAndTheRules) {
  EffectRules rules;
  rules.payment_timeout = milliseconds(100);
  rules.carrier_pickup = milliseconds(10);
  rules.carrier_delivery = milliseconds(20);

  Order order = reserved_order("o", at(5));
  EXPECT_EQ(effect_of(Document(order), rules)->due, at(105));
  order.payment_terms = PaymentTerms::manual;
  rules.manual_payment_timeout = milliseconds(7'000);
  EXPECT_EQ(effect_of(Document(order), rules)->due, at(7'005));
  order.status = OrderStatus::confirmed;
  order.confirmed_at = at(50);
  order.dispatch_hold_s = 2;
  EXPECT_EQ(effect_of(Document(order), rules)->due, at(2'050));
  order.dispatch_requested_at = at(60);
  EXPECT_FALSE(effect_of(Document(order), rules));

  Payment payment = open_payment("o", "");
  EXPECT_EQ(effect_of(Document(payment), rules)->due, payment.updated_at);
  payment.calls[0].attempts = 3;
  payment.calls[0].last_attempt_at = at(1'000);
  const auto later = effect_of(Document(payment), rules)->due;
  EXPECT_GE(later, at(1'000) + rules.gateway_backoff.longest(3) / 2);
  EXPECT_LE(later, at(1'000) + rules.gateway_backoff.longest(3));
  EXPECT_EQ(effect_of(Document(payment), rules)->due, later);    // the same on every call
  payment.calls.emplace_back(payment.calls[0]).id = "o:void:2";  // waits for the purchase that it reverses
  EXPECT_EQ(std::get<effect::AskGateway>(effect_of(Document(payment), rules)->what).call.id, payment.calls[0].id);
  payment.calls.clear();
  EXPECT_FALSE(effect_of(Document(payment), rules));

  Shipment shipment;
  shipment.order_id = OrderId("o");
  shipment.id = shipment_id(shipment.order_id, 1);
  shipment.requested_at = at(7);
  shipment.lines = {{ProductId("a"), 1}, {ProductId("b"), 1}, {ProductId("c"), 1}};
  EXPECT_EQ(effect_of(Document(shipment), rules)->due, at(17));
  rules.carrier_lines = 2;
  const auto move = std::get<effect::MoveShipment>(effect_of(Document(shipment), rules)->what);
  EXPECT_EQ(move.lines->size(), 2U);
  shipment.status = ShipmentStatus::shipped;
  shipment.shipped_at = at(30);
  EXPECT_EQ(effect_of(Document(shipment), rules)->due, at(50));
  rules.simulated_carrier = false;
  EXPECT_FALSE(effect_of(Document(shipment), rules));
}

TEST(EffectOf, TimersSayThatItWasThem) {
  const auto by = [](auto what) { return result_record_of(Effect{at(1), OrderId("o"), what}).by; };
  EXPECT_EQ(by(effect::TimeOutPayment{}), (Actor{ActorKind::system, "timers"}));
  EXPECT_EQ(by(effect::Redact{}), (Actor{ActorKind::system, "timers"}));
  EXPECT_FALSE(by(effect::MoveShipment{"o:1", ShipmentStatus::shipped, std::nullopt}));
}

GatewayAnswered answered(const effect::AskGateway& asked, GatewayReply reply) {
  const auto result_record = result_record_of(OrderId("o"), asked, std::move(reply), {});
  Record record;
  record.at.topic = result_record.topic;
  record.envelope.type = result_record.type;
  record.value = result_record.value;
  return std::get<GatewayAnswered>(*decode(record));
}

TEST(EffectOf, TheAmountOfACaptureIsCarriedIfItIsNotThatOfTheCall) {
  effect::AskGateway asked;
  asked.call.amount = {900, kUsd};
  const auto part = answered(asked, {GatewayOutcome::captured, {}, {}, Money{300, kUsd}});
  EXPECT_EQ(part.outcome, GatewayOutcome::captured);
  EXPECT_EQ(part.amount, (Money{300, kUsd}));
  EXPECT_FALSE(answered(asked, {GatewayOutcome::captured, {}, {}, Money{900, kUsd}}).amount);
  EXPECT_FALSE(answered(asked, {GatewayOutcome::authorized, {}, {}, Money{300, kUsd}}).amount);
  for (const Money wrong : {Money{0, kUsd}, Money{kMaxAmount + 1, kUsd}, Money{300, Currency()}}) {
    const auto impossible = answered(asked, {GatewayOutcome::captured, {}, {}, wrong});
    EXPECT_EQ(impossible.outcome, GatewayOutcome::unavailable);
    EXPECT_FALSE(impossible.amount);
  }
}

TEST(EffectOf, OnlyWhatBringsMoneyIsGivenUp) {
  EffectRules rules;
  rules.gateway_attempts = 2;
  const OrderId order("o");
  for (const auto kind : {CallKind::purchase, CallKind::capture, CallKind::void_authorization, CallKind::refund}) {
    effect::AskGateway asked;
    asked.call.kind = kind;
    asked.call.attempts = 1;
    Record record;
    const auto result_record = result_record_of(order, asked, {}, rules);
    record.at.topic = result_record.topic;
    record.envelope.type = result_record.type;
    record.value = result_record.value;
    const bool brings = kind == CallKind::purchase || kind == CallKind::capture;
    EXPECT_EQ(std::get<GatewayAnswered>(*decode(record)).outcome,
              brings ? GatewayOutcome::gave_up : GatewayOutcome::unavailable);
  }
}

const Owner kOwner{ProcessorKind::orders, 0};

DocumentKey key(const std::string& id) {
  return {Collection::orders, id};
}

Effect due_at(std::int64_t ms) {
  return {at(ms), OrderId("o"), effect::TimeOutPayment{}};
}

std::vector<std::string> ids(const std::vector<Agenda::Due>& due) {
  std::vector<std::string> out;
  out.reserve(due.size());
  for (const auto& one : due) out.push_back(one.key.id);
  return out;
}

TEST(Agenda, GivesWhatIsDueOnceAndAgainWhenNothingCameOfIt) {
  Agenda agenda(10);
  agenda.note(kOwner, key("b"), 1, due_at(20));
  agenda.note(kOwner, key("a"), 1, due_at(10));
  agenda.note(kOwner, key("c"), 1, due_at(30));
  EXPECT_EQ(agenda.next_due(), at(10));
  EXPECT_EQ(ids(agenda.take(at(25), 10, at(100))), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(agenda.take(at(25), 10, at(100)).empty());
  agenda.note(kOwner, key("a"), 1, due_at(10));    // reported again, unchanged
  agenda.note(kOwner, key("b"), 2, std::nullopt);  // settled
  const auto again = agenda.take(at(100), 10, at(200));
  EXPECT_EQ(ids(again), (std::vector<std::string>{"c", "a"}));
  EXPECT_FALSE(again[0].again);
  EXPECT_TRUE(again[1].again);
  agenda.postpone(key("a"), 1, at(150));
  EXPECT_EQ(agenda.next_due(), at(150));
  agenda.note(kOwner, key("a"), 3, due_at(400));
  agenda.note(kOwner, key("a"), 2, due_at(1));  // an older state
  agenda.postpone(key("a"), 1, at(1));          // for an older state
  EXPECT_EQ(agenda.next_due(), at(200));
  agenda.forget(kOwner);
  EXPECT_EQ(agenda.size(), 0U);
}

TEST(Agenda, KeepsTheSoonestWhenItIsFullAndLosesNothingForGood) {
  Agenda agenda(4);
  for (int i = 0; i < 8; ++i) agenda.note(kOwner, key("k" + std::to_string(i)), 1, due_at(100 - i));
  EXPECT_EQ(agenda.size(), 4U);
  EXPECT_EQ(agenda.next_due(), at(93));
  EXPECT_FALSE(agenda.take_incomplete());  // no room yet
  agenda.note(kOwner, key("late"), 1, due_at(99));
  EXPECT_EQ(ids(agenda.take(at(96), 10, at(1'000))), (std::vector<std::string>{"k7", "k6", "k5", "k4"}));
  for (const auto* id : {"k7", "k6"}) agenda.note(kOwner, key(id), 2, std::nullopt);
  agenda.note(kOwner, key("later"), 1, due_at(500));  // would take the place of the dropped effects
  EXPECT_EQ(agenda.size(), 2U);
  EXPECT_EQ(agenda.take_incomplete(), kOwner);
  EXPECT_FALSE(agenda.take_incomplete());
  agenda.note(kOwner, key("later"), 1, due_at(500));
  EXPECT_EQ(agenda.size(), 3U);
}

// A log that stores its records, and documents that the test sets.
class World : public RecordLog, public DocumentReader {
 public:
  void append(Record record, Ack ack) override {
    Result<LogPosition> answer = LogPosition{record.at, 0};
    {
      const std::lock_guard lock(mutex_);
      if (holds_acks) {
        records_.push_back(std::move(record));
        acks_.push_back(std::move(ack));
        changed_.notify_all();
        return;
      }
      if (refuse > 0) {
        --refuse;
        answer = fail(ErrorCode::kUnavailable, "away", "the log is away");
      } else {
        records_.push_back(std::move(record));
      }
    }
    changed_.notify_all();
    ack(std::move(answer));
  }
  Result<std::optional<Document>> get(Collection collection, std::string_view id) override {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find({collection, std::string(id)});
    return found == documents_.end() ? std::optional<Document>() : std::optional<Document>(found->second);
  }
  Result<Page> list(const Query& query) override {
    Page page;
    const std::lock_guard lock(mutex_);
    for (const auto& [place, document] : documents_) {
      if (place.collection != query.collection) continue;
      if (matches(document, query)) page.documents.push_back(document);
    }
    return page;
  }
  Result<Cursor> cursor(const Owner&) override { return Cursor{}; }

  void put(const Document& document) {
    const std::lock_guard lock(mutex_);
    documents_[{collection_of(document), id_of(document)}] = document;
  }
  // Waits for this many records.
  std::vector<Record> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return records_.size() >= count; });
    EXPECT_GE(records_.size(), count);
    return records_;
  }
  // Acknowledges the records that `holds_acks` left without an answer.
  void acknowledge() {
    std::vector<Ack> acks;
    {
      const std::lock_guard lock(mutex_);
      acks.swap(acks_);
    }
    for (const auto& ack : acks) ack(LogPosition{});
  }
  std::atomic<int> refuse{0};
  std::atomic<bool> holds_acks{false};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Record> records_;
  std::vector<Ack> acks_;
  std::map<DocumentKey, Document> documents_;
};

class EffectRunnerTest : public testing::Test {
 protected:
  EffectRunnerTest() {
    options_.source = "/ordo/errands/test";
    options_.look_again = milliseconds(20);
    options_.retry = milliseconds(5);
    options_.patience = milliseconds(30);
    for (auto& topic : topology_.topics) topic.partitions = 1;
  }
  void run() {
    runner_ = std::make_unique<EffectRunner>(options_, topology_, world_, world_, gateway_);
    runner_->start();
  }
  void commit(ProcessorKind processor, const Document& document) {
    const Change change{&document, false};
    world_.put(document);
    runner_->listener().committed({processor, 0}, {&change, 1});
  }
  static GatewayOutcome outcome(const Record& record) { return std::get<GatewayAnswered>(*decode(record)).outcome; }

  EffectRunnerOptions options_;
  Topology topology_;
  World world_;
  SimulatedGateway gateway_;
  std::unique_ptr<EffectRunner> runner_;
};

TEST_F(EffectRunnerTest, FindsWhatWaitsWhenAnOwnerIsTakenOver) {
  world_.put(Document(reserved_order("o1", at(0))));
  Order paid = reserved_order("o2", at(0));
  paid.status = OrderStatus::completed;
  world_.put(Document(paid));
  auto payment = open_payment("o3", "");
  payment.open_call = CallKind::purchase;
  world_.put(Document(payment));
  run();
  runner_->listener().taken({ProcessorKind::orders, 0});
  EXPECT_EQ(world_.wait_for(1)[0].envelope.type, kTypeOf<PaymentTimedOut>);
  runner_->listener().taken({ProcessorKind::payment, 0});
  // The document does not change, so the question may be asked again. The payment's own answer comes first.
  for (const auto& record : world_.wait_for(3)) {
    EXPECT_TRUE(record.envelope.type == kTypeOf<GatewayAnswered> || record.key == "o1") << record.key;
  }
}

TEST_F(EffectRunnerTest, BringsTheGatewaysAnswerHome) {
  run();
  commit(ProcessorKind::payment, Document(open_payment("o", "")));
  const auto records = world_.wait_for(1);
  EXPECT_EQ(records[0].at.topic, Topic::payments);
  EXPECT_EQ(records[0].key, "o");
  EXPECT_EQ(records[0].envelope.source, "/ordo/errands/test");
  EXPECT_EQ(outcome(records[0]), GatewayOutcome::captured);
}

TEST(EffectOf, NothingWaitsForATimeThatIsAhead) {
  EffectRules rules;
  rules.payment_timeout = milliseconds(100);
  const Timestamp ahead = at(1'000'000'000'000);
  const auto due_at = [&](const Document& document, Timestamp present) {
    return not_beyond(present, *effect_of(document, rules)).due;
  };
  auto payment = open_payment("o", "");
  payment.updated_at = ahead;
  EXPECT_EQ(due_at(Document(payment), at(50)), at(50));
  payment.calls[0].attempts = 1;
  payment.calls[0].last_attempt_at = ahead;
  EXPECT_LE(due_at(Document(payment), at(50)), at(50) + rules.gateway_backoff.longest(1));
  EXPECT_GT(due_at(Document(payment), at(50)), at(50));
  EXPECT_EQ(due_at(Document(reserved_order("o", ahead)), at(50)), at(150));
  EXPECT_EQ(due_at(Document(reserved_order("o", at(5))), at(50)), at(105));
}

TEST_F(EffectRunnerTest, AsksAtOnceWhateverTheOrderSaysOfItsTime) {
  run();
  auto payment = open_payment("o", "");
  payment.updated_at = now() + std::chrono::hours(24 * 365 * 70);
  commit(ProcessorKind::payment, Document(payment));
  EXPECT_EQ(outcome(world_.wait_for(1)[0]), GatewayOutcome::captured);
}

TEST_F(EffectRunnerTest, TakesSilenceForAFailedAttempt) {
  run();
  commit(ProcessorKind::payment, Document(open_payment("o", "sim_silent")));
  EXPECT_EQ(outcome(world_.wait_for(1)[0]), GatewayOutcome::unavailable);
  auto again = open_payment("o", "sim_silent", 2);
  again.calls[0].attempts = 1;
  commit(ProcessorKind::payment, Document(again));
  EXPECT_EQ(outcome(world_.wait_for(2).back()), GatewayOutcome::captured);
}

TEST_F(EffectRunnerTest, TriesAgainWhatTheLogDidNotTake) {
  world_.refuse = 3;
  run();
  commit(ProcessorKind::orders, Document(reserved_order("o", at(0))));
  EXPECT_EQ(world_.wait_for(1)[0].envelope.type, kTypeOf<PaymentTimedOut>);
  EXPECT_GE(runner_->figures().failed, 3U);
}

TEST_F(EffectRunnerTest, WaitsForRoomInTheLog) {
  options_.max_under_way = 1;
  world_.holds_acks = true;
  run();
  for (const auto* id : {"o1", "o2"}) commit(ProcessorKind::orders, Document(reserved_order(id, at(0))));
  EXPECT_EQ(world_.wait_for(1).size(), 1U);
  EXPECT_EQ(runner_->figures().under_way, 1U);
  world_.acknowledge();
  EXPECT_EQ(world_.wait_for(2).size(), 2U);
}

TEST_F(EffectRunnerTest, LeavesAloneWhatIsSettledOrLost) {
  options_.rules.payment_timeout = milliseconds(50);
  run();
  const Timestamp present = now();
  commit(ProcessorKind::orders, Document(reserved_order("settled", present)));
  Order paid = reserved_order("settled", present, 3);
  paid.status = OrderStatus::completed;
  commit(ProcessorKind::orders, Document(paid));
  EXPECT_EQ(runner_->figures().waiting, 0U);
  commit(ProcessorKind::orders, Document(reserved_order("lost", present)));
  runner_->listener().lost({ProcessorKind::orders, 0});
  EXPECT_EQ(runner_->figures().waiting, 0U);
  commit(ProcessorKind::orders, Document(reserved_order("kept", present)));
  EXPECT_EQ(world_.wait_for(1)[0].key, "kept");
}

TEST_F(EffectRunnerTest, RemindsOfOrdersWhosePersonalDataHasToGo) {
  options_.rules.retention = std::chrono::hours(1);
  options_.retention_sweep = milliseconds(5);
  Order old = reserved_order("old", at(0));
  old.status = OrderStatus::completed;
  old.placed_at = now() - std::chrono::hours(2);
  world_.put(Document(old));
  Order open = old;
  open.id = OrderId("open");
  open.status = OrderStatus::fulfilled;
  world_.put(Document(open));
  run();
  runner_->listener().taken({ProcessorKind::orders, 0});
  const auto records = world_.wait_for(1);
  EXPECT_EQ(records[0].envelope.type, kTypeOf<RetentionElapsed>);
  EXPECT_EQ(records[0].key, "old");
}

// Waiting for payment and dispatch is business of today. The retention counts from the end, or from the order's time.
TEST(EffectOf, AnOrderOfThePastWaitsForItsRetentionOnly) {
  EffectRules rules;
  Order order = reserved_order("o", at(5));
  order.imported = ImportedFrom{"old-shop", "#1", at(9'000)};
  order.placed_at = at(1'000);
  order.updated_at = at(9'000);
  EXPECT_FALSE(effect_of(Document(order), rules));
  order.status = OrderStatus::confirmed;
  order.confirmed_at = at(50);
  EXPECT_FALSE(effect_of(Document(order), rules));
  rules.retention = milliseconds(100);
  EXPECT_EQ(effect_of(Document(order), rules)->due, at(1'100));
  order.status = OrderStatus::completed;
  order.ended_at = at(2'000);
  const auto effect = effect_of(Document(order), rules);
  EXPECT_EQ(effect->due, at(2'100));
  EXPECT_TRUE(std::holds_alternative<effect::Redact>(effect->what));
  order.redacted_at = at(3'000);
  EXPECT_FALSE(effect_of(Document(order), rules));
}

// Many old orders are imported at once, and the agenda has no room for all of them.
TEST_F(EffectRunnerTest, FindsOldOrdersThatFoundNoRoomOnTheAgenda) {
  options_.rules.retention = std::chrono::hours(1);
  options_.retention_sweep = milliseconds(5);
  options_.max_waiting = 1;
  options_.max_under_way = 1;
  world_.holds_acks = true;  // the first effect leaves no room for another one
  Order first;
  first.id = OrderId("first");
  first.status = OrderStatus::completed;
  first.rev = 1;
  first.placed_at = first.updated_at = now() - std::chrono::hours(2);
  world_.put(Document(first));
  run();
  runner_->listener().taken({ProcessorKind::orders, 0});
  EXPECT_EQ(world_.wait_for(1)[0].key, "first");  // the sweep has passed the old orders

  first.redacted_at = now();
  ++first.rev;
  commit(ProcessorKind::orders, Document(first));
  Order waiting = reserved_order("waiting", at(0));
  commit(ProcessorKind::orders, Document(waiting));
  Order old = first;
  old.id = OrderId("old");
  old.redacted_at.reset();
  old.imported = ImportedFrom{"old-shop", "#1", now()};
  commit(ProcessorKind::orders, Document(old));
  waiting.status = OrderStatus::fulfilled;
  ++waiting.rev;
  commit(ProcessorKind::orders, Document(waiting));
  world_.holds_acks = false;
  world_.acknowledge();
  EXPECT_EQ(world_.wait_for(2)[1].key, "old");
}

TEST(SimulatedGateway, AnswersAsItsTokensDeclare) {
  SimulatedGateway gateway({milliseconds(0), milliseconds(500)});
  const auto answers = [&](const char* method, CallKind kind, std::int64_t attempt) {
    GatewayQuestion question{"id", kind, OrderId("o"), {900, kUsd}, method, "", attempt};
    std::vector<std::pair<GatewayOutcome, milliseconds>> out;
    gateway.ask(question,
                [&](const GatewayReply& reply, milliseconds delay) { out.emplace_back(reply.outcome, delay); });
    return out;
  };
  using Answers = std::vector<std::pair<GatewayOutcome, milliseconds>>;
  const milliseconds soon{0};
  EXPECT_EQ(answers("tok_visa", CallKind::purchase, 1), (Answers{{GatewayOutcome::captured, soon}}));
  EXPECT_EQ(answers("sim_decline", CallKind::purchase, 1), (Answers{{GatewayOutcome::declined, soon}}));
  EXPECT_EQ(answers("sim_two_step", CallKind::purchase, 1), (Answers{{GatewayOutcome::authorized, soon}}));
  EXPECT_EQ(answers("sim_two_step", CallKind::capture, 1), (Answers{{GatewayOutcome::captured, soon}}));
  EXPECT_EQ(answers("sim_flaky", CallKind::purchase, 2), (Answers{{GatewayOutcome::unavailable, soon}}));
  EXPECT_EQ(answers("sim_flaky", CallKind::purchase, 3), (Answers{{GatewayOutcome::captured, soon}}));
  EXPECT_EQ(answers("sim_timeout", CallKind::purchase, 9), (Answers{{GatewayOutcome::unavailable, soon}}));
  EXPECT_EQ(answers("sim_timeout", CallKind::void_authorization, 1), (Answers{{GatewayOutcome::voided, soon}}));
  EXPECT_EQ(answers("sim_twice", CallKind::purchase, 1).size(), 2U);
  EXPECT_EQ(answers("sim_late", CallKind::purchase, 1), (Answers{{GatewayOutcome::captured, milliseconds(500)}}));
  EXPECT_EQ(answers("sim_refund_fails", CallKind::refund, 1), (Answers{{GatewayOutcome::declined, soon}}));
  EXPECT_EQ(answers("", CallKind::refund, 1), (Answers{{GatewayOutcome::refunded, soon}}));
  EXPECT_TRUE(answers("sim_silent", CallKind::purchase, 1).empty());
}

}  // namespace
}  // namespace ordo::effects
