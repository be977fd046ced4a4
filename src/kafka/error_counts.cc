#include "kafka/error_counts.h"

namespace ordo::kafka {

void ErrorCounts::note(std::string_view client, std::string_view topic, std::string_view code) {
  // The names of librdkafka's own errors begin with an underscore, those of the broker do not.
  if (code.starts_with('_')) code.remove_prefix(1);
  Key key{std::string(client), std::string(topic), std::string(code)};
  const std::lock_guard lock(mutex_);
  if (counts_.size() >= kMaxKeys && !counts_.contains(key)) key = {std::string(client), {}, "other"};
  ++counts_[std::move(key)];
}

std::map<ErrorCounts::Key, std::uint64_t> ErrorCounts::figures() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace ordo::kafka
