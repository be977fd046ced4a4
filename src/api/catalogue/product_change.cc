#include "api/catalogue/product_change.h"

#include "api/document_change.h"
#include "api/views.h"
#include "base/encoding.h"

namespace ordo::api {
namespace {

http::Response applied_change(ProductAction action, const Product& product) {
  http::Response response;
  if (action == ProductAction::remove) {
    response.status = 204;
    return response;
  }
  response = json_response(action == ProductAction::create ? 201 : 200, product_view(product));
  if (action == ProductAction::create) {
    std::string location = "/v1/products/";
    append_percent_encoded(product.id.str(), location);
    response.add_header("Location", location);
  }
  response.add_header("ETag", etag_of(product.rev));
  return response;
}

// After the answer "created", a client must be able to order the product here. So the price list and the stock must
// know the product too.
bool is_visible(ApiContext& context, const ProductWish& wish, const Product& product) {
  const auto listed = context.ports.prices.listed(product.id);
  if (wish.action == ProductAction::remove) return !listed;
  if (!listed || listed->price != product.price || listed->name != product.name) return false;
  if (listed->traits != traits_of(product)) return false;
  if (!wish.event.product.stock) return true;
  const auto location = wish.event.location.value_or(context.options.location);
  const auto level = context.ports.documents.get(Collection::stock_levels, stock_level_id(location, product.id));
  return level && *level && std::get<StockLevel>(**level).counted == *wish.event.product.stock;
}

Result<void> allowed_by_catalogue(const ProductWish& wish, const Document* current) {
  ChangeProduct change;
  change.action = wish.action;
  change.id = wish.event.product._id;
  change.name = wish.event.product.name;
  change.category = wish.event.product.category;
  change.price = wish.price;
  traits_of(change) = traits_of(wish.event.product);
  change.expected_rev = wish.event.expectedRev;
  const auto decided = decide(current != nullptr ? &std::get<Product>(*current) : nullptr, change, now());
  return decided ? Result<void>() : fail(decided.error());
}

Outgoing to_record(const ProductEvent& event) {
  Outgoing outgoing;
  outgoing.topic = Topic::product_events;
  outgoing.key = outgoing.subject = event.product._id.str();
  outgoing.type = kTypeOf<ProductEvent>;
  outgoing.value = encode(event);
  return outgoing;
}

}  // namespace

void append_product_event(ApiContext& context, const CallPtr& call, const ProductEvent& event, Ack ack) {
  context.append(*call, to_record(event), std::move(ack));
}

void change_product(ApiContext& context, const CallPtr& call, ProductWish wish) {
  const auto change_id = change_id_for(call->request, wish.body_hash);
  if (!change_id) return call->refuse(change_id.error());
  wish.event.changeId = *change_id;
  DocumentChange change;
  change.collection = Collection::products;
  change.id = wish.event.product._id.str();
  change.change_id = *change_id;
  change.record = to_record(wish.event);
  change.allowed = [wish](const Document* current) { return allowed_by_catalogue(wish, current); };
  change.visible = [&context, wish](const Document& document) {
    return is_visible(context, wish, std::get<Product>(document));
  };
  change.applied = [action = wish.action](const Document& document) {
    return applied_change(action, std::get<Product>(document));
  };
  change_document(context, call, std::move(change));
}

}  // namespace ordo::api
