// The summary of a step, for counters and logs: its dead letters and the orders that changed status.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/order.h"
#include "records/envelope.h"

namespace ordo {

inline constexpr std::size_t kOrderStatuses = static_cast<std::size_t>(OrderStatus::cancelled) + 1;

struct StepSummary {
  // The records refused for one reason, and the first of them.
  struct Letters {
    std::string reason;
    std::uint64_t count = 0;
    int partition = 0;  // of the refused record in the inbox, like offset
    std::int64_t offset = 0;
    std::string detail;
  };
  // Further reasons are counted under "other".
  static constexpr std::size_t kMaxReasons = 64;

  std::vector<Letters> letters;
  std::array<std::uint64_t, kOrderStatuses> orders{};  // orders that entered a status, by OrderStatus

  bool empty() const { return letters.empty() && !moved_; }
  void clear();
  // `record` was refused.
  void refused(const Record& record, const Error& error);
  // An event that the orders processor publishes. Only events of a new status count.
  void published(std::string_view type);
  void placed();

 private:
  void came_into(OrderStatus status);
  bool moved_ = false;
};

}  // namespace ordo
