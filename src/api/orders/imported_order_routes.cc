// /v1/imported-orders: orders of the past, as another system had them.
#include <memory>
#include <optional>
#include <string>

#include "api/content_permissions.h"
#include "api/document_change.h"
#include "api/json_body.h"
#include "api/orders/imported_order.h"
#include "api/orders/order_placement.h"
#include "api/orders/order_request.h"
#include "api/orders/part_request.h"
#include "http/problem.h"
#include "http/router.h"

namespace ordo::api {
namespace {

// An import under way. One probe at a time uses it.
struct ImportUnderWay {
  order_command::Import command;
  std::string record;    // its value
  bool created = false;  // there was no such order before
  LogPosition position = {};
  bool doubtful = false;  // the last look found the order with other content
};

void refuse_import(const CallPtr& call, const Error& error) {
  const char* hint = "";
  if (error.reason == "order_changed") hint = "send replace: true if this content is right";
  if (error.reason == "order_moved_on") hint = "record further refunds and returns in ordo";
  call->answer(http::problem(error, call->request.trace_id, hint));
}

void answer_imported(const CallPtr& call, const ImportUnderWay& task, const Order& order) {
  const auto reader = reader_of(call->request);
  call->answer(task.created ? created_order(order, reader) : order_response(200, order, reader));
}

// Answers with the outcome of the import, if it is known.
bool look(ApiContext& context, const CallPtr& call, ImportUnderWay& task, bool last) {
  // Read the cursor first: an order that is read after it is at least as new as the cursor.
  const bool folded = task.doubtful && is_folded(context, task.position);
  const auto found = context.ports.documents.get(Collection::orders, task.command.id.str());
  const Order* order = found && *found ? std::get_if<Order>(&**found) : nullptr;
  if (order != nullptr) {
    const auto open = decide(order, task.command);
    const bool done = open && open->empty();
    if (done || (folded && open)) {
      answer_imported(call, task, *order);
      return true;
    }
    // guard: import-refused-when-folded
    if (folded) {
      refuse_import(call, open.error());
      return true;
    }
    task.doubtful = true;
  }
  if (last) call->answer(pending_change(task.command.id.str()));
  return last;
}

void write_import(ApiContext& context, const CallPtr& call, const std::shared_ptr<ImportUnderWay>& task) {
  Outgoing outgoing;
  outgoing.topic = Topic::order_events;
  outgoing.key = outgoing.subject = task->command.id.str();
  outgoing.type = kTypeOf<OrderImported>;
  outgoing.value = std::move(task->record);
  context.append(*call, std::move(outgoing), [&context, call, task](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    task->position = *position;
    const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
    context.poll(wait, {Collection::orders, task->command.id.str()},
                 [&context, call, task](bool last) { return look(context, call, *task, last); });
  });
}

// Runs on the pool. An import that changes nothing writes nothing.
void import_once(ApiContext& context, const CallPtr& call, const OrderImported& record) {
  const auto task = std::make_shared<ImportUnderWay>();
  task->command = {record.order_id, record, {}, record.replace.value_or(false)};
  const auto found = context.ports.documents.get(Collection::orders, record.order_id.str());
  if (!found) return call->refuse(found.error());
  const Order* order = *found ? std::get_if<Order>(&**found) : nullptr;
  task->created = order == nullptr;
  const auto events = decide(order, task->command);
  if (!events) return refuse_import(call, events.error());
  // guard: import-repeat-writes-nothing
  if (events->empty()) return answer_imported(call, *task, *order);
  task->record = encode(record);
  write_import(context, call, task);
}

void post_imported_order(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const auto body = read_body<ImportedOrderBody>(call->request);
  if (!body) return call->refuse(body.error());
  auto record = read_import(context, *body, now());
  if (!record) return call->refuse(record.error());
  context.on_pool(call, [&context, record = std::move(*record)](const CallPtr& under_way) {
    import_once(context, under_way, record);
  });
}

}  // namespace

void add_imported_order_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(
      http::Method::kPost, "/v1/imported-orders", bind(post_imported_order),
      {.tag = "Orders",
       .operation = "importOrder",
       .summary = "Import an order of the past",
       .text = "Writes an order as another system had it: status, prices, payments, refunds. ordo charges nothing, "
               "takes no stock and ships nothing for it. It counts in lists and in the customer's figures. It takes "
               "notes, refunds by hand and returns; all else is 409 imported_order. The source and the number identify "
               "it: the same content again changes nothing. Other content is 409 order_changed and names what differs, "
               "unless replace is true. Webhooks receive nothing, unless announce is true.",
       .parameters = {http::prefer_wait_parameter()},
       .body = {schema_of<ImportedOrderBody>,
                R"({"source":"old-shop","number":"#1001","customer_id":"ann","currency":"USD",)"
                R"("placed_at":"2024-03-05T19:22:11Z","status":"completed","lines":[{"product_id":"mug-red",)"
                R"("quantity":2,"unit_price":{"amount":1250,"currency":"USD"}}]})"},
       .answers = {{201, "The order.", order_schema, http::kJson, {"Location", "ETag"}},
                   {200, "The order, imported before or replaced.", order_schema, http::kJson, {"ETag"}},
                   {202, "Not decided yet.", pending_change_schema}},
       .problems = {{409, "order_changed, order_moved_on, not_imported"},
                    {422,
                     "invalid_fields, total_mismatch, discount_exceeds_line, tax_exceeds_line, currency_mismatch, "
                     "amount_overflow, too_many_taxes, record_too_large"}}});
}

}  // namespace ordo::api
