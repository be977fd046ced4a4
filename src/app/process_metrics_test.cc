#include "app/process_metrics.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cmath>

namespace ordo::app {
namespace {

double value_of(const std::string& name) {
  std::string text = "\n";
  append_process_metrics(text);
  const auto at = text.find("\n" + name + " ");
  EXPECT_NE(at, std::string::npos) << name << " is not in\n" << text;
  return at == std::string::npos ? NAN : std::stod(text.substr(at + name.size() + 2));
}

TEST(ProcessMetrics, SayWhatTheSystemKnows) {
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LE(value_of("process_start_time_seconds"), now + 1);
  EXPECT_GT(value_of("process_start_time_seconds"), now - 3'600);
  EXPECT_GT(value_of("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(value_of("process_virtual_memory_bytes"), value_of("process_resident_memory_bytes"));
  EXPECT_GE(value_of("process_threads"), 1);
  EXPECT_GE(value_of("process_cpu_seconds_total"), 0);
#ifdef __clang__
  const std::string compiler = "clang " __clang_version__;
#else
  const std::string compiler = "gcc " __VERSION__;
#endif
  EXPECT_EQ(value_of("ordo_build_info{version=\"" ORDO_VERSION "\",compiler=\"" + compiler + "\"}"), 1);
}

TEST(ProcessMetrics, CountOpenFiles) {
  const double before = value_of("process_open_fds");
  const int one = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(one, 0);
  EXPECT_EQ(value_of("process_open_fds"), before + 1);
  ::close(one);
  EXPECT_EQ(value_of("process_open_fds"), before);
  EXPECT_GE(value_of("process_max_fds"), before);
}

}  // namespace
}  // namespace ordo::app
