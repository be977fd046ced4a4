#include "cells/currency_marks.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "cells/value_text.h"

namespace ordo::imports {
namespace {

struct CurrencyMark {
  std::string_view mark;   // as fold_text() makes it, without blanks and the dot of an abbreviation
  std::string_view codes;  // of the currencies that it may mean
};

constexpr CurrencyMark kCurrencyMarks[] = {
    {"$",
     "USD AUD CAD NZD SGD HKD MXN ARS CLP COP UYU DOP TWD BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD "
     "CUP CVE NIO TOP WST"},
    {"us$", "USD"},
    {"a$", "AUD"},
    {"au$", "AUD"},
    {"c$", "CAD NIO"},
    {"ca$", "CAD"},
    {"can$", "CAD"},
    {"nz$", "NZD"},
    {"s$", "SGD"},
    {"hk$", "HKD"},
    {"mx$", "MXN"},
    {"mex$", "MXN"},
    {"nt$", "TWD"},
    {"r$", "BRL"},
    {"ar$", "ARS"},
    {"cl$", "CLP"},
    {"co$", "COP"},
    {"col$", "COP"},
    {"rd$", "DOP"},
    {"$u", "UYU"},
    {"€", "EUR"},
    {"euro", "EUR"},
    {"euros", "EUR"},
    {"£", "GBP EGP FKP GIP LBP SDG SHP SSP SYP"},
    {"¥", "JPY CNY"},
    {"￥", "JPY CNY"},
    {"cn¥", "CNY"},
    {"jp¥", "JPY"},
    {"円", "JPY"},
    {"元", "CNY TWD HKD"},
    {"rmb", "CNY"},
    {"₫", "VND"},
    {"d", "VND"},  // đ
    {"dong", "VND"},
    {"₩", "KRW"},
    {"￦", "KRW"},
    {"₹", "INR"},
    {"rs", "INR PKR LKR NPR MUR SCR"},
    {"₨", "INR PKR LKR NPR MUR SCR"},
    {"৳", "BDT"},
    {"tk", "BDT"},
    {"₱", "PHP CUP"},
    {"฿", "THB"},
    {"₺", "TRY"},
    {"tl", "TRY"},
    {"₽", "RUB"},
    {"руб", "RUB BYN"},
    {"₴", "UAH"},
    {"грн", "UAH"},
    {"₪", "ILS"},
    {"₦", "NGN"},
    {"₵", "GHS"},
    {"gh₵", "GHS"},
    {"₡", "CRC"},
    {"₲", "PYG"},
    {"₸", "KZT"},
    {"₼", "AZN"},
    {"₾", "GEL"},
    {"₮", "MNT"},
    {"₭", "LAK"},
    {"៛", "KHR"},
    {"kr", "SEK NOK DKK ISK"},
    {"zł", "PLN"},
    {"zl", "PLN"},
    {"kc", "CZK"},
    {"ft", "HUF"},
    {"lei", "RON MDL"},
    {"leu", "RON MDL"},
    {"лв", "BGN"},
    {"din", "RSD"},
    {"fr", "CHF"},
    {"sfr", "CHF"},
    {"fcfa", "XAF XOF"},
    {"cfa", "XAF XOF"},
    {"rp", "IDR"},
    {"rm", "MYR"},
    {"r", "ZAR"},
    {"ksh", "KES"},
    {"s/", "PEN"},
    {"bs", "BOB VES"},
    {"q", "GTQ"},
    {"dh", "AED MAD"},
    {"dhs", "AED MAD"},
};

// One sign or code. Empty: not known.
std::vector<Currency> currencies_of_one(std::string_view mark) {
  while (mark.size() > 1 && mark.ends_with('.')) mark.remove_suffix(1);
  std::vector<Currency> out;
  const auto found = std::find_if(std::begin(kCurrencyMarks), std::end(kCurrencyMarks),
                                  [&](const CurrencyMark& known) { return known.mark == mark; });
  if (found != std::end(kCurrencyMarks)) {
    for (std::size_t at = 0; at < found->codes.size(); at += 4) {
      if (const auto currency = Currency::parse(found->codes.substr(at, 3))) out.push_back(*currency);
    }
    return out;
  }
  std::string code(mark);
  for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (const auto currency = Currency::parse(code)) out.push_back(*currency);
  return out;
}

// Where the first part of "usd$", "$cad" or "us$ usd" ends: at a blank, or between letters and other characters.
std::size_t end_of_part(std::string_view mark) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '.'; };
  std::size_t end = 1;
  while (end < mark.size() && mark[end] != ' ' && is_letter(mark[end]) == is_letter(mark[0])) ++end;
  return end;
}

}  // namespace

std::optional<std::vector<Currency>> currencies_of(std::string_view mark) {
  std::string folded = fold_text(mark);
  while (folded.starts_with(' ')) folded.erase(0, 1);
  while (folded.ends_with(' ')) folded.pop_back();
  if (folded.empty()) return std::vector<Currency>();
  if (auto known = currencies_of_one(folded); !known.empty()) return known;
  std::optional<std::vector<Currency>> out;
  for (std::string_view rest = folded; !rest.empty();) {
    if (rest.front() == ' ') {
      rest.remove_prefix(1);
      continue;
    }
    const std::string_view word = rest.substr(0, rest.find(' '));
    std::vector<Currency> part = currencies_of_one(word);
    std::size_t end = word.size();
    if (part.empty()) {
      end = end_of_part(rest);
      part = currencies_of_one(rest.substr(0, end));
    }
    rest.remove_prefix(end);
    if (out) {
      std::erase_if(part, [&](const Currency& it) { return std::find(out->begin(), out->end(), it) == out->end(); });
    }
    if (part.empty()) return std::nullopt;
    out = std::move(part);
  }
  return out;
}

}  // namespace ordo::imports
