#include "cli/skip_place.h"

#include <algorithm>
#include <optional>

#include "base/number.h"
#include "base/text.h"

namespace ordo::cli {
namespace {}  // namespace

Result<SkipPlace> parse_skip_place(const Topology& topology, std::string_view text) {
  const auto at = text.rfind('@');
  const auto slash = text.substr(0, at).rfind('/');
  const bool parts = at != text.npos && slash != text.npos;
  const auto partition = parts ? parse_natural<int>(text.substr(slash + 1, at - slash - 1)) : std::nullopt;
  const auto offset = parts ? parse_natural<std::int64_t>(text.substr(at + 1)) : std::nullopt;
  if (!partition || !offset) {
    return fail(ErrorCode::kInvalid, "bad_place",
                std::string(text) + " is not TOPIC/PARTITION@OFFSET, for example order_events/0@18");
  }
  const auto name = text.substr(0, slash);
  const auto found = std::find_if(kAllProcessors.begin(), kAllProcessors.end(), [&](ProcessorKind kind) {
    return to_string(inbox_of(kind)) == name || topology[inbox_of(kind)].name == name;
  });
  if (found == kAllProcessors.end()) {
    return fail(ErrorCode::kInvalid, "unknown_topic",
                std::string(name) + " is not a topic that a processor reads; expected one of " +
                    joined(kAllProcessors, ", ", [](ProcessorKind kind) { return to_string(inbox_of(kind)); }));
  }
  const int partitions = topology[inbox_of(*found)].partitions;
  if (*partition >= partitions) {
    return fail(ErrorCode::kInvalid, "unknown_partition",
                std::string(name) + " has the partitions 0 to " + std::to_string(partitions - 1));
  }
  return SkipPlace{{*found, *partition}, *offset};
}

}  // namespace ordo::cli
