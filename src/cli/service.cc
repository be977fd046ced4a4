#include "cli/service.h"

#include "base/time.h"
#include "base/uuid.h"
#include "outbound/signature.h"
#include "process/epoch_plan.h"

namespace ordo::cli {

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

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;

// None for an empty text. What is not a secret was refused when the settings were read.
std::vector<outbound::SigningSecret> secrets_of(const std::string& text) {
  if (text.empty()) return {};
  return {*outbound::parse_secret(text)};
}

}  // namespace

http::ApiOptions api_options(const Settings& settings, const Epochs& epochs) {
  http::ApiOptions options;
  options.topology = settings.topology();
  options.currency = *Currency::parse(settings.currency);
  options.location = LocationId(settings.location);
  options.source = "/ordo/api/" + uuid_v7(now());
  options.epochs = epochs[static_cast<std::size_t>(Topic::order_created)];
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (!epochs[i].empty()) options.events.epochs[i] = newest_epoch(epochs[i]);
  }
  options.events.max_streams = static_cast<std::size_t>(settings.max_event_streams);
  options.gateway_secrets = secrets_of(settings.gateway_secret);
  options.carrier_secrets = secrets_of(settings.carrier_secret);
  options.webhooks_allow_private = settings.webhook_allow_private == "yes";
  options.segments.returning_orders = settings.segment_returning_orders;
  options.segments.vip_orders = settings.segment_vip_orders;
  options.segments.vip_value = settings.segment_vip_value;
  options.segments.lapsed_days = (settings.segment_lapsed_s + kDay - 1) / kDay;
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

}  // namespace ordo::cli
