#include "records/seed_messages.h"

#include <utility>

#include "records/json_codec.h"

namespace ordo {
namespace {

struct SeedOrder : OrderTerms {
  CustomerId userId;
  std::vector<SeedLine> products;
  std::optional<Decimal> totalAmount;
  std::optional<OrderId> orderId;
  std::optional<std::string> currency;
  std::optional<LocationId> location;
  std::optional<Timestamp> placedAt;
  std::optional<std::string> requestHash;
};
BOOST_DESCRIBE_STRUCT(SeedOrder, (OrderTerms),
                      (userId, products, totalAmount, orderId, currency, location, placedAt, requestHash))
constexpr auto aliases(AliasesOf<SeedOrder>) {
  return std::array{kOldPaymentMethod};
}

struct SeedProduct : ProductTraits {
  std::optional<ProductId> _id;
  std::optional<std::string> name;
  std::optional<Decimal> price;
  std::optional<std::int64_t> stock;
  std::optional<std::string> category;
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(SeedProduct, (ProductTraits), (_id, name, price, stock, category, currency))

struct SeedProductEvent {
  std::string action;
  SeedProduct product;
  std::optional<std::string> changeId;
  std::optional<std::int64_t> expectedRev;
  std::optional<LocationId> location;
};
BOOST_DESCRIBE_STRUCT(SeedProductEvent, (), (action, product, changeId, expectedRev, location))

}  // namespace

std::int64_t quantity_of(const SeedLine& line) {
  for (const auto& said : {line.quantity, line.stock}) {
    if (said.value_or(0) != 0) return *said;
  }
  return 1;
}

Result<NewOrder> read_seed_order(std::string_view json) {
  auto seed = from_json<SeedOrder>(json, Fields::seed);
  if (!seed) return fail(std::move(seed.error()));
  NewOrder order;
  order.userId = std::move(seed->userId);
  for (auto& line : seed->products) {
    NewOrderLine& product = order.products.emplace_back();
    product.productId = std::move(line.productId).value_or(ProductId());
    product.quantity = quantity_of(line);
  }
  order.totalAmount = std::move(seed->totalAmount);
  order.orderId = std::move(seed->orderId);
  order.currency = std::move(seed->currency);
  order.location = std::move(seed->location);
  terms_of(order) = std::move(terms_of(*seed));
  order.placedAt = seed->placedAt;
  order.requestHash = std::move(seed->requestHash);
  return order;
}

Result<ProductEvent> read_seed_product_event(std::string_view json) {
  auto seed = from_json<SeedProductEvent>(json, Fields::seed);
  if (!seed) return fail(std::move(seed.error()));
  ProductEvent event;
  event.action = std::move(seed->action);
  event.product._id = std::move(seed->product._id).value_or(ProductId());
  event.product.name = std::move(seed->product.name);
  event.product.price = std::move(seed->product.price);
  event.product.stock = seed->product.stock;
  event.product.category = std::move(seed->product.category);
  event.product.currency = std::move(seed->product.currency);
  traits_of(event.product) = std::move(traits_of(seed->product));
  event.changeId = std::move(seed->changeId);
  event.expectedRev = seed->expectedRev;
  event.location = std::move(seed->location);
  return event;
}

}  // namespace ordo
