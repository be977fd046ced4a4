// /v1/products/{id}/stock: the stock on hand, counts and adjustments.
#include <optional>
#include <string>

#include "api/api_context.h"
#include "api/document_change.h"
#include "api/json_body.h"
#include "api/views.h"
#include "base/uuid.h"
#include "domain/text_rule.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

struct StockBody {
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> adjust;
  std::optional<std::string> reason;
  std::optional<std::string> id;
  std::optional<LocationId> location;
};
BOOST_DESCRIBE_STRUCT(StockBody, (), (count, adjust, reason, id, location))
constexpr auto notes(NotesOf<StockBody>) {
  return std::array{Note{"", "Give either count or adjust."},
                    Note{"count", "counted quantity", {}, R"({"minimum":0,"maximum":1000000000000})"},
                    Note{"adjust",
                         "quantity added, or below 0 the quantity removed; not 0",
                         {},
                         R"({"minimum":-1000000000000,"maximum":1000000000000})"},
                    Note{"reason", "at most 512 bytes", {}, R"({"maxLength":512})"},
                    Note{"id", "a repeated request with the same id makes only one movement"},
                    Note{"location", "the server's default location if omitted"}};
}

// A requested count or adjustment.
struct Movement {
  std::string id;
  LocationId location;
  ProductId product_id;
  MovementKind kind = MovementKind::count;
  std::int64_t quantity = 0;
  std::string reason;
  bool fresh = false;  // the id was created for this request
};

std::vector<Violation> check_body(const StockBody& body) {
  std::vector<Violation> found;
  if (body.count.has_value() == body.adjust.has_value()) found.push_back({"", "give either count or adjust"});
  if (body.count && (*body.count < 0 || *body.count > kMaxStock)) {
    found.push_back({"/count", "must be a whole number from 0 to 1000000000000"});
  }
  if (body.adjust && (*body.adjust == 0 || *body.adjust < -kMaxStock || *body.adjust > kMaxStock)) {
    found.push_back({"/adjust", "must be a whole number other than 0, from -1000000000000 to 1000000000000"});
  }
  if (body.reason && body.reason->size() > kMaxReason) found.push_back({"/reason", "must be at most 512 bytes"});
  if (body.reason && !text_problem(*body.reason).empty()) {
    found.push_back({"/reason", std::string(text_problem(*body.reason))});
  }
  const auto check_id = [&](const char* pointer, std::string_view id) {
    if (const auto problem = id_problem(id); !problem.empty()) found.push_back({pointer, std::string(problem)});
  };
  if (body.id) check_id("/id", *body.id);
  if (body.location) check_id("/location", body.location->str());
  return found;
}

// Answers, unless the stock level does not show the movement yet. Without snapshots, documents are written one by one,
// so the movement can be readable before its level. With `last`, answers in any case; 202 if there is no level.
bool answer_movement(ApiContext& context, const CallPtr& call, const StockMovement& movement, bool last) {
  if (movement.status == MovementStatus::refused) {
    const auto on_hand = std::to_string(movement.on_hand_after) + " on hand";
    const std::string detail =
        movement.quantity < 0
            ? "with " + on_hand + ", " + std::to_string(-movement.quantity) + " cannot be removed"
            : "with " + on_hand + ", " + std::to_string(movement.quantity) + " more would exceed 1000000000000";
    call->refuse(movement.status_reason == "negative_stock" ? 409 : 422, movement.status_reason, detail);
    return true;
  }
  const auto found =
      context.ports.documents.get(Collection::stock_levels, stock_level_id(movement.location, movement.product_id));
  const StockLevel* level = found && *found ? std::get_if<StockLevel>(&**found) : nullptr;
  if (!last && (level == nullptr || level->updated_at < movement.at)) return false;
  if (!found) {
    call->refuse(found.error());
  } else if (level == nullptr) {
    call->answer(pending_change(movement.id));
  } else {
    call->answer(json_response(200, stock_level_view(*level)));
  }
  return true;
}

bool is_same(const StockMovement& earlier, const Movement& wanted) {
  return earlier.product_id == wanted.product_id && earlier.location == wanted.location &&
         earlier.kind == wanted.kind && earlier.quantity == wanted.quantity;
}

// Answers with the result of the movement, if it is decided.
bool answer_if_decided(ApiContext& context, const CallPtr& call, const Movement& wanted, bool last) {
  const auto found = context.ports.documents.get(Collection::stock_movements, wanted.id);
  if (!found || !*found) return false;
  const auto& movement = std::get<StockMovement>(**found);
  if (is_same(movement, wanted)) return answer_movement(context, call, movement, last);
  call->refuse(422, "movement_id_reused", "another movement of stock has this id",
               "use a new id for a new movement, and the same quantity for a retry");
  return true;
}

