// Documents as the API shows them: without internal members.
#pragma once

#include <string>

#include "domain/order.h"
#include "domain/payment.h"
#include "domain/product.h"
#include "domain/promotion.h"
#include "domain/shipment.h"
#include "domain/shipping_method.h"
#include "domain/stock.h"
#include "domain/tax_rate.h"
#include "records/event_json.h"
#include "records/schema.h"

namespace ordo::api {

// What the reader of an order may see.
struct OrderReader {
  PaymentTokens tokens = PaymentTokens::kLeftOut;
  bool customer = false;  // a customer does not see private notes, nor who of the shop's staff and programs acted
};

// Omits the history (which has its own route), the hash of the request and the members that plan the dispatch. Shows
// what `reader` may see.
std::string order_view(const Order& order, const OrderReader& reader);
// {"data":[...]}
std::string history_view(const Order& order, const OrderReader& reader);
// Omits the counters that number its calls and that detect repeated requests.
std::string payment_view(const Payment& payment);
std::string shipment_view(const Shipment& shipment);
std::string product_view(const Product& product);
// The stored figures, and "available".
std::string stock_level_view(const StockLevel& level);
std::string stock_movement_view(const StockMovement& movement);
// Omits the ids of its movements, which detect repeats.
std::string reservation_view(const Reservation& reservation);

// Omit the recent changes.
std::string tax_rate_view(const TaxRate& rate);
std::string shipping_method_view(const ShippingMethod& method);
std::string promotion_view(const Promotion& promotion);

// In the form of the seed: _id, userId, products, totalAmount; _id, name, price, stock, category.
std::string seed_order_view(const Order& order);
std::string seed_product_view(const Product& product, std::int64_t stock);

// The schemas of these views, in the same order.
std::string order_schema(SchemaSet& set);
std::string history_schema(SchemaSet& set);
std::string payment_schema(SchemaSet& set);
std::string shipment_schema(SchemaSet& set);
std::string product_schema(SchemaSet& set);
std::string stock_level_schema(SchemaSet& set);
std::string stock_movement_schema(SchemaSet& set);
std::string reservation_schema(SchemaSet& set);
std::string tax_rate_schema(SchemaSet& set);
std::string shipping_method_schema(SchemaSet& set);
std::string promotion_schema(SchemaSet& set);
std::string seed_order_schema(SchemaSet& set);
std::string seed_product_schema(SchemaSet& set);

}  // namespace ordo::api
