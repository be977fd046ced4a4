#include "cli/service.h"

#include "base/time.h"
#include "base/uuid.h"

namespace ordo::cli {

http::ApiOptions api_options(const Settings& settings, std::int64_t epoch) {
  http::ApiOptions options;
  options.topology = settings.topology();
  options.currency = *Currency::parse(settings.currency);
  options.location = LocationId(settings.location);
  options.source = "/ordo/api/" + uuid_v7(now());
  options.epoch = epoch;
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
