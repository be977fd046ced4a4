// ordo_simulation: runs histories of the engine under faults. A seed determines a history, bit for bit. A failing
// history is shrunk, and written to a file so that it can be run again.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "replay_file.h"
#include "report.h"
#include "runner.h"

namespace {

using namespace ordo;
using namespace ordo::simulation;

constexpr const char* kUsage =
    R"(ordo_simulation [options]: runs the real processors under crashes, outages, duplicate records and late owners

  --count N           histories (1000), the seeds first .. first + N - 1
  --first N           the first seed (1)
  --jobs N            concurrent processes (one per core)
  --seed N            only this history, with its trace
  --replay FILE       a stored history, with its trace
  --only A,B          only these faults; --without A,B: all other faults
  --sabotage NAME     disables a guard: forget_seen, no_rev_guard, no_commit_fence, no_load_fence, no_log_begin, no_proof,
                      epoch_for_whole, die, hang
  --shrink-seconds N  longest time to shrink the first failing history (30; 0: do not shrink)
  --save DIR          folder for failing histories (.)
  --help

Exit code: 0 if every invariant holds, 1 if one does not, 2 for a wrong command line.
)";

struct Arguments {
  Options options;
  std::uint64_t first = 1;
  std::uint64_t count = 1000;
  int jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::optional<std::uint64_t> seed;
  std::string replay;
  std::int64_t shrink_seconds = 30;
  std::string save = ".";
  bool help = false;
};

template <class Number>
Result<void> read_number(std::string_view name, std::string_view text, Number least, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (error != std::errc() || end != text.data() + text.size() || into < least) {
    return fail(ErrorCode::kInvalid, "usage",
                std::string(name) + " takes a whole number from " + std::to_string(least) + " on, not \"" +
                    std::string(text) + "\"");
  }
  return {};
}

Result<void> take(std::string_view name, std::string_view value, Arguments& into) {
  if (name == "--count") return read_number<std::uint64_t>(name, value, 1, into.count);
  if (name == "--first") return read_number<std::uint64_t>(name, value, 0, into.first);
  if (name == "--jobs") return read_number<int>(name, value, 1, into.jobs);
  if (name == "--seed") return read_number<std::uint64_t>(name, value, 0, into.seed.emplace());
  if (name == "--shrink-seconds") return read_number<std::int64_t>(name, value, 0, into.shrink_seconds);
  if (name == "--replay" || name == "--save") {
    (name == "--replay" ? into.replay : into.save) = value;
    return {};
  }
  if (name == "--sabotage") {
    if (parse_sabotage(value, into.options.sabotage)) return {};
    return fail(ErrorCode::kInvalid, "usage", "there is no guard \"" + std::string(value) + "\"");
  }
  if (name == "--only" || name == "--without") {
    const auto faults = parse_faults(value);
    if (!faults) return fail(faults.error());
    for (std::size_t i = 0; i < kFaults; ++i) into.options.allowed[i] = (*faults)[i] == (name == "--only");
    return {};
  }
  return fail(ErrorCode::kInvalid, "usage", "there is no option " + std::string(name));
}

Result<Arguments> read_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--help" || name == "-h") {
      arguments.help = true;
      return arguments;
    }
    if (i + 1 >= argc) return fail(ErrorCode::kInvalid, "usage", std::string(name) + " wants a value");
    if (auto taken = take(name, argv[i + 1], arguments); !taken) return fail(std::move(taken.error()));
  }
  return arguments;
}

int run_replay(Arguments& arguments) {
  std::ifstream file(arguments.replay);
  std::stringstream text;
  text << file.rdbuf();
  const auto schedule = read_replay(text.str(), arguments.options);
  if (!file || !schedule) {
    std::fprintf(stderr, "%s: %s\n", arguments.replay.c_str(),
                 schedule ? "cannot be read" : schedule.error().text().c_str());
    return 2;
  }
  return show_schedule(*schedule, arguments.options) ? 0 : 1;
}

int run_many(const Arguments& arguments) {
  const auto summary = run_histories(arguments.first, arguments.count, arguments.jobs, arguments.options);
  for (std::size_t i = 0; i < summary.failures.size() && i < 10; ++i) show_failure(summary.failures[i]);
  if (!summary.failures.empty() && arguments.shrink_seconds > 0) {
    show_shrunk(summary.failures.front().seed, arguments.options, std::chrono::seconds(arguments.shrink_seconds),
                arguments.save);
  }
  return show_summary(summary, arguments.jobs, arguments.options) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = read_arguments(argc, argv);
  if (!arguments) {
    std::fprintf(stderr, "ordo_simulation: %s\n\n%s", arguments.error().message.c_str(), kUsage);
    return 2;
  }
  if (arguments->help) {
    std::printf("%s", kUsage);
    return 0;
  }
  set_log_level(LogLevel::kOff);
  if (!arguments->replay.empty()) return run_replay(*arguments);
  if (!arguments->seed) return run_many(*arguments);
  if (show_seed(*arguments->seed, arguments->options)) return 0;
  if (arguments->shrink_seconds > 0) {
    show_shrunk(*arguments->seed, arguments->options, std::chrono::seconds(arguments->shrink_seconds), arguments->save);
  }
  return 1;
}
