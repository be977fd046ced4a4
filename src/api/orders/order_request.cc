#include "api/orders/order_request.h"

#include "api/ownership.h"

namespace ordo::api {
namespace {

// A pending request. One probe at a time uses it.
struct Asked {
  OrderRequest request;
  std::optional<LogPosition> position;  // of the record; none if an earlier record already asks for the same
  bool doubtful = false;                // the last time we looked, the order's state did not allow it
};

void refuse_request(const CallPtr& call, const Error& error) {
  if (error.reason != "stale_revision") return call->refuse(error);
  call->refuse(412, error.reason, error.message, "read the order again, then repeat the change");
}

// Nothing is refused before its record is folded. The obstacle can disappear while the record waits: a failed refund,
// for example, makes its money available again.
bool is_over(ApiContext& context, const Asked& asked) {
  return !asked.position || is_folded(context, *asked.position);
}

// Answers with the outcome of the request, if it is known.
bool look(ApiContext& context, const CallPtr& call, Asked& asked, bool last) {
  // Read the cursor first: an order that is read after it is at least as new as the cursor.
  const bool folded = asked.doubtful && is_over(context, asked);
  const auto found = context.ports.documents.get(Collection::orders, call->request.path_parameters[0]);
  const Order* order = found && *found ? std::get_if<Order>(&**found) : nullptr;
  if (order != nullptr) {
    if (auto answer = asked.request.settled(*call, *order)) {
      call->answer(std::move(*answer));
      return true;
    }
    const auto allowed = decide(order, asked.request.command);
    if (!allowed && folded) {
      refuse_request(call, allowed.error());
      return true;
    }
    asked.doubtful = !allowed;
  }
  if (last) call->answer(asked.request.pending(order));
  return last;
}

void wait_for_outcome(ApiContext& context, const CallPtr& call, const std::shared_ptr<Asked>& asked) {
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  context.poll(wait, {Collection::orders, call->request.path_parameters[0]},
               [&context, call, asked](bool last) { return look(context, call, *asked, last); });
}

void write_request(ApiContext& context, const CallPtr& call, const std::shared_ptr<Asked>& asked) {
  Outgoing outgoing;
  outgoing.topic = Topic::order_events;
  outgoing.key = outgoing.subject = call->request.path_parameters[0];
  outgoing.type = asked->request.type;
  outgoing.value = asked->request.value;
  context.append(*call, std::move(outgoing), [&context, call, asked](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    asked->position = *position;
    wait_for_outcome(context, call, asked);
  });
}

void judge(ApiContext& context, const CallPtr& call, const std::shared_ptr<Asked>& asked, const Order& order) {
  if (auto answer = asked->request.settled(*call, order)) return call->answer(std::move(*answer));
  const auto allowed = decide(&order, asked->request.command);
  if (!allowed) return refuse_request(call, allowed.error());
  if (allowed->empty()) return wait_for_outcome(context, call, asked);  // already requested
  write_request(context, call, asked);
}

}  // namespace

bool is_folded(ApiContext& context, const LogPosition& position) {
  const auto cursor = context.ports.documents.cursor(Owner{ProcessorKind::orders, position.at.partition});
  return cursor && cursor->next > position.offset;
}

std::shared_ptr<AcceptedOrder> find_accepted(ApiContext& context, const Call& call) {
  auto accepted = context.accepted.find_durable(call.request.path_parameters[0]);
  return accepted && may_see(call.request, accepted->customer_id) ? accepted : nullptr;
}

void refuse_unknown_order(const CallPtr& call) {
  call->refuse(404, "unknown_order", "there is no order " + call->request.path_parameters[0]);
}

// The request must not reach the orders processor before the order does. So it waits until the order has a document.
void ask_order(ApiContext& context, const CallPtr& call, OrderRequest request) {
  const auto asked = std::make_shared<Asked>(Asked{std::move(request), std::nullopt, false});
  const DocumentKey order{Collection::orders, call->request.path_parameters[0]};
  context.poll(context.options.decision_wait, order, [&context, call, asked](bool last) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::orders, id);
    // guard: customer-own-changes
    if (found && *found && may_see(call->request, std::get<Order>(**found).customer_id.str())) {
      judge(context, call, asked, std::get<Order>(**found));
      return true;
    }
    if (found && (*found || !find_accepted(context, *call))) {
      refuse_unknown_order(call);
      return true;
    }
    if (!last) return false;
    if (!found) {
      call->refuse(found.error());
    } else {
      call->refuse(503, "order_not_ready", "the order was accepted but is not processed yet", "try again in a moment");
    }
    return true;
  });
}

}  // namespace ordo::api
