#include "audit/check_hours.h"

#include <utility>

#include "audit/check_owners.h"
#include "engine/page_walk.h"

namespace ordo::audit {
namespace {

// Whether the sums are those of the orders. Of some orders no total and no reason was known when they were counted.
bool are_equal(OrderSums counted, OrderSums orders) {
  if (counted.without_total != 0) {
    counted.total = orders.total = counted.without_total = 0;
    counted.reasons.clear();
    orders.reasons.clear();
  }
  return counted == orders;
}

}  // namespace

HourCheck::HourCheck(const CheckSources& sources, CheckFindings& findings)
    : sources_(sources),
      findings_(findings),
      hours_(findings.add("hours", "the figures of each hour are the sums over the orders that were placed in it")) {}

void HourCheck::order(const Order& order) {
  const auto step = whole_step(order);
  count_step(step, orders_[{quarter_of(step.placed_at), std::string(currency_of(step).code())}]);
}

void HourCheck::hour(const OrderHour& hour) {
  for (const auto& quarter : hour.quarters) {
    ++findings_[hours_].checked;
    const auto begin = hour.hour + std::chrono::minutes(quarter.minute);
    if (hour_of(begin) != hour.hour || quarter_of(begin) != begin ||
        !hour.id.starts_with(order_hour_prefix(hour.hour, hour.currency))) {
      findings_.find(hours_, "hour " + hour.id + ": it has a wrong time or currency");
    }
    add_sums(quarter.sums, counted_[{begin, std::string(hour.currency.code())}]);
  }
}

void HourCheck::compare(const Sums::key_type& at, const OrderSums& counted, const OrderSums& orders) {
  // guard: check-hours
  if (are_equal(counted, orders)) return;
  auto owners = all_owners(sources_.topology, ProcessorKind::crm);
  if (!sources_.snapshot) {
    const auto deciders = all_owners(sources_.topology, ProcessorKind::orders);
    owners.insert(owners.end(), deciders.begin(), deciders.end());
  }
  findings_.find(
      hours_,
      "the quarter of an hour at " + to_rfc3339(at.first) + " in " + at.second +
          ": the figures are not the sums over the orders; ordo rebuild order_hours --swap counts them again",
      std::move(owners));
}

Result<void> HourCheck::finish() {
  auto done = each_document(sources_.documents, Collection::order_hours, [this](const Document& document) {
    hour(std::get<OrderHour>(document));
    return Result<void>();
  });
  if (!done) return done;
  for (const auto& [at, sums] : orders_) counted_.try_emplace(at);
  for (const auto& [at, counted] : counted_) compare(at, counted, orders_[at]);
  return {};
}

}  // namespace ordo::audit
