// The routes of the system ordo grew from: same bodies, same answers, plus ids. Errors are {"message": ...}.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "http/api_context.h"
#include "http/order_placement.h"
#include "http/problem.h"
#include "http/product_change.h"
#include "http/router.h"
#include "http/views.h"
#include "records/json_codec.h"

namespace ordo::http {
namespace {

// A list here has no pages: this many documents are the most one answer has.
constexpr std::size_t kMaxListed = 10'000;

struct SeedLineBody {
  std::optional<ProductId> productId;
  std::optional<std::int64_t> quantity;
};
BOOST_DESCRIBE_STRUCT(SeedLineBody, (), (productId, quantity))

struct SeedOrderBody {
  std::optional<CustomerId> userId;
  std::optional<std::vector<SeedLineBody>> products;
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
  std::string trace_id;
};
BOOST_DESCRIBE_STRUCT(SeedError, (), (message, trace_id))

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

void refuse(const CallPtr& call, int status, std::string_view message) {
  Response response = json_response(status, to_json(SeedError{std::string(message), call->request.trace_id}));
  if (status == 503) response.add_header("Retry-After", "1");
  call->answer(std::move(response));
}

void refuse(const CallPtr& call, const Error& error) {
  const int status = status_of(error);
  if (status >= 500) return refuse(call, status, "Not saved, please try again");
  if (error.violations.empty()) return refuse(call, 400, error.message);
  const auto& first = error.violations.front();
  refuse(call, 400, first.pointer.empty() ? first.detail : first.pointer.substr(1) + " " + first.detail);
}

template <class T>
Result<T> read_lenient(const Request& request) {
  return from_json<T>(request.body, Fields::lenient);
}

// --- orders
// ------------------------------------------------------------------------------------------------------------

std::string_view missing_field(const SeedOrderBody& body) {
  if (!body.userId) return "userId is required";
  if (!body.products) return "products is required";
  if (!body.totalAmount) return "totalAmount is required";
  for (const auto& line : *body.products) {
    if (!line.productId) return "productId is required in each of products";
    if (!line.quantity) return "quantity is required in each of products";
  }
  return {};
}

Response received_order(const AcceptedOrder& accepted) {
  return json_response(
      200, to_json(SeedOrderReceived{"Order received and is being processed", OrderId(accepted.id), accepted.number}));
}

void post_seed_order(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_lenient<SeedOrderBody>(call->request);
  if (!body) return refuse(call, body.error());
  if (const auto missing = missing_field(*body); !missing.empty()) return refuse(call, 400, missing);
  std::vector<RequestedLine> lines;
  lines.reserve(body->products->size());
  for (const auto& line : *body->products) lines.push_back({*line.productId, *line.quantity});
  auto violations = check_lines(lines, "/products", "productId");
  if (const auto problem = id_problem(body->userId->str()); !problem.empty()) {
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
  auto priced = price_lines(lines, std::nullopt, context.ports.prices);
  if (priced) {
    order.lines = std::move(priced->lines);
    order.total = priced->total;
  } else {
    // The answer here never depended on the products: what cannot be priced now is judged, and rejected with its
    // reason, when the order is processed.
    order.total = Money{0, context.options.currency};
    for (const auto& line : lines)
      order.lines.push_back({line.product_id, {}, line.quantity, std::nullopt, order.total});
  }
  order.captured.currency = order.refunded.currency = order.total.currency;
  placement.claimed_total = std::move(body->totalAmount);
  placement.render = received_order;
  place(context, call, std::move(placement));
}

// --- lists
// -------------------------------------------------------------------------------------------------------------

// All documents of a query, page after page.
Result<std::vector<Document>> read_all(ApiContext& context, Query query) {
  std::vector<Document> all;
  query.limit = Query::kMaxPage;
  while (all.size() < kMaxListed) {
    auto page = context.ports.documents.list(query);
    if (!page) return fail(std::move(page.error()));
    for (auto& document : page->documents) all.push_back(std::move(document));
    if (!page->next) break;
    query.after = std::move(page->next);
  }
  return all;
}

void list_seed_orders(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto orders = read_all(context, Query{});
    if (!orders) return refuse(call, orders.error());
    std::string body = "[";
    for (const auto& document : *orders) {
      if (body.back() != '[') body.push_back(',');
      body += seed_order_view(std::get<Order>(document));
    }
    body.push_back(']');
    call->answer(json_response(200, std::move(body)));
  });
}

void list_seed_products(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    Query query;
    query.collection = Collection::products;
    query.where.emplace_back("status", "active");
    const auto products = read_all(context, query);
    if (!products) return refuse(call, products.error());
    Query levels_query;
    levels_query.collection = Collection::stock_levels;
    const auto levels = read_all(context, levels_query);
    if (!levels) return refuse(call, levels.error());
    std::map<ProductId, std::int64_t> on_hand;
    for (const auto& document : *levels) {
      const auto& level = std::get<StockLevel>(document);
      on_hand[level.product_id] += level.on_hand;
    }
    std::string body = "[";
    for (const auto& document : *products) {
      const auto& product = std::get<Product>(document);
      const auto stock = on_hand.find(product.id);
      if (body.back() != '[') body.push_back(',');
      body += seed_product_view(product, stock != on_hand.end() ? stock->second : 0);
    }
    body.push_back(']');
    call->answer(json_response(200, std::move(body)));
  });
}

