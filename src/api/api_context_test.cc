// Requests that wait for a document look when it has changed.
#include "api/api_context.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <thread>

#include "api/testing/test_engine.h"
#include "api/testing/test_log.h"

namespace ordo::api {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Without commits, a context looks only when the wait is over.
class WaitsTest : public testing::Test {
 protected:
  WaitsTest() { context_.emplace(options(), ports()); }
  ~WaitsTest() override { context_->pool.stop(); }

  ApiOptions options() const {
    ApiOptions options;
    options.topology = engine_.topology;
    options.look_again = hours(1);
    return options;
  }
  ApiPorts ports() {
    return {engine_, log_,    engine_, engine_, engine_,       [] { return std::vector<ReadinessCheck>(); }, {}, {},
            nullptr, nullptr, {},      {},      &engine_.waits};
  }
  // A wait for `order` that ends with look `looks`.
  void wait_for(const std::string& order, int looks, seconds wait = hours(1)) {
    context_->poll(wait, {Collection::orders, order}, [this, looks](bool) {
      const std::lock_guard lock(mutex_);
      ++looks_;
      changed_.notify_all();
      return looks_ >= looks;
    });
  }
  void commit(const std::string& order) {
    Order changed;
    changed.id = OrderId(order);
    const Document document(changed);
    const Change change{&document};
    engine_.waits.committed({ProcessorKind::orders, 0}, {&change, 1});
  }
  bool has_looked(int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(30), [&] { return looks_ >= times; });
  }
  int looks() {
    const std::lock_guard lock(mutex_);
    return looks_;
  }

  TestEngine engine_;
  TestLog log_;
  std::optional<ApiContext> context_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int looks_ = 0;
};

TEST_F(WaitsTest, ACommitOfTheDocumentMakesThemLook) {
  wait_for("o1", 3);
  for (int look = 1; look <= 3; ++look) {
    commit("o2");
    EXPECT_EQ(looks(), look - 1);
    commit("o1");
    ASSERT_TRUE(has_looked(look));
  }
  while (context_->waiting != 0) std::this_thread::yield();
  commit("o1");
  context_->pool.stop();
  EXPECT_EQ(looks(), 3) << "its wait is over";
}

TEST_F(WaitsTest, ManyCommitsOfManyThreadsLookOnceAtATime) {
  std::atomic<int> inside{0};
  std::atomic<int> looks{0};
  std::atomic<bool> overlapped{false};
  context_->poll(hours(1), {Collection::orders, "o1"}, [&](bool last) {
    if (++inside > 1) overlapped = true;
    ++looks;
    --inside;
    return last;
  });
  std::vector<std::thread> folding;
  for (int i = 0; i < 4; ++i) {
    folding.emplace_back([&] {
      for (int n = 0; n < 500; ++n) commit("o1");
    });
  }
  for (auto& thread : folding) thread.join();
  context_->pool.stop();
  EXPECT_FALSE(overlapped);
  EXPECT_GE(looks, 2) << "at least one after a commit, and the last one";
  EXPECT_EQ(context_->waiting, 0U);
}

TEST_F(WaitsTest, TheEndOfTheWaitIsALook) {
  wait_for("o1", 99, seconds(0));
  while (context_->waiting != 0) std::this_thread::yield();
  EXPECT_EQ(looks(), 1);
}

}  // namespace
}  // namespace ordo::api
