#include "bank.h"

#include <algorithm>

#include "world.h"

namespace ordo::simulation {
namespace {

effects::GatewayReply approval(CallKind kind) {
  switch (kind) {
    case CallKind::purchase:
    case CallKind::capture:
      return {GatewayOutcome::captured, {}, "b"};
    case CallKind::authorize:
      return {GatewayOutcome::authorized, {}, "b"};
    case CallKind::void_authorization:
      return {GatewayOutcome::voided, {}, "b"};
    case CallKind::refund:
      return {GatewayOutcome::refunded, {}, "b"};
  }
  return {};
}

}  // namespace

std::vector<Bank::Answer> Bank::ask(const OrderId& order, const effects::effect::AskGateway& asked) {
  const GatewayCall& call = asked.call;
  const bool calm = world_.faults.is_calm();
  effects::GatewayQuestion question;
  question.id = call.id;
  question.kind = call.kind;
  question.order_id = order;
  question.amount = call.amount;
  question.method = asked.method;
  question.refund_id = call.refund_id;
  question.attempt = call.attempts + 1;
  std::vector<Answer> heard;
  gateway_.ask(question, [&](effects::GatewayReply reply, std::chrono::milliseconds delay) {
    heard.push_back({std::move(reply), delay.count() > 0 && !calm});
  });
  // When the faults are over, only voids and refunds must be answered in the end.
  const bool owed = call.kind == CallKind::void_authorization || call.kind == CallKind::refund;
  if (heard.empty()) heard.push_back({effects::GatewayReply{}, false});
  for (auto& answer : heard) {
    if (answer.reply.outcome != GatewayOutcome::unavailable) {
      answer.reply = act(order, call, std::move(answer.reply), true);
    } else if (calm && owed) {
      answer.reply = act(order, call, approval(call.kind), true);
    } else if (world_.choices.chance(400)) {
      act(order, call, approval(call.kind), false);  // done, but its answer is lost
    }
  }
  if (asked.method.starts_with("sim_")) world_.faults.count(Fault::gateway);
  return heard;
}

std::optional<effects::GatewayReply> Bank::correct(const OrderId& order, const RefundCall& call) {
  const auto known = answered_.find(call.call_id);
  if (known == answered_.end() || !corrected_.insert(call.call_id).second) return std::nullopt;
  Account& account = accounts_[order.str()];
  const bool was_made = known->second.outcome == GatewayOutcome::refunded;
  account.refunded.amount += was_made ? -call.amount.amount : call.amount.amount;
  world_.faults.count(Sight::refunds_corrected);
  world_.trace.say("the bank takes back what it said of ", call.call_id);
  return was_made ? effects::GatewayReply{GatewayOutcome::declined, "came back", {}}
                  : effects::GatewayReply{GatewayOutcome::refunded, {}, "b"};
}

effects::GatewayReply Bank::act(const OrderId& order, const GatewayCall& call, effects::GatewayReply wanted,
                                bool heard) {
  const auto known = answered_.find(call.id);
  if (known != answered_.end()) return known->second;
  Account& account = accounts_[order.str()];
  account.captured.currency = account.refunded.currency = call.amount.currency;
  const bool brings_money = call.kind == CallKind::purchase || call.kind == CallKind::capture;
  if (brings_money && wanted.outcome == GatewayOutcome::captured && world_.choices.chance(80)) {
    wanted = {GatewayOutcome::declined, "card", {}};
  }
  const bool captures = brings_money && wanted.outcome == GatewayOutcome::captured;
  if (captures && heard && call.amount.amount > 1 && world_.choices.chance(120)) {
    wanted.amount = Money{1 + world_.choices.pick(call.amount.amount - 1), call.amount.currency};
  }
  auto reply = book(account, call, std::move(wanted));
  world_.trace.say("    the bank: ", call.id, " of ", call.amount.amount, " -> ", static_cast<int>(reply.outcome), " ",
                   reply.reason);
  answered_[call.id] = reply;
  if (reply.amount) world_.faults.count(Sight::captured_parts);
  return reply;
}

effects::GatewayReply Bank::book(Account& account, const GatewayCall& call, effects::GatewayReply wanted) {
  if (call.kind != CallKind::refund && call.kind != CallKind::void_authorization) {
    account.total = std::max(account.total, account.captured.amount + call.amount.amount);
  }
  // The rest of a payment that was captured in part can still be voided.
  const bool taken = account.captured.amount > 0 && account.captured.amount >= account.total;
  switch (wanted.outcome) {
    case GatewayOutcome::captured:
      if (account.closed) return {GatewayOutcome::declined, "closed", {}};
      account.captured.amount += wanted.amount.value_or(call.amount).amount;
      return wanted;
    case GatewayOutcome::authorized:
      if (account.closed) return {GatewayOutcome::declined, "closed", {}};
      account.authorized = true;
      return wanted;
    case GatewayOutcome::voided:
      if (taken) return {GatewayOutcome::captured, "too late", "b"};
      account.closed = true;
      return wanted;
    case GatewayOutcome::refunded:
      if (account.refunded.amount + call.amount.amount > account.captured.amount) {
        return {GatewayOutcome::declined, "not that much", {}};
      }
      account.refunded.amount += call.amount.amount;
      return wanted;
    default:
      if (call.kind == CallKind::refund) return wanted;
      if (taken) return {GatewayOutcome::captured, {}, "b"};
      account.closed = true;
      return wanted;
  }
}

}  // namespace ordo::simulation
