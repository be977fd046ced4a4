// The log as the API and the errand runner write it: an idempotent producer that gives up in time to answer 503.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "kafka/options.h"
#include "process/ports.h"

namespace ordo::kafka {

// A record that has a type but no sequence becomes the next of this log's own source, "/ordo/<writer>/<instance>", for
// its partition: should the cluster keep a record twice, its reader drops the second. There is no `previous`: a record
// that was given up on leaves a hole that is none. A dead letter that is replayed keeps the source it came from.
class ApiLog final : public RecordLog {
 public:
  // `writer` is "api" or "errands". Starts the producer and its thread and asks for the topics, so that the first
  // append need not; a broker that is away is no error. kInvalid: the options are wrong.
  static Result<std::unique_ptr<ApiLog>> open(const Options& options, std::string_view writer = "api");
  ~ApiLog() override;  // as stop()

  // Any thread; never blocks. The ack comes on this log's thread, also when the record was refused (but on the
  // caller's once stop() was called):
  //   offset -1: durable, but the broker's answer to a retry did not say where;
  //   kBusy "queue_full"; kInvalid "record_too_large"; kUnavailable after Options::append_timeout at the latest, or
  //   twice that where it had to wait for the first record of its partition.
  void append(Record record, Ack ack) override;

  // Refuses further appends, waits until all are acknowledged or given up, and ends the thread. Bounded by
  // Options::append_timeout and a few seconds. One thread; again is harmless.
  void stop();

  // Makes the producer fail for good, as it does when the cluster forgets it. For tests.
  void break_producer();

 private:
  class State;
  explicit ApiLog(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
