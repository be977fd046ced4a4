// The words by which a search finds documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/customer.h"
#include "domain/order.h"
#include "domain/product.h"
#include "domain/shipment.h"

namespace ordo {

inline constexpr std::size_t kMaxSearchTerms = 64;      // of a document; later ones are left out
inline constexpr std::size_t kMaxSearchTermBytes = 64;  // longer ones are cut
inline constexpr std::size_t kMaxSearchWords = 8;       // of a search

// The terms of a document: in lower case, without marks, each once. Those that the index of a member answers are left
// out: a number, reference or id that is a term as it stands. See CollectionOf::kSearchColumns.
std::vector<std::string> search_terms(const Order& order);
std::vector<std::string> search_terms(const Customer& customer);
std::vector<std::string> search_terms(const Product& product);
std::vector<std::string> search_terms(const Shipment& shipment);

// The words of a search. A document is found if each word is the beginning of one of its terms. Empty if the text has
// no word; only the first kMaxSearchWords count.
std::vector<std::string> search_words(std::string_view text);

// The digits of a text that may be a phone number, without leading zeros; else empty.
std::string search_digits(std::string_view text);

}  // namespace ordo
