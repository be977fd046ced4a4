// A product of the catalogue, and the decisions about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "domain/past_change.h"

namespace ordo {

enum class ProductStatus { active, archived };
struct Product {
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
struct ChangeProduct {
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
