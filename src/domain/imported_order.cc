#include "domain/imported_order.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/uuid.h"
#include "domain/money_text.h"
#include "domain/order_decision.h"
#include "domain/stated_order.h"

namespace ordo {
namespace {

constexpr std::size_t kMaxViolations = 20;

bool is_open(OrderStatus status) {
  return status == OrderStatus::pending || status == OrderStatus::reserved || status == OrderStatus::confirmed;
}

bool is_agreed(OrderStatus status) {
  return status == OrderStatus::confirmed || status == OrderStatus::fulfilled || status == OrderStatus::completed;
}

// --- what follows from the state

std::int64_t shipped_pieces(const ImportedOrder& content, const ImportedLine& line) {
  if (!line.product_id) return line.shipped.value_or(0);
  if (line.shipped) return *line.shipped;
  const bool left = content.status == OrderStatus::fulfilled || content.status == OrderStatus::completed;
  if (!content.shipped.value_or(left)) return 0;
  // Clamped: the problems of a line are found one after the other.
  return line.quantity - std::clamp<std::int64_t>(line.cancelled.value_or(0), 0, line.quantity);
}

bool has_shipped(const ImportedOrder& content) {
  return std::any_of(content.lines.begin(), content.lines.end(),
                     [&](const ImportedLine& line) { return shipped_pieces(content, line) > 0; });
}

Money refunded_money(const ImportedOrder& content) {
  return content.refunded.value_or(Money{0, content.total.currency});
}

Money captured_money(const ImportedOrder& content) {
  if (content.captured) return *content.captured;
  return is_agreed(content.status) ? content.total : refunded_money(content);
}

// --- checks

class StateCheck {
 public:
  StateCheck(const ImportedOrder& content, TextRule texts, std::vector<Violation>& found)
      : content_(content), texts_(texts), found_(found) {}

  void run() {
    check_terms();
    check_money();
    check_times();
    for (std::size_t i = 0; i < content_.lines.size() && found_.size() < kMaxViolations; ++i) {
      check_name("/lines/" + std::to_string(i) + "/name", content_.lines[i].name);
      check_pieces("/lines/" + std::to_string(i), content_.lines[i]);
    }
    check_goods();
  }

 private:
  void note(std::string pointer, std::string detail) {
    if (found_.size() < kMaxViolations) found_.push_back({std::move(pointer), std::move(detail)});
  }
  void check_terms();
  void check_money();
  void check_amount(const std::string& pointer, const std::optional<Money>& money);
  void check_times();
  void check_name(const std::string& pointer, const std::string& name);
  void check_pieces(const std::string& pointer, const ImportedLine& line);
  void check_goods();

