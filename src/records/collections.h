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
#include "records/search_terms.h"

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

template <class V>
void add_value(std::size_t filter, const V& value, IndexEntries& entries) {
  if constexpr (std::is_enum_v<V>) {
    entries.values.emplace_back(filter, enum_name(value));
  } else if constexpr (std::is_same_v<V, std::string>) {
    entries.values.emplace_back(filter, value);
  } else {
    entries.values.emplace_back(filter, value.str());
  }
}
template <class V>
void add_value(std::size_t filter, const std::optional<V>& value, IndexEntries& entries) {
  if (value) add_value(filter, *value, entries);
}

// A name as a template argument.
template <std::size_t kSize>
struct FilterName {
  constexpr FilterName(const char (&name)[kSize]) { std::copy(name, name + kSize, text); }  // NOLINT: implicit
  constexpr std::string_view view() const { return {text, kSize - 1}; }
  char text[kSize]{};
};

// "contact.email" as a constant.
template <auto Outer, auto Inner>
constexpr auto joined_path() {
  constexpr auto kOuter = member_name<Outer>();
  constexpr auto kInner = member_name<Inner>();
  std::array<char, kOuter.size() + 1 + kInner.size()> path{};
  std::copy(kOuter.begin(), kOuter.end(), path.begin());
  path[kOuter.size()] = '.';
  std::copy(kInner.begin(), kInner.end(), path.begin() + kOuter.size() + 1);
  return path;
}
template <auto Outer, auto Inner>
inline constexpr auto kJoinedPath = joined_path<Outer, Inner>();
template <auto Outer, auto Inner>
constexpr std::string_view path_of() {
  return {kJoinedPath<Outer, Inner>.data(), kJoinedPath<Outer, Inner>.size()};
}

// Filters by a member: an enum, an id, a text, or an optional one of these.
template <auto Member>
struct By {
  static constexpr IndexField field() {
    using Value = decltype(type_of(Member));
    auto field = index_field<Value>(member_name<Member>(), member_name<Member>());
    field.sparse = !std::is_same_v<Value, typename Unwrapped<Value>::type>;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    add_value(filter, document.*Member, entries);
  }
};

// As By, ignoring case, at least for ASCII letters.
template <auto Member>
struct ByInAnyCase : By<Member> {
  static constexpr IndexField field() {
    auto field = By<Member>::field();
    field.match = Match::any_case;
    return field;
  }
};

// As ByInAnyCase, by an optional member of an optional part.
template <auto Part, auto Member>
struct ByPartInAnyCase {
  static constexpr IndexField field() {
    auto field = index_field<decltype(type_of(Member))>(member_name<Member>(), path_of<Part, Member>());
    field.match = Match::any_case;
    field.sparse = true;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    if (const auto& part = document.*Part) add_value(filter, (*part).*Member, entries);
  }
};

// As By, for a text that is empty while there is no value.
template <auto Member>
struct ByUnlessEmpty : By<Member> {
  static constexpr IndexField field() {
    auto field = By<Member>::field();
    field.sparse = true;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    if (!(document.*Member).empty()) add_value(filter, document.*Member, entries);
  }
};

// Filters by each text of an optional list.
template <FilterName kName, auto List>
struct ByEachText {
  static constexpr IndexField field() {
    auto field = index_field<std::string>(kName.view(), member_name<List>());
    field.many = true;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    if (!(document.*List)) return;
    for (const auto& text : *(document.*List)) add_value(filter, text, entries);
  }
};

// Filters by the result of a function, an enum.
template <FilterName kName, auto Function>
struct ByComputed {
  static constexpr IndexField field() {
    auto field = index_field<Result>(kName.view(), kName.view());
    field.computed = true;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    add_value(filter, Function(document), entries);
  }

 private:
  template <class R, class T>
  static R result_of(R (*)(const T&));
  using Result = decltype(result_of(Function));
};

// Filters by the least or the most amount. They have no index: they only sort out what other conditions find.
template <FilterName kName, auto Sum, Match kMatch>
struct ByAmount {
  static constexpr IndexField field() {
    auto field = index_field<std::string>(kName.view(), path_of<Sum, &Money::amount>());
    field.match = kMatch;
    field.schema = schema_of<std::int64_t>;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    entries.numbers.emplace_back(filter, (document.*Sum).amount);
  }
};

