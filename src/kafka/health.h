// Checks whether the cluster answers, for readiness.
#pragma once

#include <memory>

#include "base/result.h"
#include "kafka/options.h"

namespace ordo::kafka {

class Health {
 public:
  // Asks once before it returns, for up to a second. kInvalid: the options are wrong.
  static Result<std::unique_ptr<Health>> open(const Options& options);
  ~Health();

  // Whether the cluster answered the last request. Never blocks: it may return an answer older than a second, and then
  // starts the next request in the background. Any thread.
  bool reachable();

 private:
  class State;
  explicit Health(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ordo::kafka
