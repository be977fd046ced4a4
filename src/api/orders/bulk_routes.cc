// POST /v1/orders/bulk: one action for many orders.
#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "api/json_body.h"
#include "api/list_request.h"
#include "api/orders/bulk_run.h"
#include "base/encoding.h"
#include "domain/ids.h"
#include "domain/text_rule.h"
#include "http/request_guard.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/notes.h"

namespace ordo::api {

BOOST_DESCRIBE_ENUM(BulkAction, cancel, ship, tag)
BOOST_DESCRIBE_ENUM(BulkOutcome, done, accepted, would, unchanged, refused)
BOOST_DESCRIBE_STRUCT(BulkResult, (), (id, number, outcome, code, detail))
constexpr auto notes(NotesOf<BulkResult>) {
  return std::array{
      Note{"outcome",
           "done: the order shows it. accepted: durable, but not decided yet. would: a dry run, and possible. "
           "unchanged: there was nothing to do"},
      Note{"code", "why it was refused, as the route of a single order says it"}};
}

namespace {

constexpr std::size_t kMaxOrders = 500;
constexpr int kMaxRuns = 4;

struct BulkBody {
  std::optional<std::vector<std::string>> ids;
  std::optional<Metadata> filter;
  BulkAction action = BulkAction::tag;
  std::optional<bool> dry_run;
  std::optional<std::string> reason;
  std::optional<CancelReason> reason_code;
  std::optional<std::vector<std::string>> add;
  std::optional<std::vector<std::string>> remove;
};
BOOST_DESCRIBE_STRUCT(BulkBody, (), (ids, filter, action, dry_run, reason, reason_code, add, remove))
constexpr auto notes(NotesOf<BulkBody>) {
  return std::array{
      Note{"ids", "the orders; this or filter", {}, R"({"minItems":1,"maxItems":500})"},
      Note{"filter", "the orders that the list shows with these parameters; values are texts", R"({"tag":"recall"})"},
      Note{"dry_run", "true: nothing changes, the answer shows what would"},
      Note{"reason", "of a cancel", {}, R"({"maxLength":512})"},
      Note{"reason_code", "of a cancel"},
      Note{"add", "tags to add, with the action tag", R"(["recall"])", R"({"maxItems":50})"},
      Note{"remove", "tags to remove, with the action tag", {}, R"({"maxItems":50})"}};
}

struct BulkAnswer {
  bool dry_run = false;
  std::vector<BulkResult> data;
  std::int64_t done = 0;
  std::int64_t accepted = 0;
  std::int64_t would = 0;
  std::int64_t unchanged = 0;
  std::int64_t refused = 0;
};
BOOST_DESCRIBE_STRUCT(BulkAnswer, (), (dry_run, data, done, accepted, would, unchanged, refused))
constexpr auto notes(NotesOf<BulkAnswer>) {
  return std::array{Note{"data", "in the order of the request"}, Note{"done", "number of orders with this outcome"}};
}

// --- reading the request

void check_ids(const std::vector<std::string>& ids, std::vector<Violation>& found) {
  // guard: bulk-bounded-orders
  if (ids.empty() || ids.size() > kMaxOrders) {
    found.push_back({"/ids", "must have 1 to 500 ids"});
    return;
  }
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto pointer = "/ids/" + std::to_string(i);
    if (const auto problem = id_problem(ids[i]); !problem.empty()) found.push_back({pointer, std::string(problem)});
    if (!seen.insert(ids[i]).second) found.push_back({pointer, "is there twice"});
  }
}

void check_filter(const Metadata& filter, std::vector<Violation>& found) {
  // A forgotten filter must not mean every order.
  // guard: bulk-needs-a-filter
  if (filter.empty()) found.push_back({"/filter", "must name at least one filter"});
  for (const auto* name : {"limit", "cursor", "sort"}) {
    if (filter.contains(name)) found.push_back({"/filter/" + std::string(name), "is no filter"});
  }
}

std::vector<Violation> check_bulk(const BulkBody& body) {
  std::vector<Violation> found;
  if (body.ids.has_value() == body.filter.has_value()) found.push_back({"/ids", "or filter is required, not both"});
  if (body.ids) check_ids(*body.ids, found);
  if (body.filter) check_filter(*body.filter, found);
  const auto only_for = [&](BulkAction action, const char* pointer, bool given) {
    if (given && body.action != action) {
      found.push_back({pointer, "is allowed with the action " + std::string(enum_name(action)) + " only"});
    }
  };
  only_for(BulkAction::cancel, "/reason", body.reason.has_value());
  only_for(BulkAction::cancel, "/reason_code", body.reason_code.has_value());
  only_for(BulkAction::tag, "/add", body.add.has_value());
  only_for(BulkAction::tag, "/remove", body.remove.has_value());
  if (body.action == BulkAction::tag) check_tags({body.add, body.remove}, TextRule::enforced, found);
  const auto reason = body.reason.value_or("");
  if (reason.size() > kMaxReason) found.push_back({"/reason", "must be at most 512 bytes"});
  if (const auto problem = text_problem(reason); !problem.empty()) found.push_back({"/reason", std::string(problem)});
  return found;
}

access::PermissionSet needed_for(BulkAction action) {
  using enum access::Permission;
  // guard: bulk-permission-of-the-action
  if (action == BulkAction::cancel) return {orders_read, orders_cancel};
  return action == BulkAction::ship ? access::PermissionSet{orders_read, shipments_write}
                                    : access::PermissionSet{orders_read, notes_write};
}

// The ids of the orders that the list shows with this filter; at most one more than allowed.
Result<std::vector<std::string>> matching_ids(ApiContext& context, const Metadata& filter) {
  std::string text;
  for (const auto& [name, value] : filter) {
    text += (text.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  }
  const auto parameters = http::QueryString::parse(text);
  if (!parameters) return fail(parameters.error());
  auto list = parse_list(Collection::orders, *parameters);
  if (!list) return fail(std::move(list.error()));
  auto query = std::move(list->query);
  query.limit = 100;
  std::vector<std::string> ids;
  do {
    const auto page = context.ports.documents.list(query);
    if (!page) return fail(page.error());
    for (const auto& document : page->documents) ids.push_back(id_of(document));
    query.after = page->next;
  } while (query.after && ids.size() <= kMaxOrders);
  if (ids.size() > kMaxOrders + 1) ids.resize(kMaxOrders + 1);
  return ids;
}

// --- the run

void answer_results(const CallPtr& call, bool dry_run, std::vector<BulkResult> results) {
  BulkAnswer answer;
  answer.dry_run = dry_run;
  const auto count = [&](BulkOutcome outcome) {
    return std::count_if(results.begin(), results.end(), [&](const auto& one) { return one.outcome == outcome; });
  };
  answer.done = count(BulkOutcome::done);
  answer.accepted = count(BulkOutcome::accepted);
  answer.would = count(BulkOutcome::would);
  answer.unchanged = count(BulkOutcome::unchanged);
  answer.refused = count(BulkOutcome::refused);
  answer.data = std::move(results);
  call->answer(json_response(200, to_json(answer)));
}

// One of the few bulk requests at a time.
class RunSlot {
 public:
  explicit RunSlot(std::shared_ptr<std::atomic<int>> running) : running_(std::move(running)) {
    taken_ = running_->fetch_add(1) < kMaxRuns;
  }
  ~RunSlot() { running_->fetch_sub(1); }
  RunSlot(const RunSlot&) = delete;
  RunSlot& operator=(const RunSlot&) = delete;
  bool taken() const { return taken_; }

 private:
  const std::shared_ptr<std::atomic<int>> running_;
  bool taken_ = false;
};

void run_bulk(ApiContext& context, const CallPtr& call, const BulkBody& body, const std::shared_ptr<RunSlot>& slot) {
  std::vector<std::string> ids;
  if (body.filter) {
    auto found = matching_ids(context, *body.filter);
    if (!found) return call->refuse(found.error());
    ids = std::move(*found);
  } else {
    ids = *body.ids;
  }
  if (ids.size() > kMaxOrders) {
    return call->refuse(422, "too_many_orders", "the filter matches " + std::to_string(ids.size()) + " orders or more",
                        "one request changes at most 500 orders: narrow the filter");
  }
  const BulkPlan plan{
      body.action, body.dry_run.value_or(false), body.reason.value_or(""), body.reason_code, {body.add, body.remove}};
  const auto on_end = [slot, dry_run = plan.dry_run](const CallPtr& asking, std::vector<BulkResult> results) {
    answer_results(asking, dry_run, std::move(results));
  };
  std::make_shared<BulkRun>(context, call, plan, ids, on_end)->start();
}

void post_bulk(ApiContext& context, const std::shared_ptr<std::atomic<int>>& running, http::Request request,
               http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<BulkBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (!context.permits(call, needed_for(body->action))) return;
  // guard: bulk-ships-unsigned-only
  if (body->action == BulkAction::ship && context.ports.guard != nullptr && context.ports.guard->carriers_sign()) {
    return call->refuse(409, "carriers_sign", "carriers report shipments here, with signatures",
                        "the setting carrier_secret asks for them");
  }
  if (auto violations = check_bulk(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the request has wrong fields", std::move(violations)});
  }
  const auto slot = std::make_shared<RunSlot>(running);
  if (!slot->taken()) return call->refuse(503, "bulk_busy", "too many bulk requests run", "try again in a moment");
  context.on_pool(call, [&context, body = std::move(*body), slot](const CallPtr& under_way) {
    run_bulk(context, under_way, body, slot);
  });
}

}  // namespace

void add_bulk_routes(http::Router& router, ApiContext& context) {
  const auto running = std::make_shared<std::atomic<int>>(0);
  router.add(
      http::Method::kPost, "/v1/orders/bulk",
      [&context, running](http::Request request, http::Respond respond) {
        post_bulk(context, running, std::move(request), std::move(respond));
      },
      {.tag = "Orders",
       .operation = "changeOrders",
       .summary = "Cancel, ship or tag many orders",
       .text =
           "Does for each order what the route of a single order does: cancel, tags, or the update shipped of every "
           "open "
           "shipment. Needs orders:read, and the permission of that route: orders:cancel, shipments:write or "
           "notes:write. The orders are independent of each other: some may be refused. Repeats are harmless, as an "
           "order that is as wanted stays unchanged. With dry_run, nothing changes.",
       .parameters = {http::prefer_wait_parameter()},
       .body = {schema_of<BulkBody>, R"({"filter":{"status":"confirmed"},"action":"tag","add":["recall"]})"},
       .answers = {{200, "The outcome of each order.", schema_of<BulkAnswer>}},
       .problems = {
           {400, "bad_query"}, {409, "carriers_sign"}, {422, "invalid_fields, too_many_orders"}, {503, "bulk_busy"}}});
}

}  // namespace ordo::api
