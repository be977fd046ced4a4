#include "audit/check_invariants.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "audit/check_findings.h"
#include "audit/check_hours.h"
#include "audit/check_inboxes.h"
#include "audit/check_life.h"
#include "audit/check_logs.h"
#include "audit/check_owners.h"
#include "audit/check_readable.h"
#include "audit/check_redemptions.h"
#include "audit/hash_parts.h"
#include "audit/seen_orders.h"
#include "base/number.h"
#include "domain/money_text.h"
#include "engine/log_reading.h"
#include "engine/page_walk.h"
#include "processors/intake.h"
#include "records/dead_letter.h"
#include "records/messages.h"
#include "records/proof.h"

namespace ordo::audit {
namespace {

using std::to_string;

// In the order in which they are added.
enum : std::size_t { kAcknowledged, kTotals, kStockLevels, kReservations };

std::uint64_t hash_lines(const LocationId& location, const std::vector<StockLine>& lines) {
  return hash_with(hash_with(kFnvBasis, location.str()), lines);
}

constexpr std::size_t kReadAtOnce = 1'000;

class Check {
 public:
  Check(const CheckSources& sources, const CheckOptions& options)
      : sources_(sources), options_(options), findings_(options.samples) {
    findings_.add("orders_kept", "every order of the log is in the collection, or is a dead letter");
    findings_.add("order_totals", "the figures of each order follow from its prices, discounts and tax, and add up");
    findings_.add(
        "stock_levels",
        "on_hand = counted + adjusted - shipped + returned, and reserved = the sum of the active reservations");
    findings_.add("reservations", "an order holds stock exactly as long as its status requires");
    life_.emplace(sources_, seen_, findings_);
    redemptions_.emplace(sources_, findings_);
    hours_.emplace(sources_, findings_);
    logs_ = findings_.add("logs_whole",
                          "each log is the one that was read, and still has all records that were not read yet");
  }

  Result<CheckReport> run();

 private:
  using ActiveMap = std::unordered_map<std::string, std::uint64_t>;  // order -> hash of location and lines

  void find(std::size_t invariant, std::string text, std::vector<Owner> owners = {}) {
    findings_.find(invariant, std::move(text), std::move(owners));
  }
  Owner orders(std::string_view id) const { return owner_of(sources_.topology, ProcessorKind::orders, id); }
  Owner stock(std::string_view location) const { return owner_of(sources_.topology, ProcessorKind::stock, location); }
  // A snapshot shows all changes of one step together.
  std::vector<Owner> unless_snapshot(Owner owner) const {
    return sources_.snapshot ? std::vector<Owner>() : std::vector<Owner>{owner};
  }

  Result<void> scan_reservations();
  Result<void> scan_levels();
  Result<void> scan_orders();
  Result<void> explain_negative(const StockLevel& level);
  void check_level(const StockLevel& level);
  void check_totals(const Order& order);
  void check_reservation(const Order& order);
  void check_pending(const Order& order, const std::string& who, bool holds);
  Result<void> check_leftovers();
  Result<void> finish_life() { return life_->finish(); }
  Result<void> finish_redemptions() { return redemptions_->finish(); }
  Result<void> finish_hours() { return hours_->finish(); }

  struct Missing {
    std::string order;  // empty: the record cannot be read
  };
  using Place = std::tuple<Topic, int, std::int64_t>;  // topic, partition and offset
  // The records that bring orders are those of the topic that its processor reads.
  struct Arrivals {
    Topic topic;
    ProcessorKind processor;
  };
  Result<void> scan_arrivals(const Inboxes& before);
  Result<void> scan_log(const Arrivals& arrivals, const Inboxes& before);
  Result<void> note_arrival(const Record& record, const Inbox& inbox);
  Result<bool> is_kept(const Record& record, const Inbox& inbox, std::string& id);
  Result<bool> is_there(const OrderId& order);
  Result<void> scan_dead_letters(Topic topic);
  Result<std::int64_t> count_open_letters(Topic topic);
  Result<void> count_dead_letters();

