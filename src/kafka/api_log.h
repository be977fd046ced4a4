// The log for the API and the effect runner: an idempotent producer that gives up in time for a 503 answer.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "engine/ports.h"
#include "kafka/options.h"

namespace ordo {
class RecordProof;
}

namespace ordo::kafka {

// A record with a type but without a sequence gets the next sequence of this log's own source,
// "/ordo/<writer>/<instance>", for its partition. If the cluster stores the record twice, its reader drops the copy.
// There is no `previous`: a gap from an abandoned record means no loss. A replayed dead letter keeps its original
// source.
class ApiLog final : public RecordLog {
 public:
  // `writer` is "api" or "errands". `proof`, if there is one, outlives the log. Starts the producer and its thread, and
  // requests the topics in advance for the first append. An unavailable broker is no error. kInvalid: the options are
  // wrong.
  static Result<std::unique_ptr<ApiLog>> open(const Options& options, std::string_view writer = "api",
                                              const RecordProof* proof = nullptr);
  ~ApiLog() override;  // as stop()

  // Any thread; never blocks. The ack comes on this log's thread, even for refused records. After stop() it comes on
  // the caller's thread.
  //     offset -1: durable, but the broker's answer to a retry did not contain the offset;
  //     kBusy "queue_full"; kInvalid "record_too_large";
  //     kUnavailable after Options::append_timeout at the latest, or twice that if it waited for its partition's first
  //   record.
  void append(Record record, Ack ack) override;

  // Refuses further appends, waits until all are acknowledged or abandoned, and ends the thread. It takes at most
  // Options::append_timeout and a few seconds. Call it from one thread; repeating it is harmless.
  void stop();

  // Makes the producer fail permanently, as when the cluster forgets it. For tests.
  void break_producer();

 private:
  class State;
  explicit ApiLog(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
