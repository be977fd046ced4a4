// The collections, each described once: its type of document, its name, the processor that writes it, and the filters
// of its lists. From this follow documents.h, the tables and indexes of both stores, and the filters of the API.
// Includes the descriptions: for .cc files.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "records/describe.h"
#include "records/documents.h"
#include "records/schema.h"

namespace ordo {

// --- the values of filters

template <class T, class M>
T class_of(M T::*);
template <class T, class M>
M type_of(M T::*);

// The name of a member in its description.
template <auto Member>
constexpr std::string_view member_name() {
  using Members = boost::describe::describe_members<decltype(class_of(Member)), boost::describe::mod_public>;
  std::string_view name;
  boost::mp11::mp_for_each<Members>([&name]<class D>(D member) {
    if constexpr (std::is_same_v<std::remove_const_t<decltype(member.pointer)>, decltype(Member)>) {
      if (member.pointer == Member) name = member_name_of<D>();
    }
  });
  return name;
}

template <class V>
struct Unwrapped {
  using type = V;
};
template <class V>
struct Unwrapped<std::optional<V>> {
  using type = V;
};

template <class E>
std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&names](auto enumerator) { names.emplace_back(written_name(enumerator.name)); });
  return names;
}

template <class V>
constexpr IndexField index_field(std::string_view name, std::string_view path) {
  using Value = typename Unwrapped<V>::type;
  IndexField field;
  field.name = name;
  field.path = path;
  if constexpr (std::is_enum_v<Value>) {
    field.names = names_of<Value>;
    field.schema = schema_of<Value>;
  } else {
    field.schema = schema_of<std::string>;
  }
  return field;
}

using IndexValues = std::vector<std::pair<std::size_t, std::string_view>>;

template <class V>
void add_value(std::size_t filter, const V& value, IndexValues& values) {
  if constexpr (std::is_enum_v<V>) {
    values.emplace_back(filter, enum_name(value));
  } else if constexpr (std::is_same_v<V, std::string>) {
    values.emplace_back(filter, value);
  } else {
    values.emplace_back(filter, value.str());
  }
}
template <class V>
void add_value(std::size_t filter, const std::optional<V>& value, IndexValues& values) {
  if (value) add_value(filter, *value, values);
}

// Filters by a member: an enum, an id, a text, or an optional one of these.
template <auto Member>
struct By {
  static constexpr IndexField field() {
    return index_field<decltype(type_of(Member))>(member_name<Member>(), member_name<Member>());
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexValues& values) {
    add_value(filter, document.*Member, values);
  }
};

// As By, ignoring case, at least for ASCII letters.
template <auto Member>
struct ByInAnyCase : By<Member> {
  static constexpr IndexField field() {
    auto field = By<Member>::field();
    field.any_case = true;
    return field;
  }
};

// Filters by a member of each element of an array.
template <auto Array, auto Member>
struct ByEach {
  static constexpr auto kPath = [] {
    constexpr auto kArray = member_name<Array>();
    constexpr auto kMember = member_name<Member>();
    std::array<char, kArray.size() + 1 + kMember.size()> path{};
    std::copy(kArray.begin(), kArray.end(), path.begin());
    path[kArray.size()] = '.';
    std::copy(kMember.begin(), kMember.end(), path.begin() + kArray.size() + 1);
    return path;
  }();
  static constexpr IndexField field() {
    auto field = index_field<decltype(type_of(Member))>(member_name<Member>(), {kPath.data(), kPath.size()});
    field.many = true;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexValues& values) {
    for (const auto& element : document.*Array) add_value(filter, element.*Member, values);
  }
};

// --- the collections, in the order of Collection

BOOST_DESCRIBE_ENUM(Collection, products, orders, stock_levels, reservations, stock_movements, payments, shipments,
                    customers, webhook_endpoints, webhook_deliveries, tax_rates, shipping_methods, promotions,
                    redemptions, promotion_buyers)

template <class T>
struct CollectionOf;

template <>
struct CollectionOf<Product> {
  static constexpr std::string_view kName = "products";
  static constexpr auto kWriter = ProcessorKind::catalog;
  static constexpr auto kTime = &Product::created_at;
  using Filters = std::tuple<By<&Product::status>, By<&Product::category>>;
};

