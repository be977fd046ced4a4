#include "processors/intake.h"

#include "base/check.h"
#include "base/uuid.h"
#include "domain/text_rule.h"
#include "engine/record_time.h"
#include "processors/emit.h"
#include "records/dead_letter.h"
#include "records/derived_size.h"

namespace ordo::processors {
namespace {

// The API has already priced and checked its own orders. The client saw the prices of its snapshot.
bool from_api(const Record& record) {
  return record.envelope.source.starts_with("/ordo/api");
}

std::vector<RequestedLine> requested_lines(const NewOrder& order) {
  std::vector<RequestedLine> lines;
  lines.reserve(order.products.size());
  for (const auto& line : order.products) lines.push_back({line.productId, line.quantity});
  return lines;
}

// The API's own snapshot of the prices; nothing if it is incomplete or inconsistent.
std::optional<PricedOrder> snapshot(const NewOrder& order) {
  PricedOrder priced;
  for (const auto& line : order.products) {
    if (!line.name || !line.unitPrice) return std::nullopt;
    if (priced.lines.empty()) priced.total.currency = line.unitPrice->currency;
    const auto total = multiply(*line.unitPrice, line.quantity);
    const auto sum = total ? add(priced.total, *total) : total;
    if (!sum) return std::nullopt;
    priced.total = *sum;
    priced.lines.push_back({line.productId, *line.name, line.quantity, line.unitPrice, *total});
  }
  return priced;
}

std::vector<Violation> check(const NewOrder& order, const LocationId& location, bool own) {
  const TextRule rule = own ? TextRule::as_written : TextRule::enforced;
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

void Intake::fold(const Incoming& in, Fold& fold) {
  const auto& order = std::get<NewOrder>(in.message);
  const LocationId location = order.location.value_or(default_location_);
  const bool own = from_api(in.record);
  // guard: intake-refuses
  if (auto violations = check(order, location, own); !violations.empty()) {
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

  // guard: intake-own-snapshot
  auto priced = own ? snapshot(order) : std::nullopt;
  if (!priced) {
    std::optional<Currency> currency;
    if (order.currency) currency = *Currency::parse(*order.currency);
    auto from_catalogue = price_lines(requested_lines(order), currency, prices_);
    if (from_catalogue) {
      priced = std::move(*from_catalogue);
      // guard: intake-waits-for-prices
    } else if (from_catalogue.error().code != ErrorCode::kInvalid) {
      return fold.postpone(from_catalogue.error());
    } else {
      created.rejection = from_catalogue.error().reason;
      priced.emplace();
      if (currency) priced->total.currency = *currency;
      for (const auto& line : order.products) {
        priced->lines.push_back({line.productId, {}, line.quantity, std::nullopt, priced->total});
      }
    }
  }
  created.lines = std::move(priced->lines);
  created.total = priced->total;
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
