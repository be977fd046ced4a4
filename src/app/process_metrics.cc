#include "app/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>

#include "http/metrics.h"

namespace ordo::app {
namespace {

#ifdef __clang__
constexpr std::string_view kCompiler = "clang " __clang_version__;
#else
constexpr std::string_view kCompiler = "gcc " __VERSION__;
#endif

// Fields of /proc/self/stat, see proc(5).
struct Stat {
  std::uint64_t cpu_ticks = 0;
  std::uint64_t threads = 0;
  std::uint64_t started_ticks = 0;  // since the start of the system
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};

std::optional<Stat> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string text(std::istreambuf_iterator<char>(file), {});
  const auto name_end = text.rfind(')');  // the program's name may contain any character
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(name_end + 1));
  char state = 0;
  std::array<std::int64_t, 21> fields{};  // from the fourth field on
  rest >> state;
  for (auto& field : fields) rest >> field;
  if (!rest) return std::nullopt;
  const auto number = [&](std::size_t place) { return static_cast<std::uint64_t>(fields[place - 4]); };
  return Stat{number(14) + number(15), number(20), number(22), number(23), number(24)};
}

// The start of the system, in seconds since 1970.
std::optional<std::uint64_t> boot_time() {
  std::ifstream file("/proc/stat");
  std::string word;
  while (file >> word) {
    std::uint64_t seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (error) return std::nullopt;
  // One of them is open for this count.
  return static_cast<std::uint64_t>(std::distance(begin(files), end(files))) - 1;
}

void append_seconds(std::string_view name, std::string_view kind, std::string_view help, double value,
                    std::string& out) {
  http::append_head(name, kind, help, out);
  http::append_sample(name, {}, value, out);
}

void append_stat(const Stat& stat, std::string& out) {
  const auto hertz = static_cast<double>(sysconf(_SC_CLK_TCK));
  append_seconds("process_cpu_seconds_total", "counter", "CPU time used, user and system.",
                 static_cast<double>(stat.cpu_ticks) / hertz, out);
  if (const auto boot = boot_time()) {
    append_seconds("process_start_time_seconds", "gauge", "Start time of the process, in seconds since 1970.",
                   static_cast<double>(*boot) + static_cast<double>(stat.started_ticks) / hertz, out);
  }
  http::append_metric("process_resident_memory_bytes", "gauge", "Resident memory.",
                      stat.resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)), out);
  http::append_metric("process_virtual_memory_bytes", "gauge", "Virtual memory.", stat.virtual_bytes, out);
  http::append_metric("process_threads", "gauge", "Threads of the operating system.", stat.threads, out);
}

}  // namespace

std::int64_t resident_bytes() {
  const auto stat = read_stat();
  return stat ? static_cast<std::int64_t>(stat->resident_pages) * sysconf(_SC_PAGESIZE) : 0;
}

void append_process_metrics(std::string& out) {
  constexpr std::string_view kBuild = "ordo_build_info";
  http::append_head(kBuild, "gauge", "Always 1; the labels show the version that runs.", out);
  http::append_sample(kBuild, {{"version", ORDO_VERSION}, {"compiler", kCompiler}}, std::uint64_t{1}, out);
  if (const auto stat = read_stat()) append_stat(*stat, out);
  if (const auto files = open_files()) {
    http::append_metric("process_open_fds", "gauge", "Open file descriptors.", *files, out);
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    http::append_metric("process_max_fds", "gauge", "Maximum number of open file descriptors.", limit.rlim_cur, out);
  }
}

}  // namespace ordo::app
