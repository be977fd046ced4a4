#include "engine/step_summary.h"

#include <algorithm>
#include <utility>

#include "records/messages.h"

namespace ordo {
namespace {

constexpr std::string_view kOther = "other";
constexpr std::size_t kMaxReason = 64;

constexpr std::pair<std::string_view, OrderStatus> kFacts[] = {
    {type::kOrderReserved, OrderStatus::reserved},   {type::kOrderConfirmed, OrderStatus::confirmed},
    {type::kOrderFulfilled, OrderStatus::fulfilled}, {type::kOrderCompleted, OrderStatus::completed},
    {type::kOrderRejected, OrderStatus::rejected},   {type::kOrderExpired, OrderStatus::expired},
    {type::kOrderCancelled, OrderStatus::cancelled}};

// Reasons are ordo's own words. Any other text must not become the name of a metric series.
bool is_word(std::string_view reason) {
  return !reason.empty() && reason.size() <= kMaxReason && std::all_of(reason.begin(), reason.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

void StepSummary::clear() {
  if (empty()) return;
  letters.clear();
  orders.fill(0);
  moved_ = false;
}

void StepSummary::refused(const Record& record, const Error& error) {
  const auto find = [this](std::string_view reason) {
    return std::find_if(letters.begin(), letters.end(), [&](const auto& one) { return one.reason == reason; });
  };
  auto found = find(error.reason);
  if (found == letters.end()) {
    const bool known = is_word(error.reason) && letters.size() + 1 < kMaxReasons;
    const std::string_view reason = known ? std::string_view(error.reason) : kOther;
    found = find(reason);
    if (found == letters.end()) {
      letters.push_back({std::string(reason), 0, record.at.partition, record.offset, error.text()});
      found = std::prev(letters.end());
    }
  }
  ++found->count;
}

void StepSummary::published(std::string_view type) {
  for (const auto& [fact, status] : kFacts) {
    if (fact == type) return came_into(status);
  }
}

void StepSummary::placed() {
  came_into(OrderStatus::pending);
}

void StepSummary::came_into(OrderStatus status) {
  ++orders[static_cast<std::size_t>(status)];
  moved_ = true;
}

}  // namespace ordo
