#include "app/processor_thread.h"

#include <utility>

#include "base/log.h"

namespace ordo::app {

ProcessorThread::ProcessorThread(Processor& processor, const Topology& topology, ProcessorPorts ports, ProcessEnd& end,
                                 GroupLoopOptions options, std::chrono::seconds compare_logs, CommitListener& listener)
    : processor_(processor),
      ports_(std::move(ports)),
      end_(end),
      compare_logs_(compare_logs),
      loop_(
          processor, topology, *ports_.consumer, *ports_.producer, *ports_.store, [&end] { return end.wanted(); },
          watched(std::move(options)), &listener),
      thread_([this] { run(); }) {}

ProcessorThread::~ProcessorThread() {
  thread_.join();
}

ProcessorThread::Figures ProcessorThread::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

GroupLoopOptions ProcessorThread::watched(GroupLoopOptions options) {
  options.on_wait = [this](const Error* error) {
    const std::lock_guard lock(mutex_);
    figures_.waiting_for = error == nullptr ? "" : error->text();
  };
  return options;
}

Result<void> ProcessorThread::turn() {
  if (auto done = loop_.run_once(); !done) return done;
  const auto now = std::chrono::steady_clock::now();
  if (now - compared_at_ < compare_logs_) return {};
  compared_at_ = now;
  return loop_.verify();
}

void ProcessorThread::run() {
  while (!end_.wanted()) {
    auto done = turn();
    {
      const std::lock_guard lock(mutex_);
      figures_.stats = loop_.stats();
      figures_.positions = loop_.positions();
      figures_.settled = done && loop_.settled();
    }
    if (!done) {
      auto& error = done.error();
      error.message = std::string(to_string(kind())) + ": " + error.message;
      // At the process's end, kInvalid would mean that a flag is wrong. But the process has already run with its flags.
      if (error.code == ErrorCode::kInvalid) error.code = ErrorCode::kConflict;
      end_.fail(std::move(error));
    }
  }
  ports_.consumer->close();
  log_info("left its group", {{"processor", to_string(kind())}});
}

}  // namespace ordo::app
