// The log for a processor: writes a step's records, in order, until each of them is durable.
#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "engine/ports.h"
#include "kafka/options.h"

namespace ordo::kafka {

// An idempotent producer that never gives up on a record. It has no thread of its own: records stay in flight between
// calls of send(), and the next call reports their results.
class StepProducer final : public ordo::StepProducer {
 public:
  // An unavailable broker is no error. kInvalid: the options are wrong.
  static Result<std::unique_ptr<StepProducer>> open(const Options& options);
  ~StepProducer() override;  // abandons records in flight

  // One thread. kUnavailable after `timeout`: some records may not be durable. Call it again with the same records:
  // those in flight or durable are not sent again. Those that the producer never accepted, or lost when it failed
  // permanently, are then sent in order. If other records are given instead, they are sent after those in flight.
  // kInvalid "record_too_large": a topic does not accept one of the records, although it was sent alone.
  Result<void> send(std::span<const Record> records, std::chrono::milliseconds timeout) override;
  std::optional<TooLarge> too_large() const override;

  // Makes the producer fail permanently, as when the cluster forgets it. For tests.
  void break_producer();

 private:
  class State;
  explicit StepProducer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
