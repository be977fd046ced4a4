// A product of the catalogue, and the decisions about it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "domain/past_change.h"
#include "domain/rules.h"

namespace ordo {

// What taxes and shipping need to know of a product. In a change, an absent member stays as it is. The usual value is
// stored as absent: an empty tax_class, a weight of 0, requires_shipping true.
struct ProductTraits {
  std::optional<std::string> tax_class;
  std::optional<std::int64_t> weight_g;
  std::optional<bool> requires_shipping;

  friend bool operator==(const ProductTraits&, const ProductTraits&) = default;
};
BOOST_DESCRIBE_STRUCT(ProductTraits, (), (tax_class, weight_g, requires_shipping))
constexpr auto rules(RulesOf<ProductTraits>) {
  return std::array{one_line("tax_class", 0, 64, Privacy::kept, "class of its tax rates; absent: standard")};
}
// The traits of a type that carries them.
inline ProductTraits& traits_of(ProductTraits& carrier) {
  return carrier;
}
inline const ProductTraits& traits_of(const ProductTraits& carrier) {
  return carrier;
}
// Adds the problems of the traits, with pointers relative to them.
void check_traits(const ProductTraits& traits, TextRule texts, std::vector<Violation>& found);

enum class ProductStatus { active, archived };
struct Product : ProductTraits {
  ProductId id;
  std::string name;
  std::string category;
  Money price;
  ProductStatus status = ProductStatus::active;
  Timestamp created_at;
  Timestamp updated_at;
  std::vector<PastChange> recent_changes;  // the last kRememberedChanges, oldest first
  std::int64_t rev = 0;                    // number of records that changed this document

  friend bool operator==(const Product&, const Product&) = default;
};

enum class ProductAction { create, update, remove };

// A request to change a product. Absent fields stay as they are; a create needs name and price.
struct ChangeProduct : ProductTraits {
  ProductAction action = ProductAction::create;
  ProductId id;
  std::optional<std::string> name;
  std::optional<std::string> category;
  std::optional<Money> price;
  std::optional<std::string> change_id;      // id of the request, if it has one
  std::optional<std::int64_t> expected_rev;  // refuse if the product has another revision
};

// The product after `change`, or an error. kInvalid for a change that is never possible ("missing_name",
// "missing_price", "negative_price"), kNotFound "unknown_product", kConflict "product_exists" or "stale_revision". A
// repeated change_id returns the product unchanged. A create of an archived product brings it back. Does not count
// `rev`.
Result<Product> decide(const Product* current, const ChangeProduct& change, Timestamp at);

}  // namespace ordo
