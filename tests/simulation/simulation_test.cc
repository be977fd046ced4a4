// Tests of the simulation itself: a seed determines a history, it finds errors, and it shrinks them.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "replay_file.h"
#include "report.h"
#include "runner.h"
#include "shrink.h"

namespace ordo::simulation {
namespace {

using std::chrono::seconds;

// The loops log every partition that they take: a million lines.
class Quiet : public testing::Environment {
 public:
  void SetUp() override { set_log_level(LogLevel::kOff); }
};
const auto* const quiet = testing::AddGlobalTestEnvironment(new Quiet);

int jobs() {
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
}

TEST(Simulation, ASeedIsOneHistoryBitForBit) {
  Options readable;
  readable.readable = true;
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    const auto once = run_seed(seed, {});
    const auto again = run_seed(seed, readable);
    EXPECT_EQ(once.hash, again.hash) << seed;
    EXPECT_EQ(once.schedule, again.schedule) << seed;
    EXPECT_FALSE(again.trace.empty());
    // The choices alone determine the history, even when they come from a file.
    Options read;
    const auto schedule = read_replay(write_replay(once.schedule, {}), read);
    ASSERT_TRUE(schedule.has_value()) << schedule.error().text();
    EXPECT_EQ(*schedule, once.schedule) << seed;
    EXPECT_EQ(run_schedule(*schedule, read).hash, once.hash) << seed;
    hashes.push_back(once.hash);
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

TEST(Simulation, TheSummaryDoesNotDependOnTheJobs) {
  const auto one = run_histories(100, 40, 1, {});
  const auto three = run_histories(100, 40, 3, {});
  EXPECT_EQ(one.histories, 40U);
  EXPECT_EQ(one.figures, three.figures);
  EXPECT_TRUE(one.failures.empty());
}

TEST(Simulation, FaultsThatAreSwitchedOffDoNotHappen) {
  Options calm;
  calm.allowed.fill(false);
  const auto none = run_histories(1, 60, jobs(), calm);
  EXPECT_TRUE(none.failures.empty());
  for (const auto& [name, count] : none.figures) {
    if (name.starts_with("fault ")) {
      EXPECT_EQ(count, 0U) << name;
    }
  }
  Options one = calm;
  one.allowed[static_cast<std::size_t>(Fault::crash)] = true;
  EXPECT_GT(run_histories(1, 60, jobs(), one).figures.at("fault crash"), 0U);
}

TEST(Simulation, AReplayThatMakesNoSenseIsRefused) {
  Options options;
  EXPECT_FALSE(read_replay("", options).has_value());
  EXPECT_FALSE(read_replay("something else\nsetup 1\n", options).has_value());
  EXPECT_FALSE(read_replay("ordo_simulation 1\nsetup 1 x\n", options).has_value());
  EXPECT_FALSE(read_replay("ordo_simulation 1\nwithout rain\n", options).has_value());
  EXPECT_FALSE(parse_faults("crash,rain").has_value());
  ASSERT_TRUE(
      read_replay("ordo_simulation 1\nwithout crash,reread\nsabotage die\nsetup\nstep 1\n", options).has_value());
  EXPECT_FALSE(options.allowed[static_cast<std::size_t>(Fault::reread)]);
  EXPECT_EQ(options.sabotage, Sabotage::die);
}

TEST(Simulation, OrdersAreCancelledInPartsLostAndSentAgainAndRefundsComeBack) {
  const auto summary = run_histories(1, 400, jobs(), {});
  for (const auto* name : {"seen carrier_cancels", "seen parts_cancelled", "seen sent_again", "seen refunds_corrected",
                           "seen captured_parts", "seen paid_by_hand", "seen refunds_by_hand", "seen orders_imported",
                           "order imported and refunded"}) {
    EXPECT_GT(summary.figures.at(name), 0U) << name;
  }
}

TEST(Simulation, LogsAreCutAndEpochsBegunInTheMiddleOfAnyHistory) {
  const auto summary = run_histories(1, 400, jobs(), {});
  EXPECT_TRUE(summary.failures.empty());
  for (const auto* name :
       {"fault retention", "fault epoch", "seen removed_records", "seen cut_readers", "seen logs_made_anew",
        "seen epochs_needless", "seen topics_widened", "seen logs_replaced"}) {
    EXPECT_GT(summary.figures.at(name), 0U) << name;
  }
  // Each fault can be excluded.
  for (const auto fault : {Fault::retention, Fault::epoch}) {
    Options without;
    without.allowed[static_cast<std::size_t>(fault)] = false;
    EXPECT_EQ(run_histories(1, 40, jobs(), without).figures.at("fault " + std::string(name_of(fault))), 0U);
  }
}

TEST(Simulation, AHistoryThatTakesItsProcessWithItIsReportedAndMadeSmall) {
  Options options;
  options.sabotage = Sabotage::die;
  const auto summary = run_histories(1, 6, 2, options);
  ASSERT_FALSE(summary.failures.empty());
  EXPECT_TRUE(summary.failures.front().wrong.front().rule.starts_with("died by signal"));
  const auto seed = summary.failures.front().seed;
  const auto died = judge_seed(seed, options);
  ASSERT_EQ(died.rules.size(), 1U);
  EXPECT_TRUE(died.rules.front().starts_with("died by signal Aborted; ")) << died.rules.front();
  EXPECT_NE(died.rules.front().find("world.cc:"), std::string::npos) << died.rules.front();
  // Its choices are those made until then. They end the process again.
  EXPECT_EQ(died.made.steps.size(), 50U);
  EXPECT_GT(died.made.weight(), 60U);
  EXPECT_EQ(judge(died.made, options).rules, died.rules);
  const auto shrunk = shrink_seed(seed, options, std::chrono::minutes(20));  // far more than a slow machine needs
  ASSERT_TRUE(shrunk.has_value());
  EXPECT_EQ(shrunk->schedule.steps.size(), 50U) << "it dies at the fiftieth";
  EXPECT_EQ(shrunk->schedule.weight(), 50U) << "and whatever happens until then";
  EXPECT_EQ(judge(shrunk->schedule, options).rules, died.rules);
}

TEST(Simulation, ShrinkingEndsInTimeWhateverTheHistoryDoes) {
  Options options;
  options.sabotage = Sabotage::die;  // at the same place; shows which histories are long enough
  const auto summary = run_histories(1, 6, 2, options);
  ASSERT_FALSE(summary.failures.empty());
  options.sabotage = Sabotage::hang;
  const auto began = std::chrono::steady_clock::now();
  const auto shrunk = shrink_seed(summary.failures.front().seed, options, seconds(3));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(10));
  EXPECT_TRUE(shrunk.has_value());
}

TEST(Shrink, KeepsWhatTheFailureNeedsAndNothingElse) {
  Schedule failing;
  failing.setup = {3, 1};
  for (std::uint32_t i = 0; i < 200; ++i) failing.steps.push_back({i % 5, 0, i, 8});
  failing.steps[40] = {1, 1, 77, 2};
  failing.steps[150] = {2, 0, 99, 4};
  const auto has = [](const std::vector<std::uint32_t>& step, std::uint32_t least) {
    return step.size() > 2 && step[2] >= least;
  };
  // Fails for a step with at least 70 in its third place and a later step with at least 90 somewhere.
  const StillFails still_fails = [&](const Schedule& tried) -> std::optional<Schedule> {
    const auto& steps = tried.steps;
    const auto first = std::find_if(steps.begin(), steps.end(), [&](const auto& step) { return has(step, 70); });
    if (first == steps.end()) return std::nullopt;
    if (std::none_of(first + 1, steps.end(), [&](const auto& step) { return has(step, 90); })) return std::nullopt;
    return tried;
  };
  const auto shrunk = shrink(failing, still_fails, seconds(20));
  ASSERT_EQ(shrunk.schedule.steps.size(), 2U);
  EXPECT_LT(shrunk.schedule.steps[0].at(2), 140U);
  EXPECT_EQ(shrunk.schedule.steps[0].size(), 3U);
  EXPECT_EQ(shrunk.schedule.steps[0].at(0), 0U);
  EXPECT_EQ(shrunk.schedule.setup, failing.setup);
  EXPECT_TRUE(still_fails(shrunk.schedule).has_value());
  EXPECT_LT(shrunk.attempts, 500U);
}

// Without one of the protocol's guards, the simulation finds a history that breaks an invariant, and shrinks it.
class Guard : public testing::TestWithParam<Sabotage> {};

TEST_P(Guard, ItsAbsenceIsFoundAndMadeSmall) {
  Options broken;
  broken.sabotage = GetParam();
  Summary found;
  for (std::uint64_t first = 1; found.failures.size() < 6 && first < 3'000; first += 200) {
    auto some = run_histories(first, 200, jobs(), broken);
    found.failures.insert(found.failures.end(), some.failures.begin(), some.failures.end());
  }
  ASSERT_FALSE(found.failures.empty());
  // Histories that are long enough to shrink, the shortest first. They may not shrink to a third: without the rev
  // guard, about forty steps are always needed.
  std::vector<std::pair<std::size_t, std::uint64_t>> histories;  // length and seed
  for (const auto& failure : found.failures) {
    const auto steps = judge_seed(failure.seed, broken).made.steps.size();
    if (steps >= 60) histories.emplace_back(steps, failure.seed);
  }
  ASSERT_FALSE(histories.empty());
  std::sort(histories.begin(), histories.end());
  histories.resize(std::min<std::size_t>(histories.size(), 6));
  std::size_t length = 0;
  Verdict whole;
  std::optional<Shrunk> shrunk;
  const auto small = [&] {
    return shrunk->schedule.steps.size() < std::max<std::size_t>(length / 3, 20) &&
           shrunk->schedule.weight() < whole.made.weight() / 3;
  };
  // Shrinking gives the same result each time if there is enough time. A busy machine needs more.
  for (const auto budget : {seconds(60), seconds(150)}) {
    for (const auto& [steps, seed] : histories) {
      length = steps;
      whole = judge_seed(seed, broken);
      shrunk = shrink_seed(seed, broken, budget);
      ASSERT_TRUE(shrunk.has_value());
      if (small()) break;
    }
    if (small()) break;
  }
  RecordProperty("steps", static_cast<int>(length));
  RecordProperty("shrunk", static_cast<int>(shrunk->schedule.steps.size()));
  EXPECT_LT(shrunk->schedule.steps.size(), std::max<std::size_t>(length / 3, 20)) << "of " << length;
  EXPECT_LT(shrunk->schedule.weight(), whole.made.weight() / 3);
  const auto rules = judge(shrunk->schedule, broken).rules;
  EXPECT_NE(std::find(rules.begin(), rules.end(), whole.rules.front()), rules.end());
  EXPECT_TRUE(judge(shrunk->schedule, {}).rules.empty()) << "with the guard all is well";
}

// This needs a process that dies between sending and committing, and an operator at that moment. Only few, long
// histories have both.
TEST(Epoch, OneForPartitionsThatLostNothingIsFound) {
  Options broken;
  broken.sabotage = Sabotage::epoch_for_whole;
  Summary found;
  for (std::uint64_t first = 1; found.failures.empty() && first < 4'000; first += 400) {
    found = run_histories(first, 400, jobs(), broken);
  }
  ASSERT_FALSE(found.failures.empty());
  const auto seed = found.failures.front().seed;
  const auto whole = judge_seed(seed, broken);
  ASSERT_FALSE(whole.rules.empty());
  const auto shrunk = shrink_seed(seed, broken, seconds(10));
  ASSERT_TRUE(shrunk.has_value());
  EXPECT_LT(shrunk->schedule.weight(), whole.made.weight());
  Options sound = broken;
  sound.sabotage = Sabotage::none;
  EXPECT_TRUE(judge(shrunk->schedule, sound).rules.empty()) << "with the guard all is well";
}

INSTANTIATE_TEST_SUITE_P(Every, Guard,
                         testing::Values(Sabotage::forget_seen, Sabotage::no_rev_guard, Sabotage::no_commit_fence,
                                         Sabotage::no_load_fence, Sabotage::no_log_begin, Sabotage::no_log_identity,
                                         Sabotage::no_proof),
                         [](const auto& guard) { return std::string(name_of(guard.param)); });

}  // namespace
}  // namespace ordo::simulation
