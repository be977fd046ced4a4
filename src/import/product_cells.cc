#include "import/product_cells.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/text.h"
#include "cells/status_words.h"
#include "domain/order_figures.h"

namespace ordo::imports {
namespace {

__extension__ using WideGrams = __int128;

template <std::size_t n>
bool is_product_word(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view trimmed_cell(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// --- state -----------------------------------------------------------------------------------------------------------

// As plain_status() makes them.
constexpr std::array<std::string_view, 22> kOnSale{"active",  "published", "publish", "enabled", "online", "available",
                                                   "visible", "onsale",    "forsale", "live",    "listed", "normal",
                                                   "aktiv",   "actif",     "activo",  "ativo",   "publie", "publicado",
                                                   "dangban", "conban",    "hienthi", "kichhoat"};
constexpr std::array<std::string_view, 26> kNotOnSale{
    "draft",   "archived",   "archive",  "private",        "unpublished",  "disabled", "inactive",
    "pending", "trash",      "hidden",   "offline",        "discontinued", "deleted",  "unavailable",
    "future",  "notforsale", "unlisted", "inaktiv",        "inactif",      "inactivo", "inativo",
    "entwurf", "brouillon",  "ngungban", "ngungkinhdoanh", "nhap"};
// Headings of columns that say yes to a product that is not on sale.
constexpr std::array<std::string_view, 10> kOpposite{"discontinued", "isdiscontinued", "archived", "isarchived",
                                                     "disabled",     "inactive",       "hidden",   "deleted",
                                                     "isdeleted",    "ngungkinhdoanh"};

// The plain name of a column, or of the last member of a path.
std::string plain_name(std::string_view heading) {
  const auto dot = heading.rfind('.');
  return plain_heading(dot == heading.npos ? heading : heading.substr(dot + 1));
}

// --- weight ----------------------------------------------------------------------------------------------------------

// Grams of a unit, as a fraction.
struct WeightUnit {
  std::string_view names;  // separated by blanks
  std::int64_t numerator;
  std::int64_t denominator;
};
constexpr std::array<WeightUnit, 5> kWeightUnits{{
    {"kg kgs kilo kilos kilogram kilograms kilogramm", 1'000, 1},
    {"g gr gram grams gramm gramme grammes gam", 1, 1},
    {"lb lbs pound pounds", 45'359'237, 100'000},
    {"oz ounce ounces", 28'349'523'125, 1'000'000'000},
    {"mg", 1, 1'000},
}};

bool has_unit_name(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto blank = words.find(' ');
    if (words.substr(0, blank) == word) return true;
    words.remove_prefix(blank == words.npos ? words.size() : blank + 1);
  }
  return false;
}

const WeightUnit* unit_called(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); });
  const auto unit = std::find_if(kWeightUnits.begin(), kWeightUnits.end(),
                                 [&](const WeightUnit& one) { return has_unit_name(one.names, lower); });
  return unit == kWeightUnits.end() ? nullptr : &*unit;
}

bool is_unit_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The unit that one of the words of a heading names: "Weight (kg)", "weight_g", "Variant Grams".
const WeightUnit* unit_in(std::string_view heading) {
  std::size_t begin = 0;
  while (begin < heading.size()) {
    std::size_t end = begin;
    while (end < heading.size() && is_unit_letter(heading[end])) ++end;
    if (const auto* unit = end > begin ? unit_called(heading.substr(begin, end - begin)) : nullptr) return unit;
    begin = std::max(end, begin + 1);
  }
  return nullptr;
}

// --- categories ------------------------------------------------------------------------------------------------------

// How the programs write paths. 0: they do not.
struct PathStyle {
  std::string_view profile;  // the beginning of its name
  char list;                 // between two paths
  char step;                 // between two parts of a path
};
constexpr std::array<PathStyle, 3> kPathStyles{
    {{"shopify-products", 0, '>'}, {"woocommerce-products", ',', '>'}, {"magento-products", ',', '/'}}};

// Splits at a separator. A backslash before it protects it, as WooCommerce writes a comma in a name.
std::vector<std::string> parts_of_category(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (separator != 0 && text[i] == '\\' && i + 1 < text.size() && text[i + 1] == separator) {
      parts.back().push_back(text[++i]);
    } else if (separator != 0 && text[i] == separator) {
      parts.emplace_back();
    } else {
      parts.back().push_back(text[i]);
    }
  }
  for (auto& part : parts) part = std::string(trimmed_cell(part));
  std::erase(parts, "");
  return parts;
}

}  // namespace

Result<std::optional<bool>> is_on_sale(std::string_view heading, std::string_view cell) {
  if (is_no_value(cell)) return std::optional<bool>();
  const std::string column = plain_name(heading);
  const std::string word = plain_status(cell);
  // guard: import-discontinued-is-not-on-sale
  if (is_product_word(kOpposite, column)) {
    if (const auto flag = parse_flag(cell)) return std::optional(!*flag);
  }
  if (is_product_word(kOnSale, word)) return std::optional(true);
  if (is_product_word(kNotOnSale, word) || trimmed_cell(cell) == "-1") return std::optional(false);
  // Magento: 1 is enabled, 2 is disabled.
  if (column == "productonline" && word == "2") return std::optional(false);
  if (const auto flag = parse_flag(cell)) return flag;
  return fail(ErrorCode::kInvalid, "unknown_status",
              "must be a known word, such as active, published, draft, archived, discontinued, yes or no");
}

std::string category_in(std::string_view cell, const Profile* profile) {
  const auto style = std::find_if(kPathStyles.begin(), kPathStyles.end(), [&](const PathStyle& one) {
    return profile != nullptr && profile->name.starts_with(one.profile);
  });
  if (style == kPathStyles.end()) return std::string(cell);
  std::string category;
  std::size_t longest = 0;
  for (const auto& path : parts_of_category(cell, style->list)) {
    auto parts = parts_of_category(path, style->step);
    if (parts.size() <= longest) continue;
    longest = parts.size();
    category = std::move(parts.back());
  }
  return category;
}

Result<std::optional<std::int64_t>> weight_in(std::string_view cell, NumberStyle style, std::string_view heading,
                                              std::string_view unit) {
  std::string_view number = trimmed_cell(cell);
  std::size_t letters = 0;
  while (letters < number.size() && is_unit_letter(number[number.size() - 1 - letters])) ++letters;
  const WeightUnit* known = letters > 0 ? unit_called(number.substr(number.size() - letters)) : nullptr;
  if (known != nullptr) number = trimmed_cell(number.substr(0, number.size() - letters));
  if (known == nullptr) known = unit_in(heading);
  if (known == nullptr) known = unit_called(trimmed_cell(unit));
  const auto weight = parse_decimal(number, style);
  if (!weight) return fail(weight.error());
  WideGrams scale = known == nullptr ? 1 : known->denominator;
  for (int i = 0; i < weight->decimals; ++i) scale *= 10;
  const WideGrams grams = (WideGrams(weight->units) * (known == nullptr ? 1 : known->numerator) + scale / 2) / scale;
  // guard: import-weight-bounded
  if (weight->units < 0 || grams > kMaxWeight) {
    return fail(ErrorCode::kInvalid, "bad_weight", "must be from 0 to 1000000 kg");
  }
  // Nothing weighs nothing in every unit.
  if (known == nullptr && weight->units != 0) return std::optional<std::int64_t>();
  return std::optional(static_cast<std::int64_t>(grams));
}

std::string tax_class_in(std::string_view cell) {
  static constexpr std::array<std::string_view, 11> kStandard{
      "standard", "standardrate", "default", "taxable", "taxablegoods", "normal",
      "yes",      "true",         "1",       "regular", "full"};
  static constexpr std::array<std::string_view, 8> kNone{"none",       "no",         "false",  "0",
                                                         "nottaxable", "nontaxable", "exempt", "taxexempt"};
  const std::string word = plain_status(cell);
  if (is_product_word(kStandard, word)) return {};
  if (is_product_word(kNone, word)) return "none";
  return std::string(cell);
}

ProductKind product_kind(std::string_view cell) {
  static constexpr std::array<std::string_view, 6> kNotSold{
      "variable", "variablesubscription", "configurable", "grouped", "external", "affiliate"};
  static constexpr std::array<std::string_view, 5> kNotShipped{"virtual", "downloadable", "download", "giftcard",
                                                               "giftcards"};
  ProductKind kind;
  for (const auto& part : parts_of_category(cell, ',')) {
    const std::string word = plain_status(part);
    if (is_product_word(kNotSold, word)) kind.sold = false;
    if (word == "bundle") kind.bundle = true;
    if (is_product_word(kNotShipped, word)) kind.shipped = false;
  }
  return kind;
}

}  // namespace ordo::imports
