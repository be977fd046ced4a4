// A change of the terms of an order after it was placed.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/order_terms.h"

namespace ordo {

// The terms that can change. Those that are absent stay as they are.
struct ChangedTerms {
  std::optional<Address> shipping_address;
  std::optional<Contact> contact;
  std::optional<Address> billing_address;

  friend bool operator==(const ChangedTerms&, const ChangedTerms&) = default;
};
BOOST_DESCRIBE_STRUCT(ChangedTerms, (), (shipping_address, contact, billing_address))
constexpr auto rules(RulesOf<ChangedTerms>) {
  return std::array{parts("shipping_address", Privacy::personal, "address that the goods are sent to"),
                    parts("contact", Privacy::personal, "how to reach the buyer about this order"),
                    parts("billing_address", Privacy::personal, "address of the person who pays")};
}
inline const ChangedTerms& changed_terms_of(const ChangedTerms& carrier) {
  return carrier;
}

// The order keeps the ids of its changes: they make a repeated request harmless.
struct TermsChange {
  std::string id;
  Timestamp at;

  friend bool operator==(const TermsChange&, const TermsChange&) = default;
};
BOOST_DESCRIBE_STRUCT(TermsChange, (), (id, at))

// Calls f(name, present, changed) for each changed term: the member of `terms`, and its new value.
template <class Terms, class F>
void for_each_change(Terms& terms, const ChangedTerms& changes, F f) {
  if (changes.shipping_address) f("shipping_address", terms.shipping_address, changes.shipping_address);
  if (changes.contact) f("contact", terms.contact, changes.contact);
  if (changes.billing_address) f("billing_address", terms.billing_address, changes.billing_address);
}

}  // namespace ordo
