#include "api/orders/bulk_run.h"

#include <algorithm>
#include <utility>

#include "api/json_body.h"
#include "api/orders/order_actions.h"
#include "domain/order_lifecycle.h"
#include "domain/shipment.h"
#include "http/problem_body.h"
#include "records/json_text.h"

namespace ordo::api {
namespace {

// Hands the answer of a single route to a function.
class AnswerTo final : public http::AnswerSink {
 public:
  explicit AnswerTo(std::function<void(const http::Response&)> on_answer) : on_answer_(std::move(on_answer)) {}
  void answer(std::uint64_t, std::uint64_t, http::Response response) override { on_answer_(response); }
  void more(std::uint64_t) override {}

 private:
  const std::function<void(const http::Response&)> on_answer_;
};

BulkOutcome refused_as(BulkResult& result, const Error& error) {
  result.code = error.reason;
  result.detail = error.message;
  return BulkOutcome::refused;
}

OrderCommand command_of(const BulkPlan& plan) {
  if (plan.action == BulkAction::tag) return order_command::ChangeTags{"", plan.tags};
  order_command::Cancel cancel{plan.reason};
  cancel.code = plan.reason_code;
  return cancel;
}

std::string cancel_body(const BulkPlan& plan) {
  JsonObject body;
  if (!plan.reason.empty()) body.add_string("reason", plan.reason);
  if (plan.reason_code) body.add_string("reason_code", enum_name(*plan.reason_code));
  return body.text();
}

}  // namespace

BulkRun::BulkRun(ApiContext& context, CallPtr call, BulkPlan plan, const std::vector<std::string>& ids, OnEnd on_end)
    : context_(context),
      call_(std::move(call)),
      plan_(std::move(plan)),
      on_end_(std::move(on_end)),
      impatient_at_(Clock::now() + kBulkPatience),
      results_(ids.size()),
      shipments_(ids.size()) {
  for (std::size_t i = 0; i < ids.size(); ++i) results_[i].id = ids[i];
}

// A task may finish within submit(), or at the same time on another thread. One thread at a time starts tasks.
void BulkRun::advance() {
  std::unique_lock lock(mutex_);
  if (advancing_ || ended_) return;
  advancing_ = true;
  while (next_ < results_.size() && under_way_ < kBulkAtOnce) {
    const auto index = next_++;
    ++under_way_;
    lock.unlock();
    submit(index);
    lock.lock();
  }
  advancing_ = false;
  if (finished_ < results_.size()) return;
  ended_ = true;
  lock.unlock();
  on_end_(call_, std::move(results_));
}

void BulkRun::finish() {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
    ++finished_;
  }
  advance();
}

void BulkRun::submit(std::size_t index) {
  if (context_.pool.submit([self = shared_from_this(), index] { self->look_at(index); })) return;
  results_[index].outcome = refused_as(
      results_[index], {ErrorCode::kBusy, "reads_queue_full", "too many requests wait for the database", {}});
  finish();
}

// An order without a document may have been accepted a moment ago: the single route waits for it.
void BulkRun::look_at(std::size_t index) {
  auto& result = results_[index];
  const auto found = context_.ports.documents.get(Collection::orders, result.id);
  const auto* order = found && *found ? std::get_if<Order>(&**found) : nullptr;
  std::optional<BulkOutcome> outcome;
  if (!found) {
    outcome = refused_as(result, found.error());
  } else if (order != nullptr) {
    result.number = order->number;
    outcome = plan_.action == BulkAction::ship ? foresee_shipments(*order, result) : foresee(*order, result);
    for (const auto& open : open_shipments(*order)) shipments_[index].push_back(open.id);
  } else if (plan_.dry_run || plan_.action == BulkAction::ship) {
    outcome = refused_as(result, {ErrorCode::kNotFound, "unknown_order", "there is no order " + result.id, {}});
  }
  if (!outcome && plan_.dry_run) outcome = BulkOutcome::would;
  if (!outcome) return act(index);
  result.outcome = *outcome;
  finish();
}

// The outcome, if it is known before anything is asked: nothing changes, or the order's state does not allow it. The
// state may allow it in a moment; only a dry run refuses for it.
std::optional<BulkOutcome> BulkRun::foresee(const Order& order, BulkResult& result) const {
  const auto events = decide(&order, command_of(plan_));
  if (!events) return plan_.dry_run ? std::optional(refused_as(result, events.error())) : std::nullopt;
  const bool settled = plan_.action == BulkAction::tag || order.status == OrderStatus::cancelled;
  if (events->empty() && settled) return BulkOutcome::unchanged;
  return std::nullopt;
}

std::optional<BulkOutcome> BulkRun::foresee_shipments(const Order& order, BulkResult& result) const {
  if (!open_shipments(order).empty()) return std::nullopt;
  // guard: bulk-ship-once
  if (!order.parcels.empty() && unshipped_lines(order).empty()) return BulkOutcome::unchanged;
  return refused_as(result, {ErrorCode::kConflict, "no_open_shipment", "no shipment of the order waits to leave", {}});
}

void BulkRun::act(std::size_t index) {
  const auto id = results_[index].id;
  const auto done = [self = shared_from_this(), index](const http::Response& answer) {
    self->note(index, answer);
    self->finish();
  };
  switch (plan_.action) {
    case BulkAction::cancel:
      return ask(id, "/v1/orders/" + id + "/cancel", cancel_body(plan_), cancel_order, done);
    case BulkAction::tag:
      return ask(id, "/v1/orders/" + id + "/tags", to_json(plan_.tags), change_tags, done);
    case BulkAction::ship:
      return ship(index);
  }
}

// One shipment after the other; a refused one ends it.
void BulkRun::ship(std::size_t index) {
  auto& left = shipments_[index];
  if (left.empty()) return finish();
  const auto id = std::move(left.back());
  left.pop_back();
  ask(id, "/v1/shipments/" + id + "/updates", R"({"status":"shipped"})", update_shipment,
      [self = shared_from_this(), index](const http::Response& answer) {
        const bool waited = self->results_[index].outcome == BulkOutcome::accepted;
        self->note(index, answer);
        auto& result = self->results_[index];
        if (result.outcome == BulkOutcome::refused) return self->finish();
        if (waited) result.outcome = BulkOutcome::accepted;
        self->ship(index);
      });
}

void BulkRun::ask(const std::string& id, const std::string& path, std::string body,
                  void (*action)(ApiContext&, http::Request, http::Respond),
                  std::function<void(const http::Response&)> on_answer) {
  http::Request request;
  request.method = http::Method::kPost;
  request.set_target(path);
  request.body = std::move(body);
  request.peer = call_->request.peer;
  request.trace_id = call_->request.trace_id;
  request.caller = call_->request.caller;
  request.path_parameters = {id};
  const auto prefer = call_->request.header("Prefer");
  if (Clock::now() >= impatient_at_) {
    request.add_header("Prefer", "wait=0");
  } else if (!prefer.empty()) {
    request.add_header("Prefer", prefer);
  }
  action(context_, std::move(request), http::Respond(std::make_shared<AnswerTo>(std::move(on_answer)), 0, 0));
}

void BulkRun::note(std::size_t index, const http::Response& answer) {
  auto& result = results_[index];
  if (answer.status < 400) {
    result.outcome = answer.status == 202 ? BulkOutcome::accepted : BulkOutcome::done;
    return;
  }
  result.outcome = BulkOutcome::refused;
  const auto problem = from_json<http::Problem>(answer.body, Fields::lenient);
  if (!problem) return;
  result.code = problem->code;
  result.detail = problem->detail;
}

}  // namespace ordo::api
