// Runs one processor as a member of its consumer group, on its own thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "app/process_end.h"
#include "base/result.h"
#include "engine/group_loop.h"

namespace ordo::app {

// The ports of a processor. Only its thread uses them.
struct ProcessorPorts {
  std::unique_ptr<GroupConsumer> consumer;
  std::unique_ptr<StepProducer> producer;
  std::unique_ptr<StateStore> store;
};

class ProcessorThread {
 public:
  // Every `compare_logs`, compares its logs with what was read of them. Starts at once and runs until the process is to
  // end. An error of the processor ends the process. All references outlive the thread.
  ProcessorThread(Processor& processor, const Topology& topology, ProcessorPorts ports, ProcessEnd& end,
                  GroupLoopOptions options, std::chrono::seconds compare_logs, CommitListener& listener);
  // Waits for the thread.
  ~ProcessorThread();
  ProcessorThread(const ProcessorThread&) = delete;
  ProcessorThread& operator=(const ProcessorThread&) = delete;

  ProcessorKind kind() const { return processor_.kind(); }

  // As of the last batch, except `waiting_for`. Any thread.
  struct Figures {
    GroupLoopStats stats;
    std::map<int, std::int64_t> positions;  // owned partition -> first offset not folded
    std::string waiting_for;                // the error that it waits out at present; empty: none
    bool settled = false;                   // the group has assigned the partitions, and their logs were compared
  };
  Figures figures() const;

 private:
  void run();
  GroupLoopOptions watched(GroupLoopOptions options);
  // Polls once, and compares the logs when it is time.
  Result<void> turn();

  Processor& processor_;
  ProcessorPorts ports_;
  ProcessEnd& end_;
  const std::chrono::seconds compare_logs_;
  mutable std::mutex mutex_;
  Figures figures_;  // guarded by mutex_
  GroupLoop loop_;
  std::chrono::steady_clock::time_point compared_at_ = std::chrono::steady_clock::now();
  std::thread thread_;
};

}  // namespace ordo::app
