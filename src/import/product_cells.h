// The meaning of single cells of products: words for the state, paths of categories, weights, classes of taxes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cells/values.h"
#include "columns/profile.h"

namespace ordo::imports {

// True for a product that is on sale; nullopt for an empty cell. The heading matters: 1 in a column "discontinued"
// means the opposite of 1 in "published". kInvalid "unknown_status" for a word that is not known.
Result<std::optional<bool>> is_on_sale(std::string_view heading, std::string_view cell);

// The category. Some programs write paths, and several of them in one cell: "Home > Candles, Gifts". ordo has one
// category a product, so the last part of the longest path counts; of equally long ones, the first. Cells of files
// without a known profile stay as they are.
std::string category_in(std::string_view cell, const Profile* profile);

// The weight in grams, rounded to the nearest one. The unit is the one in the cell ("0.5 kg"); else the one in the
// heading ("Weight (kg)", "Variant Grams"); else `unit`, the cell of a column of its own. nullopt: no unit is known.
// kInvalid "not_a_number", "bad_weight".
Result<std::optional<std::int64_t>> weight_in(std::string_view cell, NumberStyle style, std::string_view heading,
                                              std::string_view unit);

// The tax class. Words for the usual class ("standard", "Taxable Goods", "true") give an empty text, which is ordo's
// usual class; words for goods without tax ("None", "false") give "none"; others stay as they are.
std::string tax_class_in(std::string_view cell);

// What a product's type says about a row.
struct ProductKind {
  bool sold = true;     // false: a parent of variations, a group, or goods that another shop sells
  bool bundle = false;  // sold only if it has a price of its own
  bool shipped = true;  // false: virtual goods
};
// A cell such as "variable" or "simple, virtual".
ProductKind product_kind(std::string_view cell);

}  // namespace ordo::imports
