// The log as a processor writes it: a step's records, in order, until each of them is durable.
#pragma once

#include <chrono>
#include <memory>
#include <span>

#include "kafka/options.h"
#include "process/ports.h"

namespace ordo::kafka {

// An idempotent producer that never gives a record up. It has no thread of its own: what is in flight goes on between
// two calls of send(), and is told in the next.
class StepProducer final : public ordo::StepProducer {
 public:
  // A broker that is away is no error. kInvalid: the options are wrong.
  static Result<std::unique_ptr<StepProducer>> open(const Options& options);
  ~StepProducer() override;  // drops what is in flight

  // One thread. kUnavailable after `timeout`: some records are not known to be durable. The same records given again
  // are not sent again where they are still on their way or have arrived; those that the producer never took, or lost
  // when it failed for good, are sent then, in their order. Other records given instead are sent behind what is on its
  // way. kInvalid "record_too_large": one of them can never be sent.
  Result<void> send(std::span<const Record> records, std::chrono::milliseconds timeout) override;

  // Makes the producer fail for good, as it does when the cluster forgets it. For tests.
  void break_producer();

 private:
  class State;
  explicit StepProducer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
