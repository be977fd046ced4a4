// The HTTP API: routes over the ports of the engine. Knows no networking and no backend.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/customer.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "domain/pricing.h"
#include "http/event_options.h"
#include "http/message.h"
#include "http/server.h"
#include "outbound/signature.h"
#include "process/ports.h"
#include "records/topology.h"

namespace ordo::http {

class Gate;

struct ApiOptions {
  Topology topology;
  Currency currency;    // of prices on the seed's routes
  LocationId location;  // where stock is counted and orders are served from unless the request says otherwise
  std::string source;   // of the records written here: "/ordo/api/<instance>"
  std::vector<std::int64_t> epochs;  // of order_created's partitions, part of the orders' numbers; empty: all 0
  EventOptions events;
  std::vector<outbound::SigningSecret> gateway_secrets;  // of its callbacks; none: they are refused
  std::vector<outbound::SigningSecret> carrier_secrets;  // of their reports; none: these need no signature
  SegmentRules segments;
  bool webhooks_allow_private = false;  // URLs that name an address of one's own network

  int read_threads = 4;
  std::size_t max_queued_reads = 1024;  // 503 beyond
  std::size_t max_waiting = 1024;       // requests that wait for a decision; beyond, they are answered at once
  std::size_t max_accepted_bytes = 32 * 1024 * 1024;  // of orders kept until their documents are there
  std::chrono::milliseconds decision_wait{
      2'000};  // for a decision before 202, where Prefer: wait does not say otherwise
};

struct ReadinessCheck {
  std::string name;
  bool ok = false;
  std::string detail;
};

// What the API stands on. All of it outlives the Api.
struct ApiPorts {
  RecordLog& log;
  LogSource& source;
  DocumentReader& documents;
  const PriceList& prices;                                 // thread-safe
  std::function<std::vector<ReadinessCheck>()> readiness;  // any thread; must not block. Ready when all are ok
  std::function<ServerStats()> server_stats;               // for /metrics; may be empty
  std::function<void(std::string&)> more_metrics;          // appends Prometheus text of the backend; may be empty
  Gate* gate = nullptr;                                    // asked about every request; null: all are let through
};

// Thread-safe once constructed. Outlives the server it answers for, and every ack of the log: stop the server, then
// stop() here, then close the log, then destroy.
class Api {
 public:
  Api(const ApiOptions& options, ApiPorts ports);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // Valid as long as this.
  Handler handler();

  // Ends all waiting: whoever waits for a decision is answered with what is known. Joins the threads.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::http