// Finds documents by the beginnings of their search terms; not a parameter of lists.
struct BySearch {
  static constexpr IndexField field() {
    auto field = index_field<std::string>("search", "search");
    field.match = Match::prefix;
    field.many = true;
    field.computed = true;
    field.listed = false;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    entries.made = search_terms(document);
    for (const auto& term : entries.made) entries.values.emplace_back(filter, term);
  }
};

// Filters by a member of each element of an array.
template <auto Array, auto Member>
struct ByEach {
  static constexpr IndexField field() {
    auto field = index_field<decltype(type_of(Member))>(member_name<Member>(), path_of<Array, Member>());
    field.many = true;
    return field;
  }
  template <class T>
  static void add_values(std::size_t filter, const T& document, IndexEntries& entries) {
    for (const auto& element : document.*Array) add_value(filter, element.*Member, entries);
  }
};

// --- the collections, in the order of Collection

BOOST_DESCRIBE_ENUM(Collection, products, orders, stock_levels, reservations, stock_movements, payments, shipments,
                    customers, webhook_endpoints, webhook_deliveries, tax_rates, shipping_methods, promotions,
                    redemptions, promotion_buyers, order_hours)

template <class T>
struct CollectionOf;

template <>
struct CollectionOf<Product> {
  static constexpr std::string_view kName = "products";
  static constexpr auto kWriter = ProcessorKind::catalog;
  static constexpr auto kTime = &Product::created_at;
  static constexpr std::array<std::string_view, 1> kSearchColumns = {"id"};
  using Filters = std::tuple<By<&Product::status>, By<&Product::category>, BySearch>;
};

template <>
struct CollectionOf<Order> {
  static constexpr std::string_view kName = "orders";
  static constexpr auto kWriter = ProcessorKind::orders;
  static constexpr auto kTime = &Order::placed_at;
  static constexpr auto kUpdated = &Order::updated_at;
  static constexpr std::array<std::string_view, 3> kSearchColumns = {"number", "reference", "customer_id"};
  using Filters =
      std::tuple<By<&Order::status>, By<&Order::payment_status>, By<&Order::fulfillment_status>,
                 By<&Order::customer_id>, ByEach<&Order::lines, &OrderLine::product_id>, By<&Order::reference>,
                 By<&Order::number>, ByPartInAnyCase<&Order::contact, &Contact::email>, ByEachText<"tag", &Order::tags>,
                 By<&Order::location>, By<&Order::channel>, ByAmount<"total_min", &Order::total, Match::at_least>,
                 ByAmount<"total_max", &Order::total, Match::at_most>, BySearch>;
};

template <>
struct CollectionOf<StockLevel> {
  static constexpr std::string_view kName = "stock_levels";
  static constexpr auto kWriter = ProcessorKind::stock;
  static constexpr auto kTime = nullptr;
  using Filters =
      std::tuple<By<&StockLevel::product_id>, By<&StockLevel::location>, ByComputed<"availability", &availability_of>>;
};

template <>
struct CollectionOf<Reservation> {
  static constexpr std::string_view kName = "reservations";
  static constexpr auto kWriter = ProcessorKind::stock;
  static constexpr auto kTime = nullptr;
  using Filters = std::tuple<By<&Reservation::status>, By<&Reservation::location>>;
};

template <>
struct CollectionOf<StockMovement> {
  static constexpr std::string_view kName = "stock_movements";
  static constexpr auto kWriter = ProcessorKind::stock;
  static constexpr auto kTime = &StockMovement::at;
  using Filters = std::tuple<By<&StockMovement::product_id>, By<&StockMovement::location>, By<&StockMovement::kind>,
                             By<&StockMovement::status>>;
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
  static constexpr std::array<std::string_view, 1> kSearchColumns = {"tracking"};
  using Filters = std::tuple<By<&Shipment::status>, By<&Shipment::order_id>, By<&Shipment::location>,
                             ByUnlessEmpty<&Shipment::tracking>, BySearch>;
};

template <>
struct CollectionOf<Customer> {
  static constexpr std::string_view kName = "customers";
  static constexpr auto kWriter = ProcessorKind::crm;
  static constexpr auto kTime = &Customer::created_at;
  static constexpr std::array<std::string_view, 1> kSearchColumns = {"id"};
  using Filters = std::tuple<ByInAnyCase<&Customer::email>, BySearch>;
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

template <>
struct CollectionOf<OrderHour> {
  static constexpr std::string_view kName = "order_hours";
  static constexpr auto kWriter = ProcessorKind::crm;
  static constexpr auto kTime = &OrderHour::hour;
  using Filters = std::tuple<>;
};

}  // namespace ordo
