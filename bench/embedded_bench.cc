// Figures of the embedded engine without HTTP: ordo_embedded_bench <directory> [orders] [products] [lines]
// [append|drain|flow|life|spread]
//   append   closed-loop clients that wait for each answer, nobody folds
//   drain    orders that wait in the log are folded until all are reserved
//   flow     closed-loop clients while the processors fold, no effects: orders rest when they are reserved
//   life     the same with effects: every order is paid, shipped and delivered
//   spread   the same, but time passes between the steps of a life: payment, shipment and delivery each take 400 ms.
//            So these steps are not in one commit, and a document is written again for each of them
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <mutex>
#include <span>
#include <thread>

#include "base/check.h"
#include "effects/effect_runner.h"
#include "effects/simulated_gateway.h"
#include "embedded/testing/shop.h"
#include "engine/commit_listeners.h"

namespace {

using ordo::embedded::Engine;
using ordo::embedded::EngineOptions;
using Clock = std::chrono::steady_clock;

struct Load {
  int orders = 100'000;
  int products = 1'000;
  int lines = 2;
  std::string only;  // a phase; empty: all
};

constexpr std::chrono::milliseconds kSpread{400};  // between the steps of a spread life
constexpr std::uint64_t kSpreadLives = 20'000;     // under way at the same time

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Resident memory in MiB.
double resident() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word == "VmRSS:") {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  }
  return 0;
}

std::unique_ptr<Engine> open(const std::string& directory, std::span<ordo::Processor* const> processors) {
  EngineOptions options;
  options.directory = directory;
  auto engine = Engine::open(options, processors);
  ORDO_CHECK(engine.has_value(), engine.error().text());
  (*engine)->start();
  return std::move(*engine);
}

