#include "api/customers/customer_view.h"

#include "api/views.h"
#include "records/customer_view.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

CustomerView to_view(const Customer& customer, const SegmentRules& rules) {
  CustomerView view;
  view.id = customer.id;
  view.name = customer.name;
  view.email = customer.email;
  view.phone = customer.phone;
  view.metadata = customer.metadata;
  view.addresses = customer.addresses;
  view.note = customer.note;
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

constexpr char kCustomerKey = 0;  // the addresses identify the two schemas
constexpr char kOverviewKey = 0;

}  // namespace

std::string customer_view(const Customer& customer, const SegmentRules& rules) {
  return to_json(to_view(customer, rules));
}

std::string customer_overview_view(const Customer& customer, const SegmentRules& rules,
                                   std::span<const Document> orders, const OrderReader& reader) {
  std::string out = customer_view(customer, rules);
  out.pop_back();
  out += ",\"recent_orders\":[";
  for (const auto& document : orders) {
    if (out.back() != '[') out.push_back(',');
    out += order_view(std::get<Order>(document), reader);
  }
  return out + "]}";
}

std::string customer_schema(SchemaSet& set) {
  return set.define("Customer", &kCustomerKey, [](SchemaSet& inner) { return members_of<CustomerView>(inner).text(); });
}

std::string customer_overview_schema(SchemaSet& set) {
  return set.define("CustomerOverview", &kOverviewKey, [](SchemaSet& inner) {
    auto customer = members_of<CustomerView>(inner);
    customer.add("recent_orders", schema::array_of(order_schema(inner)), false);
    return customer.text();
  });
}

}  // namespace ordo::api
