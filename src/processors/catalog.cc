#include "processors/catalog.h"

#include "base/object_id.h"
#include "domain/text_rule.h"
#include "processors/emit.h"
#include "records/dead_letter.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

constexpr std::size_t kMaxName = 200;

std::optional<ProductAction> parse_action(std::string_view action) {
  if (action == "create") return ProductAction::create;
  if (action == "update") return ProductAction::update;
  if (action == "delete") return ProductAction::remove;
  return std::nullopt;
}

// The original place of the record: in the inbox or, for a replay, that of the refused record.
std::string place_of(const Record& record, std::int64_t epoch) {
  const auto origin = extra_header(record, kOriginHeader);
  // guard: catalog-name-of-replay
  if (!origin.empty()) return std::string(origin);
  return "product_events/" + std::to_string(epoch) + "/" + std::to_string(record.at.partition) + "/" +
         std::to_string(record.offset);
}

}  // namespace

ProductId product_id_from_place(const Record& record, std::int64_t epoch) {
  return ProductId(object_id_of("product", place_of(record, epoch)));
}

Result<ChangeProduct> to_change(const ProductEvent& event, const Product* current, Currency default_currency,
                                TextRule rule) {
  std::vector<Violation> violations;
  ChangeProduct change;
  const auto& product = event.product;
  if (const auto action = parse_action(event.action)) {
    change.action = *action;
  } else {
    violations.push_back({"/action", "must be create, update or delete"});
  }
  if (const auto problem = new_id_problem(product._id.str(), rule); !problem.empty()) {
    violations.push_back({"/product/_id", std::string(problem)});
  }
  Currency currency = current != nullptr ? current->price.currency : default_currency;
  if (product.currency) {
    const auto parsed = Currency::parse(*product.currency);
    if (parsed) {
      currency = *parsed;
    } else {
      violations.push_back({"/product/currency", parsed.error().message});
    }
  }
  if (product.price) {
    const auto price = parse_money(product.price->text, currency);
    if (price) {
      change.price = *price;
    } else {
      violations.push_back({"/product/price", price.error().message});
    }
  }
  if (product.name && product.name->size() > kMaxName)
    violations.push_back({"/product/name", "must be at most 200 bytes"});
  for (const auto& [pointer, text] :
       {std::pair("/product/name", product.name), {"/product/category", product.category}}) {
    const auto problem = text && rule == TextRule::enforced ? line_problem(*text) : std::string_view();
    if (!problem.empty()) violations.push_back({pointer, std::string(problem)});
  }
  if (product.category && product.category->size() > kMaxName) {
    violations.push_back({"/product/category", "must be at most 200 bytes"});
  }
  if (product.stock && (*product.stock < 0 || *product.stock > kMaxStock)) {
    violations.push_back({"/product/stock", "must be a whole number from 0 to 1000000000000"});
  }
  const std::size_t before_traits = violations.size();
  check_traits(traits_of(product), rule, violations);
  ruled::place("product", before_traits, violations);
  if (event.location) {
    if (const auto problem = id_problem(event.location->str()); !problem.empty()) {
      violations.push_back({"/location", std::string(problem)});
    }
  }
  if (!violations.empty()) {
    return fail(Error{ErrorCode::kInvalid, "invalid_fields", "the product has wrong fields", std::move(violations)});
  }
  change.id = product._id;
  change.name = product.name;
  change.category = product.category;
  traits_of(change) = traits_of(product);
  change.change_id = event.changeId;
  change.expected_rev = event.expectedRev;
  return change;
}

Catalog::Catalog(Currency default_currency, LocationId default_location)
    : default_currency_(default_currency), default_location_(std::move(default_location)) {}

void Catalog::name(const Record& record, std::int64_t epoch, Message& message) const {
  auto& event = std::get<ProductEvent>(message);
  if (event.product._id.empty() && event.action == "create") event.product._id = product_id_from_place(record, epoch);
}

std::optional<std::string_view> Catalog::home_key(const Message& message) const {
  return std::get<ProductEvent>(message).product._id.str();
}

void Catalog::fold_into(const Product* current, const Incoming& in, Fold& fold) {
  const auto& event = std::get<ProductEvent>(in.message);
  const auto change = to_change(event, current, default_currency_, text_rule_of(in.record.envelope));
  if (!change) return fold.refuse(change.error());

  // guard: catalog-repeat
  if (current != nullptr && change->change_id && has_seen(current->recent_changes, *change->change_id)) return;
  auto next = decide(current, *change, in.at);
  const bool decided = next.has_value();
  settle_change(current, std::move(next), change->change_id, in.record.envelope.by, fold);
  if (!decided) return;
  if (event.product.stock && change->action != ProductAction::remove) {
    const LocationId location = event.location.value_or(default_location_);
    StockCounted counted;
    counted.movement_id = place_of(in.record, fold.epoch());
    counted.location = location;
    counted.product_id = event.product._id;
    counted.on_hand = *event.product.stock;
    counted.reason = "stock given with the product";
    counted.fresh = !is_replay(in.record);  // a replay may be repeated
    fold.emit({Topic::stock, location.str(), event.product._id.str(), kTypeOf<StockCounted>, encode(counted), true});
  }
}

}  // namespace ordo::processors
