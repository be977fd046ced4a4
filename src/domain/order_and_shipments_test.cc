// An order and its shipments are decided by two processors, and each receives the other's updates later. Whatever
// happens on both sides meanwhile, neither requests the impossible, and they agree once all updates have arrived.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "domain/order_lifecycle.h"
#include "domain/shipment.h"
#include "domain/test_values.h"

namespace ordo {
namespace {

struct Question {
  std::string shipment_id;
  ShipmentCommand command;
};

class TwoSides {
 public:
  explicit TwoSides(unsigned seed) : dice_(seed) {
    Order order;
    order.id = OrderId("o");
    order.location = LocationId("main");
    order.lines = {{{}, kTea, "Tea", 3, Money{250, kUsd}, {750, kUsd}},
                   {{}, kCup, "Cup", 2, Money{400, kUsd}, {800, kUsd}}};
    order.total = {1550, kUsd};
    tell(order_command::Place{order, {}, "placed"});
    tell(order_command::NoteReserved{});
    tell(order_command::NoteCaptured{order.total, {}});
  }

  void step() {
    switch (pick(11)) {
      case 0:
        return ask(order_command::Cancel{"all", {}, {}}, 10);
      case 1:
      case 2:
        return ask(order_command::Cancel{"part", "c" + std::to_string(++ids_), pieces_of(some(stock_lines(*order_)))},
                   50);
      case 3: {
        const auto id = "r" + std::to_string(++ids_);
        ask(order_command::RequestResend{id, some(lost_lines(*order_)), ""}, 100);
        return ask(order_command::NoteResendReserved{id}, 100);
      }
      case 4: {
        const auto id = "m" + std::to_string(++ids_);
        const Money some_money{1 + static_cast<std::int64_t>(pick(400)), kUsd};
        return ask(order_command::RequestRefund{id, chance(3) ? std::nullopt : std::optional(some_money), ""}, 30);
      }
      case 5:
        return ask(order_command::Return{"g" + std::to_string(++ids_), pieces_of(some(returnable_lines(*order_))), true,
                                         false, ""},
                   10);
      case 6:
      case 7:
        return carry();
      default:
        return pick(2) == 0 ? hear_question() : hear_news();
    }
  }
  void settle() {
    while (!questions_.empty() || !news_.empty()) {
      hear_question();
      hear_news();
    }
  }
  void expect_agreement() const {
    EXPECT_FALSE(order_->cancelling) << story();
    std::map<std::string, std::vector<StockLine>> open;
    for (const auto& [id, shipment] : shipments_) {
      if (shipment.status == ShipmentStatus::requested) open[id] = shipment.lines;
    }
    std::map<std::string, std::vector<StockLine>> known;
    for (const auto& [id, lines] : open_shipments(*order_)) known[id] = lines;
    EXPECT_EQ(known, open) << story();
  }
  std::string story() const {
    std::string text;
    for (const auto& entry : order_->history) text += entry.summary + "\n";
    return text;
  }
  const Order& order() const { return *order_; }

 private:
  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(dice_); }
  bool chance(std::size_t percent) { return pick(100) < percent; }
  // Some of `lines`; none now and then.
  std::vector<StockLine> some(const std::vector<StockLine>& lines) {
    std::vector<StockLine> chosen;
    for (const auto& line : lines) {
      if (chance(60)) chosen.push_back({line.product_id, 1 + static_cast<std::int64_t>(pick(line.quantity))});
    }
    return chosen;
  }

  // A client's request may be refused.
  void ask(const OrderCommand& command, std::size_t percent) {
    if (!chance(percent)) return;
    if (const auto events = decide(&*order_, command)) follow(*events);
  }
  // A fact must be accepted.
  void tell(const OrderCommand& command) {
    const auto events = decide(order_ ? &*order_ : nullptr, command);
    ASSERT_TRUE(events) << events.error().text();
    follow(*events);
  }
  void follow(const std::vector<OrderEvent>& events) {
    for (const auto& event : events) {
      evolve(order_, event, {"t", Timestamp(), "s"});
      if (const auto* asked = std::get_if<order_event::CancelAsked>(&event)) {
        ASSERT_FALSE(asked->shipments.empty());
        for (const auto& id : asked->shipments) {
          questions_.push_back({id, shipment_command::Cancel{goods_of(asked->lines), asked->id}});
        }
      } else if (std::holds_alternative<order_event::DispatchRequested>(event)) {
        request(shipment_id(order_->id, 1), unshipped_lines(*order_));
      } else if (const auto* accepted = std::get_if<order_event::ResendAccepted>(&event)) {
        for (const auto& resend : order_->resends) {
          if (resend.id == accepted->id) request(accepted->shipment_id, resend.lines);
        }
      }
    }
  }
  void request(const std::string& id, const std::vector<StockLine>& lines) {
    questions_.push_back(
        {id, shipment_command::Request{
                 {}, order_->id, order_->location, lines, shipment_number(order_->id, id).value_or(0)}});
  }