// --- products
// ----------------------------------------------------------------------------------------------------------

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

void post_seed_product(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const auto body = read_lenient<SeedProductBody>(call->request);
  if (!body) return refuse(call, body.error());
  if (!body->name) return refuse(call, 400, "name is required");
  if (!body->price) return refuse(call, 400, "price is required");
  if (!body->stock) return refuse(call, 400, "stock is required");
  if (!body->category) return refuse(call, 400, "category is required");
  if (const auto fine = check_product(*body, context.options.currency); !fine) return refuse(call, fine.error());
  send_event(context, call, to_event("create", ProductId(uuid_v7(now())), *body),
             "Product received and is being processed");
}

// Sends the event if there is such a product.
void send_if_known(ApiContext& context, const CallPtr& call, const ProductEvent& event, std::string_view message) {
  const auto found = context.ports.documents.get(Collection::products, event.product._id.str());
  if (!found) return refuse(call, found.error());
  const Product* product = *found ? std::get_if<Product>(&**found) : nullptr;
  if (product == nullptr || product->status == ProductStatus::archived) return refuse(call, 404, "Product not found");
  send_event(context, call, event, message);
}

void put_seed_product(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const auto body = read_lenient<SeedProductBody>(call->request);
  if (!body) return refuse(call, body.error());
  if (const auto fine = check_product(*body, context.options.currency); !fine) return refuse(call, fine.error());
  context.on_pool(call, [&context, event = to_event("update", ProductId(call->request.path_parameters[0]), *body)](
                            const CallPtr& under_way) {
    send_if_known(context, under_way, event, "Product update received and is being processed");
  });
}

void delete_seed_product(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  context.on_pool(call, [&context](const CallPtr& under_way) {
    send_if_known(context, under_way, to_event("delete", ProductId(under_way->request.path_parameters[0]), {}),
                  "Product deletion received and is being processed");
  });
}

std::string seed_orders_schema(SchemaSet& set) {
  return schema::array_of(seed_order_schema(set));
}

std::string seed_products_schema(SchemaSet& set) {
  return schema::array_of(seed_product_schema(set));
}

}  // namespace

void add_seed_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  constexpr std::string_view kTag = "Older routes";
  constexpr std::string_view kProduct = R"({"name":"Red mug","price":12.5,"stock":10,"category":"kitchen"})";
  router.add(
      Method::kPost, "/api/order", bind(post_seed_order),
      {.tag = kTag,
       .summary = "Place an order",
       .text = "The catalogue's prices count; a totalAmount that differs is kept in the order's history.",
       .body = {.schema = schema_of<SeedOrderBody>,
                .example = R"({"userId":"ann","products":[{"productId":"mug-red","quantity":2}],"totalAmount":25})",
                .strict = false},
       .answers = {{200, "Received.", schema_of<SeedOrderReceived>}},
       .error = schema_of<SeedError>},
      BodyType::kLenient);
  router.add(Method::kGet, "/api/order", bind(list_seed_orders),
             {.tag = kTag,
              .summary = "List orders",
              .text = "10,000 at most, newest first.",
              .answers = {{200, "All of them.", seed_orders_schema}},
              .error = schema_of<SeedError>});
  router.add(Method::kPost, "/api/product", bind(post_seed_product),
             {.tag = kTag,
              .summary = "Add a product",
              .body = {.schema = schema_of<SeedProductBody>, .example = kProduct, .strict = false},
              .answers = {{200, "Received.", schema_of<SeedProductReceived>}},
              .error = schema_of<SeedError>},
             BodyType::kLenient);
  router.add(Method::kGet, "/api/product", bind(list_seed_products),
             {.tag = kTag,
              .summary = "List products",
              .text = "10,000 at most, newest first.",
              .answers = {{200, "All of them.", seed_products_schema}},
              .error = schema_of<SeedError>});
  router.add(Method::kPut, "/api/product/{id}", bind(put_seed_product),
             {.tag = kTag,
              .summary = "Change a product",
              .body = {.schema = schema_of<SeedProductBody>, .example = R"({"price":13})", .strict = false},
              .answers = {{200, "Received.", schema_of<SeedProductReceived>}},
              .error = schema_of<SeedError>},
             BodyType::kLenient);
  router.add(Method::kDelete, "/api/product/{id}", bind(delete_seed_product),
             {.tag = kTag,
              .summary = "Delete a product",
              .answers = {{200, "Received.", schema_of<SeedProductReceived>}},
              .error = schema_of<SeedError>},
             BodyType::kLenient);
}

}  // namespace ordo::http
