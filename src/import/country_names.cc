#include "import/country_names.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "columns/profile.h"
#include "domain/order_terms.h"

namespace ordo::imports {
namespace {

// Made at build time from Debian's iso-codes: for each country its code, then its names.
constexpr std::pair<std::string_view, std::string_view> kIsoNames[] = {
#include "country_names.inc"
};

// Names that iso-codes does not have, as plain_country() makes them: those of neighbours and of everyday English.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"AT", "osterreich autriche"},
    {"BE", "belgien belgie belgique"},
    {"BR", "brasil"},
    {"CH", "schweiz suisse svizzera"},
    {"CI", "ivorycoast"},
    {"CN", "trungquoc"},
    {"CV", "capeverde"},
    {"CZ", "tschechien czechrepublic"},
    {"DE", "deutschland allemagne duc"},
    {"DK", "danemark danmark"},
    {"ES", "spanien espana espagne"},
    {"FI", "finnland suomi"},
    {"FM", "micronesia"},
    {"FR", "frankreich phap"},
    {"GB", "uk greatbritain england scotland wales northernireland britain royaumeuni vereinigteskonigreich"},
    {"GR", "griechenland"},
    {"HU", "ungarn"},
    {"IE", "irland"},
    {"IT", "italien italia italie"},
    {"JP", "nhatban"},
    {"KR", "hanquoc"},
    {"LU", "luxemburg"},
    {"MO", "macau"},
    {"MX", "mexiko"},
    {"NL", "niederlande nederland holland paysbas"},
    {"NO", "norwegen norge"},
    {"PL", "polen polska pologne"},
    {"PS", "palestine"},
    {"RU", "russia"},
    {"SE", "schweden sverige suede"},
    {"SZ", "swaziland"},
    {"TH", "thailan"},
    {"TR", "turkey turkei"},
    {"US", "hoaky vereinigtestaaten etatsunis estadosunidos"},
    {"VG", "britishvirginislands"},
    {"VI", "usvirginislands"},
};

std::string plain_country(std::string_view name) {
  std::string plain = plain_heading(name);
  std::erase_if(plain, [](char c) { return c == '.' || c == '[' || c == ']'; });
  return plain.starts_with("the") && plain.size() > 6 ? plain.substr(3) : plain;
}

using CountryCodes = std::map<std::string, std::string_view, std::less<>>;

const CountryCodes& country_codes() {
  static const auto kCodes = [] {
    CountryCodes codes;
    std::string_view code;
    for (const auto& [what, text] : kIsoNames) {
      if (what == "alpha_2") code = text;
      codes.emplace(plain_country(text), code);
    }
    for (auto [of, names] : kOtherNames) {
      while (!names.empty()) {
        const auto name = names.substr(0, names.find(' '));
        codes.emplace(name, of);
        names.remove_prefix(std::min(name.size() + 1, names.size()));
      }
    }
    return codes;
  }();
  return kCodes;
}

}  // namespace

std::string country_code(std::string_view cell) {
  if (country_problem(cell).empty()) return std::string(cell);
  const auto found = country_codes().find(plain_country(cell));
  return found == country_codes().end() ? std::string() : std::string(found->second);
}

}  // namespace ordo::imports
