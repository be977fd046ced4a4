// The terms that customer and shop agree on when an order is placed. Each record of the order carries all of them, so
// they are never looked up again. The API's body, order.placed, order.created and the order's document have OrderTerms
// as their base. So one assignment copies them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "domain/rules.h"

namespace ordo {

// Empty if `code` is an officially assigned ISO 3166-1 alpha-2 code, else the problem.
std::string_view country_problem(std::string_view code);

// A postal address: a copy in each order, never a reference.
struct Address {
  std::string name;
  std::optional<std::string> company;
  std::string line1;
  std::optional<std::string> line2;
  std::string city;
  std::optional<std::string> region;
  std::optional<std::string> postal_code;
  std::string country;
  std::optional<std::string> phone;
  std::optional<std::string> tax_id;

  friend bool operator==(const Address&, const Address&) = default;
};
BOOST_DESCRIBE_STRUCT(Address, (), (name, company, line1, line2, city, region, postal_code, country, phone, tax_id))
constexpr auto rules(RulesOf<Address>) {
  constexpr auto kWho = Privacy::personal;
  return std::array{one_line("name", 1, 128, kWho, "name of the person who receives the goods"),
                    one_line("company", 1, 128, kWho, {}),
                    one_line("line1", 1, 256, kWho, "street and house number"),
                    one_line("line2", 1, 256, kWho, {}),
                    one_line("city", 1, 128, kWho, {}),
                    one_line("region", 1, 128, kWho, "state, province or county"),
                    one_line("postal_code", 1, 32, kWho, {}),
                    Rule{"country", 2, 2, kWho, "ISO 3166-1 alpha-2", country_problem},
                    one_line("phone", 1, 64, kWho, {}),
                    one_line("tax_id", 1, 64, kWho, "the buyer's tax number, as its country writes it")};
}

// The terms that logistics needs. Shipments carry them too.
struct DeliveryTerms {
  std::optional<Address> shipping_address;

  friend bool operator==(const DeliveryTerms&, const DeliveryTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(DeliveryTerms, (), (shipping_address))
constexpr auto rules(RulesOf<DeliveryTerms>) {
  return std::array{parts("shipping_address", Privacy::personal, "address that the goods are sent to")};
}

struct OrderTerms : DeliveryTerms {
  std::optional<std::string> reference;
  std::optional<std::string> payment_method;
  Metadata metadata;

  friend bool operator==(const OrderTerms&, const OrderTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(OrderTerms, (DeliveryTerms), (reference, payment_method, metadata))
constexpr auto rules(RulesOf<OrderTerms>) {
  return std::array{
      one_line("reference", 1, 128, Privacy::personal, "your own number for the order"),
      one_line("payment_method", 1, 128, Privacy::personal,
               "the payment gateway's token for the customer's payment method; the simulated gateway knows "
               "sim_decline and others"),
      parts("metadata", Privacy::personal, kMetadataText)};
}

// The terms of a type that carries them.
inline OrderTerms& terms_of(OrderTerms& carrier) {
  return carrier;
}
inline const OrderTerms& terms_of(const OrderTerms& carrier) {
  return carrier;
}
inline DeliveryTerms& delivery_of(DeliveryTerms& carrier) {
  return carrier;
}
inline const DeliveryTerms& delivery_of(const DeliveryTerms& carrier) {
  return carrier;
}

}  // namespace ordo
