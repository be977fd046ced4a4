#include "process/intake.h"

#include "base/check.h"
#include "base/uuid.h"
#include "records/dead_letter.h"

namespace ordo {
namespace {

constexpr std::size_t kMaxReference = 128;
constexpr std::size_t kMaxPaymentMethod = 128;
constexpr std::size_t kMaxMetadataEntries = 50;
constexpr std::size_t kMaxMetadataKey = 64;
constexpr std::size_t kMaxMetadataValue = 512;

// The API has priced and checked its orders already; its snapshot is what the client was told.
bool from_api(const Record& record) {
  return record.envelope.source.starts_with("/ordo/api");
}

std::vector<RequestedLine> requested_lines(const NewOrder& order) {
  std::vector<RequestedLine> lines;
  lines.reserve(order.products.size());
  for (const auto& line : order.products) lines.push_back({line.productId, line.quantity});
  return lines;
}

// The API's own snapshot of the prices, or nothing when it is not complete and consistent.
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

std::vector<Violation> check(const NewOrder& order, const LocationId& location) {
  static const std::map<std::string, std::string> kNone;
  auto violations = check_lines(requested_lines(order), "/products", "productId");
  for (auto& violation : check_order_fields(order.userId, "/userId", location, order.reference,
                                            order.metadata ? *order.metadata : kNone)) {
    violations.push_back(std::move(violation));
  }
  if (order.orderId) {
    if (const auto problem = id_problem(order.orderId->str()); !problem.empty()) {
      violations.push_back({"/orderId", std::string(problem)});
    }
  }
  if (order.paymentMethod && (order.paymentMethod->empty() || order.paymentMethod->size() > kMaxPaymentMethod)) {
    violations.push_back({"/paymentMethod", "must be 1 to 128 bytes"});
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

std::vector<Violation> check_metadata(const std::map<std::string, std::string>& metadata) {
  std::vector<Violation> found;
  if (metadata.size() > kMaxMetadataEntries) found.push_back({"/metadata", "may have at most 50 entries"});
  for (const auto& [key, value] : metadata) {
    if (key.empty() || key.size() > kMaxMetadataKey || key.find_first_of(".$") != std::string::npos ||
        key.find('\0') != std::string::npos) {
      found.push_back({"/metadata", "keys are 1 to 64 bytes without dots and dollar signs"});
      break;
    }
    if (value.size() > kMaxMetadataValue) {
      found.push_back({"/metadata/" + key, "must be at most 512 bytes"});
      break;
    }
  }
  return found;
}

std::vector<Violation> check_order_fields(const CustomerId& customer, std::string_view customer_field,
                                          const LocationId& location, const std::optional<std::string>& reference,
                                          const std::map<std::string, std::string>& metadata) {
  std::vector<Violation> found;
  if (const auto problem = id_problem(customer.str()); !problem.empty()) {
    found.push_back({std::string(customer_field), std::string(problem)});
  }
  if (const auto problem = id_problem(location.str()); !problem.empty())
    found.push_back({"/location", std::string(problem)});
  if (reference && (reference->empty() || reference->size() > kMaxReference)) {
    found.push_back({"/reference", "must be 1 to 128 bytes"});
  }
  for (auto& violation : check_metadata(metadata)) found.push_back(std::move(violation));
  return found;
}

Intake::Intake(const PriceList& prices, LocationId default_location, std::int64_t dispatch_hold_s)
    : prices_(prices), default_location_(std::move(default_location)), dispatch_hold_s_(dispatch_hold_s) {}

void Intake::fold(const Incoming& in, Fold& fold) {
  const auto& order = std::get<NewOrder>(in.message);
  const LocationId location = order.location.value_or(default_location_);
  if (auto violations = check(order, location); !violations.empty()) {
    return fold.refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the order has wrong fields", std::move(violations)});
  }

  OrderCreated created;
  const bool own = from_api(in.record);
  if (order.orderId) {
    created.order_id = *order.orderId;
    created.fresh = own && !in.repeated && order.fresh.value_or(false);
  } else {
    created.order_id = order_id_from_place(fold.owner(), fold.epoch(), in.record);
    created.fresh = !in.repeated;
  }
  created.number = order_number(fold.topology(), fold.epoch(), in.record.at.partition, in.record.offset);
  created.reference = order.reference;
  created.customer_id = order.userId;
  created.location = location;
  created.placed_at = order.placedAt.value_or(in.at);
  if (order.metadata) created.metadata = *order.metadata;
  created.request_hash = order.requestHash;
  created.payment_method = order.paymentMethod;
  created.dispatch_hold_s = dispatch_hold_s_;

  auto priced = own ? snapshot(order) : std::nullopt;
  if (!priced) {
    std::optional<Currency> currency;
    if (order.currency) currency = *Currency::parse(*order.currency);
    auto from_catalogue = price_lines(requested_lines(order), currency, prices_);
    if (from_catalogue) {
      priced = std::move(*from_catalogue);
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
  const std::string id = created.order_id.str();
  fold.emit({Topic::order_events, id, id, type::kOrderCreated, encode(created)});
}

}  // namespace ordo