template <>
struct CollectionOf<Order> {
  static constexpr std::string_view kName = "orders";
  static constexpr auto kWriter = ProcessorKind::orders;
  static constexpr auto kTime = &Order::placed_at;
  using Filters = std::tuple<By<&Order::status>, By<&Order::payment_status>, By<&Order::fulfillment_status>,
                             By<&Order::customer_id>, ByEach<&Order::lines, &OrderLine::product_id>,
                             By<&Order::reference>, By<&Order::number>>;
};

template <>
struct CollectionOf<StockLevel> {
  static constexpr std::string_view kName = "stock_levels";
  static constexpr auto kWriter = ProcessorKind::stock;
  static constexpr auto kTime = nullptr;
  using Filters = std::tuple<By<&StockLevel::product_id>>;
};

template <>
struct CollectionOf<Reservation> {
  static constexpr std::string_view kName = "reservations";
  static constexpr auto kWriter = ProcessorKind::stock;
  static constexpr auto kTime = nullptr;
  using Filters = std::tuple<>;
};

template <>
struct CollectionOf<StockMovement> {
  static constexpr std::string_view kName = "stock_movements";
  static constexpr auto kWriter = ProcessorKind::stock;
  static constexpr auto kTime = &StockMovement::at;
  using Filters = std::tuple<By<&StockMovement::product_id>>;
};

template <>
struct CollectionOf<Payment> {
  static constexpr std::string_view kName = "payments";
  static constexpr auto kWriter = ProcessorKind::payment;
  static constexpr auto kTime = &Payment::created_at;
  using Filters = std::tuple<By<&Payment::status>, By<&Payment::customer_id>, By<&Payment::open_call>>;
};

template <>
struct CollectionOf<Shipment> {
  static constexpr std::string_view kName = "shipments";
  static constexpr auto kWriter = ProcessorKind::logistics;
  static constexpr auto kTime = &Shipment::requested_at;
  using Filters = std::tuple<By<&Shipment::status>, By<&Shipment::order_id>>;
};

template <>
struct CollectionOf<Customer> {
  static constexpr std::string_view kName = "customers";
  static constexpr auto kWriter = ProcessorKind::crm;
  static constexpr auto kTime = &Customer::created_at;
  using Filters = std::tuple<ByInAnyCase<&Customer::email>>;
};

template <>
struct CollectionOf<Webhook> {
  static constexpr std::string_view kName = "webhook_endpoints";
  static constexpr auto kWriter = ProcessorKind::webhooks;
  static constexpr auto kTime = &Webhook::created_at;
  using Filters = std::tuple<By<&Webhook::status>>;
};

template <>
struct CollectionOf<WebhookDelivery> {
  static constexpr std::string_view kName = "webhook_deliveries";
  static constexpr auto kWriter = ProcessorKind::webhooks;
  static constexpr auto kTime = &WebhookDelivery::created_at;
  using Filters = std::tuple<By<&WebhookDelivery::endpoint_id>, By<&WebhookDelivery::status>>;
};

template <>
struct CollectionOf<TaxRate> {
  static constexpr std::string_view kName = "tax_rates";
  static constexpr auto kWriter = ProcessorKind::pricing;
  static constexpr auto kTime = &TaxRate::created_at;
  using Filters = std::tuple<By<&TaxRate::status>, By<&TaxRate::country>, By<&TaxRate::tax_class>>;
};

template <>
struct CollectionOf<ShippingMethod> {
  static constexpr std::string_view kName = "shipping_methods";
  static constexpr auto kWriter = ProcessorKind::pricing;
  static constexpr auto kTime = &ShippingMethod::created_at;
  using Filters = std::tuple<By<&ShippingMethod::status>>;
};

template <>
struct CollectionOf<Promotion> {
  static constexpr std::string_view kName = "promotions";
  static constexpr auto kWriter = ProcessorKind::promotions;
  static constexpr auto kTime = &Promotion::created_at;
  using Filters = std::tuple<By<&Promotion::status>, ByInAnyCase<&Promotion::code>>;
};

template <>
struct CollectionOf<Redemption> {
  static constexpr std::string_view kName = "redemptions";
  static constexpr auto kWriter = ProcessorKind::promotions;
  static constexpr auto kTime = &Redemption::created_at;
  using Filters = std::tuple<By<&Redemption::promotion_id>, By<&Redemption::order_id>, By<&Redemption::status>>;
};

template <>
struct CollectionOf<PromotionBuyer> {
  static constexpr std::string_view kName = "promotion_buyers";
  static constexpr auto kWriter = ProcessorKind::promotions;
  static constexpr auto kTime = nullptr;
  using Filters = std::tuple<>;
};

}  // namespace ordo
