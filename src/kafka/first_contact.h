// Decides when a producer may send more than one record to a partition. Internal to this folder.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "kafka/client.h"

namespace ordo::kafka {

// A broker that has no state of a producer in a partition accepts any sequence as the first. While the broker starts,
// or a partition moves, it may refuse one request and accept the producer's next one. librdkafka concludes that the
// first request has arrived, too. It then reports a record as durable that is in no log. So a producer's first record
// in a partition is sent alone: nothing follows before it is acknowledged. From then on the broker knows the producer,
// and refuses records out of sequence. Not thread-safe.
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

  // False: the first record is not acknowledged yet.
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

  // True: it was a first record, so the next one is a first record again.
  bool failed(const TopicPartition& at) {
    if (of(at).state != State::kFirstOnItsWay) return false;
    of(at).state = State::kUnknown;
    return true;
  }

  // Another producer is used from now on.
  void forget() {
    for (auto& partitions : partitions_) std::fill(partitions.begin(), partitions.end(), Partition());
  }

 private:
  // A broker forgets a producer that was silent for a day (producer.id.expiration.ms).
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
