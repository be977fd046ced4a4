// /v1/products: the catalogue.
#include <optional>
#include <string>

#include "api/api_context.h"
#include "api/catalogue/product_change.h"
#include "api/document_change.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "api/views.h"
#include "base/uuid.h"
#include "domain/text_rule.h"
#include "http/problem.h"
#include "http/router.h"
#include "http/target.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxName = 200;

struct ProductCreateBody : ProductTraits {
  std::optional<ProductId> id;
  std::string name;
  Money price;
  std::optional<std::string> category;
  std::optional<std::int64_t> stock;
  std::optional<LocationId> location;
};
BOOST_DESCRIBE_STRUCT(ProductCreateBody, (ProductTraits), (id, name, price, category, stock, location))

struct ProductBody : ProductTraits {
  std::string name;
  Money price;
  std::optional<std::string> category;
  std::optional<std::int64_t> stock;
  std::optional<LocationId> location;
};
BOOST_DESCRIBE_STRUCT(ProductBody, (ProductTraits), (name, price, category, stock, location))

struct ProductPatchBody : ProductTraits {
  std::optional<std::string> name;
  std::optional<Money> price;
  std::optional<std::string> category;
  std::optional<std::int64_t> stock;
  std::optional<LocationId> location;
};
BOOST_DESCRIBE_STRUCT(ProductPatchBody, (ProductTraits), (name, price, category, stock, location))

constexpr Note kProductNameNote{"name", "at most 200 bytes", {}, R"({"minLength":1,"maxLength":200})"};
constexpr Note kCategoryNote{"category", "at most 200 bytes", {}, R"({"maxLength":200})"};
constexpr Note kStockNote{"stock", "counted quantity", {}, R"({"minimum":0,"maximum":1000000000000})"};
constexpr Note kLocationNote{"location", "location of the counted stock"};
constexpr auto notes(NotesOf<ProductCreateBody>) {
  return std::array{Note{"id", "ordo creates an id if you omit it", R"("mug-red")"},
                    kProductNameNote,
                    kCategoryNote,
                    kStockNote,
                    kLocationNote,
                    kWeightNote,
                    kRequiresShippingNote};
}
constexpr auto notes(NotesOf<ProductBody>) {
  return std::array{kProductNameNote, kCategoryNote, kStockNote, kLocationNote, kWeightNote, kRequiresShippingNote};
}
constexpr auto notes(NotesOf<ProductPatchBody>) {
  return std::array{Note{"", "Omitted members stay unchanged. An empty tax_class removes it."},
                    kProductNameNote,
                    kCategoryNote,
                    kStockNote,
                    kLocationNote,
                    kWeightNote,
                    kRequiresShippingNote};
}

std::vector<Violation> check_product(const ProductId& id, const ProductPatchBody& body) {
  std::vector<Violation> found;
  // guard: product-step
  if (const auto problem = new_id_problem(id.str()); !problem.empty()) found.push_back({"/id", std::string(problem)});
  if (body.name && (body.name->empty() || body.name->size() > kMaxName)) {
    found.push_back({"/name", "must be 1 to 200 bytes"});
  }
  if (body.category && body.category->size() > kMaxName) found.push_back({"/category", "must be at most 200 bytes"});
  for (const auto& [pointer, text] : {std::pair("/name", body.name), {"/category", body.category}}) {
    const auto problem = text ? line_problem(*text) : std::string_view();
    if (!problem.empty()) found.push_back({pointer, std::string(problem)});
  }
  if (body.price && body.price->amount < 0) found.push_back({"/price/amount", "must not be negative"});
  if (body.price && body.price->amount > kMaxAmount) {
    found.push_back({"/price/amount", "must be at most 1000000000000000"});
  }
  if (body.stock && (*body.stock < 0 || *body.stock > kMaxStock)) {
    found.push_back({"/stock", "must be a whole number from 0 to 1000000000000"});
  }
  if (body.location) {
    const auto problem = id_problem(body.location->str());
    if (!problem.empty()) found.push_back({"/location", std::string(problem)});
    if (!body.stock) found.push_back({"/location", "names the location of the counted stock, so it needs stock"});
  }
  check_traits(traits_of(body), TextRule::enforced, found);
  return found;
}

