// A payment while a decision changes it. Only payment.cc includes this header.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/payment.h"

namespace ordo {

// The id of the call with this number.
inline std::string payment_call_id(const OrderId& order, CallKind kind, std::int64_t number) {
  return order.str() + ":" + std::string(name_of(kind)) + ":" + std::to_string(number);
}

// A payment while it changes.
class PaymentChange {
 public:
  // `by`: who causes the change. It outlives this object.
  PaymentChange(Payment payment, Timestamp at, const std::optional<Actor>& by)
      : payment_(std::move(payment)), at_(at), by_(by) {}

  Payment& payment() { return payment_; }
  // Constructed in place: g++ 12 warns that a moved variant is uninitialized.
  template <class Fact>
  void tell(Fact fact) {
    facts_.emplace_back(std::in_place_type<Fact>, std::move(fact));
  }

  void note(std::string what, const std::string& reference = {}) {
    auto& history = payment_.history;
    if (history.size() >= Payment::kMaxHistory) history.erase(history.begin() + 1);
    history.push_back({at_, std::move(what), reference, by_});
  }

  void open_call(CallKind kind, Money amount, const std::string& refund_id = {}) {
    GatewayCall call;
    call.id = payment_call_id(payment_.id, kind, ++payment_.calls_made);
    if (payment_.made.size() >= Payment::kMaxMade) payment_.made.erase(payment_.made.begin());
    payment_.made.push_back(kind);
    call.kind = kind;
    call.amount = amount;
    call.refund_id = refund_id;
    payment_.calls.push_back(std::move(call));
  }

  void close_call(const std::string& id) {
    std::erase_if(payment_.calls, [&](const GatewayCall& call) { return call.id == id; });
  }

  // Drops calls that would bring money. A void or a decline makes them pointless.
  void drop_incoming_calls() {
    std::erase_if(payment_.calls, [](const GatewayCall& call) {
      return call.kind == CallKind::purchase || call.kind == CallKind::authorize || call.kind == CallKind::capture;
    });
  }

  bool asks_for(CallKind kind) const {
    return std::any_of(payment_.calls.begin(), payment_.calls.end(),
                       [kind](const GatewayCall& call) { return call.kind == kind; });
  }

  // The amount still to be captured.
  Money missing() const { return {payment_.amount.amount - payment_.captured.amount, payment_.amount.currency}; }

  Timestamp at() const { return at_; }

  void add_refund(RefundCall call) {
    auto& calls = payment_.refund_calls;
    if (calls.size() >= Payment::kMaxRefundCalls) {
      const auto oldest = std::find_if(
          calls.begin(), calls.end(), [](const RefundCall& known) { return known.outcome == RefundOutcome::declined; });
      if (oldest != calls.end()) calls.erase(oldest);
    }
    calls.push_back(std::move(call));
  }

  PaymentDecision done() {
    payment_.updated_at = at_;
    if (payment_.redacted_at && payment_.calls.empty()) payment_.method.clear();
    payment_.open_call.reset();
    if (!payment_.calls.empty()) payment_.open_call = payment_.calls.front().kind;
    return {std::move(payment_), std::move(facts_)};
  }

 private:
  Payment payment_;
  const Timestamp at_;
  const std::optional<Actor>& by_;
  std::vector<PaymentFact> facts_;
};

}  // namespace ordo
