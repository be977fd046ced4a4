// The log for readers outside any group: the catalogue view, server-sent events, checks, exports.
#pragma once

#include <memory>
#include <vector>

#include "engine/ports.h"
#include "kafka/options.h"

namespace ordo::kafka {

class LogSource final : public ordo::LogSource {
 public:
  // kInvalid: the options are wrong.
  static Result<std::unique_ptr<LogSource>> open(const Options& options);
  ~LogSource() override;

  // Any thread; blocks for the range of each partition, up to five seconds. The reader has its own client and may
  // outlive this. Partitions that `from` does not name are read from their beginning. An offset beyond the end means
  // the end. kInvalid: `from` names more partitions than exist. kUnavailable.
  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override;

  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override;

  // By the brokers' index of times.
  Result<std::vector<std::int64_t>> offsets_at(Topic topic, Timestamp time) override;

 private:
  class State;
  explicit LogSource(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
