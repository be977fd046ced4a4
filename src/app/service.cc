#include "app/service.h"

#include <chrono>

#include "base/time.h"
#include "base/uuid.h"
#include "engine/epoch_plan.h"
#include "http/metrics.h"

namespace ordo::app {

Result<Epochs> read_epochs(DocumentReader& reader, const Topology& topology) {
  Epochs epochs;
  for (const auto processor : kAllProcessors) {
    const Topic inbox = inbox_of(processor);
    auto read = ordo::read_epochs(reader, processor, topology[inbox].partitions);
    if (!read) return fail(std::move(read.error()));
    epochs[static_cast<std::size_t>(inbox)] = std::move(*read);
  }
  return epochs;
}

api::ApiOptions api_options(const settings::Settings& settings, const Epochs& epochs,
                            access::SigningSecret quote_secret) {
  api::ApiOptions options;
  options.topology = settings.topology();
  options.currency = settings.currency;
  options.location = settings.location;
  options.source = "/ordo/api/" + uuid_v7(now());
  options.epochs = epochs[static_cast<std::size_t>(Topic::order_created)];
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (!epochs[i].empty()) options.events.epochs[i] = newest_epoch(epochs[i]);
  }
  options.events.max_streams = settings.max_event_streams;
  options.max_page_bytes = settings.max_page.bytes;
  options.max_list_time = settings.list_timeout;
  options.carrier_unbound = settings.carrier_unbound;
  options.webhooks_allow_private = settings.webhook_allow_private;
  options.quote_secret = std::move(quote_secret);
  options.segments.returning_orders = settings.segment_returning_orders;
  options.segments.vip_orders = settings.segment_vip_orders;
  options.segments.vip_value = settings.segment_vip_value;
  options.segments.lapsed_days = std::chrono::ceil<std::chrono::days>(settings.segment_lapsed).count();
  return options;
}

void append_lags(const std::map<Owner, std::int64_t>& lags, std::string& out) {
  out += "# HELP ordo_processor_lag Records of the inbox that the processor has not folded.\n";
  out += "# TYPE ordo_processor_lag gauge\n";
  for (const auto& [owner, lag] : lags) {
    out += "ordo_processor_lag{processor=\"" + std::string(ordo::to_string(owner.processor)) + "\",partition=\"" +
           std::to_string(owner.partition) + "\"} " + std::to_string(lag) + "\n";
  }
}

void append_owned(const std::map<ProcessorKind, std::size_t>& partitions,
                  const std::map<ProcessorKind, LagClock::Clock::duration>& ages, std::string& out) {
  constexpr std::string_view kPartitions = "ordo_processor_partitions";
  http::append_head(kPartitions, "gauge", "Partitions of its inbox that the processor owns in this process.", out);
  for (const auto& [processor, count] : partitions) {
    http::append_sample(kPartitions, {{"processor", ordo::to_string(processor)}}, std::uint64_t{count}, out);
  }
  constexpr std::string_view kOldest = "ordo_processor_oldest_record_seconds";
  http::append_head(kOldest, "gauge", "How long this process has seen the oldest record wait; 0: no record waits.",
                    out);
  for (const auto& [processor, age] : ages) {
    http::append_sample(kOldest, {{"processor", ordo::to_string(processor)}},
                        std::chrono::duration<double>(age).count(), out);
  }
}

}  // namespace ordo::app
