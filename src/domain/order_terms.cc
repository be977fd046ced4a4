#include "domain/order_terms.h"

#include <algorithm>
#include <iterator>

namespace ordo {
namespace {

// Sorted. Made at build time from Debian's iso-codes.
constexpr std::string_view kCountries[] = {
#include "countries.inc"
};

}  // namespace

std::string_view country_problem(std::string_view code) {
  // guard: terms-country-checked
  return std::binary_search(std::begin(kCountries), std::end(kCountries), code)
             ? std::string_view()
             : "is not a country code of ISO 3166-1 alpha-2, two capital letters such as DE or VN";
}

}  // namespace ordo
