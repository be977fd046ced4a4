// The part of `ordo serve` behind the HTTP port: the embedded engine, or roles on Kafka and MongoDB.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "app/lag_clock.h"
#include "app/listener.h"
#include "app/process_end.h"
#include "base/result.h"
#include "settings/settings.h"

namespace ordo::app {

// One thread calls the functions, in their order. readiness() and metrics() are exceptions.
class Service {
 public:
  virtual ~Service() = default;

  // Starts the parts that need no outside service. An error is final and ends the process. May return early without an
  // error when the process is to end.
  virtual Result<void> prepare() = 0;

  // Called when HTTP is served. Starts the other parts in the background. Reports failures to the ProcessEnd.
  virtual void start() = 0;

  // Called when HTTP is no longer served and no request is in progress. Finishes work in progress and waits for its
  // threads. Call it once, also after a failed prepare().
  virtual void stop() = 0;

  // The parts that must work before the process is ready. Any thread, from construction on; never blocks.
  virtual std::vector<api::ReadinessCheck> readiness() const = 0;
  // Appends Prometheus text. Same thread rules as readiness().
  virtual void metrics(std::string& out) const = 0;
};

// `listener` gets the API once it can be used. `settings`, `listener` and `end` outlive the service.
std::unique_ptr<Service> make_embedded_service(const settings::Settings& settings, Listener& listener, ProcessEnd& end);
// kInvalid when the client of Kafka or MongoDB refuses the settings.
Result<std::unique_ptr<Service>> make_cluster_service(const settings::Settings& settings, Listener& listener,
                                                      ProcessEnd& end);

// Appends the number of records that each owner has not folded, as Prometheus text.
void append_lags(const std::map<Owner, std::int64_t>& lags, std::string& out);
// Appends the number of partitions that each processor of this process owns, and how long records wait there.
void append_owned(const std::map<ProcessorKind, std::size_t>& partitions,
                  const std::map<ProcessorKind, LagClock::Clock::duration>& ages, std::string& out);

// The epochs of the topics' partitions, as their processors know them. 0: no processor has read the partition yet.
using Epochs = std::array<std::vector<std::int64_t>, kTopics>;
Result<Epochs> read_epochs(DocumentReader& reader, const Topology& topology);

// The options of the API, from the settings and the log.
api::ApiOptions api_options(const settings::Settings& settings, const Epochs& epochs,
                            access::SigningSecret quote_secret);

}  // namespace ordo::app
