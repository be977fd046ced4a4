#include "cli/service.h"

#include "base/time.h"
#include "base/uuid.h"

namespace ordo::cli {

Result<Epochs> read_epochs(DocumentReader& reader) {
  Epochs epochs{};
  for (const auto processor : kAllProcessors) {
    const auto cursor = reader.cursor({processor, 0});
    if (!cursor) return fail(cursor.error());
    epochs[static_cast<std::size_t>(inbox_of(processor))] = cursor->epoch;
  }
  return epochs;
}

http::ApiOptions api_options(const Settings& settings, const Epochs& epochs) {
  http::ApiOptions options;
  options.topology = settings.topology();
  options.currency = *Currency::parse(settings.currency);
  options.location = LocationId(settings.location);
  options.source = "/ordo/api/" + uuid_v7(now());
  options.epoch = epochs[static_cast<std::size_t>(Topic::order_created)];
  options.events.epochs = epochs;
  options.events.max_streams = static_cast<std::size_t>(settings.max_event_streams);
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
