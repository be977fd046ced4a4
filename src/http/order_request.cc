#include "http/order_request.h"

namespace ordo::http {
namespace {

// A request under way. One probe at a time uses it.
struct Asked {
  OrderRequest request;
  std::optional<LogPosition> position;  // of the record; nothing when an earlier one asks for the same
  bool doubtful = false;                // at the last look the order as it stood did not allow it
};

// Whether the orders processor is past the record. Nothing is refused before: what stands against a request can go away
// while its record waits to be folded, as money does that a failed refund gives free again.
bool is_folded(ApiContext& context, const Asked& asked) {
  if (!asked.position) return true;
  const auto cursor = context.ports.documents.cursor(Owner{ProcessorKind::orders, asked.position->at.partition});
  return cursor && cursor->next > asked.position->offset;
}

// Answers what became of the request, if that is known.
bool look(ApiContext& context, const CallPtr& call, Asked& asked, bool last) {
  // The cursor first: an order read after it shows at least what the cursor tells.
  const bool folded = asked.doubtful && is_folded(context, asked);
  const auto found = context.ports.documents.get(Collection::orders, call->request.path_parameters[0]);
  const Order* order = found && *found ? std::get_if<Order>(&**found) : nullptr;
  if (order != nullptr) {
    if (auto answer = asked.request.settled(*call, *order)) {
      call->answer(std::move(*answer));
      return true;
    }
    const auto allowed = decide(order, asked.request.command);
    if (!allowed && folded) {
      call->refuse(allowed.error());
      return true;
    }
    asked.doubtful = !allowed;
  }
  if (last) call->answer(asked.request.pending(order));
  return last;
}

void wait_for_outcome(ApiContext& context, const CallPtr& call, const std::shared_ptr<Asked>& asked) {
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  context.poll(wait, [&context, call, asked](bool last) { return look(context, call, *asked, last); });
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
  if (!allowed) return call->refuse(allowed.error());
  if (allowed->empty()) return wait_for_outcome(context, call, asked);  // asked for already
  write_request(context, call, asked);
}

}  // namespace

void refuse_unknown_order(const CallPtr& call) {
  call->refuse(404, "unknown_order", "there is no order " + call->request.path_parameters[0]);
}

// The request must not overtake the order on its way to the orders processor, so it waits until there is a document.
void ask_order(ApiContext& context, const CallPtr& call, OrderRequest request) {
  const auto asked = std::make_shared<Asked>(Asked{std::move(request), std::nullopt, false});
  context.poll(context.options.decision_wait, [&context, call, asked](bool last) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::orders, id);
    if (found && *found) {
      judge(context, call, asked, std::get<Order>(**found));
      return true;
    }
    if (found && !context.accepted.find_durable(id)) {
      refuse_unknown_order(call);
      return true;
    }
    if (!last) return false;
    if (!found) {
      call->refuse(found.error());
    } else {
      call->refuse(503, "order_not_ready", "the order is accepted but not processed yet", "try again in a moment");
    }
    return true;
  });
}

}  // namespace ordo::http