  const CheckSources& sources_;
  const CheckOptions& options_;
  CheckReport report_;
  CheckFindings findings_;
  SeenOrders seen_;
  std::optional<LifeCheck> life_;
  std::optional<RedemptionCheck> redemptions_;
  std::optional<HourCheck> hours_;
  std::size_t logs_ = 0;  // the number of the invariant
  ActiveMap active_;
  std::unordered_map<std::string, std::int64_t> held_;  // stock level -> sum of active reservations
  std::map<Place, Missing> missing_;
};

// Up to this many records of a dead-letter topic are read to find the open letters. In a longer topic, all records
// count.
constexpr std::int64_t kMaxLetters = 100'000;

// --- stock -----------------------------------------------------------------------------------------------------------

Result<void> Check::scan_reservations() {
  return each_document(sources_.documents, Collection::reservations, [this](const Document& document) -> Result<void> {
    const auto& reservation = std::get<Reservation>(document);
    ++findings_[kReservations].checked;
    if (reservation.status != ReservationStatus::active) return {};
    const auto held = held_lines(reservation);
    active_.emplace(reservation.id.str(), hash_lines(reservation.location, held));
    for (const auto& line : held) {
      held_[stock_level_id(reservation.location, line.product_id)] += line.quantity;
    }
    return {};
  });
}

void Check::check_level(const StockLevel& level) {
  const std::int64_t sum = level.counted + level.adjusted - level.shipped + level.returned;
  if (level.on_hand != sum) {
    find(kStockLevels, level.id + ": on_hand is " + to_string(level.on_hand) +
                           ", counted + adjusted - shipped + returned is " + to_string(sum));
  }
  const auto held = held_.find(level.id);
  const std::int64_t reserved = held != held_.end() ? held->second : 0;
  if (held != held_.end()) held_.erase(held);
  if (level.reserved != reserved) {
    // A snapshot shows the level and the reservation of the same step.
    find(kStockLevels,
         level.id + ": reserved is " + to_string(level.reserved) + ", its active reservations hold " +
             to_string(reserved),
         unless_snapshot(stock(level.location.str())));
  }
}

// A reservation never takes more than the available stock. No order can reserve before the first count. So negative
// available stock needs a count or an adjustment after the first count.
Result<void> Check::explain_negative(const StockLevel& level) {
  Query query;
  query.collection = Collection::stock_movements;
  query.where.emplace_back("product_id", level.product_id.str());
  int applied = 0;
  auto walked = each_page(sources_.documents, std::move(query), [&](const Page& page) {
    for (const auto& document : page.documents) {
      const auto& movement = std::get<StockMovement>(document);
      if (movement.location == level.location && movement.status == MovementStatus::applied) ++applied;
    }
    return applied < 2 ? Walk::go_on : Walk::stop;
  });
  if (!walked || applied >= 2) return walked;
  find(kStockLevels,
       level.id + ": " + to_string(available(level)) + " available, and no count or adjustment explains it",
       unless_snapshot(stock(level.location.str())));
  return {};
}

Result<void> Check::scan_levels() {
  auto scanned =
      each_document(sources_.documents, Collection::stock_levels, [this](const Document& document) -> Result<void> {
        const auto& level = std::get<StockLevel>(document);
        ++findings_[kStockLevels].checked;
        check_level(level);
        return available(level) < 0 ? explain_negative(level) : Result<void>();
      });
  if (!scanned) return scanned;
  for (const auto& [id, quantity] : held_) {
    find(kStockLevels,
         id + ": active reservations hold " + to_string(quantity) + " of it, but this stock level does not exist",
         unless_snapshot(stock(id.substr(0, id.find('/')))));
  }
  return {};
}

// --- orders ----------------------------------------------------------------------------------------------------------

void Check::check_totals(const Order& order) {
  ++findings_[kTotals].checked;
  const auto wrong = check_figures<OrderLine>(order.lines, order, order.total, TextRule::as_written, "lines");
  for (const auto& violation : wrong) {
    find(kTotals, "order " + order.id.str() + ": " + violation.pointer + " " + violation.detail);
  }
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    if (order.lines[i].quantity >= 1) continue;
    find(kTotals,
         "order " + order.id.str() + ": /lines/" + to_string(i) + "/quantity is " + to_string(order.lines[i].quantity));
  }
}

// The decision about its stock or its promotions must be in progress, or the request for it.
void Check::check_pending(const Order& order, const std::string& who, bool holds) {
  auto owners = redemptions_->deciders(order);
  owners.push_back(orders(order.id.str()));
  if (waits_for_stock(order)) owners.push_back(stock(order.location.str()));
  find(kReservations, who + ", but no record in progress will decide it", std::move(owners));
  if (!order.stock_reserved_at || holds) return;
  find(kReservations, who + ", but its stock is not reserved any more",
       sources_.snapshot ? std::vector<Owner>() : std::vector{orders(order.id.str()), stock(order.location.str())});
}

void Check::check_reservation(const Order& order) {
  const std::string& id = order.id.str();
  const auto active = active_.find(id);
  const bool holds = active != active_.end();
  const std::string who = "order " + id + " is " + std::string(to_string(order.status));
  // guard: check-imported-holds-nothing
  if (stock_lines(order).empty() || order.imported) {
    const std::string why = order.imported ? " and is of the past" : " and has no goods";
    if (holds) find(kReservations, who + why + ", but stock is reserved for it", unless_snapshot(orders(id)));
    if (holds) active_.erase(active);
    if (order.status == OrderStatus::pending && !order.imported) check_pending(order, who, false);
    return;
  }
  switch (order.status) {
    case OrderStatus::pending:
      check_pending(order, who, holds);
      break;
    case OrderStatus::reserved:
    case OrderStatus::confirmed:
      if (!holds) {
        // Stock is released or shipped only after the order says so. So in a snapshot, no movement explains this.
        find(kReservations, who + ", but has no active reservation",
             sources_.snapshot ? std::vector<Owner>() : std::vector{orders(id), stock(order.location.str())});
      } else if (active->second != hash_lines(order.location, unshipped_lines(order))) {
        // Shipped goods leave the reservation later.
        find(kReservations, who + ", but its reservation holds other lines than the order",
             {stock(order.location.str())});
      }
      break;
    case OrderStatus::rejected:
    case OrderStatus::expired:
    case OrderStatus::cancelled:
    case OrderStatus::fulfilled:
    case OrderStatus::completed:
      if (holds) {
        auto owners = unless_snapshot(orders(id));
        owners.push_back(stock(order.location.str()));
        find(kReservations, who + ", but its stock is still reserved", std::move(owners));
      }
      break;
  }
  if (holds) active_.erase(active);
}

Result<void> Check::scan_orders() {
  auto done = each_document(sources_.documents, Collection::orders, [this](const Document& document) -> Result<void> {
    const auto& order = std::get<Order>(document);
    seen_.add(order);
    check_totals(order);
    check_reservation(order);
    hours_->order(order);
    if (auto read = redemptions_->order(order); !read) return read;
    return life_->order(order);
  });
  seen_.seal();
  return done;
}

// Finds active reservations whose order was not seen.
Result<void> Check::check_leftovers() {
  ActiveMap left;
  left.swap(active_);
  for (const auto& [id, hash] : left) {
    const auto found = sources_.documents.get(Collection::orders, id);
    if (!found) return fail(found.error());
    if (!*found) find(kReservations, "an active reservation for order " + id + ", which does not exist", {orders(id)});
  }
  return {};
}

// --- the log ---------------------------------------------------------------------------------------------------------

Result<bool> Check::is_there(const OrderId& order) {
  if (seen_.has(order.str())) return true;
  const auto found = sources_.documents.get(Collection::orders, order.str());
  if (!found) return fail(found.error());
  return found->has_value();
}

// Whether the order of `record` exists. Sets `id` to the order's id if the record has one, or intake gives it one.
Result<bool> Check::is_kept(const Record& record, const Inbox& inbox, std::string& id) {
  const auto* proof = sources_.rules.proof;
  if (proof != nullptr && !proof->believes(record)) return false;  // it is refused, whatever order it names
  const auto message = decode(record);
  if (!message) return false;  // so is this
  if (const auto* past = std::get_if<OrderImported>(&*message)) {
    id = past->order_id.str();
    return is_there(past->order_id);
  }
  const auto* order = std::get_if<NewOrder>(&*message);
  if (order == nullptr) return false;
  const Owner owner{ProcessorKind::intake, record.at.partition};
  // The place of an order without an id counts in the epoch of its fold: that is the cursor's, or an earlier one.
  for (auto epoch = order->orderId ? 0 : inbox.cursor.epoch; epoch >= 0; --epoch) {
    const auto one = order->orderId ? *order->orderId : processors::order_id_from_place(owner, epoch, record);
    auto there = is_there(one);
    if (!there || *there) return there;
    if (id.empty()) id = one.str();
  }
  return false;
}

Result<void> Check::note_arrival(const Record& record, const Inbox& inbox) {
  // Records that were appended after the check began are not checked.
  if (record.offset >= inbox.range.end) return {};
  Invariant& kept = findings_[kAcknowledged];
  ++kept.checked;
  std::string id;
  const auto there = is_kept(record, inbox, id);
  if (!there) return fail(there.error());
  if (*there) return {};
  if (record.offset >= inbox.cursor.next) {
    ++kept.waiting;
    return {};
  }
  if (missing_.size() >= options_.max_missing) {
    return fail(ErrorCode::kInvalid, "too_many_missing", "more orders are missing than this check can remember");
  }
  missing_.emplace(Place(record.at.topic, record.at.partition, record.offset), Missing{std::move(id)});
  return {};
}

Result<void> Check::scan_log(const Arrivals& arrivals, const Inboxes& before) {
  std::vector<std::int64_t> from;
  for (const auto& [owner, inbox] : before) {
    if (owner.processor == arrivals.processor) from.push_back(inbox.range.begin);
  }
  auto reader = sources_.log.open_reader(arrivals.topic, false, from);
  if (!reader) return fail(std::move(reader.error()));
  while (!(*reader)->caught_up()) {
    const auto records = next_records(**reader, kReadAtOnce);
    if (!records) return fail(records.error());
    for (const auto& record : *records) {
      // Other events are about orders that are there.
      if (arrivals.topic == Topic::order_events && record.envelope.type != kTypeOf<OrderImported>) continue;
      const auto at = before.find({arrivals.processor, record.at.partition});
      if (at == before.end()) continue;
      if (auto noted = note_arrival(record, at->second); !noted) return noted;
    }
  }
  return {};
}

Result<void> Check::scan_arrivals(const Inboxes& before) {
  static constexpr Arrivals kArrivals[] = {{Topic::order_created, ProcessorKind::intake},
                                           {Topic::order_events, ProcessorKind::orders}};
  for (const auto& arrivals : kArrivals) {
    if (auto scanned = scan_log(arrivals, before); !scanned) return scanned;
  }
  for (const auto& arrivals : kArrivals) {
    if (missing_.empty()) return {};
    if (auto scanned = scan_dead_letters(arrivals.topic); !scanned) return scanned;
  }
  for (const auto& [place, order] : missing_) {
    const auto& [topic, partition, offset] = place;
    const std::string where =
        std::string(ordo::to_string(topic)) + "/" + to_string(partition) + "@" + to_string(offset);
    find(kAcknowledged,
         where + (order.order.empty()
                      ? ": cannot be read, and is not a dead letter"
                      : ": order " + order.order + " does not exist, and the record is not a dead letter"),
         order.order.empty() ? std::vector<Owner>() : std::vector{orders(order.order)});
  }
  return {};
}

// Removes the records that the topic's processor has refused from `missing_`.
Result<void> Check::scan_dead_letters(Topic topic) {
  auto reader = sources_.log.open_reader(topic, true, {0});
  if (!reader) return fail(std::move(reader.error()));
  while (!(*reader)->caught_up() && !missing_.empty()) {
    const auto records = next_records(**reader, kReadAtOnce);
    if (!records) return fail(records.error());
    for (const auto& record : *records) {
      Place place{topic, -1, -1};
      for (const auto& header : record.envelope.extra) {
        if (header.name == "ordo_dlq_partition") std::get<1>(place) = parse_natural<int>(header.value).value_or(-1);
        if (header.name == "ordo_dlq_offset") {
          std::get<2>(place) = parse_natural<std::int64_t>(header.value).value_or(-1);
        }
      }
      missing_.erase(place);
    }
  }
  return {};
}

// The letters that were neither replayed nor dropped.
Result<std::int64_t> Check::count_open_letters(Topic topic) {
  auto reader = sources_.log.open_reader(topic, true, {0});
  if (!reader) return fail(std::move(reader.error()));
  std::set<std::string> open;  // by place, because two letters of one record count as one
  while (!(*reader)->caught_up()) {
    const auto records = next_records(**reader, kReadAtOnce);
    if (!records) return fail(records.error());
    for (const auto& record : *records) {
      if (!is_mark(record)) {
        open.insert(read_letter(record).place);
      } else if (const auto mark = read_mark(record)) {
        open.erase(mark->place);
      }
    }
  }
  return static_cast<std::int64_t>(open.size());
}

Result<void> Check::count_dead_letters() {
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    const auto ranges = sources_.log.ranges(topic, true);
    if (!ranges) return fail(ranges.error());
    std::int64_t count = 0;
    for (const auto& range : *ranges) count += range.end - range.begin;
    if (count > 0 && count <= kMaxLetters) {
      const auto open = count_open_letters(topic);
      if (!open) return fail(open.error());
      count = *open;
    }
    if (count > 0) report_.dead_letters[std::string(ordo::to_string(topic))] = count;
  }
  return {};
}

