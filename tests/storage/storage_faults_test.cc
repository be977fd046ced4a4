// The embedded engine on a failing disk: the power is cut at every change of the disk, and every call fails once.
// Options after GoogleTest's: `--boundary N [--seed S]` tries only one cut or one failing call; `--exhaustive`, or
// ORDO_STORAGE_EXHAUSTIVE=1, tries every kind of survival and of error at each.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <iostream>
#include <thread>
#include <unordered_set>

#include "base/log.h"
#include "embedded/testing/first_version.h"
#include "verdict.h"

namespace ordo::storage {
namespace {

struct Options {
  std::optional<std::uint64_t> boundary;
  std::uint64_t seed = 1;
  std::uint64_t every = 1;  // tries only each n-th boundary, for slow builds
  bool exhaustive = false;
};
Options options;

constexpr std::uint64_t kSeedsOfExhaustive = 3;

std::size_t hands() {
  return std::max(2U, std::thread::hardware_concurrency());
}

// Prints the errors, once per boundary, with a limit.
class Findings {
 public:
  void add(const std::string& where, const std::vector<std::string>& wrong) {
    if (wrong.empty()) return;
    const std::lock_guard lock(mutex_);
    for (const auto& one : wrong) lost_ += one.find("LOST") != std::string::npos ? 1 : 0;
    if (++count_ > 20) return;
    for (const auto& one : wrong) ADD_FAILURE() << where << ": " << one;
  }
  std::size_t count() const { return count_; }
  std::size_t lost() const { return lost_; }

 private:
  std::mutex mutex_;
  std::size_t count_ = 0;
  std::size_t lost_ = 0;
};

// --- power cuts ------------------------------------------------------------------------------------------------------

struct Cut {
  std::uint64_t boundary = 0;
  Survival survival = Survival::nothing;
  std::uint64_t seed = 0;
  Image image;
  Promises promises;
  const Logs* archive = nullptr;
};

// Checks images on its own threads. A caller waits when they are too slow.
class Court {
 public:
  explicit Court(Findings& findings) : findings_(findings) {
    for (std::size_t i = 0; i < hands(); ++i) threads_.emplace_back([this] { work(); });
  }
  ~Court() { close(); }
  Court(const Court&) = delete;
  Court& operator=(const Court&) = delete;

  // False when the same disk was added before with the same promises.
  bool add(Cut cut) {
    std::size_t hash = cut.promises.acknowledged.size();
    for (const auto& [name, contents] : cut.image) {
      hash = hash * 31 + std::hash<std::string>()(name);
      hash = hash * 31 + std::hash<std::string>()(contents);
    }
    std::unique_lock lock(mutex_);
    if (!known_.insert(hash).second) return false;
    changed_.wait(lock, [this] { return waiting_.size() < 2 * threads_.size(); });
    waiting_.push_back(std::move(cut));
    changed_.notify_all();
    return true;
  }
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  void work() {
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_.empty() || closed_; });
      if (waiting_.empty()) return;
      Cut cut = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      changed_.notify_all();
      const std::string where = "--boundary " + std::to_string(cut.boundary) + " --seed " + std::to_string(cut.seed) +
                                " (survival " + std::to_string(static_cast<int>(cut.survival)) + ")";
      findings_.add(where, judge_image(std::move(cut.image), cut.promises, *cut.archive));
    }
  }

  Findings& findings_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Cut> waiting_;
  std::unordered_set<std::size_t> known_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

// Cuts the power at each change of a disk, and has the images judged.
class Cuts {
 public:
  Cuts(const Disk& disk, const Client& client, const Logs& archive)
      : disk_(disk), client_(client), archive_(archive), court_(findings_) {}

  void at(std::uint64_t boundary) {
    if (options.boundary ? *options.boundary != boundary : boundary % options.every != 0) return;
    ++boundaries_;
    bring(boundary, Survival::nothing, options.seed);
    bring(boundary, Survival::everything, options.seed);
    if (!options.exhaustive) {
      const std::uint64_t seed = options.seed + boundary;
      return bring(boundary, kHostile[seed % kHostile.size()], options.boundary ? options.seed : seed);
    }
    for (const auto survival : kHostile) {
      for (std::uint64_t s = 0; s < kSeedsOfExhaustive; ++s) bring(boundary, survival, options.seed + boundary + s);
    }
  }
  // After the last change.
  void finish() {
    const auto figures = disk_.figures();
    at(figures.changes);
    court_.close();
    const Promises promises = client_.promises();
    EXPECT_EQ(promises.acknowledged.size(), promises.sent.size());
    const auto count = [&](Call call) {
      const auto found = figures.by_call.find(call);
      return found == figures.by_call.end() ? 0 : found->second;
    };
    std::cout << "power cuts: " << figures.changes << " changes of the disk (" << count(Call::write) << " writes, "
              << count(Call::sync) << " syncs, " << count(Call::sync_directory) << " of the directory), " << boundaries_
              << " boundaries, " << images_ << " images, " << judged_ << " of them different and judged, "
              << promises.acknowledged.size() << " records acknowledged, " << findings_.lost() << " lost, "
              << findings_.count() << " images wrong\n";
    EXPECT_EQ(findings_.count(), 0U);
  }

