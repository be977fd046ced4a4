#include "app/step_counts.h"

#include "base/log.h"
#include "http/metrics.h"

namespace ordo::app {
namespace {

// A counter that starts with its first event has no earlier value, so its rate does not show that event. So the reasons
// that any processor may count exist from the start.
constexpr std::string_view kCommonReasons[] = {"invalid_fields", "malformed_json", "unknown_type"};

void log_letter(const Owner& owner, const StepSummary::Letters& first, std::uint64_t left_out) {
  log_warn("dead letter", {{"processor", to_string(owner.processor)},
                           {"topic", to_string(inbox_of(owner.processor))},
                           {"partition", first.partition},
                           {"offset", first.offset},
                           {"reason", first.reason},
                           {"detail", first.detail},
                           {"left_out", left_out}});
}

}  // namespace

std::optional<std::uint64_t> LineLimit::admit(std::uint64_t count, Clock::time_point now) {
  left_out_ += count;
  if (!due(now)) return std::nullopt;
  last_ = now;
  return std::exchange(left_out_, 0) - 1;
}

std::uint64_t LineLimit::take_left_out(Clock::time_point now) {
  if (left_out_ == 0 || !due(now)) return 0;
  last_ = now;
  return std::exchange(left_out_, 0);
}

StepCounts::StepCounts(const std::vector<ProcessorKind>& processors) {
  for (const auto processor : processors) {
    for (const auto reason : kCommonReasons) letters_[processor].emplace(reason, 0);
  }
}

void StepCounts::counted(const Owner& owner, const StepSummary& summary) {
  if (summary.empty()) return;
  std::optional<std::uint64_t> left_out;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < summary.orders.size(); ++i) orders_[i] += summary.orders[i];
    auto& reasons = letters_[owner.processor];
    std::uint64_t count = 0;
    for (const auto& letters : summary.letters) {
      count += letters.count;
      const bool room = reasons.contains(letters.reason) || reasons.size() < StepSummary::kMaxReasons;
      reasons[room ? letters.reason : "other"] += letters.count;
    }
    if (count > 0) left_out = lines_.admit(count, LineLimit::Clock::now());
  }
  if (left_out) log_letter(owner, summary.letters.front(), *left_out);
}

void StepCounts::tell_left_out() {
  std::uint64_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    count = lines_.take_left_out(LineLimit::Clock::now());
  }
  if (count > 0) log_warn("dead letters", {{"left_out", count}});
}

void StepCounts::append_metrics(std::string& out) const {
  const std::lock_guard lock(mutex_);
  constexpr std::string_view kLetters = "ordo_dead_letters_total";
  http::append_head(kLetters, "counter", "Records that a processor of this process has refused.", out);
  for (const auto& [processor, reasons] : letters_) {
    for (const auto& [reason, count] : reasons) {
      http::append_sample(
          kLetters,
          {{"processor", to_string(processor)}, {"topic", to_string(inbox_of(processor))}, {"reason", reason}}, count,
          out);
    }
  }
  if (!letters_.contains(ProcessorKind::orders)) return;
  constexpr std::string_view kOrders = "ordo_orders_total";
  http::append_head(kOrders, "counter", "Orders that reached a status through this process.", out);
  for (std::size_t i = 0; i < orders_.size(); ++i) {
    http::append_sample(kOrders, {{"status", to_string(static_cast<OrderStatus>(i))}}, orders_[i], out);
  }
}

}  // namespace ordo::app