// The traits of a product that a PUT replaces: those that it omits become the usual ones.
ProductTraits replaced(const ProductTraits& given) {
  return {given.tax_class.value_or(""), given.weight_g.value_or(0), given.requires_shipping.value_or(true)};
}

// Every body becomes a patch. The types of the bodies have already checked what a create and a put also need.
void change(ApiContext& context, const CallPtr& call, ProductAction action, ProductId id, const ProductPatchBody& body,
            std::string_view verb) {
  if (auto violations = check_product(id, body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the product has wrong fields", std::move(violations)});
  }
  const auto expected = expected_revision(call->request);
  if (!expected) return call->refuse(expected.error());
  ProductWish wish;
  wish.action = action;
  wish.price = body.price;
  wish.body_hash = uuid_v5("request", std::string(verb) + " " + id.str() + " " + to_json(body));
  wish.event.action = action == ProductAction::create   ? "create"
                      : action == ProductAction::update ? "update"
                                                        : "delete";
  wish.event.expectedRev = *expected;
  wish.event.location = body.location;
  auto& product = wish.event.product;
  product._id = std::move(id);
  product.name = body.name;
  product.category = body.category;
  product.stock = body.stock;
  traits_of(product) = verb == "PUT" ? replaced(traits_of(body)) : traits_of(body);
  if (body.price) {
    product.price = Decimal{format_decimal(*body.price)};
    product.currency = std::string(body.price->currency.code());
  }
  context.on_pool(
      call, [&context, wish = std::move(wish)](const CallPtr& under_way) { change_product(context, under_way, wish); });
}

void post_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<ProductCreateBody>(call->request);
  if (!body) return call->refuse(body.error());
  const auto key = idempotency_key(call->request);
  if (!key) return call->refuse(key.error());
  // The id is derived from the key, so that a retry finds the product.
  auto id = body->id ? *body->id : ProductId(*key ? uuid_v5("product", **key) : uuid_v7(now()));
  change(
      context, call, ProductAction::create, std::move(id),
      {traits_of(*body), body->name, body->price, body->category.value_or(std::string()), body->stock, body->location},
      "POST");
}

void put_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<ProductBody>(call->request);
  if (!body) return call->refuse(body.error());
  change(
      context, call, ProductAction::update, ProductId(call->request.path_parameters[0]),
      {traits_of(*body), body->name, body->price, body->category.value_or(std::string()), body->stock, body->location},
      "PUT");
}

void patch_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto body = read_body<ProductPatchBody>(call->request);
  if (!body) return call->refuse(body.error());
  change(context, call, ProductAction::update, ProductId(call->request.path_parameters[0]), *body, "PATCH");
}

void delete_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  change(context, call, ProductAction::remove, ProductId(call->request.path_parameters[0]), {}, "DELETE");
}

// The parameter `archived`: true finds an archived product, too. kInvalid "bad_query".
Result<bool> finds_archived(const http::Request& request) {
  const auto parameters = http::QueryString::parse(request.query());
  if (!parameters) return fail(parameters.error());
  const auto* value = parameters->find("archived");
  if (value == nullptr || value->empty() || *value == "false") return false;
  if (*value == "true") return true;
  return http::bad_query("archived must be true or false");
}

void get_product(ApiContext& context, http::Request request, http::Respond respond) {
  const auto made = make_call(std::move(request), std::move(respond));
  const auto archived = finds_archived(made->request);
  if (!archived) return made->refuse(archived.error());
  context.on_pool(made, [&context, archived = *archived](const CallPtr& call) {
    const auto& id = call->request.path_parameters[0];
    const auto found = context.ports.documents.get(Collection::products, id);
    if (!found) return call->refuse(found.error());
    const Product* product = *found ? std::get_if<Product>(&**found) : nullptr;
    if (product == nullptr || (product->status == ProductStatus::archived && !archived)) {
      return call->refuse(404, "unknown_product", "there is no product " + id,
                          product == nullptr ? "" : "it was archived; ?archived=true reads it");
    }
    const auto etag = etag_of(product->rev);
    http::Response response;
    if (is_not_modified(call->request, etag)) {
      response.status = 304;
    } else {
      response = json_response(200, product_view(*product));
    }
    response.add_header("ETag", etag);
    call->answer(std::move(response));
  });
}