 private:
  void bring(std::uint64_t boundary, Survival survival, std::uint64_t seed) {
    ++images_;
    const Logs& removed = archive_.empty() ? none_ : archive_;
    if (court_.add({boundary, survival, seed, disk_.survivors(survival, seed), client_.promises(), &removed})) {
      ++judged_;
    }
  }

  const Disk& disk_;
  const Client& client_;
  const Logs& archive_;
  const Logs none_;
  Findings findings_;
  Court court_;
  std::uint64_t boundaries_ = 0;
  std::uint64_t images_ = 0;
  std::uint64_t judged_ = 0;
};

TEST(PowerCut, AtAnyChangeOfTheDiskKeepsWhatWasAcknowledged) {
  Client client("client");
  Logs archive;
  Disk disk({}, kDatabase);
  const DiskVfs vfs(disk);
  Cuts cuts(disk, client, archive);
  disk.watch([&](std::uint64_t boundary) { cuts.at(boundary); });
  const auto stopped = work_a_day(vfs, client, archive);
  EXPECT_FALSE(stopped) << stopped->text();
  cuts.finish();
}

TEST(PowerCut, WhileTheLogOfVersion010IsTakenOver) {
  Client client("client");
  Image image;
  {
    Disk disk({}, kDatabase);
    const DiskVfs vfs(disk);
    Shop shop;
    ASSERT_TRUE(shop.open(vfs, client)) << shop.stopped->text();
    client.count_stock("pot", 9);
    client.add_product("tea");
    for (const auto* order : {"o-1", "o-2", "o-4"}) client.order(order, {"pot"});
    ASSERT_TRUE(shop.rest());
    shop.close();
    const auto made = embedded::make_first_version(vfs.directory(), shop_topology(), vfs.name());
    ASSERT_TRUE(made) << made.error().text();
    image = disk.survivors(Survival::everything, 0);
  }
  const Logs nothing_removed;
  Disk disk(std::move(image), kDatabase);
  const DiskVfs vfs(disk);
  Cuts cuts(disk, client, nothing_removed);
  disk.watch([&](std::uint64_t boundary) { cuts.at(boundary); });
  Shop shop;
  EXPECT_TRUE(shop.open_only(vfs)) << shop.stopped->text();
  shop.close();
  cuts.finish();
}

// --- errors ----------------------------------------------------------------------------------------------------------

struct ErrorTotals {
  std::atomic<std::uint64_t> injected{0};
  std::atomic<std::uint64_t> refused{0};  // the engine did not open
  std::atomic<std::uint64_t> stopped{0};
  std::atomic<std::uint64_t> borne{0};  // the day continued
  std::atomic<std::uint64_t> acknowledged{0};
};

// Checks the engine's visible reaction to the error.
std::vector<std::string> judge_conduct(const Disk::Figures& figures, const std::optional<Error>& stopped,
                                       const DiskVfs& vfs, const Client& client) {
  std::vector<std::string> wrong = client.wrong_answers();
  const auto promises = client.promises();
  // While the file is created, SQLite uses a rollback journal and rolls back. Nothing was acknowledged then.
  if (figures.syncs_after_failure > 0 && !promises.sent.empty()) wrong.push_back("a failed sync was tried again");
  if (!stopped && promises.acknowledged.size() != promises.sent.size()) wrong.push_back("not all acknowledged");
  if (!stopped || stopped->reason == "unread") return wrong;
  const std::string text = stopped->text();
  for (const auto& part : {vfs.directory(), std::string("cannot "), std::string("start again")}) {
    if (text.find(part) == std::string::npos) wrong.push_back("does not say \"" + part + "\": " + text);
  }
  return wrong;
}

// A day with the fault, and what follows.
struct Trial {
  Fault fault;
  std::uint64_t seed = 0;
  bool cut = true;      // a power cut after the process has ended
  bool restart = true;  // another process starts with the same disk; the power cut comes later
};

