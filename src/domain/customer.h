// A customer: identity, and figures about the customer's orders.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "domain/order_step.h"
#include "domain/order_terms.h"
#include "domain/past_change.h"
#include "domain/rules.h"

namespace ordo {

// Sums over the orders of one customer in one currency, in minor units.
struct CustomerValue {
  Currency currency;
  std::int64_t captured = 0;
  std::int64_t refunded = 0;  // the lifetime value is captured - refunded

  friend bool operator==(const CustomerValue&, const CustomerValue&) = default;
};

// What a shop knows about a customer as a person. In a change, an absent member stays as it is, and a map or list is
// replaced as a whole.
struct CustomerDetails {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<Metadata> metadata;
  std::optional<std::vector<Address>> addresses;  // to choose from; an order has a copy
  std::optional<std::string> note;                // of the shop's staff; the customer does not see it

  friend bool operator==(const CustomerDetails&, const CustomerDetails&) = default;
};
BOOST_DESCRIBE_STRUCT(CustomerDetails, (), (name, email, phone, metadata, addresses, note))
constexpr auto rules(RulesOf<CustomerDetails>) {
  constexpr auto kWho = Privacy::personal;
  return std::array{one_line("name", 0, 200, kWho, {}),
                    Rule{"email", 0, 200, kWho, {}, email_problem},
                    one_line("phone", 0, 200, kWho, {}),
                    parts("metadata", kWho, kMetadataText),
                    list_of("addresses", 20, kWho, "addresses to choose from; an order has a copy"),
                    Rule{"note", 0, 5'000, kWho,
                         "of the shop's staff, may have several lines; the customer does not see it; an empty one "
                         "removes it",
                         text_problem}};
}
// The details of a type that carries them.
inline CustomerDetails& details_of(CustomerDetails& carrier) {
  return carrier;
}
inline const CustomerDetails& details_of(const CustomerDetails& carrier) {
  return carrier;
}

// A customer begins with an order, a POST, or both, in any order.
struct Customer {
  CustomerId id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  Metadata metadata;
  std::optional<std::vector<Address>> addresses;
  std::optional<std::string> note;
  OrderCounts orders;
  std::vector<CustomerValue> value;  // one per currency, in the order of first use; at most kMaxCurrencies
  std::optional<Timestamp> first_order_at;
  std::optional<Timestamp> last_order_at;
  std::optional<Timestamp> registered_at;  // time of the first POST; absent while known by orders only
  std::optional<Timestamp> erased_at;      // personal data was removed on request
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<PastChange> recent_changes;  // the last kRememberedChanges, oldest first
  std::int64_t rev = 0;

  static constexpr std::size_t kMaxCurrencies = 200;

  friend bool operator==(const Customer&, const Customer&) = default;
};

enum class CustomerAction { create, update, erase };

// A request to change a customer's data.
struct ChangeCustomer : CustomerDetails {
  CustomerAction action = CustomerAction::create;
  CustomerId id;
  std::optional<std::string> change_id;
  std::optional<std::int64_t> expected_rev;
};

// The customer after `change`. kNotFound "unknown_customer"; kConflict "customer_exists" (a create of a registered
// customer) or "stale_revision". A repeated change_id returns the customer unchanged. Does not count `rev`.
Result<Customer> decide(const Customer* current, const ChangeCustomer& change, Timestamp at);

// The customer after `step`. Creates an unknown customer.
Customer count_order(const Customer* current, const CustomerId& id, const OrderStep& step, Timestamp at);

enum class Segment { prospect, new_customer, returning, vip, lapsed };
std::string_view to_string(Segment segment);

// The rules of segments. The first match wins: lapsed, vip, returning, new, prospect (no order yet). A segment depends
// on today's date and on rules that the shop may change. So it is computed when it is read.
struct SegmentRules {
  std::int64_t returning_orders = 2;
  std::int64_t vip_orders = 10;
  std::int64_t vip_value = 100'000;  // lifetime value in minor units, in any one currency
  std::int64_t lapsed_days = 180;    // since the last order
};
Segment segment_of(const Customer& customer, const SegmentRules& rules, Timestamp now);

}  // namespace ordo