ordo::Record order(const Load& load, int number) {
  static const ordo::Topology topology;
  std::vector<std::string> products;
  products.reserve(static_cast<std::size_t>(load.lines));
  for (int line = 0; line < load.lines; ++line) {
    products.push_back("product-" + std::to_string((number * 7919 + line * 104'729) % load.products));
  }
  return ordo::embedded::order_record(topology, ordo::uuid_v7(ordo::now()),
                                      "customer-" + std::to_string(number * 31 % 50'000), products);
}

// Bytes that this process has caused to be written to disk, of all its files; see proc(5). Pages of the system's cache
// count when they are changed.
std::uint64_t written_bytes() {
  std::ifstream io("/proc/self/io");
  std::string word;
  std::uint64_t bytes = 0;
  while (io >> word) {
    if (word == "write_bytes:") io >> bytes;
  }
  return bytes;
}

// Time this process has been on a processor, in seconds: says more than a clock on a machine that others use.
double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// What has happened between its making and report().
class Measurement {
 public:
  explicit Measurement(Engine& engine)
      : engine_(engine),
        appends_(engine.counters().appends),
        commits_(engine.counters().commits),
        checkpoints_(engine.counters().checkpoints),
        documents_(engine.counters().documents),
        syncs_(engine.disk().syncs) {}

  void report(const std::string& what, int orders) const {
    const double seconds = seconds_since(start_);
    const double used = processor_seconds() - used_;
    const auto& counters = engine_.counters();
    const double syncs = static_cast<double>(engine_.disk().syncs - syncs_);
    std::printf(
        "%-28s %8.0f orders/s %7.1f cpu us/order %7.1f appends/sync %7.0f commits %6.0f syncs %4.0f checkpoints "
        "%6.2f documents/order %6.1f kB/order  rss %4.0f MiB\n",
        what.c_str(), orders / seconds, used * 1e6 / orders, static_cast<double>(counters.appends - appends_) / syncs,
        static_cast<double>(counters.commits - commits_), syncs,
        static_cast<double>(counters.checkpoints - checkpoints_),
        static_cast<double>(counters.documents - documents_) / orders,
        static_cast<double>(written_bytes() - bytes_) / 1e3 / orders, resident());
    std::fflush(stdout);
  }

 private:
  Engine& engine_;
  const Clock::time_point start_ = Clock::now();
  const double used_ = processor_seconds();
  const std::uint64_t appends_;
  const std::uint64_t commits_;
  const std::uint64_t checkpoints_;
  const std::uint64_t documents_;
  const std::uint64_t syncs_;
  const std::uint64_t bytes_ = written_bytes();
};

// Counts the orders that have completed.
class Completions final : public ordo::CommitListener {
 public:
  void taken(const ordo::Owner& /*owner*/) override {}
  void lost(const ordo::Owner& /*owner*/) override {}
  void committed(const ordo::Owner& /*owner*/, std::span<const ordo::Change> /*changes*/) override {}
  void counted(const ordo::Owner& /*owner*/, const ordo::StepSummary& summary) override {
    const std::lock_guard lock(mutex_);
    completed_ += summary.orders[static_cast<std::size_t>(ordo::OrderStatus::completed)];
    changed_.notify_all();
  }

  void wait_for(std::uint64_t completed) {
    std::unique_lock lock(mutex_);
    ORDO_CHECK(changed_.wait_for(lock, std::chrono::minutes(5), [&] { return completed_ >= completed; }),
               "no order completed within 5 minutes");
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t completed_ = 0;
};

// Keeps `clients` appends on their way from one thread, as an HTTP server with one io thread does. With `completions`,
// at most kSpreadLives orders are on their way to their delivery.
void append_closed_loop(Engine& engine, const Load& load, int first, int count, int clients,
                        Completions* completions = nullptr) {
  std::mutex mutex;
  std::condition_variable answered;
  int on_the_way = 0;
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::uint64_t>(i);
    if (completions != nullptr && number >= kSpreadLives) completions->wait_for(number - kSpreadLives + 1);
    auto record = order(load, first + i);
    {
      std::unique_lock lock(mutex);
      answered.wait(lock, [&] { return on_the_way < clients; });
      ++on_the_way;
    }
    engine.append(std::move(record), [&](const ordo::Result<ordo::LogPosition>& position) {
      ORDO_CHECK(position.has_value(), position.error().text());
      const std::lock_guard lock(mutex);
      --on_the_way;
      answered.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return on_the_way == 0; });
}

void count_products(Engine& engine, const Load& load) {
  for (int p = 0; p < load.products; ++p) {
    const ordo::Topology topology;
    engine.append(ordo::embedded::count_record(topology, "product-" + std::to_string(p), 1'000'000'000),
                  [](const ordo::Result<ordo::LogPosition>&) {});
  }
  ORDO_CHECK(engine.wait_idle(std::chrono::minutes(5)));
}

// Whole lives, with the simulated gateway and carrier. In a burst, these never delay an order.
void live(const std::string& directory, ordo::embedded::Shop& shop, const Load& load, int first, bool spread) {
  const std::string name = spread ? "spread" : "life";
  EngineOptions options;
  options.directory = directory;
  options.folding.cache_documents = 5'000;  // as ordo serve has it
  auto opened = Engine::open(options, shop.processors());
  ORDO_CHECK(opened.has_value(), opened.error().text());
  Engine& engine = **opened;
  const ordo::Topology topology;
  ordo::effects::SimulatedGatewayOptions gateway_options;
  ordo::effects::EffectRunnerOptions effect_options;
  effect_options.source = "/ordo/errands/bench";
  if (spread) {
    gateway_options.latency = kSpread;
    effect_options.rules.carrier_pickup = effect_options.rules.carrier_delivery = kSpread;
  }
  ordo::effects::SimulatedGateway gateway(gateway_options);
  ordo::effects::EffectRunner effects(effect_options, topology, engine.follow_ups(), engine, gateway);
  Completions completions;
  ordo::CommitListeners listeners({&effects.listener(), &completions});
  engine.start(&listeners);
  effects.start();
  const Measurement measurement(engine);
  append_closed_loop(engine, load, first, load.orders, 512, spread ? &completions : nullptr);
  measurement.report(name + ", 512 clients, answered", load.orders);
  for (auto waiting = effects.figures(); true; waiting = effects.figures()) {
    ORDO_CHECK(engine.wait_idle(std::chrono::minutes(30)));
    if (waiting.waiting == 0 && waiting.under_way == 0 && engine.idle()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  measurement.report(name + ", 512 clients, completed", load.orders);
  std::printf("  folded %llu, documents %llu, effects %llu\n",
              static_cast<unsigned long long>(engine.counters().folded.load()),
              static_cast<unsigned long long>(engine.counters().documents.load()),
              static_cast<unsigned long long>(effects.figures().run));
  ordo::Query query;
  query.where.emplace_back("status", "completed");
  const auto page = engine.list(query);
  ORDO_CHECK(page.has_value() && page->documents.size() == query.limit, "orders did not complete");
  effects.stop();
  engine.stop();
}

int run(const std::string& directory, const Load& load) {
  const auto wanted = [&](const char* phase) { return load.only.empty() || load.only == phase; };
  ordo::embedded::Shop shop;
  {
    auto engine = open(directory, shop.processors());
    count_products(*engine, load);
  }
  int next = 0;
  {
    auto engine = open(directory, {});
    for (const int clients : {1, 8, 64, 512}) {
      if (!wanted("append") && (load.only != "drain" || clients != 512)) continue;
      const int count = clients == 1 ? load.orders / 20 : load.orders / 4;
      const Measurement measurement(*engine);
      append_closed_loop(*engine, load, next, count, clients);
      measurement.report("append, " + std::to_string(clients) + " clients", count);
      next += count;
    }
  }
  if (wanted("drain")) {
    auto engine = open(directory, shop.processors());
    const Measurement measurement(*engine);
    ORDO_CHECK(engine->wait_idle(std::chrono::minutes(30)));
    measurement.report("drain", next);
    std::printf("  folded %llu, documents %llu, read back %llu\n",
                static_cast<unsigned long long>(engine->counters().folded.load()),
                static_cast<unsigned long long>(engine->counters().documents.load()),
                static_cast<unsigned long long>(engine->counters().read_back.load()));
  }
  for (const int clients : {1, 64, 512}) {
    if (!wanted("flow")) break;
    auto engine = open(directory, shop.processors());
    const int count = clients == 1 ? load.orders / 20 : load.orders;
    const Measurement measurement(*engine);
    append_closed_loop(*engine, load, next, count, clients);
    measurement.report("flow, " + std::to_string(clients) + " clients, answered", count);
    ORDO_CHECK(engine->wait_idle(std::chrono::minutes(30)));
    measurement.report("flow, " + std::to_string(clients) + " clients, reserved", count);
    next += count;
  }
  if (wanted("life")) live(directory, shop, load, next, false);
  if (wanted("life")) next += load.orders;
  if (wanted("spread")) live(directory, shop, load, next, true);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr,
                 "usage: ordo_embedded_bench <empty directory> [orders] [products] [lines] "
                 "[append|drain|flow|life|spread]\n");
    return 2;
  }
  Load load;
  if (argc > 2) load.orders = std::atoi(argv[2]);
  if (argc > 3) load.products = std::atoi(argv[3]);
  if (argc > 4) load.lines = std::atoi(argv[4]);
  if (argc > 5) load.only = argv[5];
  return run(argv[1], load);
}
