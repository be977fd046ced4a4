#include "records/derived_size.h"

#include <algorithm>
#include <limits>
#include <string>

#include "records/messages.h"

namespace ordo {
namespace {

// Bytes of a record's framing, its key and ordo's headers.
constexpr std::size_t kEnvelope = 2'048;
// More than any message without lines. Its texts have at most 512 bytes each, and JSON may need six bytes for one.
constexpr std::size_t kWithoutLines = 16 * 1'024;
constexpr std::size_t kLongestText = 6 * 512;
constexpr std::size_t kEscaped = 6;  // most bytes of JSON for one byte
// Each without its texts: a line in the largest message for lines; a tax, a discount or a share of one; the totals.
constexpr std::size_t kLine = 900;
constexpr std::size_t kFigure = 320;
constexpr std::size_t kTotals = 700;

constexpr std::array kOnTheWay = {Topic::order_events, Topic::stock, Topic::payments, Topic::shipments,
                                  Topic::customers};

template <class T>
std::size_t size_of(const std::optional<std::vector<T>>& list) {
  return list ? list->size() : 0;
}

// Of the figures of a line or a shipping charge, without texts.
template <class Carrier>
std::size_t bytes_of_figures(const Carrier& carrier) {
  return kFigure * (size_of(carrier.tax) + size_of(carrier.discounts));
}

// Bytes of the longest texts that the rules of T allow.
template <class T>
constexpr std::size_t longest_texts() {
  std::size_t bytes = 0;
  for (const auto& rule : kRulesOf<T>) bytes += rule.most;
  return bytes;
}
// The addresses and the contact of an order may become longer before the payment or the shipment is requested.
constexpr std::size_t kLongestAddress = kEscaped * longest_texts<Address>();
constexpr std::size_t kLongestContact = kEscaped * longest_texts<Contact>();
static_assert(kLongestAddress + kLongestContact + kLongestText < kWithoutLines);

// Never less than the sizes of derived_sizes().
std::size_t bound_of(const OrderCreated& created) {
  std::size_t bytes = kEnvelope + kWithoutLines;
  for (const auto& line : created.lines) bytes += kLine + kEscaped * text_bytes(line) + bytes_of_figures(line);
  bytes += kEscaped * (text_bytes(terms_of(created)) + text_bytes(figures_of(created)) +
                       text_bytes(created.request_hash) + text_bytes(created.rejection));
  for (const auto& charge : created.shipping.value_or(std::vector<ShippingCharge>()))
    bytes += kLine + bytes_of_figures(charge);
  bytes += kFigure * (size_of(created.discounts) + size_of(created.tax_summary)) + (created.totals ? kTotals : 0);
  if (created.claimed_total) bytes += created.claimed_total->text.size();
  return bytes;
}

}  // namespace

bool has_room(std::size_t value, Topic topic, const RecordLimits& limits) {
  const std::size_t limit = limits.of({topic, 0, false});
  return limit >= kEnvelope && value <= limit - kEnvelope;
}

std::array<std::size_t, kTopics> derived_sizes(const OrderCreated& created) {
  std::array<std::size_t, kTopics> sizes{};
  const auto note = [&](Topic topic, std::size_t value) {
    auto& size = sizes[static_cast<std::size_t>(topic)];
    size = std::max(size, kEnvelope + value);
  };
  for (const auto topic : kOnTheWay) note(topic, kWithoutLines);
  if (!promotions_of(created).empty()) note(Topic::promotions, kWithoutLines);
  note(Topic::order_events, encode(created).size() + kLongestText);  // its number is not known yet

  constexpr auto kMost = std::numeric_limits<std::int64_t>::min();  // in digits
  std::vector<StockLine> lines;
  StockRejected rejected{created.order_id, {}};
  for (const auto& line : created.lines) {
    if (!line.product_id) continue;
    lines.push_back({*line.product_id, line.quantity});
    rejected.shortages.push_back({*line.product_id, line.quantity, kMost});
  }
  const std::string text(kLongestText, 'x');
  note(Topic::order_events, encode(rejected).size());
  note(Topic::order_events, encode(ShipmentShipped{created.order_id, text, lines, text}).size());
  std::vector<OrderPieces> pieces;
  const auto longest_id = place_id(created.lines.size());
  for (const auto& line : created.lines) pieces.push_back({line.product_id, line.quantity, longest_id});
  note(Topic::order_events, encode(ReturnRequested{created.order_id, text, pieces, false, false, text}).size());
  note(Topic::stock, encode(ShipRequested{created.order_id, text, created.location, lines}).size());
  const auto goods = goods_of<PricedLine>(created.lines);
  const ShipmentRequested shipment{created, created.order_id, created.location, lines, text, goods, created.number};
  note(Topic::shipments, kLongestAddress + encode(shipment).size());
  const AuthorizeRequested payment{created.order_id,
                                   created.customer_id,
                                   created.total,
                                   created.payment_method.value_or(""),
                                   true,
                                   created.billing_address,
                                   created.contact,
                                   created.totals,
                                   goods};
  note(Topic::payments, kLongestAddress + kLongestContact + encode(payment).size());
  CarrierUpdated update{created.order_id, text, ShipmentStatus::in_transit, lines, text, text, text};
  note(Topic::shipments, encode(update).size());
  return sizes;
}

Result<void> check_derived_sizes(const OrderCreated& created, const RecordLimits& limits, const Topology& topology,
                                 const char* lines) {
  std::size_t smallest = RecordLimits::kNone;
  for (const auto topic : kOnTheWay) smallest = std::min(smallest, limits.of({topic, 0, false}));
  if (bound_of(created) <= smallest) return {};
  const auto sizes = derived_sizes(created);
  for (const auto topic : kOnTheWay) {
    const std::size_t size = sizes[static_cast<std::size_t>(topic)];
    const std::size_t limit = limits.of({topic, 0, false});
    // guard: order-sizes-checked
    if (size <= limit) continue;
    return fail(Error{ErrorCode::kInvalid,
                      "record_too_large",
                      "the order is too large for the log",
                      {{lines, "the order could need a record of " + std::to_string(size) + " bytes on " +
                                   topology[topic].name + ", which accepts at most " + std::to_string(limit) +
                                   ": split the order, or raise max.message.bytes of the topics"}}});
  }
  return {};
}

Result<void> check_imported_sizes(const OrderImported& past, const RecordLimits& limits, const Topology& topology) {
  OrderCreated created;
  created.order_id = past.order_id;
  terms_of(created) = past;
  figures_of(created) = past;
  created.customer_id = past.customer_id;
  created.location = past.location;
  created.lines.assign(past.lines.begin(), past.lines.end());
  created.total = past.total;
  created.placed_at = past.placed_at;
  if (auto fits = check_derived_sizes(created, limits, topology, "/lines"); !fits) return fits;
  // guard: import-sizes-checked
  if (has_room(encode(past).size(), Topic::order_events, limits)) return {};
  return fail(Error{ErrorCode::kInvalid,
                    "record_too_large",
                    "the order is too large for the log",
                    {{"/lines", "the order needs a record that " + topology[Topic::order_events].name +
                                    " does not accept: raise max.message.bytes of the topic"}}});
}

}  // namespace ordo
