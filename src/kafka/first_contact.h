// When a producer may send more than one record to a partition. Internal to this folder.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "kafka/client.h"

namespace ordo::kafka {

// A broker that holds nothing of a producer in a partition takes whatever sequence comes first as the first. While it
// starts, or a partition moves, it may refuse one request and take the next one of the same producer; librdkafka
// concludes from the second that the first has arrived, and reports as durable what is in no log. So the first record
// of a producer in a partition goes alone: nothing follows before it is acknowledged. From then on the broker knows the
// producer and refuses what does not follow. Not thread-safe.
class FirstContact {
 public:
  using Clock = std::chrono::steady_clock;

  explicit FirstContact(const Topology& topology) {
    for (std::size_t i = 0; i < kTopics; ++i) {
      for (const bool dlq : {false, true}) {
        const auto topic = static_cast<Topic>(i);
        partitions_[slot_of(topic, dlq)].resize(static_cast<std::size_t>(partitions_of(topology, topic, dlq)));
      }
    }
  }

  // False: the first record is on its way.
  bool may_send(const TopicPartition& at, Clock::time_point now) {
    auto& partition = of(at);
    if (partition.state == State::kKnown && now - partition.acknowledged_at > kForgottenAfter) {
      partition.state = State::kUnknown;
    }
    return partition.state != State::kFirstOnItsWay;
  }

  void sent(const TopicPartition& at) {
    if (of(at).state == State::kUnknown) of(at).state = State::kFirstOnItsWay;
  }

  void acknowledged(const TopicPartition& at, Clock::time_point now) { of(at) = {State::kKnown, now}; }

  // True: it was a first record, and the next one is.
  bool failed(const TopicPartition& at) {
    if (of(at).state != State::kFirstOnItsWay) return false;
    of(at).state = State::kUnknown;
    return true;
  }

  // Another producer from here on.
  void forget() {
    for (auto& partitions : partitions_) std::fill(partitions.begin(), partitions.end(), Partition());
  }

 private:
  // A broker forgets a producer that was silent for a day (its producer.id.expiration.ms).
  static constexpr std::chrono::hours kForgottenAfter{1};

  enum class State { kUnknown, kFirstOnItsWay, kKnown };
  struct Partition {
    State state = State::kUnknown;
    Clock::time_point acknowledged_at;
  };

  Partition& of(const TopicPartition& at) {
    return partitions_[slot_of(at.topic, at.dlq)].at(static_cast<std::size_t>(at.partition));
  }

  std::array<std::vector<Partition>, kTopicSlots> partitions_;
};

}  // namespace ordo::kafka
