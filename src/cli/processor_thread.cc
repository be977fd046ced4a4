#include "cli/processor_thread.h"

#include <utility>

#include "base/log.h"

namespace ordo::cli {

ProcessorThread::ProcessorThread(Processor& processor, const Topology& topology, ProcessorPorts ports, ProcessEnd& end,
                                 GroupLoopOptions options, CommitListener& listener)
    : processor_(processor),
      ports_(std::move(ports)),
      end_(end),
      loop_(
          processor, topology, *ports_.consumer, *ports_.producer, *ports_.store, [&end] { return end.wanted(); },
          options, &listener),
      thread_([this] { run(); }) {}

ProcessorThread::~ProcessorThread() {
  thread_.join();
}

ProcessorThread::Figures ProcessorThread::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void ProcessorThread::run() {
  while (!end_.wanted()) {
    auto done = loop_.run_once();
    {
      const std::lock_guard lock(mutex_);
      figures_ = {loop_.stats(), loop_.positions()};
    }
    if (!done) {
      auto& error = done.error();
      error.message = std::string(to_string(kind())) + ": " + error.message;
      end_.fail(std::move(error));
    }
  }
  ports_.consumer->close();
  log_info("left its group", {{"processor", to_string(kind())}});
}

}  // namespace ordo::cli