  void hear_question() {
    if (questions_.empty()) return;
    const auto question = std::move(questions_.front());
    questions_.pop_front();
    const auto found = shipments_.find(question.shipment_id);
    auto decision = decide(found == shipments_.end() ? nullptr : &found->second, question.command, {}, {});
    ASSERT_TRUE(decision) << question.shipment_id << " " << decision.error().text();
    const auto* cancel = std::get_if<shipment_command::Cancel>(&question.command);
    take(question.shipment_id, std::move(*decision), cancel != nullptr ? cancel->id : "");
  }
  void carry() {
    if (shipments_.empty()) return;
    const auto& shipment = std::next(shipments_.begin(), static_cast<std::ptrdiff_t>(pick(shipments_.size())))->second;
    constexpr ShipmentStatus kSaid[] = {ShipmentStatus::shipped, ShipmentStatus::shipped,   ShipmentStatus::lost,
                                        ShipmentStatus::lost,    ShipmentStatus::delivered, ShipmentStatus::cancelled};
    shipment_command::CarrierUpdate update{kSaid[pick(std::size(kSaid))], std::nullopt, "", "", ""};
    if (auto lines = some(shipment.lines); update.status == ShipmentStatus::shipped && !lines.empty()) {
      update.lines = std::move(lines);
    }
    // A carrier may report impossible updates.
    if (auto decision = decide(&shipment, update, {}, {})) take(shipment.id, std::move(*decision), "");
  }
  void take(const std::string& id, ShipmentDecision decision, const std::string& cancel_id) {
    const auto shipment = decision.shipment ? *decision.shipment : shipments_.at(id);
    for (const auto& fact : decision.facts) {
      if (std::holds_alternative<shipment_fact::Shipped>(fact)) {
        news_.emplace_back(order_command::NoteShipped{id, shipment.lines, ""});
      } else if (std::holds_alternative<shipment_fact::Delivered>(fact)) {
        news_.emplace_back(order_command::NoteDelivered{id});
      } else if (std::holds_alternative<shipment_fact::Lost>(fact)) {
        news_.emplace_back(order_command::NoteLost{id});
      } else if (const auto* cancelled = std::get_if<shipment_fact::Cancelled>(&fact)) {
        std::optional<std::string> asked;
        if (!cancel_id.empty()) asked = cancel_id;
        news_.emplace_back(order_command::NoteShipmentCancelled{id, cancelled->lines, asked});
      } else {
        news_.emplace_back(order_command::NoteCancelTooLate{id});
      }
    }
    if (decision.rest) shipments_.insert_or_assign(decision.rest->id, *decision.rest);
    shipments_.insert_or_assign(id, shipment);
  }
  void hear_news() {
    if (news_.empty()) return;
    const auto command = std::move(news_.front());
    news_.pop_front();
    tell(command);
  }

  std::mt19937 dice_;
  std::optional<Order> order_;
  std::map<std::string, Shipment> shipments_;
  std::deque<Question> questions_;  // requests from the order
  std::deque<OrderCommand> news_;   // updates for the order
  int ids_ = 0;
};

TEST(OrderAndShipments, AgreeWhateverCrosses) {
  std::size_t resends = 0;
  std::size_t parts = 0;
  for (unsigned seed = 1; seed <= 2'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TwoSides sides(seed);
    for (int i = 0; i < 120; ++i) sides.step();
    sides.settle();
    sides.expect_agreement();
    if (HasFailure()) return;
    resends += sides.order().resends.size();
    parts += sides.order().cancellations.size();
  }
  EXPECT_GT(resends, 1'000U);
  EXPECT_GT(parts, 1'000U);
}

}  // namespace
}  // namespace ordo
