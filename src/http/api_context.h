// What the groups of routes share: the ports, the pool for reads, and how a request under way is carried around.
// Internal.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/accepted_orders.h"
#include "http/api.h"
#include "http/header_values.h"
#include "http/message.h"
#include "http/worker_pool.h"

namespace ordo::http {

class EventHub;
class Router;

// A request under way. Shared, because an Ack and a pool's task have to be copyable; one of them at a time uses it.
struct Call {
  Request request;
  Respond respond;

  void answer(Response response) { respond(std::move(response)); }
  void refuse(const Error& error);
  void refuse(int status, std::string_view code, std::string_view detail, std::string_view hint = {});
  void refuse(int status, const Error& error);
};
using CallPtr = std::shared_ptr<Call>;

inline CallPtr make_call(Request request, Respond respond) {
  return std::make_shared<Call>(Call{std::move(request), std::move(respond)});
}

// A record to be written for a request.
struct Outgoing {
  Topic topic = Topic::order_created;
  std::string key;
  std::string_view type;
  std::string value;
  std::string subject;
  std::string id;  // the CloudEvents id; empty: a fresh one
};

// Whether the documents are known to be away, so that who can do without them need not wait for each failure anew.
// Thread-safe.
class DocumentsAway {
 public:
  // True while they are there; while they are away, for one caller a second, who finds out.
  bool worth_asking();
  // What an attempt has shown.
  void note(bool away);

 private:
  std::atomic<std::int64_t> ask_at_ms_{0};  // of the steady clock; 0: they are there
};

class ApiContext {
 public:
  using Clock = std::chrono::steady_clock;
  // Called again and again on a pool thread until it returns true: it has answered. With `last` it has to.
  using Probe = std::function<bool(bool last)>;

  ApiContext(const ApiOptions& api_options, ApiPorts api_ports);
  ~ApiContext();

  // Runs `work` on the pool; 503 when that is full. For everything that reads documents.
  void on_pool(const CallPtr& call, std::function<void(const CallPtr&)> work);

  // Writes a record. The ack comes on a thread of the backend; see RecordLog.
  void append(const Call& call, Outgoing outgoing, Ack ack);

  // Probes now and then until `wait` is over. From any thread; the probe runs on the pool, or at once as the last one
  // when there are too many waiting.
  void poll(std::chrono::milliseconds wait, Probe probe);

  const ApiOptions options;
  const ApiPorts ports;
  AcceptedOrders accepted;
  DocumentsAway documents_away;
  std::atomic<std::uint64_t> orders_accepted{0};
  std::atomic<std::size_t> waiting{0};
  const std::unique_ptr<EventHub> events;
  WorkerPool pool;  // last: its threads use all of the above

 private:
  struct Waiter;
  void schedule(const std::shared_ptr<Waiter>& waiter);
  void run(const std::shared_ptr<Waiter>& waiter);
};

Response json_response(int status, std::string body);
// 200 with the tag and `body`, or 304.
void answer_read(const CallPtr& call, std::string_view etag, std::string body);

// The groups. `context` outlives the router.
void add_order_routes(Router& router, ApiContext& context);
void add_order_change_routes(Router& router, ApiContext& context);
void add_payment_routes(Router& router, ApiContext& context);
void add_shipment_routes(Router& router, ApiContext& context);
void add_customer_routes(Router& router, ApiContext& context);
void add_product_routes(Router& router, ApiContext& context);
void add_stock_routes(Router& router, ApiContext& context);
void add_webhook_routes(Router& router, ApiContext& context);
void add_webhook_delivery_routes(Router& router, ApiContext& context);
void add_seed_routes(Router& router, ApiContext& context);
void add_event_routes(Router& router, ApiContext& context);
void add_dead_letter_routes(Router& router, ApiContext& context);
void add_health_routes(Router& router, ApiContext& context);
void add_document_routes(Router& router, ApiContext& context);

// Makes handlers of functions that are given the context as well; it outlives them.
inline auto bind_to(ApiContext& context) {
  return [&context](void (*route)(ApiContext&, Request, Respond)) -> Handler {
    return
        [&context, route](Request request, Respond respond) { route(context, std::move(request), std::move(respond)); };
  };
}

}  // namespace ordo::http
