// The largest record of each topic.
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "records/topology.h"

namespace ordo {

// Bytes of a record as the log counts them: key, value, headers and framing. Unlimited by default, because the embedded
// log accepts any size.
struct RecordLimits {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  RecordLimits() {
    records.fill(kNone);
    letters.fill(kNone);
  }
  std::size_t of(const TopicPartition& at) const {
    return (at.dlq ? letters : records)[static_cast<std::size_t>(at.topic)];
  }
  std::size_t& of(const TopicPartition& at) { return (at.dlq ? letters : records)[static_cast<std::size_t>(at.topic)]; }
  friend bool operator==(const RecordLimits&, const RecordLimits&) = default;

  std::array<std::size_t, kTopics> records;
  std::array<std::size_t, kTopics> letters;  // of the dead-letter topics
};

}  // namespace ordo