void list_products(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::products,
              {.view = [](const Document& document) { return product_view(std::get<Product>(document)); },
               .adjust =
                   [](Query& query) {
                     // Archived products are listed only on request.
                     for (const auto& [name, value] : query.where) {
                       if (name == "status") return;
                     }
                     query.where.emplace_back("status", "active");
                   }});
}

}  // namespace

void add_product_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::AnswerDescription not_modified{304, "Not changed since the given ETag."};
  const http::AnswerDescription pending{202, "Accepted, but not decided yet.", pending_change_schema};
  const http::ProblemDescription invalid{422, "invalid_fields, idempotency_key_reused, negative_price"};
  const http::ProblemDescription unknown{404, "unknown_product"};
  const http::ProblemDescription stale{412, "stale_revision"};
  router.add(http::Method::kPost, "/v1/products", bind(post_product),
             {.tag = "Products",
              .operation = "createProduct",
              .summary = "Add a product",
              .text = "Once the answer is 201, the product can be ordered.",
              .parameters = {http::idempotency_key_parameter(), http::prefer_wait_parameter()},
              .body = {schema_of<ProductCreateBody>,
                       R"({"id":"mug-red","name":"Red mug","price":{"amount":1250,"currency":"USD"},"stock":10})"},
              .answers = {{201, "The product.", product_schema, http::kJson, {"Location", "ETag"}}, pending},
              .problems = {{409, "product_exists"}, stale, invalid}});
  router.add(http::Method::kGet, "/v1/products", bind(list_products),
             {.tag = "Products",
              .operation = "listProducts",
              .summary = "List products",
              .text = "Newest first. Only active products, unless you ask for another status.",
              .parameters = list_parameters(Collection::products),
              .answers = {{200, "A page.", http::page_schema<product_schema>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(http::Method::kGet, "/v1/products/{id}", bind(get_product),
             {.tag = "Products",
              .operation = "getProduct",
              .summary = "Read a product",
              .parameters = {{.in = http::Parameter::In::query,
                              .name = "archived",
                              .text = "true: an archived product is found, too.",
                              .schema = schema_of<bool>},
                             http::if_none_match_parameter()},
              .answers = {{200, "The product.", product_schema, http::kJson, {"ETag"}}, not_modified},
              .problems = {{400, "bad_query"}, unknown}});
  router.add(
      http::Method::kPut, "/v1/products/{id}", bind(put_product),
      {.tag = "Products",
       .operation = "replaceProduct",
       .summary = "Replace a product",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<ProductBody>, R"({"name":"Red mug","price":{"amount":1300,"currency":"USD"}})"},
       .answers = {{200, "The product.", product_schema, http::kJson, {"ETag"}}, pending},
       .problems = {unknown, stale, invalid}});
  router.add(
      http::Method::kPatch, "/v1/products/{id}", bind(patch_product),
      {.tag = "Products",
       .operation = "updateProduct",
       .summary = "Change members of a product",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .body = {schema_of<ProductPatchBody>, R"({"price":{"amount":1300,"currency":"USD"}})"},
       .answers = {{200, "The product.", product_schema, http::kJson, {"ETag"}}, pending},
       .problems = {unknown, stale, invalid}});
  router.add(
      http::Method::kDelete, "/v1/products/{id}", bind(delete_product),
      {.tag = "Products",
       .operation = "archiveProduct",
       .summary = "Archive a product",
       .text = "It stays in old orders. New orders cannot contain it.",
       .parameters = {http::if_match_parameter(), http::idempotency_key_parameter(), http::prefer_wait_parameter()},
       .answers = {{204, "Archived."}, pending},
       .problems = {unknown, stale, {422, "idempotency_key_reused"}}});
}

}  // namespace ordo::api
