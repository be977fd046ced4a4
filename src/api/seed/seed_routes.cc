// The routes of the earlier Node.js system (the seed). Bodies are converted as its database did. Answers have
// additional members. Errors are {"message": ...}.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/catalogue/product_change.h"
#include "api/orders/order_placement.h"
#include "api/views.h"
#include "base/log.h"
#include "base/object_id.h"
#include "base/uuid.h"
#include "engine/page_walk.h"
#include "http/problem.h"
#include "http/router.h"
#include "records/json_codec.h"
#include "records/seed_messages.h"

namespace ordo::api {
namespace {

// A list here has no pages. One answer has at most this many documents. If they are larger than
// ApiOptions::max_listed_bytes, the answer is an error.
constexpr std::size_t kMaxListed = 10'000;
constexpr std::string_view kTooManyToList = "too_many_to_list";

struct SeedOrderBody {
  std::optional<CustomerId> userId;
  std::optional<std::vector<SeedLine>> products;
  std::optional<Decimal> totalAmount;
};
BOOST_DESCRIBE_STRUCT(SeedOrderBody, (), (userId, products, totalAmount))

struct SeedProductBody {
  std::optional<std::string> name;
  std::optional<Decimal> price;
  std::optional<std::int64_t> stock;
  std::optional<std::string> category;
};
BOOST_DESCRIBE_STRUCT(SeedProductBody, (), (name, price, stock, category))

struct SeedError {
  std::string message;
  std::optional<std::string> detail;
  std::string trace_id;
};
BOOST_DESCRIBE_STRUCT(SeedError, (), (message, detail, trace_id))

struct SeedOrderReceived {
  std::string message;
  OrderId orderId;
  std::string number;
};
BOOST_DESCRIBE_STRUCT(SeedOrderReceived, (), (message, orderId, number))

struct SeedProductReceived {
  std::string message;
  ProductId productId;
};
BOOST_DESCRIBE_STRUCT(SeedProductReceived, (), (message, productId))

void refuse(const CallPtr& call, int status, std::string_view message, std::optional<std::string> detail = {}) {
  http::Response response =
      json_response(status, to_json(SeedError{std::string(message), std::move(detail), call->request.trace_id}));
  if (status == 503) response.add_header("Retry-After", "1");
  call->answer(std::move(response));
}

void refuse(const CallPtr& call, const Error& error) {
  const int status = http::status_of(error);
  if (error.reason == kTooManyToList) return refuse(call, status, error.message);
  if (status == 500) {
    log_error("request failed",
              {{"error", error.text()}, {"trace_id", call->request.trace_id}, {"path", call->request.path()}});
  }
  if (status >= 500) {
    const bool reads = call->request.method == http::Method::kGet || call->request.method == http::Method::kHead;
    return refuse(call, status, reads ? "Not read, please try again" : "Not saved, please try again");
  }
  if (error.violations.empty()) return refuse(call, 400, error.message);
  const auto& first = error.violations.front();
  refuse(call, 400, first.pointer.empty() ? first.detail : first.pointer.substr(1) + " " + first.detail);
}

// The seed's answer to a body that lacks a member.
void refuse_missing(const CallPtr& call, std::string_view field) {
  refuse(call, 400, "Missing required fields", std::string(field) + " is required");
}

// A missing body counts as an empty object, as in the seed.
template <class T>
Result<T> read_seed(const http::Request& request) {
  return from_json<T>(request.body.empty() ? "{}" : request.body, Fields::seed);
}

// --- orders
// ------------------------------------------------------------------------------------------------------------

// Empty when no field is missing.
std::string_view missing_field(const SeedOrderBody& body) {
  if (!body.userId || body.userId->empty()) return "userId";
  if (!body.products) return "products";
  if (!body.totalAmount) return "totalAmount";
  return {};
}

http::Response received_order(const AcceptedOrder& accepted, PaymentTokens) {
  return json_response(
      200, to_json(SeedOrderReceived{"Order received and is being processed", OrderId(accepted.id), accepted.number}));
}

void post_seed_order(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_seed<SeedOrderBody>(call->request);
  if (!body) return refuse(call, body.error());
  if (const auto missing = missing_field(*body); !missing.empty()) return refuse_missing(call, missing);
  std::vector<RequestedLine> lines;
  lines.reserve(body->products->size());
  for (const auto& line : *body->products) lines.push_back({id_of_product(line.productId), quantity_of(line)});
  auto violations = check_lines(lines, "/products", "productId");
  if (const auto problem = new_customer_id_problem(body->userId->str()); !problem.empty()) {
    violations.push_back({"/userId", std::string(problem)});
  }
  if (!violations.empty()) {
    return refuse(call, Error{ErrorCode::kInvalid, "invalid_fields", {}, std::move(violations)});
  }

  Placement placement;
  Order& order = placement.order;
  order.id = OrderId(uuid_v7(now()));
  order.customer_id = std::move(*body->userId);
  order.location = context.options.location;
  order.placed_at = order.updated_at = now();
  // Prices that are not in the list are not read here, because this is an io thread. They are read where the order is
  // processed.
  Result<PricedOrder> priced = fail(ErrorCode::kUnavailable, "not_listed", "the price list does not have it");
  if (all_listed(lines, context.ports.prices)) priced = price_lines(lines, std::nullopt, context.ports.prices);
  if (priced) {
    order.lines = order_lines(std::move(priced->lines));
    order.total = priced->total;
  } else {
    // In the seed, the answer never depended on the products. An order without prices here is judged when it is
    // processed, and is then rejected with the reason.
    order.total = Money{0, context.options.currency};
    std::vector<PricedLine> unpriced;
    unpriced.reserve(lines.size());
    for (const auto& line : lines) {
      unpriced.push_back(plain_line(*line.product_id, {}, line.quantity, std::nullopt, order.total));
    }
    order.lines = order_lines(std::move(unpriced));
  }
  order.captured.currency = order.refunded.currency = order.total.currency;
  placement.claimed_total = std::move(body->totalAmount);
  placement.render = received_order;
  place(context, call, placement);
}

// --- lists
// -------------------------------------------------------------------------------------------------------------

// Reads the documents of a query. Stops after the page that reaches kMaxListed. `add` adds each document to the answer
// and returns the answer's size. kBusy "too_many_to_list" when it becomes too large.
Result<void> read_all(ApiContext& context, const Query& query, const std::function<std::size_t(const Document&)>& add) {
  std::size_t listed = 0;
  return each_page(context.ports.documents, query, [&](const Page& page) -> Result<Walk> {
    listed += page.documents.size();
    for (const auto& document : page.documents) {
      if (add(document) <= context.options.max_listed_bytes) continue;
      return fail(ErrorCode::kBusy, std::string(kTooManyToList),
                  "too many documents for one answer: " + std::string(to_string(query.collection)) +
                      " are listed in pages at /v1/" + std::string(to_string(query.collection)));
    }
    return listed < kMaxListed ? Walk::go_on : Walk::stop;
  });
}

void list_seed_orders(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    std::string body = "[";
    const auto listed = read_all(context, Query{}, [&](const Document& document) {
      if (body.size() > 1) body.push_back(',');
      body += seed_order_view(std::get<Order>(document));
      return body.size();
    });
    if (!listed) return refuse(call, listed.error());
    body.push_back(']');
    call->answer(json_response(200, std::move(body)));
  });
}

