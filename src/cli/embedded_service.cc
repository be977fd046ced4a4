// Everything in one process on one SQLite file.
#include <utility>

#include "base/log.h"
#include "base/time.h"
#include "base/uuid.h"
#include "cli/errands.h"
#include "cli/price_follower.h"
#include "cli/processor_rules.h"
#include "cli/service.h"
#include "embedded/engine.h"
#include "http/metrics.h"
#include "process/commit_listeners.h"
#include "process/processor_set.h"

namespace ordo::cli {
namespace {

class EmbeddedService final : public Service {
 public:
  EmbeddedService(const Settings& settings, FrontDoor& door, ProcessEnd& end)
      : settings_(settings),
        door_(door),
        end_(end),
        topology_(settings.topology()),
        prices_(topology_, *Currency::parse(settings.currency), LocationId(settings.location)),
        processors_(processor_rules(settings), prices_) {}

  Result<void> prepare() override {
    embedded::EngineOptions options;
    options.directory = settings_.data_dir;
    options.topology = topology_;
    options.folding.cache_documents = static_cast<std::size_t>(settings_.cache_documents);
    for (std::size_t i = 0; i < kTopics; ++i) {
      const auto keep = settings_.retention_of(static_cast<Topic>(i));
      if (keep && keep->count() != kForever) options.loop.retention[i] = *keep;
    }
    options.on_fatal = [this](const Error& error) { end_.fail(error); };
    auto engine = embedded::Engine::open(std::move(options), processors_.in_order());
    if (!engine) return fail(std::move(engine.error()));
    engine_ = std::move(*engine);
    observed_ = std::make_unique<ObservingReader>(*engine_, prices_);

    // Prices first: what the last run left in order_created is priced with them.
    prices_.start(*engine_, *engine_);
    while (!prices_.caught_up()) {
      if (end_.wait_for(std::chrono::milliseconds(1))) return {};
    }
    auto gateway = make_gateway(settings_);
    if (!gateway) return fail(std::move(gateway.error()));
    gateway_ = std::move(*gateway);
    errands_ = std::make_unique<ErrandRunner>(errand_options(settings_), topology_, engine_->follow_ups(), *observed_,
                                              *gateway_);
    auto webhooks = outbound::WebhookSender::open(webhook_options(settings_), topology_, engine_->follow_ups(),
                                                  *engine_, *observed_);
    if (!webhooks) return fail(std::move(webhooks.error()));
    webhooks_ = std::move(*webhooks);
    listeners_ = std::make_unique<CommitListeners>(std::vector<CommitListener*>{errands_.get(), webhooks_.get()});
    engine_->start(listeners_.get());
    errands_->start();
    webhooks_->start();
    const auto epochs = read_epochs(*engine_, settings_.topology());
    if (!epochs) return fail(epochs.error());
    api_ = std::make_unique<http::Api>(
        api_options(settings_, *epochs),
        http::ApiPorts{*engine_, *engine_, *observed_, prices_, [this] { return readiness(); },
                       [this] { return door_.server_stats(); }, [this](std::string& out) { metrics(out); },
                       door_.gate()});
    door_.open(api_->handler());
    return {};
  }

  void start() override {}

  void stop() override {
    if (api_) api_->stop();
    prices_.stop();
    if (gateway_) gateway_->stop();
    if (errands_) errands_->stop();
    if (webhooks_) webhooks_->stop();
    if (engine_) engine_->stop();
  }

  std::vector<http::ReadinessCheck> readiness() const override {
    const bool failed = engine_ == nullptr || engine_->failed();
    return {{"engine", !failed, failed ? "stopped" : std::to_string(engine_->waiting_appends()) + " appends waiting"},
            {"prices", prices_.caught_up(), std::to_string(prices_.size()) + " products"}};
  }

  void metrics(std::string& out) const override {
    if (!engine_) return;
    const auto& counters = engine_->counters();
    http::append_metric("ordo_engine_appends_total", "counter", "Records written to the log.", counters.appends, out);
    http::append_metric("ordo_engine_commits_total", "counter", "Transactions committed.", counters.commits, out);
    http::append_metric("ordo_engine_folded_total", "counter", "Records folded by processors.", counters.folded, out);
    http::append_metric("ordo_engine_documents_total", "counter", "Documents written.", counters.documents, out);
    http::append_metric("ordo_engine_syncs_total", "counter", "Syncs of the disk.", engine_->disk().syncs, out);
    http::append_metric("ordo_engine_removed_total", "counter", "Old records removed from the log.", counters.removed,
                        out);
    http::append_metric("ordo_engine_waiting_appends", "gauge", "Appends waiting to be written.",
                        engine_->waiting_appends(), out);
    append_lags(engine_->lags(), out);
    if (errands_) append_errand_metrics(errands_->figures(), out);
    if (webhooks_) append_webhook_metrics(webhooks_->figures(), out);
  }

 private:
  const Settings& settings_;
  FrontDoor& door_;
  ProcessEnd& end_;
  const Topology topology_;

  PriceFollower prices_;
  ProcessorSet processors_;
  std::unique_ptr<PaymentGateway> gateway_;
  // Told by the engine, so they go after it.
  std::unique_ptr<ErrandRunner> errands_;
  std::unique_ptr<outbound::WebhookSender> webhooks_;
  std::unique_ptr<CommitListeners> listeners_;
  std::unique_ptr<embedded::Engine> engine_;
  std::unique_ptr<ObservingReader> observed_;
  std::unique_ptr<http::Api> api_;
};

}  // namespace

std::unique_ptr<Service> make_embedded_service(const Settings& settings, FrontDoor& door, ProcessEnd& end) {
  return std::make_unique<EmbeddedService>(settings, door, end);
}

}  // namespace ordo::cli
