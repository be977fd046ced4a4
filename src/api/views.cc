#include "api/views.h"

#include <algorithm>
#include <array>

#include "records/json_codec.h"

namespace ordo::api {
namespace {

// Callers with the permission see the last one.
constexpr std::array<std::string_view, 7> kHiddenOfOrder = {
    "history",       "request_hash",     "dispatch_hold_s", "dispatch_requested_at",
    "cancelling_id", "cancelling_lines", "payment_method"};
constexpr auto kAlwaysHiddenOfOrder = [] {
  std::array<std::string_view, kHiddenOfOrder.size() - 1> names;
  std::copy_n(kHiddenOfOrder.begin(), names.size(), names.begin());
  return names;
}();
constexpr std::array<std::string_view, 3> kHiddenOfPayment = {"calls_made", "made", "refunds"};
constexpr std::array<std::string_view, 1> kHiddenOfReservation = {"movements"};
constexpr std::array<std::string_view, 1> kRecentChanges = {"recent_changes"};

// The names are those of the seed.
struct SeedOrderLine {
  ProductId productId;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(SeedOrderLine, (), (productId, quantity))

struct SeedOrder {
  OrderId _id;
  std::string number;
  CustomerId userId;
  std::vector<SeedOrderLine> products;
  Decimal totalAmount;
  OrderStatus status = OrderStatus::pending;
  Timestamp createdAt;
  Timestamp updatedAt;
};
BOOST_DESCRIBE_STRUCT(SeedOrder, (), (_id, number, userId, products, totalAmount, status, createdAt, updatedAt))

struct SeedProduct {
  ProductId _id;
  std::string name;
  Decimal price;
  std::int64_t stock = 0;
  std::string category;
  Timestamp createdAt;
  Timestamp updatedAt;
};
BOOST_DESCRIBE_STRUCT(SeedProduct, (), (_id, name, price, stock, category, createdAt, updatedAt))

template <const auto& kHidden, class T>
std::string json_without(const T& value) {
  JsonBuffer out;
  put_members<kHidden>(value, out);
  return std::string(out.text());
}

std::vector<OrderNote> public_notes(std::vector<OrderNote> notes) {
  // guard: notes-private
  std::erase_if(notes, [](const OrderNote& note) { return !note.public_; });
  for (auto& note : notes) note.by.reset();
  return notes;
}

// A document without its recent changes, and its schema.
template <class T>
std::string without_changes(const T& document) {
  return json_without<kRecentChanges>(document);
}
template <class T>
inline constexpr char kShown = 0;  // its address stands for T as it is shown
template <class T>
std::string schema_without_changes(SchemaSet& set) {
  return set.define(type_name<T>(), &kShown<T>,
                    [](SchemaSet& inner) { return members_of<T>(inner, kRecentChanges).text(); });
}

}  // namespace

std::string order_view(const Order& order, const OrderReader& reader) {
  if (reader.customer && order.notes) {
    Order shown = order;
    shown.notes = public_notes(*order.notes);
    if (shown.notes->empty()) shown.notes.reset();
    return order_view(shown, {reader.tokens});
  }
  std::string out = reader.tokens == PaymentTokens::kShown ? json_without<kAlwaysHiddenOfOrder>(order)
                                                           : json_without<kHiddenOfOrder>(order);
  if (const auto code = reason_code_of(order); code && !order.status_reason_code) {
    out.pop_back();
    out += ",\"status_reason_code\":\"";
    out += enum_name(*code);
    out += "\"}";
  }
  return out;
}

std::string history_view(const Order& order, const OrderReader& reader) {
  std::string out = "{\"data\":";
  if (reader.customer) {
    auto history = order.history;
    for (auto& entry : history) {
      // guard: staff-hidden-from-customers
      if (!is_customer(entry.by)) entry.by.reset();
    }
    write_json(history, out);
  } else {
    write_json(order.history, out);
  }
  out.push_back('}');
  return out;
}

std::string payment_view(const Payment& payment) {
  return json_without<kHiddenOfPayment>(payment);
}

std::string shipment_view(const Shipment& shipment) {
  return to_json(shipment);
}

std::string product_view(const Product& product) {
  return without_changes(product);
}

std::string stock_level_view(const StockLevel& level) {
  std::string out;
  write_json(level, out);
  out.pop_back();
  out += ",\"available\":" + std::to_string(available(level)) + "}";
  return out;
}

std::string stock_movement_view(const StockMovement& movement) {
  return to_json(movement);
}

std::string reservation_view(const Reservation& reservation) {
  return json_without<kHiddenOfReservation>(reservation);
}

std::string tax_rate_view(const TaxRate& rate) {
  return without_changes(rate);
}

std::string shipping_method_view(const ShippingMethod& method) {
  return without_changes(method);
}

std::string promotion_view(const Promotion& promotion) {
  return without_changes(promotion);
}

std::string seed_order_view(const Order& order) {
  SeedOrder view;
  view._id = order.id;
  view.number = order.number;
  view.userId = order.customer_id;
  view.products.reserve(order.lines.size());
  for (const auto& line : order.lines) {
    if (line.product_id) view.products.push_back({*line.product_id, line.quantity});
  }
  view.totalAmount = Decimal{format_decimal(order.total)};
  view.status = order.status;
  view.createdAt = order.placed_at;
  view.updatedAt = order.updated_at;
  return to_json(view);
}

std::string seed_product_view(const Product& product, std::int64_t stock) {
  SeedProduct view;
  view._id = product.id;
  view.name = product.name;
  view.price = Decimal{format_decimal(product.price)};
  view.stock = stock;
  view.category = product.category;
  view.createdAt = product.created_at;
  view.updatedAt = product.updated_at;
  return to_json(view);
}

std::string stock_movement_schema(SchemaSet& set) {
  return schema_of<StockMovement>(set);
}

std::string reservation_schema(SchemaSet& set) {
  return set.define("Reservation", kHiddenOfReservation.data(),
                    [](SchemaSet& inner) { return members_of<Reservation>(inner, kHiddenOfReservation).text(); });
}

std::string order_schema(SchemaSet& set) {
  return set.define("Order", kHiddenOfOrder.data(),
                    [](SchemaSet& inner) { return members_of<Order>(inner, kAlwaysHiddenOfOrder).text(); });
}

std::string history_schema(SchemaSet& set) {
  ObjectSchema history;
  history.add("data", schema_of<std::vector<HistoryEntry>>(set));
  return history.text();
}

std::string payment_schema(SchemaSet& set) {
  return set.define("Payment", kHiddenOfPayment.data(),
                    [](SchemaSet& inner) { return members_of<Payment>(inner, kHiddenOfPayment).text(); });
}

std::string shipment_schema(SchemaSet& set) {
  return schema_of<Shipment>(set);
}

std::string product_schema(SchemaSet& set) {
  return schema_without_changes<Product>(set);
}

std::string stock_level_schema(SchemaSet& set) {
  return set.define("StockLevel", &schema::kTypeKey<StockLevel>, [](SchemaSet& inner) {
    auto level = members_of<StockLevel>(inner);
    level.add("available", std::string(schema::kInteger));
    return level.text();
  });
}

std::string tax_rate_schema(SchemaSet& set) {
  return schema_without_changes<TaxRate>(set);
}

std::string shipping_method_schema(SchemaSet& set) {
  return schema_without_changes<ShippingMethod>(set);
}

std::string promotion_schema(SchemaSet& set) {
  return schema_without_changes<Promotion>(set);
}

std::string seed_order_schema(SchemaSet& set) {
  return schema_of<SeedOrder>(set);
}

std::string seed_product_schema(SchemaSet& set) {
  return schema_of<SeedProduct>(set);
}

}  // namespace ordo::api