void list_seed_products(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    Query levels;
    levels.collection = Collection::stock_levels;
    std::map<ProductId, std::int64_t> on_hand;
    const auto counted = read_all(context, levels, [&](const Document& document) {
      const auto& level = std::get<StockLevel>(document);
      on_hand[level.product_id] += level.on_hand;
      return std::size_t{0};
    });
    if (!counted) return refuse(call, counted.error());
    Query products;
    products.collection = Collection::products;
    products.where.emplace_back("status", "active");
    std::string body = "[";
    const auto listed = read_all(context, products, [&](const Document& document) {
      const auto& product = std::get<Product>(document);
      const auto stock = on_hand.find(product.id);
      if (body.size() > 1) body.push_back(',');
      body += seed_product_view(product, stock != on_hand.end() ? stock->second : 0);
      return body.size();
    });
    if (!listed) return refuse(call, listed.error());
    body.push_back(']');
    call->answer(json_response(200, std::move(body)));
  });
}

// --- products
// ----------------------------------------------------------------------------------------------------------

// Empty when no field is missing. Unlike in the seed, a price or a stock of 0 counts as given.
std::string_view missing_field(const SeedProductBody& body) {
  if (!body.name || body.name->empty()) return "name";
  if (!body.price) return "price";
  if (!body.stock) return "stock";
  if (!body.category || body.category->empty()) return "category";
  return {};
}

Result<void> check_product(const SeedProductBody& body, Currency currency) {
  std::vector<Violation> found;
  if (body.name && body.name->empty()) found.push_back({"/name", "must not be empty"});
  if (body.name && body.name->size() > 200) found.push_back({"/name", "must be at most 200 bytes"});
  if (body.category && body.category->size() > 200) found.push_back({"/category", "must be at most 200 bytes"});
  if (body.price) {
    const auto price = parse_money(body.price->text, currency);
    if (!price) found.push_back({"/price", price.error().message});
    if (price && price->amount < 0) found.push_back({"/price", "must not be negative"});
  }
  if (body.stock && (*body.stock < 0 || *body.stock > kMaxStock)) {
    found.push_back({"/stock", "must be a whole number from 0 to 1000000000000"});
  }
  if (found.empty()) return {};
  return fail(Error{ErrorCode::kInvalid, "invalid_fields", {}, std::move(found)});
}

ProductEvent to_event(std::string_view action, ProductId id, const SeedProductBody& body) {
  ProductEvent event;
  event.action = action;
  event.product._id = std::move(id);
  event.product.name = body.name;
  event.product.price = body.price;
  event.product.stock = body.stock;
  event.product.category = body.category;
  return event;
}

