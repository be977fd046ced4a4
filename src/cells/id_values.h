// Ids of orders, products and customers as files have them, and the ids that ordo gives to them.
#pragma once

#include <string>
#include <string_view>

namespace ordo::imports {

// An id as people know it: without one leading #, without the guards of spreadsheets ('0042, ="0042"), and without the
// .0 that programs add to a whole number. Letters and case stay.
std::string bare_id(std::string_view cell);

// `text` if it is a valid new id of ordo; else "x-" and 26 characters of a hash of it, the same for every import. Empty
// for an empty text.
std::string id_from(std::string_view text);

// The customer's id. First the file's id, unless it stands for none: 0, "guest", is_no_value(). Then the e-mail. Then a
// hash of the name and the postal code. E-mails are in lower case, also when the file uses one as its id. An id or
// e-mail that is no valid id of a customer becomes a hash. Empty when id, e-mail and name are.
std::string customer_id_from(std::string_view id, std::string_view email, std::string_view name,
                             std::string_view postal_code);

}  // namespace ordo::imports
