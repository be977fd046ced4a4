// The flags of a new order, and the body that they make. For `ordo orders create` and `ordo orders quote`. Includes the
// descriptions: for .cc files.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "records/order_body.h"

namespace CLI {
class App;
}

namespace ordo::cli {

// As typed. Amounts are in major units.
struct OrderFlags {
  std::string from;                 // file of a body; "-": the standard input
  std::vector<std::string> lines;   // PRODUCT=QUANTITY[@PRICE]
  std::vector<std::string> custom;  // NAME=QUANTITY@PRICE, as the fees
  std::vector<std::string> fees;
  std::vector<std::string> discounts;  // "10%" or an amount
  std::vector<std::string> shipping;   // NAME=PRICE
  std::vector<std::string> codes;
  std::vector<std::string> tags;
  std::optional<std::string> customer;
  std::optional<std::string> currency;
  std::optional<std::string> location;
  std::optional<std::string> shipping_method;
  std::optional<std::string> expected_total;
  std::optional<std::string> reference;
  std::optional<std::string> note;
  std::optional<std::string> channel;
  std::optional<std::string> locale;
  std::optional<std::string> payment_method;
  std::optional<PaymentTerms> payment_terms;
  bool ship_before_payment = false;
  Contact contact;
  std::string ship_to;  // an address as JSON, or @FILE
  std::string bill_to;
  std::optional<std::string> quote;
};

// Adds all of them. `flags` outlives the parse.
void add_order_flags(CLI::App& command, OrderFlags& flags);

// The body that the flags make: that of the file, if there is one, with more lines, discounts, codes and tags, and with
// other members replaced. The server checks it. kInvalid "bad_flag", "malformed_json", "invalid_fields" and
// "file_too_large", kNotFound "no_file". `in` is the standard input.
Result<OrderBody> order_body_of(const OrderFlags& flags, std::istream& in);

}  // namespace ordo::cli