  const ImportedOrder& content_;
  const TextRule texts_;
  std::vector<Violation>& found_;
};

void StateCheck::check_terms() {
  // guard: imported-not-paid-through-ordo
  if (content_.payment_terms) note("/payment_terms", "must be absent: an imported order is not paid through ordo");
  if (content_.ship_before_payment) note("/ship_before_payment", "must be absent: ordo ships no imported order");
  if (!content_.discounts) return;
  for (std::size_t i = 0; i < content_.discounts->size(); ++i) {
    // guard: imported-uses-no-promotion
    if ((*content_.discounts)[i].promotion_id) {
      note("/discounts/" + std::to_string(i) + "/promotion_id", "must be absent: an imported order uses no promotion");
    }
  }
}

void StateCheck::check_amount(const std::string& pointer, const std::optional<Money>& money) {
  if (!money) return;
  if (money->currency != content_.total.currency) {
    note(pointer + "/currency", "must be " + std::string(content_.total.currency.code()) + ", as that of the order");
  }
  // guard: imported-money-bounded
  if (money->amount < 0 || money->amount > kMaxAmount) {
    note(pointer + "/amount", "must be a whole number from 0 to " + std::to_string(kMaxAmount));
  }
}

void StateCheck::check_money() {
  const auto before = found_.size();
  check_amount("/captured", content_.captured);
  check_amount("/refunded", content_.refunded);
  if (found_.size() > before) return;
  const auto captured = captured_money(content_);
  // guard: imported-refund-within
  if (refunded_money(content_).amount > captured.amount) {
    note("/refunded", "is above the " + shown_money(captured) + " that were captured");
  }
  if (content_.payment && captured.amount == 0) note("/payment", "must be absent: nothing was captured");
}

void StateCheck::check_times() {
  if (!content_.ended_at) return;
  if (is_open(content_.status)) {
    note("/ended_at", "must be absent: an order that is " + std::string(to_string(content_.status)) + " has not ended");
  } else if (*content_.ended_at < content_.placed_at) {
    note("/ended_at", "must not be before placed_at");
  }
}

// By the rule of a line whose prices are stated.
void StateCheck::check_name(const std::string& pointer, const std::string& name) {
  static constexpr const Rule* kRule = find_rule<StatedLine>("name");
  const auto first = found_.size();
  // guard: imported-names-bounded
  ruled::check(name, *kRule, texts_, found_);
  for (auto i = first; i < found_.size(); ++i) found_[i].pointer = pointer;
}

void StateCheck::check_pieces(const std::string& pointer, const ImportedLine& line) {
  const auto before = found_.size();
  const auto check = [&](std::string_view member, const std::optional<std::int64_t>& count, std::int64_t most) {
    // guard: imported-pieces-within-line
    if (!count || (*count >= 0 && *count <= most)) return;
    note(pointer + std::string(member), "must be a whole number from 0 to " + std::to_string(most));
  };
  const std::int64_t goods = line.product_id ? line.quantity : 0;
  check("/cancelled", line.cancelled, line.quantity);
  if (found_.size() > before) return;
  check("/shipped", line.shipped, goods == 0 ? 0 : goods - line.cancelled.value_or(0));
  if (found_.size() > before) return;
  check("/returned", line.returned, shipped_pieces(content_, line));
}

void StateCheck::check_goods() {
  const bool shipped = has_shipped(content_);
  const auto status = content_.status;
  // guard: imported-shipped-fits-status
  if (shipped && !is_agreed(status) && status != OrderStatus::cancelled) {
    note("/shipped", "does not fit an order that is " + std::string(to_string(status)) + ": nothing of it has left");
  }
  if (shipped) return;
  if (content_.delivered.value_or(false)) note("/delivered", "must be false or absent: nothing of the order has left");
  if (content_.tracking) note("/tracking", "must be absent: nothing of the order has left; or say what was shipped");
  if (content_.carrier) note("/carrier", "must be absent: nothing of the order has left; or say what was shipped");
}

// --- the document

std::vector<OrderPieces> named_pieces(const ImportedOrder& content,
                                      std::optional<std::int64_t> ImportedPieces::*count) {
  std::vector<OrderPieces> pieces;
  for (std::size_t i = 0; i < content.lines.size(); ++i) {
    const auto& line = content.lines[i];
    if ((line.*count).value_or(0) > 0) pieces.push_back({line.product_id, *(line.*count), place_id(i)});
  }
  return pieces;
}

// Whether the refunds cover the pieces that were cancelled and that came back. Then nothing of them is owed any more.
bool refunds_cover_pieces(const ImportedOrder& content) {
  std::int64_t worth = 0;
  for (const auto& line : content.lines) {
    const auto pieces = line.cancelled.value_or(0) + line.returned.value_or(0);
    worth += worth_of(line.total.amount, line.quantity, 0, pieces);
  }
  return refunded_money(content).amount >= worth;
}

void add_goods(const ImportedOrder& content, Timestamp at, Order& order) {
  const auto how = refunds_cover_pieces(content) ? GivenBack::returned : GivenBack::returned_unrefunded;
  std::vector<StockLine> left;
  for (std::size_t i = 0; i < content.lines.size(); ++i) {
    const auto& from = content.lines[i];
    auto& line = order.lines[i];
    line.id = place_id(i);
    if (const auto count = from.cancelled.value_or(0); count > 0) give_back(line, count, GivenBack::cancelled);
    line.shipped = shipped_pieces(content, from);
    if (line.shipped > 0) left.push_back({*line.product_id, line.shipped});
    if (const auto count = from.returned.value_or(0); count > 0) give_back(line, count, how);
  }
  const std::string id(kImportedPart);
  auto cancelled = named_pieces(content, &ImportedPieces::cancelled);
  if (!cancelled.empty()) order.cancellations.push_back({id, {}, std::move(cancelled), {}, {}, at});
  auto returned = named_pieces(content, &ImportedPieces::returned);
  if (!returned.empty()) order.returns.push_back({id, std::move(returned), false, {}, {}, at});
  if (left.empty()) return;
  const bool arrived = content.delivered.value_or(content.status == OrderStatus::completed);
  order.parcels.push_back({imported_parcel_id(order.id), sum_lines(std::move(left)),
                           arrived ? ParcelStatus::delivered : ParcelStatus::shipped, content.tracking.value_or(""), at,
                           content.carrier});
}

void add_money(const ImportedOrder& content, Timestamp at, Order& order) {
  order.captured = captured_money(content);
  order.refunded = refunded_money(content);
  if (order.captured.amount > 0) {
    const auto payment = content.payment.value_or(ImportedPayment());
    RecordedPayment recorded;
    recorded.id = kImportedPart;
    recorded.amount = order.captured;
    recorded.method = payment.method.value_or(std::string(kImportedPart));
    recorded.reference = payment.reference;
    recorded.received_at = payment.received_at;
    recorded.at = at;
    order.payments.emplace().push_back(std::move(recorded));
  }
  if (order.refunded.amount > 0) {
    Refund refund{std::string(kImportedPart), order.refunded, {}, RefundStatus::succeeded, {}, at};
    refund.by_hand = true;
    order.refunds.push_back(std::move(refund));
  }
}

// Of an order that is not paid. The figures decide of others.
void add_reason(Order& order) {
  if (order.status == OrderStatus::reserved) order.payment_status = PaymentStatus::authorized;
  if (order.status == OrderStatus::expired) order.status_reason = "payment_timeout";
  if (order.status != OrderStatus::rejected) return;
  order.status_reason = "payment_failed";
  order.payment_status = PaymentStatus::failed;
}

// --- what differs

// The part of a list that was imported; null if there is none.
template <class Part>
const Part* imported_part(const std::vector<Part>& parts) {
  return find_part(parts, &Part::id, std::string(kImportedPart));
}

std::int64_t returned_pieces(const Order& order, std::size_t line) {
  const auto* back = imported_part(order.returns);
  if (back == nullptr) return 0;
  std::int64_t count = 0;
  for (const auto& pieces : back->lines) count += pieces.line_id == place_id(line) ? pieces.quantity : 0;
  return count;
}

std::string shown(const Money& money) {
  return shown_money(money);
}
std::string shown(bool value) {
  return value ? "true" : "false";
}
std::string shown(std::int64_t count) {
  return std::to_string(count);
}
std::string shown(OrderStatus status) {
  return std::string(to_string(status));
}
std::string shown(Timestamp time) {
  return to_rfc3339(time);
}
template <class T>
concept Shown = requires(const T& value) {
  shown(value);
};
template <class T>
requires Shown<T> std::string shown(const std::optional<T>& value) {
  return value ? shown(*value) : "absent";
}

class Differences {
 public:
  template <class T>
  void compare(const std::string& pointer, const T& stored, const T& wanted) {
    if (stored == wanted || found_.size() >= kMaxViolations) return;
    // Texts may be about people: they are not repeated.
    if constexpr (requires { shown(stored); }) {
      found_.push_back({pointer, "is " + shown(wanted) + ", but the order was imported with " + shown(stored)});
    } else {
      found_.push_back({pointer, "differs from the order that was imported"});
    }
  }
  // Each described member, but for those that follow from others.
  template <class T>
  void compare_members(const std::string& pointer, const T& stored, const T& wanted,
                       std::span<const std::string_view> derived) {
    for_each_descriptor(stored, [&]<class D>(D descriptor, const auto& member) {
      constexpr auto kName = member_name_of<D>();
      if (std::find(derived.begin(), derived.end(), kName) != derived.end()) return;
      compare(pointer + "/" + std::string(kName), member, wanted.*descriptor.pointer);
    });
  }
  void compare_line(std::size_t index, const Order& stored, const Order& wanted);
  void compare_parts(const Order& stored, const Order& wanted);
  std::vector<Violation> take() { return std::move(found_); }

