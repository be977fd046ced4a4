// Shared by all routes: the ports, the pool for reads, and the request that is being handled. Internal.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/permission.h"
#include "api/api.h"
#include "api/header_values.h"
#include "api/orders/accepted_orders.h"
#include "api/worker_pool.h"
#include "domain/actor.h"
#include "http/message.h"

namespace ordo::http {
class Router;
}

namespace ordo::api {

class EventHub;

// A request that is being handled. It is shared because an Ack and a task of the pool must be copyable. Only one of
// them uses it at a time.
struct Call {
  http::Request request;
  http::Respond respond;
  // What the request occupies, such as one of a few places. It is free before the client has the answer, so that the
  // client's next request finds it free.
  std::shared_ptr<const void> held = {};

  void answer(http::Response response);
  void refuse(const Error& error);
  void refuse(int status, std::string_view code, std::string_view detail, std::string_view hint = {});
  void refuse(int status, const Error& error);
};
using CallPtr = std::shared_ptr<Call>;

inline CallPtr make_call(http::Request request, http::Respond respond) {
  return std::make_shared<Call>(Call{std::move(request), std::move(respond)});
}

// Who makes the request, for the records that it causes. Nothing if the server asks for no key, or the request is
// signed instead of authenticated.
std::optional<Actor> actor_of(const http::Request& request);

// A record to write for a request.
struct Outgoing {
  Topic topic = Topic::order_created;
  std::string key;
  std::string_view type;
  std::string value;
  std::string subject;
  std::string id;  // the CloudEvents id; empty: a new one
};

// Remembers whether the documents are unavailable. A caller that can work without them then need not wait for another
// failure. Thread-safe.
class DocumentsAway {
 public:
  // True while the documents are available. While they are not, true for one caller per second, whose attempt tests it.
  bool worth_asking();
  // Notes the result of an attempt.
  void note(bool away);

 private:
  std::atomic<std::int64_t> ask_at_ms_{0};  // on the steady clock; 0: the documents are available
};

class ApiContext {
 public:
  using Clock = std::chrono::steady_clock;
  // Runs repeatedly on a thread of the pool until it returns true, which means that it has answered. With `last`, it
  // must answer.
  using Probe = std::function<bool(bool last)>;

  ApiContext(const ApiOptions& api_options, ApiPorts api_ports);
  ~ApiContext();

  // True when the caller has permissions that its request needs in addition to those of its route. Otherwise answers
  // 403.
  bool permits(const CallPtr& call, access::PermissionSet needed) const;

  // Runs `work` on the pool. Every handler that reads documents uses this. Answers 503 when the pool is full. Answers
  // 503 to a read also while clients have too many unread answers.
  void on_pool(const CallPtr& call, std::function<void(const CallPtr&)> work);

  // While clients have too many unread answers, answers 503 and returns true. Call it before you build a large answer.
  bool refuse_while_full(const CallPtr& call) const;

  // Appends a record. The ack comes on a thread of the backend; see RecordLog.
  void append(const Call& call, Outgoing outgoing, Ack ack);

  // Calls `probe` after each commit of this process that changes the document, and at intervals, until `wait` is over.
  // Callable from any thread. The probe runs on the pool, once at a time. If too many requests wait, it runs only once,
  // as the last one.
  void poll(std::chrono::milliseconds wait, DocumentKey document, Probe probe);

  const ApiOptions options;
  const ApiPorts ports;
  AcceptedOrders accepted;
  DocumentsAway documents_away;
  std::atomic<std::uint64_t> orders_accepted{0};
  std::atomic<std::size_t> waiting{0};
  std::atomic<std::size_t> exports{0};  // streamed lists under way
  const std::unique_ptr<EventHub> events;
  WorkerPool pool;  // last: its threads use all of the above

 private:
  struct Waiter;
  enum class Cause : std::uint8_t { kTimer, kCommit };
  void schedule(const std::shared_ptr<Waiter>& waiter);
  void run(const std::shared_ptr<Waiter>& waiter, Cause cause);
};

http::Response json_response(int status, std::string body);
// Answers 200 with the tag and `body`, or 304.
void answer_read(const CallPtr& call, std::string_view etag, std::string body);

// The groups of routes. `context` outlives the router.
void add_order_routes(http::Router& router, ApiContext& context);
void add_order_list_routes(http::Router& router, ApiContext& context);
void add_day_routes(http::Router& router, ApiContext& context);
void add_imported_order_routes(http::Router& router, ApiContext& context);
void add_quote_routes(http::Router& router, ApiContext& context);
void add_order_change_routes(http::Router& router, ApiContext& context);
void add_manual_payment_routes(http::Router& router, ApiContext& context);
void add_refund_routes(http::Router& router, ApiContext& context);
void add_order_terms_routes(http::Router& router, ApiContext& context);
void add_tag_routes(http::Router& router, ApiContext& context);
void add_bulk_routes(http::Router& router, ApiContext& context);
void add_payment_routes(http::Router& router, ApiContext& context);
void add_shipment_routes(http::Router& router, ApiContext& context);
void add_customer_routes(http::Router& router, ApiContext& context);
void add_product_routes(http::Router& router, ApiContext& context);
void add_stock_routes(http::Router& router, ApiContext& context);
void add_stock_list_routes(http::Router& router, ApiContext& context);
void add_search_routes(http::Router& router, ApiContext& context);
void add_tax_rate_routes(http::Router& router, ApiContext& context);
void add_shipping_method_routes(http::Router& router, ApiContext& context);
void add_promotion_routes(http::Router& router, ApiContext& context);
void add_webhook_routes(http::Router& router, ApiContext& context);
void add_webhook_delivery_routes(http::Router& router, ApiContext& context);
void add_seed_routes(http::Router& router, ApiContext& context);
void add_event_routes(http::Router& router, ApiContext& context);
void add_dead_letter_routes(http::Router& router, ApiContext& context);
void add_health_routes(http::Router& router, ApiContext& context);
void add_me_routes(http::Router& router, ApiContext& context);
void add_settings_routes(http::Router& router, ApiContext& context);
void add_key_routes(http::Router& router, ApiContext& context);
void add_audit_routes(http::Router& router, ApiContext& context);
void add_check_routes(http::Router& router, ApiContext& context);
void add_status_routes(http::Router& router, ApiContext& context);
void add_document_routes(http::Router& router, ApiContext& context);
void add_admin_routes(http::Router& router, ApiContext& context);

// Turns functions that also take the context into handlers. The context outlives them.
inline auto bind_to(ApiContext& context) {
  return [&context](void (*route)(ApiContext&, http::Request, http::Respond)) -> http::Handler {
    return [&context, route](http::Request request, http::Respond respond) {
      route(context, std::move(request), std::move(respond));
    };
  };
}

}  // namespace ordo::api
