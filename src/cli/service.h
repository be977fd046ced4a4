// What `ordo serve` runs behind its HTTP port: the embedded engine, or roles on Kafka and MongoDB.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/front_door.h"
#include "cli/process_end.h"
#include "cli/settings.h"
#include "http/api.h"

namespace ordo::cli {

// The functions are called in their order, on one thread, but for readiness() and metrics().
class Service {
 public:
  virtual ~Service() = default;

  // Brings up what needs nothing from outside. An error is final: the process ends with it. May return early, without
  // one, when the end of the process is wanted.
  virtual Result<void> prepare() = 0;

  // HTTP is served: brings up the rest in the background. Failures go to the ProcessEnd.
  virtual void start() = 0;

  // HTTP is served no more, no request is in flight: finishes what was begun, and waits for its threads. Once, also
  // after a prepare() that failed.
  virtual void stop() = 0;

  // The parts that have to be there before the process is of use. Any thread, from the construction on; never blocks.
  virtual std::vector<http::ReadinessCheck> readiness() const = 0;
  // Appends Prometheus text. As readiness().
  virtual void metrics(std::string& out) const = 0;
};

// `door` gets the API once it can be used. Settings, door and end outlive the service.
std::unique_ptr<Service> make_embedded_service(const Settings& settings, FrontDoor& door, ProcessEnd& end);
// kInvalid when Kafka's or MongoDB's client refuses the settings.
Result<std::unique_ptr<Service>> make_cluster_service(const Settings& settings, FrontDoor& door, ProcessEnd& end);

// Records that each owner has not folded, as Prometheus text.
void append_lags(const std::map<Owner, std::int64_t>& lags, std::string& out);

// The epochs of the topics' partitions as their processors know them; 0 for one that no processor has begun to read.
using Epochs = std::array<std::vector<std::int64_t>, kTopics>;
Result<Epochs> read_epochs(DocumentReader& reader, const Topology& topology);

// The options of the API that follow from the settings and the log.
http::ApiOptions api_options(const Settings& settings, const Epochs& epochs);

}  // namespace ordo::cli