Result<CheckReport> Check::run() {
  const auto before = read_inboxes(sources_);
  if (!before) return fail(before.error());
  for (const auto& [owner, inbox] : *before) report_.lags[owner] = inbox.lag();
  findings_.begin(Movement(*before, *before));
  for (const auto step :
       {&Check::scan_reservations, &Check::scan_levels, &Check::scan_orders, &Check::check_leftovers,
        &Check::finish_life, &Check::finish_redemptions, &Check::finish_hours, &Check::count_dead_letters}) {
    if (auto done = (this->*step)(); !done) return fail(std::move(done.error()));
  }
  if (auto done = scan_arrivals(*before); !done) return fail(std::move(done.error()));
  if (auto done = check_logs(sources_, findings_, logs_); !done) return fail(std::move(done.error()));
  const auto after = read_inboxes(sources_);
  if (!after) return fail(after.error());
  findings_.judge(Movement(*before, *after));
  report_.invariants = findings_.take();
  report_.refunds_due = findings_.take_due();
  return std::move(report_);
}

}  // namespace

bool CheckReport::clean() const {
  return std::all_of(invariants.begin(), invariants.end(),
                     [](const Invariant& invariant) { return invariant.violated == 0; });
}

std::int64_t CheckReport::lag() const {
  std::int64_t sum = 0;
  for (const auto& entry : lags) sum += entry.second;
  return sum;
}

Result<std::map<Owner, std::int64_t>> read_lags(const CheckSources& sources) {
  const auto inboxes = read_inboxes(sources);
  if (!inboxes) return fail(inboxes.error());
  std::map<Owner, std::int64_t> lags;
  for (const auto& [owner, inbox] : *inboxes) lags[owner] = inbox.lag();
  return lags;
}

Result<CheckReport> check_invariants(const CheckSources& sources, const CheckOptions& options) {
  ReadableDocuments documents(sources.documents);
  const CheckSources watched{documents,        sources.log,       sources.topology,
                             sources.snapshot, sources.view_logs, sources.rules};
  auto report = Check(watched, options).run();
  if (!report) return report;
  auto readable = documents.finish(options.samples);
  if (!readable) return fail(std::move(readable.error()));
  // guard: check-tells-unreadable-documents
  report->invariants.push_back(std::move(*readable));
  return report;
}

}  // namespace ordo::audit
