#include "app/process_end.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace ordo::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The exit code of a child process that runs `body`, without its log. An alarm ends a child that hangs.
int exit_code_of(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(99);
    _exit(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

[[noreturn]] void hang() {
  while (true) pause();
}

TEST(ProcessEnd, ASignalIsWaitedFor) {
  EXPECT_EQ(exit_code_of([] {
              ProcessEnd end(seconds(20));
              if (end.wanted() || end.wait_for(milliseconds(1))) return 10;
              kill(getpid(), SIGTERM);
              end.wait();
              return end.wanted() && !end.failure() ? 7 : 11;
            }),
            7);
}

TEST(ProcessEnd, AHangUpDoesWhatItIsGivenAndEndsTheProcessOtherwise) {
  EXPECT_EQ(exit_code_of([] {
              std::signal(SIGHUP, SIG_DFL);  // under nohup it is ignored
              ProcessEnd end(seconds(20));
              std::atomic<int> hangups{0};
              end.on_hangup([&] { ++hangups; });
              kill(getpid(), SIGHUP);
              while (hangups == 0) std::this_thread::yield();
              if (end.wanted()) return 10;
              end.on_hangup(nullptr);
              kill(getpid(), SIGHUP);
              end.wait();
              return 7;
            }),
            7);
}

TEST(ProcessEnd, AHangUpThatWasIgnoredStaysSo) {
  EXPECT_EQ(exit_code_of([] {
              std::signal(SIGHUP, SIG_IGN);
              ProcessEnd end(seconds(20));
              kill(getpid(), SIGHUP);
              return end.wait_for(milliseconds(50)) ? 10 : 7;
            }),
            7);
}

TEST(ProcessEnd, TheFirstFailureCounts) {
  EXPECT_EQ(exit_code_of([] {
              ProcessEnd end(seconds(20));
              end.fail({ErrorCode::kGap, "first", "", {}});
              end.fail({ErrorCode::kIo, "second", "", {}});
              end.wait();
              return end.failure() && end.failure()->reason == "first" ? 7 : 10;
            }),
            7);
}

TEST(ProcessEnd, AStopThatTakesTooLongIsEnded) {
  EXPECT_EQ(exit_code_of([]() -> int {
              ProcessEnd end(seconds(1));
              kill(getpid(), SIGINT);
              hang();
            }),
            1);
  EXPECT_EQ(exit_code_of([]() -> int {
              ProcessEnd end(seconds(1));
              end.fail({ErrorCode::kIo, "disk", "", {}});
              hang();
            }),
            1);
}

TEST(ProcessEnd, ASecondSignalEndsAtOnce) {
  EXPECT_EQ(exit_code_of([]() -> int {
              ProcessEnd end(seconds(3'000));
              kill(getpid(), SIGTERM);
              end.wait();
              kill(getpid(), SIGTERM);
              hang();
            }),
            1);
}

TEST(ProcessEnd, WhatIsDoneEndsWithItsCodeWhateverStillHangs) {
  EXPECT_EQ(exit_code_of([]() -> int {
              ProcessEnd end(seconds(3'000));
              kill(getpid(), SIGTERM);
              end.wait();
              end.done(5, milliseconds(10));
              hang();
            }),
            5);
}

TEST(ProcessEnd, SigpipeDoesNotEndTheProcess) {
  EXPECT_EQ(exit_code_of([] {
              const ProcessEnd end(seconds(20));
              int ends[2];
              if (pipe(ends) != 0) return 10;
              close(ends[0]);
              return write(ends[1], "x", 1) < 0 ? 7 : 11;
            }),
            7);
}

}  // namespace
}  // namespace ordo::app
