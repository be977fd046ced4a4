// Roles on Kafka and MongoDB. Servers that are away are waited for, at the start as later on.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "base/log.h"
#include "cli/cluster_backend.h"
#include "cli/errands.h"
#include "cli/price_follower.h"
#include "cli/processor_rules.h"
#include "cli/processor_thread.h"
#include "cli/service.h"
#include "http/metrics.h"
#include "kafka/api_log.h"
#include "kafka/group_consumer.h"
#include "kafka/health.h"
#include "kafka/log_source.h"
#include "kafka/step_producer.h"
#include "kafka/topics.h"
#include "mongo/reader.h"
#include "mongo/store.h"
#include "process/commit_listeners.h"
#include "process/processor_set.h"

namespace ordo::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMinBackoff{200};
constexpr milliseconds kMaxBackoff{5'000};
constexpr milliseconds kMonitorInterval{1'000};
constexpr milliseconds kTopicsTimeout{5'000};  // an attempt; bounds how long a stop waits for it

bool runs(const Settings& settings, ProcessorKind kind) {
  return std::any_of(settings.roles.begin(), settings.roles.end(),
                     [kind](Role role) { return processor_of(role) == kind; });
}

class ClusterService final : public Service {
 public:
  ClusterService(const Settings& settings, FrontDoor& door, ProcessEnd& end, kafka::Options kafka_options,
                 std::unique_ptr<mongo::Database> database)
      : settings_(settings),
        door_(door),
        end_(end),
        kafka_options_(std::move(kafka_options)),
        topology_(settings.topology()),
        database_(std::move(database)),
        reader_(*database_),
        prices_(topology_, *Currency::parse(settings.currency), LocationId(settings.location)),
        observed_(reader_, prices_),
        processor_set_(processor_rules(settings), prices_) {}

  Result<void> prepare() override;
  void start() override;
  void stop() override;
  std::vector<http::ReadinessCheck> readiness() const override;
  void metrics(std::string& out) const override;

 private:
  bool needs_prices() const { return settings_.has_role(Role::api) || settings_.has_role(Role::intake); }
  void bring_up();
  Result<void> bring_up_in_order();
  Result<void> until_it_works(const char* what, const std::function<Result<void>()>& attempt);
  Result<void> start_processor(ProcessorKind kind);
  Result<void> open_errands();
  Result<void> open_api();
  void monitor();
  void measure_lags();
  void stage(std::string text);

  const Settings& settings_;
  FrontDoor& door_;
  ProcessEnd& end_;
  const kafka::Options kafka_options_;
  const Topology topology_;

  std::unique_ptr<mongo::Database> database_;
  mongo::Reader reader_;
  std::unique_ptr<kafka::LogSource> log_source_;
  std::unique_ptr<kafka::Health> log_health_;
  PriceFollower prices_;
  ObservingReader observed_;
  ProcessorSet processor_set_;
  std::unique_ptr<kafka::ApiLog> api_log_;
  std::unique_ptr<http::Api> api_;

  mutable std::mutex mutex_;                 // guards what follows
  std::unique_ptr<PaymentGateway> gateway_;  // as the next four made once, before the processors
  std::unique_ptr<kafka::ApiLog> errand_log_;
  std::unique_ptr<ErrandRunner> errands_;
  std::unique_ptr<outbound::WebhookSender> webhooks_;
  std::unique_ptr<CommitListeners> listeners_;
  std::vector<std::unique_ptr<ProcessorThread>> processors_;
  std::string stage_ = "starting";  // of the bring-up; empty once all roles run
  std::string store_problem_ = "not asked yet";
  std::map<Owner, std::int64_t> lags_;

  std::thread bring_up_;
  std::thread monitor_;
};

Result<void> ClusterService::prepare() {
  auto source = kafka::LogSource::open(kafka_options_);
  if (!source) return fail(std::move(source.error()));
  log_source_ = std::move(*source);
  auto health = kafka::Health::open(kafka_options_);
  if (!health) return fail(std::move(health.error()));
  log_health_ = std::move(*health);
  return {};
}

void ClusterService::start() {
  monitor_ = std::thread([this] { monitor(); });
  bring_up_ = std::thread([this] { bring_up(); });
}

void ClusterService::stop() {
  if (bring_up_.joinable()) bring_up_.join();
  if (api_) api_->stop();
  if (api_log_) api_log_->stop();
  prices_.stop();
  // They all see that the end is wanted; each leaves its group on its own thread.
  std::vector<std::unique_ptr<ProcessorThread>> ending;
  {
    const std::lock_guard lock(mutex_);
    ending.swap(processors_);
  }
  ending.clear();
  if (gateway_) gateway_->stop();
  if (errands_) errands_->stop();
  if (webhooks_) webhooks_->stop();
  if (errand_log_) errand_log_->stop();
  if (monitor_.joinable()) monitor_.join();
}

void ClusterService::bring_up() {
  auto up = bring_up_in_order();
  if (up || end_.wanted()) return;
  end_.fail(std::move(up.error()));
}

// Errors are final; when the end of the process is wanted it returns whatever it is at.
Result<void> ClusterService::bring_up_in_order() {
  auto topics =
      until_it_works("Kafka's topics", [this] { return kafka::ensure_topics(kafka_options_, kTopicsTimeout); });
  if (!topics) return topics;
  auto collections = until_it_works("MongoDB's collections", [this] { return database_->ensure_collections(); });
  if (!collections) return collections;
  if (auto ready = open_errands(); !ready) return ready;
  // Intake comes last: it needs the prices.
  for (const auto kind : kAllProcessors) {
    if (kind == ProcessorKind::intake) continue;
    if (auto started = start_processor(kind); !started) return started;
  }
  if (needs_prices()) {
    stage("loads the prices");
    prices_.start(reader_, *log_source_);
    while (!prices_.caught_up()) {
      if (end_.wait_for(milliseconds(5))) return {};
    }
  }
  if (auto started = start_processor(ProcessorKind::intake); !started) return started;
  if (settings_.has_role(Role::api)) {
    if (auto opened = open_api(); !opened) return opened;
  }
  stage("");
  log_info("ready");
  return {};
}

// Before the processors that it listens to.
Result<void> ClusterService::open_errands() {
  auto gateway = make_gateway(settings_);
  if (!gateway) return fail(std::move(gateway.error()));
  auto log = kafka::ApiLog::open(kafka_options_, "errands");
  if (!log) return fail(std::move(log.error()));
  const std::lock_guard lock(mutex_);
  gateway_ = std::move(*gateway);
  errand_log_ = std::move(*log);
  errands_ = std::make_unique<ErrandRunner>(errand_options(settings_), topology_, *errand_log_, reader_, *gateway_);
  auto webhooks =
      outbound::WebhookSender::open(webhook_options(settings_), topology_, *errand_log_, *log_source_, reader_);
  if (!webhooks) return fail(std::move(webhooks.error()));
  webhooks_ = std::move(*webhooks);
  listeners_ = std::make_unique<CommitListeners>(std::vector<CommitListener*>{errands_.get(), webhooks_.get()});
  errands_->start();
  webhooks_->start();
  return {};
}

Result<void> ClusterService::until_it_works(const char* what, const std::function<Result<void>()>& attempt) {
  stage(std::string("waits for ") + what);
  auto backoff = kMinBackoff;
  while (true) {
    auto done = attempt();
    if (done || done.error().code != ErrorCode::kUnavailable) return done;
    log_warn("waiting", {{"for", what}, {"error", done.error().text()}, {"milliseconds", backoff.count()}});
    if (end_.wait_for(backoff)) return done;
    backoff = std::min(backoff * 2, kMaxBackoff);
  }
}

Result<void> ClusterService::start_processor(ProcessorKind kind) {
  if (!runs(settings_, kind) || end_.wanted()) return {};
  ProcessorPorts ports;
  auto consumer = kafka::GroupConsumer::open(kafka_options_, kind);
  if (!consumer) return fail(std::move(consumer.error()));
  auto producer = kafka::StepProducer::open(kafka_options_);
  if (!producer) return fail(std::move(producer.error()));
  ports.consumer = std::move(*consumer);
  ports.producer = std::move(*producer);
  ports.store = std::make_unique<mongo::Store>(*database_);
  GroupLoopOptions options;
  options.cache_documents = static_cast<std::size_t>(settings_.cache_documents);
  options.jitter_seed = std::random_device()();
  auto thread =
      std::make_unique<ProcessorThread>(processor_set_[kind], topology_, std::move(ports), end_, options, *listeners_);
  const std::lock_guard lock(mutex_);
  processors_.push_back(std::move(thread));
  return {};
}

Result<void> ClusterService::open_api() {
  Epochs epochs;
  auto known = until_it_works("MongoDB", [&]() -> Result<void> {
    const auto read = read_epochs(reader_, topology_);
    if (!read) return fail(read.error());
    epochs = *read;
    return {};
  });
  if (!known) return known;
  auto log = kafka::ApiLog::open(kafka_options_);
  if (!log) return fail(std::move(log.error()));
  api_log_ = std::move(*log);
  api_ = std::make_unique<http::Api>(
      api_options(settings_, epochs),
      http::ApiPorts{*api_log_, *log_source_, observed_, prices_, [this] { return readiness(); },
                     [this] { return door_.server_stats(); }, [this](std::string& out) { metrics(out); },
                     door_.gate()});
  door_.open(api_->handler());
  return {};
}

void ClusterService::stage(std::string text) {
  const std::lock_guard lock(mutex_);
  stage_ = std::move(text);
}

void ClusterService::monitor() {
  do {
    auto answered = database_->ping();
    {
      const std::lock_guard lock(mutex_);
      store_problem_ = answered ? "" : answered.error().message;
    }
    if (log_health_->reachable()) measure_lags();
  } while (!end_.wait_for(kMonitorInterval));
}

// Of the partitions that this process owns: others know theirs.
void ClusterService::measure_lags() {
  std::vector<std::pair<ProcessorKind, std::map<int, std::int64_t>>> positions;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& thread : processors_) positions.emplace_back(thread->kind(), thread->figures().positions);
  }
  std::map<Owner, std::int64_t> lags;
  for (const auto& [kind, owned] : positions) {
    if (owned.empty() || end_.wanted()) continue;
    const auto ranges = log_source_->ranges(inbox_of(kind), false);
    if (!ranges) return;
    for (const auto& [partition, next] : owned) {
      const auto end = ranges->at(static_cast<std::size_t>(partition)).end;
      lags[{kind, partition}] = std::max<std::int64_t>(end - next, 0);
    }
  }
  const std::lock_guard lock(mutex_);
  lags_ = std::move(lags);
}

std::vector<http::ReadinessCheck> ClusterService::readiness() const {
  std::vector<http::ReadinessCheck> checks;
  const bool log = log_health_ && log_health_->reachable();
  checks.push_back({"log", log, log ? "Kafka answers" : "Kafka does not answer"});
  const std::lock_guard lock(mutex_);
  checks.push_back({"store", store_problem_.empty(), store_problem_.empty() ? "MongoDB answers" : store_problem_});
  if (needs_prices()) checks.push_back({"prices", prices_.caught_up(), std::to_string(prices_.size()) + " products"});
  std::int64_t lag = 0;
  for (const auto& [owner, records] : lags_) lag += records;
  checks.push_back({"roles", stage_.empty(), stage_.empty() ? std::to_string(lag) + " records to fold" : stage_});
  return checks;
}

void ClusterService::metrics(std::string& out) const {
  const std::lock_guard lock(mutex_);
  struct Counter {
    const char* name;
    const char* help;
    std::uint64_t GroupLoopStats::*member;
  };
  static constexpr Counter kCounters[] = {
      {"ordo_processor_records_total", "Records folded.", &GroupLoopStats::records},
      {"ordo_processor_steps_total", "Steps committed.", &GroupLoopStats::steps},
      {"ordo_processor_retries_total", "Waits for a broker or database that was away.", &GroupLoopStats::retries},
      {"ordo_processor_fenced_total", "Partitions lost to another owner.", &GroupLoopStats::fenced}};
  for (const auto& counter : kCounters) {
    out += "# HELP " + std::string(counter.name) + " " + counter.help + "\n# TYPE " + counter.name + " counter\n";
    for (const auto& thread : processors_) {
      out += std::string(counter.name) + "{processor=\"" + std::string(ordo::to_string(thread->kind())) + "\"} " +
             std::to_string(thread->figures().stats.*counter.member) + "\n";
    }
  }
  http::append_metric("ordo_prices_products", "gauge", "Products in the price list.", prices_.size(), out);
  append_lags(lags_, out);
  if (errands_) append_errand_metrics(errands_->figures(), out);
  if (webhooks_) append_webhook_metrics(webhooks_->figures(), out);
}

}  // namespace

Result<std::unique_ptr<Service>> make_cluster_service(const Settings& settings, FrontDoor& door, ProcessEnd& end) {
  auto options = checked_kafka_options(settings);
  if (!options) return fail(std::move(options.error()));
  auto database = open_database(settings);
  if (!database) return fail(std::move(database.error()));
  return std::make_unique<ClusterService>(settings, door, end, std::move(*options), std::move(*database));
}

}  // namespace ordo::cli
