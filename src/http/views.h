// Documents as the API shows them: without what is of no use outside.
#pragma once

#include <string>

#include "domain/order.h"
#include "domain/payment.h"
#include "domain/product.h"
#include "domain/shipment.h"
#include "domain/stock.h"
#include "records/schema.h"

namespace ordo::http {

// Without history, which has a route of its own, the hash of the request, and what dispatch is planned by.
std::string order_view(const Order& order);
// {"data":[...]}
std::string history_view(const Order& order);
// Without the counters that its calls are numbered and repeated requests are recognised by.
std::string payment_view(const Payment& payment);
std::string shipment_view(const Shipment& shipment);
std::string product_view(const Product& product);
// With "available" beside the stored figures.
std::string stock_level_view(const StockLevel& level);

// As the seed's clients know them: _id, userId, products, totalAmount; _id, name, price, stock, category.
std::string seed_order_view(const Order& order);
std::string seed_product_view(const Product& product, std::int64_t stock);

// The schemas of these, in the same order.
std::string order_schema(SchemaSet& set);
std::string history_schema(SchemaSet& set);
std::string payment_schema(SchemaSet& set);
std::string shipment_schema(SchemaSet& set);
std::string product_schema(SchemaSet& set);
std::string stock_level_schema(SchemaSet& set);
std::string seed_order_schema(SchemaSet& set);
std::string seed_product_schema(SchemaSet& set);

}  // namespace ordo::http