 private:
  std::vector<Violation> found_;
};

void Differences::compare_line(std::size_t index, const Order& stored, const Order& wanted) {
  static constexpr std::array<std::string_view, 3> kDerived = {"id", "net", "tax_total"};
  const auto pointer = "/lines/" + std::to_string(index);
  const auto& a = stored.lines[index];
  const auto& b = wanted.lines[index];
  compare_members(pointer, details_of(a), details_of(b), kDerived);
  compare(pointer + "/product_id", a.product_id, b.product_id);
  compare(pointer + "/name", a.name, b.name);
  compare(pointer + "/quantity", a.quantity, b.quantity);
  compare(pointer + "/unit_price", a.unit_price, b.unit_price);
  compare(pointer + "/shipped", a.shipped, b.shipped);
  compare(pointer + "/cancelled", a.cancelled, b.cancelled);
  // guard: imported-returns-since-do-not-count
  compare(pointer + "/returned", returned_pieces(stored, index), returned_pieces(wanted, index));
}

// The parcel, the payment and the refund: an import has at most one of each.
void Differences::compare_parts(const Order& stored, const Order& wanted) {
  compare("/captured", stored.captured, wanted.captured);
  const auto refund_of = [](const Order& order) {
    const auto* refund = imported_part(order.refunds);
    return refund != nullptr ? refund->amount : Money{0, order.total.currency};
  };
  compare("/refunded", refund_of(stored), refund_of(wanted));
  if (stored.payments && wanted.payments) {
    static constexpr std::array<std::string_view, 1> kDerived = {"amount"};
    const StatedPayment& paid = stored.payments->front();
    compare_members<StatedPayment>("/payment", paid, wanted.payments->front(), kDerived);
  }
  if (stored.parcels.empty() || wanted.parcels.empty()) return;
  const auto& a = stored.parcels.front();
  const auto& b = wanted.parcels.front();
  compare("/delivered", a.status == ParcelStatus::delivered, b.status == ParcelStatus::delivered);
  compare("/tracking", a.tracking, b.tracking);
  compare("/carrier", a.carrier, b.carrier);
}

}  // namespace

OrderId imported_order_id(std::string_view source, std::string_view number) {
  // Neither has a line feed.
  return OrderId(uuid_v5("imported order", std::string(source) + "\n" + std::string(number)));
}

void check_imported_state(const ImportedOrder& content, TextRule texts, std::vector<Violation>& found) {
  check_rules(state_of(content), texts, found);
  StateCheck(content, texts, found).run();
}

Order imported_order(const OrderId& id, const ImportedOrder& content, Timestamp at) {
  Order order;
  order.id = id;
  terms_of(order) = content;
  figures_of(order) = content;
  if (!order.reference) order.reference = content.number;
  order.payment_terms = PaymentTerms::manual;  // no gateway is asked for a refund
  order.customer_id = content.customer_id;
  order.location = content.location;
  order.lines = order_lines({content.lines.begin(), content.lines.end()});
  order.total = content.total;
  order.status = content.status;
  order.placed_at = content.placed_at;
  // guard: imported-ended-at
  if (!is_open(content.status)) order.ended_at = content.ended_at.value_or(content.placed_at);
  order.imported = ImportedFrom{content.source, content.number, at};
  order.updated_at = at;
  add_goods(content, at, order);
  add_money(content, at, order);
  add_reason(order);
  derive_statuses(order);
  return order;
}

std::vector<Violation> differences(const Order& order, const ImportedOrder& content) {
  static constexpr std::array<std::string_view, 2> kDerived = {"totals", "tax_summary"};
  Order wanted = imported_order(order.id, content, order.imported->at);
  if (order.redacted_at) forget_people(wanted);
  // Tags that were changed in ordo are no longer those of the file.
  // guard: import-own-tags-differ-not
  if (order.tagged_at) wanted.tags = order.tags;
  Differences found;
  found.compare("/customer_id", order.customer_id, wanted.customer_id);
  found.compare("/location", order.location, wanted.location);
  found.compare("/placed_at", order.placed_at, wanted.placed_at);
  found.compare("/ended_at", order.ended_at, wanted.ended_at);
  found.compare("/status", order.status, wanted.status);
  const auto lines = static_cast<std::int64_t>(order.lines.size());
  found.compare("/lines", lines, static_cast<std::int64_t>(wanted.lines.size()));
  if (order.lines.size() == wanted.lines.size()) {
    for (std::size_t i = 0; i < order.lines.size(); ++i) found.compare_line(i, order, wanted);
  }
  found.compare_members({}, figures_of(order), figures_of(wanted), kDerived);
  found.compare("/total", order.total, wanted.total);
  found.compare_parts(order, wanted);
  found.compare_members({}, terms_of(order), terms_of(wanted), {});
  return found.take();
}

bool has_moved_on(const Order& order) {
  const auto is_own = [](const auto& part) { return part.id != kImportedPart; };
  return std::any_of(order.refunds.begin(), order.refunds.end(), is_own) ||
         std::any_of(order.returns.begin(), order.returns.end(), is_own);
}

DecideOrder::Events DecideOrder::operator()(const order_command::Import& command) const {
  if (!order.imported) {
    return fail(ErrorCode::kConflict, "not_imported", "the order was placed in ordo, and is no history");
  }
  auto differing = differences(order, command.content);
  // guard: import-same-content-once
  if (differing.empty()) return OrderEvents{};
  // guard: import-replaces-on-request
  if (!command.replace) {
    return fail(Error{ErrorCode::kConflict, "order_changed", "the order was imported before with other content",
                      std::move(differing)});
  }
  // guard: import-moved-on
  if (has_moved_on(order)) {
    return fail(ErrorCode::kConflict, "order_moved_on",
                "money was refunded or goods came back in ordo since the import: the order cannot be replaced");
  }
  return OrderEvents{order_event::Imported{command.id, command.content, command.number}};
}

}  // namespace ordo