void try_fault(const Trial& trial, Findings& findings, ErrorTotals& totals) {
  const Fault& fault = trial.fault;
  Disk disk({}, kDatabase);
  const DiskVfs vfs(disk);
  disk.set_fault(fault);
  Client client("client");
  Logs archive;
  const auto stopped = work_a_day(vfs, client, archive);
  const auto figures = disk.figures();
  totals.injected += figures.failed;
  totals.acknowledged += client.promises().acknowledged.size();
  if (!stopped) ++totals.borne;
  if (stopped) ++(client.promises().sent.empty() ? totals.refused : totals.stopped);
  const std::string where = "--boundary " + std::to_string(fault.at) + " --seed " + std::to_string(trial.seed) +
                            " (errno " + std::to_string(fault.code) + (fault.lasting ? ", lasting" : ", once") +
                            ", first to fail: " + figures.first_failure + ")";
  findings.add(where, judge_conduct(figures, stopped, vfs, client));
  const auto survival = kHostile[trial.seed % kHostile.size()];
  if (trial.cut) {
    findings.add(where + ", then a power cut",
                 judge_image(disk.survivors(survival, trial.seed), client.promises(), archive));
  }
  if (trial.restart) {
    findings.add(where + ", then a restart", judge_restart(vfs, client.promises(), archive, true));
  }
}

// Number of calls of a day without a fault: all calls, or those of one kind.
std::uint64_t calls_of_a_day(std::optional<Call> only) {
  Disk disk({}, kDatabase);
  const DiskVfs vfs(disk);
  Client client("client");
  Logs archive;
  const auto stopped = work_a_day(vfs, client, archive);
  EXPECT_FALSE(stopped) << stopped->text();
  const auto figures = disk.figures();
  return only ? figures.by_call.at(*only) : figures.calls;
}

// Runs the trials for each call from 1 to `calls`, or only for --boundary, on several threads.
void try_calls(std::uint64_t calls, const std::function<std::vector<Trial>(std::uint64_t)>& trials) {
  Findings findings;
  ErrorTotals totals;
  std::atomic<std::uint64_t> next{options.boundary.value_or(1)};
  const std::uint64_t last = options.boundary.value_or(calls);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < hands(); ++t) {
    threads.emplace_back([&] {
      for (auto at = next.fetch_add(options.every); at <= last; at = next.fetch_add(options.every)) {
        for (const auto& trial : trials(at)) try_fault(trial, findings, totals);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::cout << "disk errors: " << calls << " calls of the disk, " << totals.injected << " errors, " << totals.refused
            << " times not opened, " << totals.stopped << " stopped, " << totals.borne << " borne, "
            << totals.acknowledged << " records acknowledged, " << findings.lost() << " lost, " << findings.count()
            << " wrong\n";
  EXPECT_EQ(findings.count(), 0U);
}

TEST(DiskErrors, OfAnyCallStopTheEngineAndLoseNothing) {
  constexpr std::array kKinds = {Fault{0, std::nullopt, EIO, false}, Fault{0, std::nullopt, ENOSPC, true},
                                 Fault{0, std::nullopt, EIO, true}, Fault{0, std::nullopt, ENOSPC, false}};
  const bool all = options.exhaustive || options.boundary;
  try_calls(calls_of_a_day(std::nullopt), [&](std::uint64_t at) {
    std::vector<Trial> trials;
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      if (!all && kind != at % kKinds.size()) continue;
      const bool cut = (at / kKinds.size()) % 2 == 0;
      Trial trial{kKinds[kind], options.boundary ? options.seed : options.seed + at, all || cut, all || !cut};
      trial.fault.at = at;
      trials.push_back(trial);
    }
    return trials;
  });
}

// The most dangerous fault: unsynced data looks synced, also to the next engine.
TEST(DiskErrors, OfAnySyncLeaveNothingToBuildOn) {
  try_calls(calls_of_a_day(Call::sync), [&](std::uint64_t at) {
    std::vector<Trial> trials;
    for (const bool lasting : {false, true}) {
      trials.push_back({Fault{at, Call::sync, EIO, lasting}, options.boundary ? options.seed : options.seed + at});
    }
    return trials;
  });
}

}  // namespace
}  // namespace ordo::storage

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  auto& options = ordo::storage::options;
  // For ctest, which passes no options to a program.
  if (const char* every = std::getenv("ORDO_STORAGE_EVERY"))
    options.every = std::max(1ULL, std::strtoull(every, nullptr, 10));
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--exhaustive") options.exhaustive = true;
    if (i + 1 == argc) break;
    if (flag == "--boundary") options.boundary = std::strtoull(argv[++i], nullptr, 10);
    if (flag == "--seed") options.seed = std::strtoull(argv[++i], nullptr, 10);
  }
  ordo::set_log_level(ordo::LogLevel::kOff);  // thousands of engines stop permanently
  return RUN_ALL_TESTS();
}
