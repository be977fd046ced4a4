// The complete server in one process, on one SQLite file.
#include <mutex>
#include <utility>

#include "app/effects.h"
#include "app/lag_clock.h"
#include "app/measured_ports.h"
#include "app/open_letters.h"
#include "app/price_follower.h"
#include "app/process_metrics.h"
#include "app/processor_rules.h"
#include "app/quote_key.h"
#include "app/service.h"
#include "app/step_counts.h"
#include "app/system_parts.h"
#include "app/ticker.h"
#include "base/log.h"
#include "base/time.h"
#include "base/uuid.h"
#include "embedded/engine.h"
#include "engine/commit_listeners.h"
#include "http/metrics.h"
#include "processors/processor_set.h"

namespace ordo::app {
namespace {

constexpr std::chrono::milliseconds kWatchInterval{1'000};

class EmbeddedService final : public Service {
 public:
  EmbeddedService(const settings::Settings& settings, Listener& listener, ProcessEnd& end)
      : settings_(settings),
        listener_(listener),
        end_(end),
        topology_(settings.topology()),
        prices_(topology_, settings.currency, settings.location),
        rules_(topology_, settings.country),
        processors_(processor_rules(settings), prices_),
        counts_(std::vector<ProcessorKind>(kAllProcessors.begin(), kAllProcessors.end())),
        system_(settings, listener) {}

  Result<void> prepare() override {
    embedded::EngineOptions options;
    options.directory = settings_.data_dir;
    options.topology = topology_;
    options.folding.cache_documents = settings_.cache_documents;
    options.folding.cache_bytes = settings_.cache_memory.bytes;
    for (std::size_t i = 0; i < kTopics; ++i) {
      const auto keep = settings_.retention_of(static_cast<Topic>(i));
      if (keep && *keep != settings::kForever) options.loop.retention[i] = *keep;
    }
    options.on_fatal = [this](const Error& error) { end_.fail(error); };
    auto engine = embedded::Engine::open(std::move(options), processors_.in_order());
    if (!engine) return fail(std::move(engine.error()));
    engine_ = std::move(*engine);
    measured_log_ = std::make_unique<MeasuredLog>(*engine_, times_);
    measured_reader_ = std::make_unique<MeasuredReader>(*engine_, times_);
    observed_ = std::make_unique<ObservingReader>(*measured_reader_, prices_, rules_);

    // Prices start first: they price the orders that the last run left in order_created.
    prices_.start(*engine_, *engine_);
    rules_.start(*engine_);
    while (!prices_.caught_up() || !rules_.loaded()) {
      if (end_.wait_for(std::chrono::milliseconds(1))) return {};
    }
    auto gateway = make_gateway(settings_);
    if (!gateway) return fail(std::move(gateway.error()));
    gateway_ = std::move(*gateway);
    effects_ = std::make_unique<effects::EffectRunner>(effect_options(settings_), topology_, engine_->follow_ups(),
                                                       *observed_, *gateway_);
    auto webhooks = outbound::WebhookSender::open(webhook_options(settings_), topology_, engine_->follow_ups(),
                                                  *engine_, *observed_);
    if (!webhooks) return fail(std::move(webhooks.error()));
    webhooks_ = std::move(*webhooks);
    listeners_ = std::make_unique<CommitListeners>(
        std::vector<CommitListener*>{&effects_->listener(), &webhooks_->listener(), &counts_, &document_waits_});
    engine_->start(listeners_.get());
    effects_->start();
    webhooks_->start();
    letters_ = std::make_unique<LetterWatch>(*engine_);
    watch_ = std::make_unique<Ticker>(kWatchInterval, [this] { watch(); });
    const auto epochs = read_epochs(*engine_, settings_.topology());
    if (!epochs) return fail(epochs.error());
    auto quote_secret = quote_secret_of(settings_.data_dir);
    if (!quote_secret) return fail(std::move(quote_secret.error()));
    api_ = std::make_unique<api::Api>(
        api_options(settings_, *epochs, std::move(*quote_secret)),
        api::ApiPorts{*measured_log_, *engine_, *observed_, prices_, rules_, [this] { return readiness(); },
                      [this] { return listener_.server_stats(); }, [this](std::string& out) { metrics(out); },
                      listener_.guard(), nullptr, [this] { return listener_.answers_full(); },
                      system_.ports([this] { return queues(); }), &document_waits_});
    listener_.open(api_->handler());
    return {};
  }

  void start() override {}

  void stop() override {
    system_.stop();
    if (api_) api_->stop();
    watch_.reset();
    letters_.reset();
    prices_.stop();
    rules_.stop();
    if (gateway_) gateway_->stop();
    if (effects_) effects_->stop();
    if (webhooks_) webhooks_->stop();
    if (engine_) engine_->stop();
  }

  std::vector<api::ReadinessCheck> readiness() const override {
    const bool failed = engine_ == nullptr || engine_->failed();
    return {{"engine", !failed, failed ? "stopped" : std::to_string(engine_->waiting_appends()) + " appends waiting"},
            {"prices", prices_.caught_up(), std::to_string(prices_.size()) + " products"}};
  }

  void metrics(std::string& out) const override {
    append_process_metrics(out);
    if (!engine_) return;
    const auto& counters = engine_->counters();
    http::append_metric("ordo_engine_appends_total", "counter", "Records written to the log.", counters.appends, out);
    http::append_metric("ordo_engine_commits_total", "counter", "Transactions committed.", counters.commits, out);
    http::append_metric("ordo_engine_folded_total", "counter", "Records folded by processors.", counters.folded, out);
    http::append_metric("ordo_engine_documents_total", "counter", "Documents written.", counters.documents, out);
    http::append_metric("ordo_engine_syncs_total", "counter", "Syncs to disk.", engine_->disk().syncs, out);
    http::append_metric("ordo_engine_removed_total", "counter", "Old records removed from the log.", counters.removed,
                        out);
    http::append_metric("ordo_engine_waiting_appends", "gauge", "Appends waiting to be written.",
                        engine_->waiting_appends(), out);
    constexpr std::string_view kGap = "ordo_engine_longest_sync_gap_seconds";
    http::append_head(kGap, "gauge", "Longest time without a sync while an append waited, of the last minutes.", out);
    const auto gap = counters.sync_gaps.largest(std::chrono::steady_clock::now());
    http::append_sample(kGap, {}, std::chrono::duration<double>(gap).count(), out);
    append_lags(engine_->lags(), out);
    append_places(out);
    counts_.append_metrics(out);
    if (letters_) letters_->append_metrics(out);
    times_.append_metrics(out, &counters.commit_times);
    if (effects_) append_effect_metrics(effects_->figures(), out);
    if (webhooks_) append_webhook_metrics(webhooks_->figures(), out);
  }

 private:
  void watch() {
    counts_.tell_left_out();
    const auto at = LagClock::Clock::now();
    const std::lock_guard lock(mutex_);
    for (const auto& [owner, range] : engine_->unfolded()) waits_.note(owner, range.begin, range.end, at);
  }

  std::vector<api::QueueFigure> queues() const {
    auto queues = waiting_work(effects_.get(), webhooks_.get());
    queues.push_back({"appends", static_cast<std::int64_t>(engine_->waiting_appends())});
    return queues;
  }

  void append_places(std::string& out) const {
    std::map<ProcessorKind, std::size_t> partitions;
    for (const auto& [owner, range] : engine_->unfolded()) ++partitions[owner.processor];
    const std::lock_guard lock(mutex_);
    append_owned(partitions, waits_.ages(LagClock::Clock::now()), out);
  }

  const settings::Settings& settings_;
  Listener& listener_;
  ProcessEnd& end_;
  const Topology topology_;

  PriceFollower prices_;
  ShopRulesView rules_;
  processors::ProcessorSet processors_;
  std::unique_ptr<effects::PaymentGateway> gateway_;
  PortTimes times_;
  // Declared after the engine, which calls them.
  StepCounts counts_;
  DocumentWaits document_waits_;
  SystemParts system_;
  std::unique_ptr<effects::EffectRunner> effects_;
  std::unique_ptr<outbound::WebhookSender> webhooks_;
  std::unique_ptr<CommitListeners> listeners_;
  std::unique_ptr<embedded::Engine> engine_;
  std::unique_ptr<MeasuredLog> measured_log_;
  std::unique_ptr<MeasuredReader> measured_reader_;
  std::unique_ptr<ObservingReader> observed_;
  std::unique_ptr<LetterWatch> letters_;
  mutable std::mutex mutex_;
  LagClock waits_;  // guarded by mutex_
  std::unique_ptr<Ticker> watch_;
  std::unique_ptr<api::Api> api_;
};

}  // namespace

std::unique_ptr<Service> make_embedded_service(const settings::Settings& settings, Listener& listener,
                                               ProcessEnd& end) {
  return std::make_unique<EmbeddedService>(settings, listener, end);
}

}  // namespace ordo::app