Outgoing to_record(const Movement& movement) {
  Outgoing outgoing;
  outgoing.topic = Topic::stock;
  outgoing.key = movement.location.str();
  outgoing.subject = movement.product_id.str();
  if (movement.kind == MovementKind::count) {
    StockCounted message;
    message.movement_id = movement.id;
    message.location = movement.location;
    message.product_id = movement.product_id;
    message.on_hand = movement.quantity;
    message.reason = movement.reason;
    if (movement.fresh) message.fresh = true;
    outgoing.type = kTypeOf<StockCounted>;
    outgoing.value = encode(message);
  } else {
    StockAdjusted message;
    message.movement_id = movement.id;
    message.location = movement.location;
    message.product_id = movement.product_id;
    message.change = movement.quantity;
    message.reason = movement.reason;
    outgoing.type = kTypeOf<StockAdjusted>;
    outgoing.value = encode(message);
  }
  return outgoing;
}

// Returns true when the product exists. Otherwise answers.
bool product_exists(ApiContext& context, const CallPtr& call) {
  const auto& id = call->request.path_parameters[0];
  const auto found = context.ports.documents.get(Collection::products, id);
  if (!found) {
    call->refuse(found.error());
    return false;
  }
  if (!*found) call->refuse(404, "unknown_product", "there is no product " + id);
  return found->has_value();
}

void move_stock(ApiContext& context, const CallPtr& call, const Movement& movement) {
  if (!product_exists(context, call) || answer_if_decided(context, call, movement, true)) return;
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  context.append(*call, to_record(movement), [&context, call, movement, wait](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    context.poll(wait, {Collection::stock_movements, movement.id}, [&context, call, movement](bool last) {
      if (answer_if_decided(context, call, movement, last)) return true;
      if (last) call->answer(pending_change(movement.id));
      return last;
    });
  });
}

void post_stock(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<StockBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_body(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the movement has wrong fields", std::move(violations)});
  }
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  Movement movement;
  movement.id = body->id ? *body->id : *key ? uuid_v5("movement", **key) : uuid_v7(now());
  movement.fresh = !body->id && !*key;
  movement.location = body->location.value_or(context.options.location);
  movement.product_id = ProductId(call->request.path_parameters[0]);
  movement.kind = body->count ? MovementKind::count : MovementKind::adjust;
  movement.quantity = body->count ? *body->count : *body->adjust;
  movement.reason = body->reason.value_or(std::string());
  context.on_pool(call, [&context, movement](const CallPtr& under_way) { move_stock(context, under_way, movement); });
}

void get_stock(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    Query query;
    query.collection = Collection::stock_levels;
    query.where.emplace_back("product_id", call->request.path_parameters[0]);
    query.limit = Query::kMaxPage;
    const auto page = context.ports.documents.list(query);
    if (!page) return call->refuse(page.error());
    if (page->documents.empty() && !product_exists(context, call)) return;
    StockLevel sum;
    std::string levels;
    for (const auto& document : page->documents) {
      const auto& level = std::get<StockLevel>(document);
      sum.on_hand += level.on_hand;
      sum.reserved += level.reserved;
      if (!levels.empty()) levels.push_back(',');
      levels += stock_level_view(level);
    }
    std::string out = "{\"product_id\":";
    append_json_string(call->request.path_parameters[0], out);
    out += ",\"on_hand\":" + std::to_string(sum.on_hand) + ",\"reserved\":" + std::to_string(sum.reserved) +
           ",\"available\":" + std::to_string(available(sum)) + ",\"levels\":[" + levels + "]}";
    call->answer(json_response(200, std::move(out)));
  });
}

std::string product_stock_schema(SchemaSet& set) {
  ObjectSchema stock;
  stock.add("product_id", schema_of<ProductId>(set));
  for (const auto* figure : {"on_hand", "reserved", "available"}) stock.add(figure, schema_of<std::int64_t>(set));
  stock.add("levels", schema::array_of(stock_level_schema(set)));
  return stock.text();
}

}  // namespace

void add_stock_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  router.add(
      http::Method::kGet, "/v1/products/{id}/stock", bind(get_stock),
      {.tag = "Products",
       .operation = "getStock",
       .summary = "Read the stock of a product",
       .answers = {{200, "The figures for all locations together, and for each location.", product_stock_schema}},
       .problems = {{404, "unknown_product"}}});
  router.add(
      http::Method::kPost, "/v1/products/{id}/stock", bind(post_stock),
      {.tag = "Products",
       .operation = "moveStock",
       .summary = "Count or adjust the stock of a product",
       .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<StockBody>, R"({"adjust":5,"reason":"delivery"})"},
       .answers = {{200, "The stock level after the movement.", stock_level_schema},
                   {202, "Accepted, but not decided yet.", pending_change_schema}},
       .problems = {{404, "unknown_product"}, {409, "negative_stock"}, {422, "invalid_fields, movement_id_reused"}}});
}

}  // namespace ordo::api
