// Runs roles on Kafka and MongoDB. It waits for servers that are unavailable, at the start and later.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "app/cluster_backend.h"
#include "app/effects.h"
#include "app/kafka_lags.h"
#include "app/lag_clock.h"
#include "app/log_comparison.h"
#include "app/measured_ports.h"
#include "app/open_letters.h"
#include "app/price_follower.h"
#include "app/price_lookup.h"
#include "app/process_metrics.h"
#include "app/processor_rules.h"
#include "app/processor_thread.h"
#include "app/service.h"
#include "app/step_counts.h"
#include "app/system_parts.h"
#include "base/log.h"
#include "engine/commit_listeners.h"
#include "http/metrics.h"
#include "kafka/api_log.h"
#include "kafka/cluster_watch.h"
#include "kafka/group_consumer.h"
#include "kafka/health.h"
#include "kafka/log_source.h"
#include "kafka/log_stamps.h"
#include "kafka/step_producer.h"
#include "kafka/topic_limits.h"
#include "kafka/topics.h"
#include "kafka/troubles.h"
#include "mongo/reader.h"
#include "mongo/store.h"
#include "processors/processor_set.h"

namespace ordo::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMinBackoff{200};
constexpr milliseconds kMaxBackoff{5'000};
constexpr milliseconds kMonitorInterval{1'000};
constexpr int kLookEvery = 3;                  // every third turn of the monitor
constexpr milliseconds kTopicsTimeout{5'000};  // per attempt; a stop may wait this long

bool runs(const settings::Settings& settings, ProcessorKind kind) {
  return std::any_of(settings.roles.begin(), settings.roles.end(),
                     [kind](settings::Role role) { return settings::processor_of(role) == kind; });
}

std::vector<ProcessorKind> processors_of(const settings::Settings& settings) {
  std::vector<ProcessorKind> processors;
  for (const auto kind : kAllProcessors) {
    if (runs(settings, kind)) processors.push_back(kind);
  }
  return processors;
}

class ClusterService final : public Service {
 public:
  ClusterService(const settings::Settings& settings, Listener& listener, ProcessEnd& end, kafka::Options kafka_options,
                 std::unique_ptr<mongo::Database> database)
      : settings_(settings),
        listener_(listener),
        end_(end),
        kafka_options_(watched(std::move(kafka_options))),
        topology_(settings.topology()),
        database_(std::move(database)),
        reader_(*database_),
        prices_(topology_, settings.currency, settings.location),
        rules_(topology_, settings.country),
        measured_(reader_, times_),
        observed_(measured_, prices_, rules_),
        price_lookup_(prices_, observed_),
        processor_set_(processor_rules(settings), price_lookup_),
        counts_(processors_of(settings)),
        system_(settings, listener) {}

  Result<void> prepare() override;
  void start() override;
  void stop() override;
  std::vector<api::ReadinessCheck> readiness() const override;
  void metrics(std::string& out) const override;

 private:
  bool needs_prices() const {
    return settings_.has_role(settings::Role::api) || settings_.has_role(settings::Role::intake);
  }
  void bring_up();
  Result<void> bring_up_in_order();
  kafka::Options watched(kafka::Options options) {
    options.troubles = &troubles_;
    return options;
  }
  Result<void> make_topics();
  Result<void> check_topics();
  Result<void> until_it_works(const char* what, const std::function<Result<void>()>& attempt);
  Result<void> start_processor(ProcessorKind kind);
  Result<void> open_effects();
  Result<void> compare_logs();
  Result<void> open_api();
  void monitor();
  void measure_lags(KafkaLags& lags);
  void append_places(std::string& out) const;
  void append_kafka_errors(std::string& out) const;
  void compare_again();
  void stage(std::string text);

  const settings::Settings& settings_;
  Listener& listener_;
  ProcessEnd& end_;
  CacheBudget cache_budget_{settings_.cache_memory.bytes};
  kafka::Troubles troubles_;
  kafka::Options kafka_options_;  // the bring-up sets its limits before it creates the users of the limits
  const Topology topology_;

  std::unique_ptr<mongo::Database> database_;
  std::unique_ptr<const RecordProof> proof_;  // set by the bring-up before it creates users of the log
  mongo::Reader reader_;
  std::unique_ptr<kafka::LogSource> log_source_;
  std::unique_ptr<kafka::LogStamps> log_stamps_;  // used by the bring-up's thread, then by the monitor's
  std::unique_ptr<kafka::Health> log_health_;
  std::unique_ptr<kafka::ClusterWatch> watch_;
  std::atomic<bool> topics_made_{false};  // then the monitor checks the topics
  PriceFollower prices_;
  ShopRulesView rules_;
  PortTimes times_;
  MeasuredReader measured_;
  ObservingReader observed_;
  PriceLookup price_lookup_;
  processors::ProcessorSet processor_set_;
  StepCounts counts_;
  DocumentWaits document_waits_;
  SystemParts system_;
  std::unique_ptr<kafka::ApiLog> api_log_;
  std::unique_ptr<MeasuredLog> measured_log_;
  std::unique_ptr<api::Api> api_;

  mutable std::mutex mutex_;                          // guards the members below
  std::unique_ptr<effects::PaymentGateway> gateway_;  // created once, before the processors; so are the next four
  std::unique_ptr<kafka::ApiLog> effect_log_;
  std::unique_ptr<effects::EffectRunner> effects_;
  std::unique_ptr<outbound::WebhookSender> webhooks_;
  std::unique_ptr<CommitListeners> listeners_;
  std::vector<std::unique_ptr<ProcessorThread>> processors_;
  std::string stage_ = "starting";  // stage of the bring-up; empty once all roles run
  std::string store_problem_ = "not checked yet";
  KafkaLags::Figures lags_;
  LagClock waits_;
  std::unique_ptr<LetterWatch> letters_;

  std::chrono::steady_clock::time_point compared_at_ = std::chrono::steady_clock::now();  // for the monitor's thread

  std::thread bring_up_;
  std::thread monitor_;
};

Result<void> ClusterService::prepare() {
  auto source = kafka::LogSource::open(kafka_options_);
  if (!source) return fail(std::move(source.error()));
  log_source_ = std::move(*source);
  auto stamps = kafka::LogStamps::open(kafka_options_);
  if (!stamps) return fail(std::move(stamps.error()));
  log_stamps_ = std::move(*stamps);
  auto health = kafka::Health::open(kafka_options_);
  if (!health) return fail(std::move(health.error()));
  log_health_ = std::move(*health);
  auto watch = kafka::ClusterWatch::open(kafka_options_, processors_of(settings_));
  if (!watch) return fail(std::move(watch.error()));
  watch_ = std::move(*watch);
  return {};
}

void ClusterService::start() {
  monitor_ = std::thread([this] { monitor(); });
  bring_up_ = std::thread([this] { bring_up(); });
}

void ClusterService::stop() {
  if (bring_up_.joinable()) bring_up_.join();
  system_.stop();
  if (api_) api_->stop();
  if (api_log_) api_log_->stop();
  prices_.stop();
  rules_.stop();
  // All of them see that the process ends. Each leaves its group on its own thread.
  std::vector<std::unique_ptr<ProcessorThread>> ending;
  {
    const std::lock_guard lock(mutex_);
    ending.swap(processors_);
  }
  ending.clear();
  std::unique_ptr<LetterWatch> letters;
  {
    const std::lock_guard lock(mutex_);
    letters.swap(letters_);
  }
  letters.reset();
  if (gateway_) gateway_->stop();
  if (effects_) effects_->stop();
  if (webhooks_) webhooks_->stop();
  if (effect_log_) effect_log_->stop();
  if (monitor_.joinable()) monitor_.join();
}

void ClusterService::bring_up() {
  auto up = bring_up_in_order();
  if (up || end_.wanted()) return;
  end_.fail(std::move(up.error()));
}

// Errors are final. Returns early when the process is to end.
Result<void> ClusterService::bring_up_in_order() {
  // First: in another program's database, ordo creates nothing. It then creates no topics either.
  auto alone = until_it_works("MongoDB", [this] { return database_->inspect(); });
  if (!alone) return alone;
  // Before anything is created: the cluster may belong to another shop.
  auto cluster =
      until_it_works("Kafka's and MongoDB's answer", [this] { return check_cluster(*database_, *log_stamps_); });
  if (!cluster) return cluster;
  if (auto topics = until_it_works("Kafka's topics", [this] { return make_topics(); }); !topics) return topics;
  if (auto fit = until_it_works("the topics' settings", [this] { return check_topics(); }); !fit) return fit;
  topics_made_ = true;
  auto collections = until_it_works("MongoDB's collections", [this] { return database_->ensure_collections(); });
  if (!collections) return collections;
  auto secret = until_it_works("the deployment's secret", [this]() -> Result<void> {
    auto proof = ensure_proof(*database_, *log_source_, topology_);
    if (!proof) return fail(std::move(proof.error()));
    proof_ = std::move(*proof);
    return {};
  });
  if (!secret) return secret;
  if (!proof_) return {};  // the process is to end
  if (auto ready = open_effects(); !ready) return ready;
  // Intake starts last, because it needs the prices.
  for (const auto kind : kAllProcessors) {
    if (kind == ProcessorKind::intake) continue;
    if (auto started = start_processor(kind); !started) return started;
  }
  if (needs_prices()) {
    stage("loading the prices");
    prices_.start(reader_, *log_source_, {proof_.get(), {}});
    while (!prices_.caught_up()) {
      if (end_.wait_for(milliseconds(5))) return {};
    }
  }
  if (auto started = start_processor(ProcessorKind::intake); !started) return started;
  if (auto same = compare_logs(); !same || end_.wanted()) return same;
  if (settings_.has_role(settings::Role::api)) {
    stage("loading the rules for prices");
    rules_.start(reader_);
    while (!rules_.loaded()) {
      if (end_.wait_for(milliseconds(5))) return {};
    }
    if (auto opened = open_api(); !opened) return opened;
  }
  stage("");
  log_info("ready");
  return {};
}

// The API must not accept records before this check. They would be lost in a log that their owner does not read.
Result<void> ClusterService::compare_logs() {
  const auto waiting = [this]() -> std::string {
    const std::lock_guard lock(mutex_);
    for (const auto& thread : processors_) {
      if (!thread->figures().settled) return std::string(ordo::to_string(thread->kind()));
    }
    return {};
  };
  for (auto processor = waiting(); !processor.empty(); processor = waiting()) {
    stage("comparing the logs of " + processor);
    if (end_.wait_for(milliseconds(5))) return {};
  }
  if (!settings_.has_role(settings::Role::api)) return {};
  return until_it_works("the comparison of all logs",
                        [this] { return check_recorded_logs(*database_, *log_source_, *log_stamps_, topology_); });
}

Result<void> ClusterService::make_topics() {
  auto made = kafka::ensure_topics(kafka_options_, kTopicsTimeout);
  // Nothing was created yet. The user must change the settings or the topics.
  if (!made && made.error().reason == "partition_count") made.error().code = ErrorCode::kInvalid;
  return made;
}

Result<void> ClusterService::check_topics() {
  const auto configs = kafka::describe_topics(kafka_options_, kTopicsTimeout);
  if (!configs) return fail(configs.error());
  for (const auto& warning : kafka::limit_warnings(*configs, kafka_options_)) {
    log_warn("kafka topics", {{"problem", warning}});
  }
  kafka_options_.limits = kafka::limits_of(*configs, kafka_options_);
  const auto found = kafka::judge_topics(kafka_options_, *configs);
  for (const auto& trouble : found.doubtful) log_warn("kafka topic", {{"message", to_string(trouble)}});
  if (found.grave.empty()) return {};
  Error error{ErrorCode::kInvalid, "unfit_topics", "topics are not set as ordo needs them", {}};
  for (const auto& trouble : found.grave) error.violations.push_back({"/topics/" + trouble.name, trouble.text});
  return fail(std::move(error));
}

// Runs before the processors start, because the runners listen to them.
Result<void> ClusterService::open_effects() {
  auto gateway = make_gateway(settings_);
  if (!gateway) return fail(std::move(gateway.error()));
  auto log = kafka::ApiLog::open(kafka_options_, "errands", proof_.get());
  if (!log) return fail(std::move(log.error()));
  const std::lock_guard lock(mutex_);
  gateway_ = std::move(*gateway);
  effect_log_ = std::move(*log);
  effects_ =
      std::make_unique<effects::EffectRunner>(effect_options(settings_), topology_, *effect_log_, reader_, *gateway_);
  auto webhooks =
      outbound::WebhookSender::open(webhook_options(settings_), topology_, *effect_log_, *log_source_, reader_);
  if (!webhooks) return fail(std::move(webhooks.error()));
  webhooks_ = std::move(*webhooks);
  listeners_ = std::make_unique<CommitListeners>(
      std::vector<CommitListener*>{&effects_->listener(), &webhooks_->listener(), &counts_, &document_waits_});
  effects_->start();
  webhooks_->start();
  return {};
}

Result<void> ClusterService::until_it_works(const char* what, const std::function<Result<void>()>& attempt) {
  stage(std::string("waiting for ") + what);
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
  ports.producer = std::make_unique<MeasuredProducer>(std::move(*producer), times_);
  ports.store = std::make_unique<MeasuredStore>(std::make_unique<mongo::Store>(*database_), times_);
  GroupLoopOptions options;
  options.cache_documents = settings_.cache_documents;
  options.cache_budget = &cache_budget_;
  options.jitter_seed = std::random_device()();
  options.rules.limits = kafka_options_.limits;
  options.rules.document_bytes = mongo::kMaxDocumentBytes;
  options.read_limits = [kafka = kafka_options_]() -> Result<RecordLimits> {
    const auto configs = kafka::describe_topics(kafka, kTopicsTimeout);
    if (!configs) return fail(configs.error());
    return kafka::limits_of(*configs, kafka);
  };
  options.rules.proof = proof_.get();
  auto thread = std::make_unique<ProcessorThread>(processor_set_[kind], topology_, std::move(ports), end_, options,
                                                  settings_.compare_logs, *listeners_);
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
  auto log = kafka::ApiLog::open(kafka_options_, "api", proof_.get());
  if (!log) return fail(std::move(log.error()));
  api_log_ = std::move(*log);
  measured_log_ = std::make_unique<MeasuredLog>(*api_log_, times_);
  {
    const std::lock_guard lock(mutex_);
    LetterWatchOptions watch;
    watch.worth_asking = [this] { return log_health_->reachable(); };
    letters_ = std::make_unique<LetterWatch>(*log_source_, std::move(watch));
  }
  auto options = api_options(settings_, epochs, {proof_->derived_key("quotes")});
  options.limits = kafka_options_.limits;
  api_ = std::make_unique<api::Api>(
      options,
      api::ApiPorts{*measured_log_, *log_source_, observed_, price_lookup_, rules_, [this] { return readiness(); },
                    [this] { return listener_.server_stats(); }, [this](std::string& out) { metrics(out); },
                    listener_.guard(), proof_.get(), [this] { return listener_.answers_full(); }, system_.ports([this] {
                      const std::lock_guard lock(mutex_);
                      return waiting_work(effects_.get(), webhooks_.get());
                    }),
                    &document_waits_});
  listener_.open(api_->handler());
  return {};
}

void ClusterService::stage(std::string text) {
  const std::lock_guard lock(mutex_);
  stage_ = std::move(text);
}

void ClusterService::monitor() {
  KafkaLags lags(*watch_, *log_source_, reader_);
  int turn = 0;
  do {
    auto answered = database_->ping();
    {
      const std::lock_guard lock(mutex_);
      store_problem_ = answered ? "" : answered.error().message;
    }
    counts_.tell_left_out();
    if (!log_health_->reachable() || !topics_made_) continue;
    // look() puts its findings into the troubles. An unreachable broker shows in log_health_.
    if (turn++ % kLookEvery == 0) (void)watch_->look();
    measure_lags(lags);
    compare_again();
  } while (!end_.wait_for(kMonitorInterval));
}

// An API process whose logs other processes own is not notified when a log is replaced. So it checks by itself.
void ClusterService::compare_again() {
  if (!settings_.has_role(settings::Role::api)) return;
  {
    const std::lock_guard lock(mutex_);
    if (!stage_.empty()) return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - compared_at_ < settings_.compare_logs) return;
  compared_at_ = now;
  auto same = check_recorded_logs(*database_, *log_source_, *log_stamps_, topology_);
  if (!same && same.error().code != ErrorCode::kUnavailable) end_.fail(std::move(same.error()));
}

void ClusterService::measure_lags(KafkaLags& lags) {
  std::vector<std::pair<ProcessorKind, std::map<int, std::int64_t>>> positions;
  KafkaLags::Figures figures;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& thread : processors_) positions.emplace_back(thread->kind(), thread->figures().positions);
    figures = lags_;
  }
  std::map<Owner, std::int64_t> mine;  // of partitions that this process owns; other processes measure theirs
  std::map<Owner, LogRange> unfolded;
  for (const auto& [kind, owned] : positions) {
    const bool measured = !end_.wanted() && lags.measure(kind, owned, figures);
    for (const auto& [partition, next] : owned) {
      const auto lag = mine[{kind, partition}] = figures.lags[{kind, partition}];
      if (measured) unfolded[{kind, partition}] = {next, next + lag};
    }
  }
  const auto at = LagClock::Clock::now();
  const std::lock_guard lock(mutex_);
  for (const auto& [owner, range] : unfolded) waits_.note(owner, range.begin, range.end, at);
  waits_.keep(mine);
  lags_ = std::move(figures);
}

std::vector<api::ReadinessCheck> ClusterService::readiness() const {
  std::vector<api::ReadinessCheck> checks;
  const bool log = log_health_ && log_health_->reachable();
  checks.push_back({"log", log, log ? "Kafka answers" : "Kafka does not answer"});
  const std::lock_guard lock(mutex_);
  checks.push_back({"store", store_problem_.empty(), store_problem_.empty() ? "MongoDB answers" : store_problem_});
  if (needs_prices()) checks.push_back({"prices", prices_.caught_up(), std::to_string(prices_.size()) + " products"});
  std::int64_t lag = 0;
  std::int64_t held = 0;
  for (const auto& [owner, records] : lags_.lags) lag += records;
  for (const auto& [owner, records] : lags_.held) held += records;
  // A problem that the cluster reports explains why a stage does not end.
  std::string roles = grave_troubles(troubles_);
  if (roles.empty()) roles = stage_;
  for (const auto& thread : processors_) {
    const auto waiting_for = thread->figures().waiting_for;
    if (roles.empty() && !waiting_for.empty()) roles = std::string(to_string(thread->kind())) + ": " + waiting_for;
  }
  std::string detail = std::to_string(lag) + " records to fold";
  if (held > 0) detail += ", " + std::to_string(held) + " of them held back by an open transaction";
  checks.push_back({"roles", roles.empty(), roles.empty() ? detail : roles});
  return checks;
}

// Appends the metrics of the processors. The caller holds the lock.
void ClusterService::append_places(std::string& out) const {
  std::map<ProcessorKind, std::size_t> partitions;
  for (const auto& thread : processors_) partitions[thread->kind()] = thread->figures().positions.size();
  append_lags(lags_.lags, out);
  append_owned(partitions, waits_.ages(LagClock::Clock::now()), out);
}

void ClusterService::append_kafka_errors(std::string& out) const {
  constexpr std::string_view kErrors = "ordo_kafka_errors_total";
  http::append_head(kErrors, "counter", "Errors that the Kafka clients reported, by librdkafka's names.", out);
  for (const auto& [key, count] : kafka_options_.errors->figures()) {
    http::append_sample(kErrors, {{"client", key.client}, {"topic", key.topic}, {"code", key.code}}, count, out);
  }
}

void ClusterService::metrics(std::string& out) const {
  append_process_metrics(out);
  counts_.append_metrics(out);
  times_.append_metrics(out);
  append_kafka_errors(out);
  const std::lock_guard lock(mutex_);
  struct Counter {
    const char* name;
    const char* help;
    std::uint64_t GroupLoopStats::*member;
  };
  static constexpr Counter kCounters[] = {
      {"ordo_processor_records_total", "Records folded.", &GroupLoopStats::records},
      {"ordo_processor_steps_total", "Steps committed.", &GroupLoopStats::steps},
      {"ordo_processor_retries_total", "Waits for an unavailable broker or database.", &GroupLoopStats::retries},
      {"ordo_processor_fenced_total", "Partitions lost to another owner.", &GroupLoopStats::fenced}};
  for (const auto& counter : kCounters) {
    out += "# HELP " + std::string(counter.name) + " " + counter.help + "\n# TYPE " + counter.name + " counter\n";
    for (const auto& thread : processors_) {
      out += std::string(counter.name) + "{processor=\"" + std::string(ordo::to_string(thread->kind())) + "\"} " +
             std::to_string(thread->figures().stats.*counter.member) + "\n";
    }
  }
  http::append_metric("ordo_prices_products", "gauge", "Products in the price list.", prices_.size(), out);
  append_places(out);
  if (letters_) letters_->append_metrics(out);
  append_held(lags_.held, topology_, out);
  append_troubles(troubles_, out);
  if (effects_) append_effect_metrics(effects_->figures(), out);
  if (webhooks_) append_webhook_metrics(webhooks_->figures(), out);
}

}  // namespace

Result<std::unique_ptr<Service>> make_cluster_service(const settings::Settings& settings, Listener& listener,
                                                      ProcessEnd& end) {
  auto options = checked_kafka_options(settings);
  if (!options) return fail(std::move(options.error()));
  options->errors = std::make_shared<kafka::ErrorCounts>();
  auto database = open_database(settings);
  if (!database) return fail(std::move(database.error()));
  return std::make_unique<ClusterService>(settings, listener, end, std::move(*options), std::move(*database));
}

}  // namespace ordo::app
