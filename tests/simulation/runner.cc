#include "runner.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>

#include "base/check.h"
#include "base/log.h"

namespace ordo::simulation {
namespace {

constexpr std::size_t kEnough = 5;         // failures per job
constexpr std::uint64_t kTwiceEvery = 64;  // some histories run twice, to check that a seed determines its history

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.substr(0, 2'000);
}

void write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const auto done = ::write(to, text.data(), text.size());
    if (done <= 0) std::_Exit(3);
    text.remove_prefix(static_cast<std::size_t>(done));
  }
}

std::string death(int status) {
  if (WIFSIGNALED(status)) return std::string("died by signal ") + ::strsignal(WTERMSIG(status));
  return "ended with " + std::to_string(WEXITSTATUS(status));
}

// A child process and its output.
struct Child {
  pid_t pid = -1;
  int from = -1;
  std::string said;
};

template <class Work>
Child start(const Work& work) {
  int ends[2];
  ORDO_CHECK(::pipe(ends) == 0, "pipe: ", std::strerror(errno));
  std::fflush(stdout);
  std::fflush(stderr);
  Child child;
  child.pid = ::fork();
  ORDO_CHECK(child.pid >= 0, "fork: ", std::strerror(errno));
  if (child.pid == 0) {
    ::close(ends[0]);
    work(ends[1]);
    std::_Exit(0);
  }
  ::close(ends[1]);
  child.from = ends[0];
  return child;
}

int finish(Child& child) {
  ::close(child.from);
  child.from = -1;
  int status = 0;
  while (::waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Reads the available output. False at the end.
bool listen(Child& child) {
  char buffer[64 * 1024];
  const auto size = ::read(child.from, buffer, sizeof buffer);
  if (size < 0 && errno == EINTR) return true;
  if (size <= 0) return false;
  child.said.append(buffer, static_cast<std::size_t>(size));
  return true;
}

// `count` values that a child changes and its parent reads, even after the child has died.
template <class T>
class Shared {
 public:
  explicit Shared(std::size_t count) : size_(count * sizeof(T)) {
    void* memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ORDO_CHECK(memory != MAP_FAILED, "mmap: ", std::strerror(errno));
    values_ = static_cast<T*>(memory);
    std::uninitialized_default_construct_n(values_, count);  // all zero
  }
  ~Shared() { ::munmap(values_, size_); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  T* at(std::size_t index) const { return values_ + index; }

 private:
  const std::size_t size_;
  T* values_ = nullptr;
};

// One job: every jobs-th seed. The current seed is in shared memory, in case it is the last.
struct Job {
  std::uint64_t next = 0;
  Child child;
  std::size_t failures = 0;
};

void work(std::uint64_t from, std::uint64_t end, std::uint64_t stride, std::uint64_t* under_way, std::size_t failures,
          const Options& options, int to) {
  Figures figures;
  for (std::uint64_t seed = from; seed < end && failures < kEnough; seed += stride) {
    *under_way = seed;
    ::alarm(kPatience.count());
    auto outcome = run_seed(seed, options);
    if (seed % kTwiceEvery == 0) {
      ++figures["run twice"];
      if (run_seed(seed, options).hash != outcome.hash) {
        outcome.wrong.push_back({"a seed does not replay bit for bit", std::to_string(seed)});
      }
    }
    for (const auto& wrong : outcome.wrong) {
      write_all(to, "wrong\t" + std::to_string(seed) + "\t" + wrong.rule + "\t" + one_line(wrong.detail) + "\n");
    }
    if (!outcome.wrong.empty()) ++failures;
    for (const auto& [name, count] : outcome.figures) figures[name] += count;
    ++figures["histories"];
  }
  for (const auto& [name, count] : figures) write_all(to, "count\t" + name + "\t" + std::to_string(count) + "\n");
}

void take(const std::string& said, Summary& summary, std::size_t& failures) {
  std::istringstream lines(said);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string what;
    std::string name;
    std::string rule;
    std::string detail;
    std::getline(fields, what, '\t');
    std::getline(fields, name, '\t');
    std::getline(fields, rule, '\t');
    std::getline(fields, detail);
    if (what == "count") {
      summary.figures[name] += std::stoull(rule);
      continue;
    }
    const auto seed = std::stoull(name);
    if (summary.failures.empty() || summary.failures.back().seed != seed) {
      summary.failures.push_back({seed, {}});
      ++failures;
    }
    summary.failures.back().wrong.push_back({rule, detail});
  }
}

class Jobs {
 public:
  Jobs(std::uint64_t first, std::uint64_t count, int jobs, const Options& options)
      : end_(first + count), jobs_(static_cast<std::size_t>(jobs)), options_(options), under_way_(jobs_.size()) {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      jobs_[i].next = first + i;
      begin(i);
    }
  }

  Summary run() {
    while (true) {
      std::vector<pollfd> waited;
      std::vector<std::size_t> who;
      for (std::size_t i = 0; i < jobs_.size(); ++i) {
        if (jobs_[i].child.from < 0) continue;
        waited.push_back({jobs_[i].child.from, POLLIN, 0});
        who.push_back(i);
      }
      if (waited.empty()) break;
      if (::poll(waited.data(), waited.size(), -1) < 0) continue;
      for (std::size_t i = 0; i < waited.size(); ++i) {
        if (waited[i].revents != 0 && !listen(jobs_[who[i]].child)) end(who[i]);
      }
    }
    auto& failures = summary_.failures;
    std::sort(failures.begin(), failures.end(), [](const auto& a, const auto& b) { return a.seed < b.seed; });
    summary_.histories = summary_.figures["histories"];
    return std::move(summary_);
  }

 private:
  void begin(std::size_t i) {
    Job& job = jobs_[i];
    if (job.next >= end_ || job.failures >= kEnough) return;
    job.child =
        start([&](int to) { work(job.next, end_, jobs_.size(), under_way_.at(i), job.failures, options_, to); });
  }

  void end(std::size_t i) {
    Job& job = jobs_[i];
    const int status = finish(job.child);
    take(job.child.said, summary_, job.failures);
    if (status == 0) return;
    // The current history has ended the process. Another process runs the next one.
    const std::uint64_t seed = *under_way_.at(i);
    summary_.failures.push_back({seed, {{death(status), "the last history of a process"}}});
    ++job.failures;
    job.next = seed + jobs_.size();
    begin(i);
  }

  const std::uint64_t end_;
  std::vector<Job> jobs_;
  const Options& options_;
  Shared<std::uint64_t> under_way_;  // the current seed of each job
  Summary summary_;
};

// "; src/engine/worker.cc:136" if a check failed there. The rest of the message may change as the history shrinks.
std::string place_of_check(const std::string& said) {
  const auto end = said.rfind(": CHECK failed");
  if (end == std::string::npos) return {};
  const auto begin = said.rfind('\n', end);
  return "; " +
         said.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1));
}