void send_event(ApiContext& context, const CallPtr& call, const ProductEvent& event, std::string_view message) {
  std::string answer = to_json(SeedProductReceived{std::string(message), event.product._id});
  append_product_event(context, call, event, [call, answer](const Result<LogPosition>& position) {
    if (!position) return refuse(call, position.error());
    call->answer(json_response(200, answer));
  });
}

void post_seed_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const auto body = read_seed<SeedProductBody>(call->request);
  if (!body) return refuse(call, body.error());
  if (const auto missing = missing_field(*body); !missing.empty()) return refuse_missing(call, missing);
  if (const auto fine = check_product(*body, context.options.currency); !fine) return refuse(call, fine.error());
  send_event(context, call, to_event("create", ProductId(fresh_object_id(now())), *body), "Product creation requested");
}

// Sends the event if the product exists.
void send_if_known(ApiContext& context, const CallPtr& call, const ProductEvent& event, std::string_view message) {
  const auto found = context.ports.documents.get(Collection::products, event.product._id.str());
  if (!found) return refuse(call, found.error());
  const Product* product = *found ? std::get_if<Product>(&**found) : nullptr;
  if (product == nullptr || product->status == ProductStatus::archived) return refuse(call, 404, "Product not found");
  send_event(context, call, event, message);
}

void put_seed_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const auto body = read_seed<SeedProductBody>(call->request);
  if (!body) return refuse(call, body.error());
  if (const auto fine = check_product(*body, context.options.currency); !fine) return refuse(call, fine.error());
  context.on_pool(
      call, [&context, event = to_event("update", ProductId(call->request.path_parameters[0]), *body)](
                const CallPtr& under_way) { send_if_known(context, under_way, event, "Product update requested"); });
}

void delete_seed_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  context.on_pool(call, [&context](const CallPtr& under_way) {
    send_if_known(context, under_way, to_event("delete", ProductId(under_way->request.path_parameters[0]), {}),
                  "Product deletion requested");
  });
}

std::string seed_orders_schema(SchemaSet& set) {
  return schema::array_of(seed_order_schema(set));
}

std::string seed_products_schema(SchemaSet& set) {
  return schema::array_of(seed_product_schema(set));
}

}  // namespace

void add_seed_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  constexpr std::string_view kTag = "Older routes";
  constexpr std::string_view kProduct = R"({"name":"Red mug","price":12.5,"stock":10,"category":"kitchen"})";
  router.add(
      http::Method::kPost, "/api/order", bind(post_seed_order),
      {.tag = kTag,
       .operation = "placeSeedOrder",
       .summary = "Place an order",
       .text = "The order gets the catalogue's prices. If totalAmount differs, the order's history records it. A line "
               "without a quantity uses its stock as the quantity, or 1. Numbers may be text, and ids may be numbers.",
       .body = {.schema = schema_of<SeedOrderBody>,
                .example = R"({"userId":"ann","products":[{"productId":"mug-red","quantity":2}],"totalAmount":25})",
                .strict = false},
       .answers = {{200, "Received.", schema_of<SeedOrderReceived>}},
       .error = schema_of<SeedError>},
      http::BodyType::kLenient);
  router.add(http::Method::kGet, "/api/order", bind(list_seed_orders),
             {.tag = kTag,
              .operation = "listSeedOrders",
              .summary = "List orders",
              .text = "Newest first, at most 10,000.",
              .answers = {{200, "The orders.", seed_orders_schema}},
              .error = schema_of<SeedError>});
  router.add(http::Method::kPost, "/api/product", bind(post_seed_product),
             {.tag = kTag,
              .operation = "createSeedProduct",
              .summary = "Add a product",
              .body = {.schema = schema_of<SeedProductBody>, .example = kProduct, .strict = false},
              .answers = {{200, "Received.", schema_of<SeedProductReceived>}},
              .error = schema_of<SeedError>},
             http::BodyType::kLenient);
  router.add(http::Method::kGet, "/api/product", bind(list_seed_products),
             {.tag = kTag,
              .operation = "listSeedProducts",
              .summary = "List products",
              .text = "Newest first, at most 10,000.",
              .answers = {{200, "The products.", seed_products_schema}},
              .error = schema_of<SeedError>});
  router.add(http::Method::kPut, "/api/product/{id}", bind(put_seed_product),
             {.tag = kTag,
              .operation = "updateSeedProduct",
              .summary = "Change a product",
              .body = {.schema = schema_of<SeedProductBody>, .example = R"({"price":13})", .strict = false},
              .answers = {{200, "Received.", schema_of<SeedProductReceived>}},
              .error = schema_of<SeedError>},
             http::BodyType::kLenient);
  router.add(http::Method::kDelete, "/api/product/{id}", bind(delete_seed_product),
             {.tag = kTag,
              .operation = "removeSeedProduct",
              .summary = "Delete a product",
              .answers = {{200, "Received.", schema_of<SeedProductReceived>}},
              .error = schema_of<SeedError>},
             http::BodyType::kLenient);
}

}  // namespace ordo::api
