#include "processors/intake.h"

#include "base/check.h"
#include "base/uuid.h"
#include "domain/text_rule.h"
#include "engine/record_time.h"
#include "processors/emit.h"
#include "records/dead_letter.h"
#include "records/derived_size.h"
#include "records/proof.h"

namespace ordo::processors {
namespace {

// The API has already priced its own orders. The client saw the prices of its snapshot. An operator who replays such an
// order with another value may state prices too.
bool from_api(const Record& record) {
  return record.envelope.source.starts_with("/ordo/api");
}

std::vector<RequestedLine> requested_lines(const NewOrder& order) {
  std::vector<RequestedLine> lines;
  lines.reserve(order.products.size());
  for (const auto& line : order.products) {
    lines.push_back({is_product(line) ? id_of_product(line.productId) : nullptr, line.quantity});
  }
  return lines;
}

// What only the API writes, because it has checked the right to state it.
std::vector<Violation> stated_figures(const NewOrder& order) {
  std::vector<Violation> found;
  const auto note = [&found](std::string pointer) {
    found.push_back({std::move(pointer), "prices are stated over the API only, with the permission orders:price"});
  };
  for (std::size_t i = 0; i < order.products.size() && found.empty(); ++i) {
    const auto& line = order.products[i];
    if (details_of(line) != LineDetails() || line.total) note("/products/" + std::to_string(i));
  }
  for_each_member(figures_of(order), [&note](std::string_view name, const auto& member) {
    if (member) note("/" + std::string(name));
  });
  return found;
}

// The figures that the API computed; nothing if it is a record of an API that had none.
std::optional<PricedOrder> snapshot(const NewOrder& order) {
  PricedOrder priced;
  figures_of(priced) = order;
  priced.lines.reserve(order.products.size());
  for (std::size_t i = 0; i < order.products.size(); ++i) {
    const auto& line = order.products[i];
    if (!line.name || !line.unitPrice) return std::nullopt;
    PricedLine& made = priced.lines.emplace_back();
    details_of(made) = line;
    made.id = place_id(i);
    made.product_id = line.productId;
    made.name = *line.name;
    made.quantity = line.quantity;
    made.unit_price = line.unitPrice;
    if (i == 0) priced.total.currency = line.unitPrice->currency;
    const auto price = multiply(*line.unitPrice, line.quantity);
    if (!price) return std::nullopt;
    made.total = line.total.value_or(*price);
    const auto sum = add(priced.total, made.total);
    if (!sum) return std::nullopt;
    priced.total = *sum;
  }
  if (order.totals) priced.total = order.totals->total;
  return priced;
}

std::vector<Violation> check(const NewOrder& order, const LocationId& location, TextRule rule) {
  auto violations = check_lines(requested_lines(order), "/products", "productId");
  check_order_fields(order.userId, "/userId", location, order, rule, violations);
  if (order.orderId) {
    if (const auto problem = new_id_problem(order.orderId->str(), rule); !problem.empty()) {
      violations.push_back({"/orderId", std::string(problem)});
    }
  }
  if (order.currency) {
    if (const auto currency = Currency::parse(*order.currency); !currency) {
      violations.push_back({"/currency", currency.error().message});
    }
  }
  return violations;
}

}  // namespace

std::string order_number(const Topology& topology, std::int64_t epoch, int partition, std::int64_t offset) {
  const std::int64_t number = offset * topology[Topic::order_created].partitions + partition + 1;
  return epoch == 0 ? std::to_string(number) : std::to_string(epoch + 1) + "-" + std::to_string(number);
}

OrderId order_id_from_place(const Owner& owner, std::int64_t epoch, const Record& record) {
  const auto origin = extra_header(record, kOriginHeader);
  return OrderId(uuid_v5(
      "order", origin.empty() ? to_string(owner) + "/" + std::to_string(epoch) + "/" + std::to_string(record.offset)
                              : "origin/" + std::string(origin)));
}

void check_order_fields(const CustomerId& customer, std::string_view customer_field, const LocationId& location,
                        const OrderTerms& terms, TextRule rule, std::vector<Violation>& found) {
  // guard: order-customer-step
  if (const auto problem = new_customer_id_problem(customer.str(), rule); !problem.empty()) {
    found.push_back({std::string(customer_field), std::string(problem)});
  }
  if (const auto problem = id_problem(location.str()); !problem.empty())
    found.push_back({"/location", std::string(problem)});
  check_rules(terms, rule, found);
  check_together(terms, found);
}

Intake::Intake(const PriceList& prices, LocationId default_location, std::chrono::seconds dispatch_hold)
    : prices_(prices), default_location_(std::move(default_location)), dispatch_hold_(dispatch_hold) {}

// Prices the order from the catalogue. An order that can never be priced is placed without prices, with the reason for
// which it is rejected. Errors: the prices cannot be determined now.
Result<PricedOrder> Intake::from_catalogue(const NewOrder& order, std::optional<std::string>& rejection) const {
  std::optional<Currency> currency;
  if (order.currency) currency = *Currency::parse(*order.currency);
  auto priced = price_lines(requested_lines(order), currency, prices_);
  if (priced || priced.error().code != ErrorCode::kInvalid) return priced;
  rejection = priced.error().reason;
  PricedOrder unknown;
  if (currency) unknown.total.currency = *currency;
  for (const auto& line : order.products) {
    unknown.lines.push_back(
        plain_line(line.productId.value_or(ProductId()), {}, line.quantity, std::nullopt, unknown.total));
    unknown.lines.back().id = place_id(unknown.lines.size() - 1);
  }
  return unknown;
}

void Intake::fold(const Incoming& in, Fold& fold) {
  const auto& order = std::get<NewOrder>(in.message);
  const LocationId location = order.location.value_or(default_location_);
  const bool own = from_api(in.record);
  // guard: intake-replay-is-checked
  const TextRule rule = text_rule_of(in.record.envelope);
  // guard: intake-refuses
  if (auto violations = check(order, location, rule); !violations.empty()) {
    return fold.refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", std::move(violations)});
  }

  OrderCreated created;
  if (order.orderId) {
    created.order_id = *order.orderId;
    // guard: intake-fresh-own-only
    created.fresh = own && !in.repeated && order.fresh.value_or(false);
  } else {
    created.order_id = order_id_from_place(fold.owner(), fold.epoch(), in.record);
    created.fresh = !in.repeated;
  }
  created.number = order_number(fold.topology(), fold.epoch(), in.record.at.partition, in.record.offset);
  terms_of(created) = order;
  created.customer_id = order.userId;
  created.location = location;
  const auto time = order.placedAt ? bounded(*order.placedAt, in.record) : RecordTime{in.at, in.claimed};
  created.placed_at = time.at;
  created.claimed_at = time.claimed;
  created.request_hash = order.requestHash;
  created.dispatch_hold_s = dispatch_hold_.count();

  if (!own) {
    // guard: intake-states-no-prices
    if (auto stated = stated_figures(order); !stated.empty()) {
      return fold.refuse(
          Error{ErrorCode::kInvalid, "price_not_allowed", "the order states its prices", std::move(stated)});
    }
  }
  // guard: intake-own-snapshot
  auto priced = own ? snapshot(order) : std::nullopt;
  if (!priced) {
    auto found = from_catalogue(order, created.rejection);
    // guard: intake-waits-for-prices
    if (!found) return fold.postpone(found.error());
    priced = std::move(*found);
  } else if (needs_totals<PricedLine>(priced->lines, *priced)) {
    // guard: intake-figures-checked
    if (auto wrong = check_figures<PricedLine>(priced->lines, *priced, priced->total, rule, "products");
        !wrong.empty()) {
      return fold.refuse(
          Error{ErrorCode::kInvalid, "invalid_fields", "the order's figures are wrong", std::move(wrong)});
    }
  }
  created.lines = std::move(priced->lines);
  created.total = priced->total;
  figures_of(created) = std::move(figures_of(*priced));
  if (order.totalAmount && !created.rejection) {
    const auto claimed = parse_money(order.totalAmount->text, created.total.currency);
    if (!claimed || *claimed != created.total) created.claimed_total = order.totalAmount;
  }
  // guard: intake-sizes-checked
  if (auto fits = check_derived_sizes(created, fold.limits(), fold.topology(), "/products"); !fits) {
    return fold.refuse(fits.error());
  }
  emit_to_order(fold, created.order_id, created);
}

}  // namespace ordo::processors
