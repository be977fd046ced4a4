// Customers as the API shows them and its clients read them. Includes the descriptions: for .cc files.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/customer.h"
#include "records/describe.h"
#include "records/documents.h"
#include "records/notes.h"

namespace ordo {

struct CustomerFigures {
  Currency currency;
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
  std::int64_t lifetime_value = 0;
};
BOOST_DESCRIBE_STRUCT(CustomerFigures, (), (currency, captured, refunded, lifetime_value))
constexpr auto notes(NotesOf<CustomerFigures>) {
  return std::array{Note{"", "Sums over all orders, in minor units."},
                    Note{"lifetime_value", "captured minus refunded"}};
}

struct CustomerView {
  CustomerId id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::map<std::string, std::string> metadata;
  std::optional<std::vector<Address>> addresses;
  std::optional<std::string> note;
  std::string segment;  // spelled as in to_string(Segment)
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
                      (id, name, email, phone, metadata, addresses, note, segment, orders, value, first_order_at,
                       last_order_at, registered_at, erased_at, created_at, updated_at, rev))
constexpr auto notes(NotesOf<CustomerView>) {
  return std::array{Note{"note", "of the shop's staff; not shown to the customer's own token"},
                    Note{"segment",
                         "as of now, by the server's configured rules",
                         {},
                         R"({"enum":["prospect","new","returning","vip","lapsed"]})"},
                    Note{"value", "one entry per currency"},
                    Note{"registered_at",
                         "absent while the customer is known by orders only, and after the personal data was erased"},
                    Note{"erased_at", "when the personal data was erased"}};
}

}  // namespace ordo
