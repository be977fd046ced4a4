#include "http/customer_view.h"

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "http/views.h"
#include "records/json_codec.h"

namespace ordo::http {
namespace {

struct CustomerFigures {
  Currency currency;
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
  std::int64_t lifetime_value = 0;
};
BOOST_DESCRIBE_STRUCT(CustomerFigures, (), (currency, captured, refunded, lifetime_value))
constexpr auto notes(NotesOf<CustomerFigures>) {
  return std::array{Note{"", "Sums over all orders, in minor units."},
                    Note{"lifetime_value", "what was captured and not given back"}};
}

// By the names that to_string(Segment) gives.
struct CustomerView {
  CustomerId id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::map<std::string, std::string> metadata;
  std::string segment;
  OrderCounts orders;
  std::vector<CustomerFigures> value;
  std::optional<Timestamp> first_order_at;
  std::optional<Timestamp> last_order_at;
  std::optional<Timestamp> registered_at;
  std::optional<Timestamp> erased_at;
  Timestamp created_at;
  Timestamp updated_at;
  std::int64_t rev = 0;
};
BOOST_DESCRIBE_STRUCT(CustomerView, (),
                      (id, name, email, phone, metadata, segment, orders, value, first_order_at, last_order_at,
                       registered_at, erased_at, created_at, updated_at, rev))
constexpr auto notes(NotesOf<CustomerView>) {
  return std::array{Note{"segment",
                         "as of now, by the rules that the server is configured with",
                         {},
                         R"({"enum":["prospect","new","returning","vip","lapsed"]})"},
                    Note{"value", "one entry a currency"},
                    Note{"registered_at", "absent while known by orders only, and after the personal data was erased"},
                    Note{"erased_at", "when the personal data was erased"}};
}

CustomerView to_view(const Customer& customer, const SegmentRules& rules) {
  CustomerView view;
  view.id = customer.id;
  view.name = customer.name;
  view.email = customer.email;
  view.phone = customer.phone;
  view.metadata = customer.metadata;
  view.segment = to_string(segment_of(customer, rules, now()));
  view.orders = customer.orders;
  for (const auto& value : customer.value) {
    view.value.push_back({value.currency, value.captured, value.refunded, value.captured - value.refunded});
  }
  view.first_order_at = customer.first_order_at;
  view.last_order_at = customer.last_order_at;
  view.registered_at = customer.registered_at;
  view.erased_at = customer.erased_at;
  view.created_at = customer.created_at;
  view.updated_at = customer.updated_at;
  view.rev = customer.rev;
  return view;
}

constexpr char kCustomerKey = 0;  // their addresses stand for the two schemas
constexpr char kOverviewKey = 0;

}  // namespace

std::string customer_view(const Customer& customer, const SegmentRules& rules) {
  return to_json(to_view(customer, rules));
}

std::string customer_overview_view(const Customer& customer, const SegmentRules& rules,
                                   std::span<const Document> orders) {
  std::string out = customer_view(customer, rules);
  out.pop_back();
  out += ",\"recent_orders\":[";
  for (const auto& document : orders) {
    if (out.back() != '[') out.push_back(',');
    out += order_view(std::get<Order>(document));
  }
  return out + "]}";
}

std::string customer_schema(SchemaSet& set) {
  return set.define("Customer", &kCustomerKey, [](SchemaSet& inner) { return members_of<CustomerView>(inner).text(); });
}

std::string customer_overview_schema(SchemaSet& set) {
  return set.define("CustomerOverview", &kOverviewKey, [](SchemaSet& inner) {
    auto customer = members_of<CustomerView>(inner);
    customer.add("recent_orders", schema::array_of(order_schema(inner)));
    return customer.text();
  });
}

}  // namespace ordo::http
