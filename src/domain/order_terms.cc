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

// The well-formed tags of RFC 5646, 2.1, without the few irregular ones of old: a language of 2 or 3 letters, then
// subtags of 1 to 8 letters and digits. Whether they are registered is not checked: the registry grows.
std::string_view locale_problem(std::string_view tag) {
  constexpr std::string_view kProblem = "is not a language tag (BCP 47), such as vi, en-US or zh-Hant-TW";
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto fits = [&](std::string_view part, std::size_t least, std::size_t most, bool digits) {
    return part.size() >= least && part.size() <= most && std::all_of(part.begin(), part.end(), [&](char c) {
             return is_letter(c) || (digits && c >= '0' && c <= '9');
           });
  };
  const auto language = tag.substr(0, tag.find('-'));
  if (!fits(language, 2, 3, false)) return kProblem;
  for (auto rest = tag.substr(language.size()); !rest.empty();) {
    rest.remove_prefix(1);
    const auto part = rest.substr(0, rest.find('-'));
    if (!fits(part, 1, 8, true)) return kProblem;
    rest.remove_prefix(part.size());
  }
  return {};
}

void check_together(const OrderTerms& terms, std::vector<Violation>& found) {
  // guard: terms-ship-before-payment
  if (terms.ship_before_payment && payment_terms_of(terms) != PaymentTerms::manual) {
    found.push_back({"/ship_before_payment", "is allowed only with payment_terms manual: leave it out otherwise"});
  }
}

}  // namespace ordo
