// The HTTP API: its routes use the ports of the engine. It knows neither the network nor the backend.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/signature.h"
#include "api/events/event_options.h"
#include "api/system/system_ports.h"
#include "domain/customer.h"
#include "domain/ids.h"
#include "domain/money.h"
#include "domain/pricing.h"
#include "domain/shop_rules.h"
#include "engine/document_waits.h"
#include "engine/ports.h"
#include "http/message.h"
#include "http/server.h"
#include "records/record_limits.h"
#include "records/topology.h"

namespace ordo {
class RecordProof;
}

namespace ordo::http {
class RequestGuard;
}

namespace ordo::api {

struct ApiOptions {
  Topology topology;
  Currency currency;                 // for prices on the seed's routes
  LocationId location;               // for stock and orders, unless the request names another location
  std::string source;                // source of the records written here: "/ordo/api/<instance>"
  std::vector<std::int64_t> epochs;  // of order_created's partitions; part of the orders' numbers. Empty: all 0
  RecordLimits limits;               // of the log's topics
  EventOptions events;
  bool carrier_unbound = false;  // true: signed reports of carriers may omit their shipment
  SegmentRules segments;
  access::SigningSecret quote_secret;   // seals quotes; the same for all processes of a deployment
  bool webhooks_allow_private = false;  // true: webhook URLs may have private addresses

  int read_threads = 4;
  std::size_t max_queued_reads = 1024;                // beyond it: 503
  std::size_t max_page_bytes = Query::kMaxPageBytes;  // of documents on one page; the next page has the rest
  std::chrono::milliseconds max_list_time{3'000};     // of reading one page or count; beyond it: 503
  std::size_t max_listed_bytes = 32 * 1024 * 1024;    // bytes of a list without pages (the seed's); beyond it: 503
  std::size_t max_waiting = 1024;  // requests that wait for a decision; beyond it, requests are answered at once
  std::size_t max_accepted_bytes = 32 * 1024 * 1024;  // bytes of orders that are kept until their documents exist
  std::chrono::milliseconds look_again{
      2};  // first pause between two looks of a request that waits; then up to 50 times it
  std::chrono::milliseconds decision_wait{
      2'000};  // longest wait for a decision before 202, unless Prefer: wait says otherwise
};

struct ReadinessCheck {
  std::string name;
  bool ok = false;
  std::string detail;
};

// The ports that the API uses. All of them outlive the Api.
struct ApiPorts {
  RecordLog& log;
  LogSource& source;
  DocumentReader& documents;
  const PriceList& prices;  // thread-safe
  const ShopRulesSource& rules;
  std::function<std::vector<ReadinessCheck>()> readiness;  // ready when all are ok; any thread; must not block
  std::function<http::ServerStats()> server_stats;         // for /metrics; may be empty
  std::function<void(std::string&)> more_metrics;          // appends Prometheus text of the backend; may be empty
  http::RequestGuard* guard = nullptr;                     // checks every request; null: every request is allowed
  const RecordProof* proof = nullptr;                      // of the log's records; null: no one else writes to the log
  std::function<bool()> answers_full = nullptr;            // true: too many unread answers; refuses reads; may be empty
  SystemPorts system = {};
  // Wakes requests that wait for a document. Null: no processor runs in this process, so they look again and again.
  DocumentWaits* waits = nullptr;
};

// Thread-safe after construction. Outlives the server that it answers for, and every ack of the log. To end it: stop
// the server, call stop(), close the log, then destroy this object.
class Api {
 public:
  Api(const ApiOptions& options, ApiPorts ports);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // Valid as long as this object.
  http::Handler handler();

  // Ends all waits: requests that wait for a decision get the present state as their answer. Joins the threads.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::api
