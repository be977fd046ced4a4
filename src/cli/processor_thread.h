// One processor at work as a member of its consumer group, on a thread of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "cli/process_end.h"
#include "process/group_loop.h"

namespace ordo::cli {

// What a processor stands on; each used by its thread alone.
struct ProcessorPorts {
  std::unique_ptr<GroupConsumer> consumer;
  std::unique_ptr<StepProducer> producer;
  std::unique_ptr<StateStore> store;
};

class ProcessorThread {
 public:
  // Begins at once and works until the end of the process is wanted; an error of the processor ends the process. All
  // references outlive the thread.
  ProcessorThread(Processor& processor, const Topology& topology, ProcessorPorts ports, ProcessEnd& end,
                  GroupLoopOptions options, CommitListener& listener);
  // Waits for the thread.
  ~ProcessorThread();
  ProcessorThread(const ProcessorThread&) = delete;
  ProcessorThread& operator=(const ProcessorThread&) = delete;

  ProcessorKind kind() const { return processor_.kind(); }

  // As of the last batch. Any thread.
  struct Figures {
    GroupLoopStats stats;
    std::map<int, std::int64_t> positions;  // partitions owned -> first offset not folded
  };
  Figures figures() const;

 private:
  void run();

  Processor& processor_;
  ProcessorPorts ports_;
  ProcessEnd& end_;
  GroupLoop loop_;
  mutable std::mutex mutex_;
  Figures figures_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace ordo::cli
