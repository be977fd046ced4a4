#include "domain/product.h"

#include "domain/order_figures.h"

namespace ordo {
namespace {

void apply(const ProductTraits& change, ProductTraits& traits) {
  if (change.tax_class) traits.tax_class = change.tax_class;
  if (change.weight_g) traits.weight_g = change.weight_g;
  if (change.requires_shipping) traits.requires_shipping = change.requires_shipping;
  if (traits.tax_class == "") traits.tax_class.reset();
  if (traits.weight_g == 0) traits.weight_g.reset();
  if (traits.requires_shipping == true) traits.requires_shipping.reset();
}

}  // namespace

void check_traits(const ProductTraits& traits, TextRule texts, std::vector<Violation>& found) {
  check_rules(traits, texts, found);
  // guard: product-weight-bounded
  if (traits.weight_g && (*traits.weight_g < 0 || *traits.weight_g > kMaxWeight)) {
    found.push_back({"/weight_g", "must be a whole number from 0 to 1000000000"});
  }
}

Result<Product> decide(const Product* current, const ChangeProduct& change, Timestamp at) {
  if (current != nullptr && change.change_id && has_seen(current->recent_changes, *change.change_id)) return *current;
  if (change.price && change.price->amount > kMaxAmount) {
    return fail(ErrorCode::kInvalid, "amount_overflow", "a price must be at most 1000000000000000 minor units");
  }
  // guard: product-price-not-negative
  if (change.price && change.price->amount < 0) {
    return fail(ErrorCode::kInvalid, "negative_price", "a price cannot be negative");
  }
  const bool archived = current != nullptr && current->status == ProductStatus::archived;
  if (change.action != ProductAction::create && (current == nullptr || archived)) {
    return fail(ErrorCode::kNotFound, "unknown_product", "there is no product " + change.id.str());
  }
  if (change.expected_rev && current != nullptr && current->rev != *change.expected_rev) {
    return fail(
        ErrorCode::kConflict, "stale_revision",
        "the product is at revision " + std::to_string(current->rev) + ", not " + std::to_string(*change.expected_rev));
  }

  Product next = current != nullptr ? *current : Product{};
  switch (change.action) {
    case ProductAction::create:
      if (current != nullptr && !archived) {
        return fail(ErrorCode::kConflict, "product_exists", "the product " + change.id.str() + " exists already");
      }
      if (!change.name || change.name->empty()) {
        return fail(ErrorCode::kInvalid, "missing_name", "a new product needs a name");
      }
      if (!change.price) return fail(ErrorCode::kInvalid, "missing_price", "a new product needs a price");
      next.id = change.id;
      next.status = ProductStatus::active;
      traits_of(next) = {};
      if (current == nullptr) next.created_at = at;
      break;
    case ProductAction::update:
      break;
    case ProductAction::remove:
      next.status = ProductStatus::archived;
      break;
  }
  if (change.action != ProductAction::remove) {
    if (change.name) next.name = *change.name;
    if (change.category) next.category = *change.category;
    if (change.price) next.price = *change.price;
    apply(traits_of(change), traits_of(next));
  }
  next.updated_at = at;
  if (change.change_id) remember_change(next.recent_changes, {*change.change_id, ChangeOutcome::applied, {}});
  return next;
}

}  // namespace ordo
