// The terms that customer and shop agree on when an order is placed. Each record of the order carries all of them, so
// they are never looked up again. The API's body, order.placed, order.created and the order's document have OrderTerms
// as their base. So one assignment copies them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// How to reach the buyer about this order: a copy, as an address is.
struct Contact {
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone;

  friend bool operator==(const Contact&, const Contact&) = default;
};
BOOST_DESCRIBE_STRUCT(Contact, (), (name, email, phone))
constexpr auto rules(RulesOf<Contact>) {
  constexpr auto kWho = Privacy::personal;
  return std::array{one_line("name", 1, 128, kWho, {}), Rule{"email", 3, 254, kWho, {}, email_problem},
                    one_line("phone", 1, 64, kWho, {})};
}

// Empty if `tag` has the form of a BCP 47 language tag, such as "vi" or "de-AT", else the problem.
std::string_view locale_problem(std::string_view tag);

// How the order is paid. gateway: ordo asks the payment gateway. manual: people record what they receive. none: nothing
// is paid through ordo, for example because a marketplace has taken the money.
enum class PaymentTerms { gateway, manual, none };

struct OrderTerms : DeliveryTerms {
  std::optional<std::string> reference;
  std::optional<std::string> payment_method;
  Metadata metadata;
  std::optional<Contact> contact;
  std::optional<Address> billing_address;
  std::optional<std::string> customer_note;
  std::optional<std::string> channel;
  std::optional<std::string> locale;
  std::optional<std::vector<std::string>> tags;
  std::optional<PaymentTerms> payment_terms;  // absent: gateway
  std::optional<bool> ship_before_payment;    // only of manual orders

  friend bool operator==(const OrderTerms&, const OrderTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(OrderTerms, (DeliveryTerms),
                      (reference, payment_method, metadata, contact, billing_address, customer_note, channel, locale,
                       tags, payment_terms, ship_before_payment))
constexpr auto rules(RulesOf<OrderTerms>) {
  return std::array{
      one_line("reference", 1, 128, Privacy::personal, "your own number for the order"),
      one_line("payment_method", 1, 128, Privacy::personal,
               "the payment gateway's token for the customer's payment method; the simulated gateway knows "
               "sim_decline and others"),
      parts("metadata", Privacy::personal, kMetadataText),
      parts("contact", Privacy::personal, "how to reach the buyer about this order"),
      parts("billing_address", Privacy::personal, "address of the person who pays"),
      Rule{"customer_note", 1, 2'000, Privacy::personal, "what the buyer wrote with the order; may have several lines",
           text_problem},
      one_line("channel", 1, 64, Privacy::kept, "where the order was taken: web, phone, the name of a marketplace"),
      Rule{"locale", 2, 35, Privacy::kept, "the buyer's language as a BCP 47 tag, such as vi or de-AT", locale_problem},
      list_of_lines("tags", 50, 1, 64, Privacy::kept, "your own words for finding orders"),
      parts("payment_terms", Privacy::kept,
            "gateway (the default): ordo asks the payment gateway. manual: you record payments as they come, such as "
            "cash or a bank transfer. none: nothing is paid through ordo"),
      parts("ship_before_payment", Privacy::kept,
            "true: the order is confirmed before it is paid; only with payment_terms manual")};
}

inline PaymentTerms payment_terms_of(const OrderTerms& terms) {
  return terms.payment_terms.value_or(PaymentTerms::gateway);
}

// Adds the errors of members that do not fit together. check_rules() finds those of single members.
void check_together(const OrderTerms& terms, std::vector<Violation>& found);

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