// `run` gets the options of the child.
template <class Run>
Verdict judge_by(const Run& run, Options options, std::chrono::seconds patience) {
  const Shared<ChoiceMirror> mirror(1);  // the choices of a child that may die
  options.mirror = mirror.at(0);
  auto child = start([&](int to) {
    ::alarm(static_cast<unsigned>(patience.count()));
    if (::dup2(to, STDERR_FILENO) < 0) std::_Exit(3);  // for the message of a failing check
    const Outcome outcome = run(options);
    std::string text;
    for (const auto& wrong : outcome.wrong) text += wrong.rule + "\n";
    write_all(to, text);
  });
  while (listen(child)) {
  }
  const int status = finish(child);
  Verdict verdict;
  verdict.made = mirror.at(0)->read();
  if (status != 0) {
    verdict.rules.push_back(death(status) + place_of_check(child.said));
    return verdict;
  }
  std::istringstream lines(child.said);
  std::string line;
  while (std::getline(lines, line)) verdict.rules.push_back(line);
  return verdict;
}

template <class Run>
bool show_by(const Run& run, Options options) {
  options.readable = options.live = true;
  auto child = start([&](int) {
    ::alarm(kPatience.count());
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const Outcome outcome = run(options);
    std::printf("%zu steps, trace %016llx: %s\n", outcome.schedule.steps.size(),
                static_cast<unsigned long long>(outcome.hash),
                outcome.wrong.empty() ? "all invariants hold" : outcome.wrong.front().rule.c_str());
    std::fflush(stdout);
    std::_Exit(outcome.wrong.empty() ? 0 : 1);
  });
  const int status = finish(child);
  if (!WIFEXITED(status)) std::printf("%s\n", death(status).c_str());
  return status == 0;
}

}  // namespace

Summary run_histories(std::uint64_t first, std::uint64_t count, int jobs, const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  auto summary = Jobs(first, count, jobs, options).run();
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return summary;
}

Outcome run_seed(std::uint64_t seed, const Options& options) {
  return World(Choices(seed), options).run();
}

Outcome run_schedule(const Schedule& schedule, const Options& options) {
  return World(Choices(schedule), options).run();
}

Verdict judge(const Schedule& schedule, const Options& options, std::chrono::seconds patience) {
  return judge_by([&](const Options& own) { return run_schedule(schedule, own); }, options, patience);
}

Verdict judge_seed(std::uint64_t seed, const Options& options, std::chrono::seconds patience) {
  return judge_by([&](const Options& own) { return run_seed(seed, own); }, options, patience);
}

bool show_seed(std::uint64_t seed, const Options& options) {
  return show_by([&](const Options& own) { return run_seed(seed, own); }, options);
}

bool show_schedule(const Schedule& schedule, const Options& options) {
  return show_by([&](const Options& own) { return run_schedule(schedule, own); }, options);
}

}  // namespace ordo::simulation
