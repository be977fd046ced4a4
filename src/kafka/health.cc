#include "kafka/health.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "kafka/client.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTimeout{1000};
constexpr std::chrono::seconds kFresh{1};

}  // namespace

class Health::State {
 public:
  explicit State(Client client) : client_(std::move(client)) {
    ask();
    thread_ = std::thread([this] { run(); });
  }
  ~State() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  bool reachable() {
    {
      const std::lock_guard lock(mutex_);
      wanted_ = wanted_ || Clock::now() - asked_at_ >= kFresh;
      if (!wanted_) return reachable_;
    }
    changed_.notify_one();
    return reachable_;
  }

 private:
  void ask() {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code = rd_kafka_metadata(client_.get(), 0, nullptr, &metadata, ms(kTimeout));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_metadata_destroy(metadata);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) client_.count(code);
    reachable_ = code == RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return wanted_ || stopping_; });
      if (stopping_) return;
      lock.unlock();
      ask();
      lock.lock();
      wanted_ = false;
      asked_at_ = Clock::now();
    }
  }

  const Client client_;
  std::atomic<bool> reachable_{false};
  std::mutex mutex_;  // guards the next three members; never held during a request
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopping_ = false;
  Clock::time_point asked_at_ = Clock::now();
  std::thread thread_;
};

Health::Health(std::unique_ptr<State> state) : state_(std::move(state)) {}

Health::~Health() = default;

Result<std::unique_ptr<Health>> Health::open(const Options& options) {
  Client::Role role;
  role.name = "health";
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  return std::unique_ptr<Health>(new Health(std::make_unique<State>(std::move(*client))));
}

bool Health::reachable() {
  return state_->reachable();
}

}  // namespace ordo::kafka
