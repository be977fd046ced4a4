#include "api/api_context.h"

#include <algorithm>
#include <array>

#include "api/events/event_hub.h"
#include "base/log.h"
#include "base/uuid.h"
#include "http/problem.h"
#include "http/request_guard.h"

namespace ordo::api {
namespace {

using std::chrono::milliseconds;

// In look_again. Most decisions take a few milliseconds. For longer waits, frequent looks do not help.
constexpr std::array<int, 6> kBackOff = {1, 2, 5, 10, 25, 50};

}  // namespace

void Call::answer(http::Response response) {
  // guard: place-is-free-before-the-answer
  held.reset();
  respond(std::move(response));
}

void Call::refuse(const Error& error) {
  refuse(http::status_of(error), error);
}

void Call::refuse(int status, std::string_view code, std::string_view detail, std::string_view hint) {
  answer(http::problem(status, code, detail, request.trace_id, hint));
}

void Call::refuse(int status, const Error& error) {
  // Busy and unavailable are reported to the client and in the metrics. A log line for each would worsen an overload.
  if (status == 500) {
    log_error("request failed", {{"error", error.text()}, {"trace_id", request.trace_id}, {"path", request.path()}});
  }
  answer(http::problem(status, error, request.trace_id));
}

namespace {

constexpr std::int64_t kAskAgainMs = 1'000;
constexpr std::int64_t kAskingMs = 10'000;  // an attempt that takes longer counts as lost

std::int64_t steady_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

bool DocumentsAway::worth_asking() {
  auto ask_at = ask_at_ms_.load();
  if (ask_at == 0) return true;
  const auto time = steady_ms();
  return time >= ask_at && ask_at_ms_.compare_exchange_strong(ask_at, time + kAskingMs);
}

void DocumentsAway::note(bool away) {
  ask_at_ms_.store(away ? steady_ms() + kAskAgainMs : 0);
}

ApiContext::ApiContext(const ApiOptions& api_options, ApiPorts api_ports)
    : options(api_options),
      ports(std::move(api_ports)),
      accepted(api_options.max_accepted_bytes),
      events(std::make_unique<EventHub>(api_options.events, api_options.topology, ports.source)),
      pool(api_options.read_threads, api_options.max_queued_reads, api_options.max_waiting) {}

ApiContext::~ApiContext() = default;

bool ApiContext::permits(const CallPtr& call, access::PermissionSet needed) const {
  if (http::may(call->request, needed)) return true;
  ports.guard->forbid(call->request, call->respond, needed);
  return false;
}

void ApiContext::on_pool(const CallPtr& call, std::function<void(const CallPtr&)> work) {
  const bool reads = call->request.method == http::Method::kGet || call->request.method == http::Method::kHead;
  // The check runs when the task starts, so it includes the answers of earlier reads.
  const bool taken = pool.submit([this, reads, call, work = std::move(work)] {
    // guard: http-untaken-answers
    if (!reads || !refuse_while_full(call)) work(call);
  });
  if (!taken) call->refuse(503, "reads_queue_full", "too many requests wait for the database");
}

bool ApiContext::refuse_while_full(const CallPtr& call) const {
  if (!ports.answers_full || !ports.answers_full()) return false;
  call->refuse(503, "answers_queue_full", "clients have too many unread answers");
  return true;
}

std::optional<Actor> actor_of(const http::Request& request) {
  if (!request.caller) return std::nullopt;
  const access::Principal& who = *request.caller->principal;
  if (who.inside) return Actor{ActorKind::system, "cli"};
  if (who.customer) return Actor{ActorKind::customer, *who.customer};
  if (who.kind == access::Principal::Kind::token) return Actor{ActorKind::token, who.id};
  return Actor{ActorKind::key, who.id, who.name};
}

void ApiContext::append(const Call& call, Outgoing outgoing, Ack ack) {
  Record record;
  record.at = {outgoing.topic, options.topology.partition_of(outgoing.topic, outgoing.key)};
  record.key = std::move(outgoing.key);
  record.value = std::move(outgoing.value);
  Envelope& envelope = record.envelope;
  envelope.time = now();
  envelope.id = outgoing.id.empty() ? uuid_v7(envelope.time) : std::move(outgoing.id);
  envelope.source = options.source;
  envelope.type = outgoing.type;
  envelope.subject = std::move(outgoing.subject);
  envelope.by = actor_of(call.request);
  // Only callbacks are signed.
  if (call.request.is_signed) {
    envelope.by = Actor{ActorKind::system, outgoing.topic == Topic::payments ? "gateway" : "carrier"};
  }
  const auto traceparent = call.request.header("traceparent");
  if (!traceparent.empty() && traceparent.find(call.request.trace_id) != std::string_view::npos) {
    envelope.traceparent = traceparent;
  } else {
    // A new trace begins here. The first 16 digits of its id are also the id of its first span.
    envelope.traceparent.reserve(55);
    envelope.traceparent.append("00-").append(call.request.trace_id).append("-");
    envelope.traceparent.append(call.request.trace_id, 0, 16).append("-00");
  }
  ports.log.append(std::move(record), std::move(ack));
}

struct ApiContext::Waiter {
  Waiter(Probe how, Clock::time_point until) : probe(std::move(how)), deadline(until) {}

  const Probe probe;
  const Clock::time_point deadline;
  std::optional<DocumentWaits::Place> place;
  std::size_t step = 0;  // of the timer, which is set once at a time

  std::mutex mutex;           // guards the members below
  bool probing = false;       // on one thread
  bool probe_again = false;   // there was a cause meanwhile
  bool timer_is_due = false;  // it is to be set again
  bool is_last = false;       // no timer could be set
  bool is_done = false;
};

void ApiContext::poll(milliseconds wait, DocumentKey document, Probe probe) {
  const bool crowded = waiting.fetch_add(1) >= options.max_waiting;
  const auto waiter = std::make_shared<Waiter>(std::move(probe), crowded ? Clock::now() : Clock::now() + wait);
  if (ports.waits != nullptr && !crowded) {
    // When the pool is full, the timer is left.
    waiter->place.emplace(*ports.waits, std::move(document), [this, weak = std::weak_ptr(waiter)] {
      if (auto known = weak.lock()) pool.submit([this, known = std::move(known)] { run(known, Cause::kCommit); });
    });
  }
  schedule(waiter);
}

void ApiContext::schedule(const std::shared_ptr<Waiter>& waiter) {
  const auto left = std::chrono::ceil<milliseconds>(waiter->deadline - Clock::now());
  const auto delay = std::clamp(left, milliseconds(0), options.look_again * kBackOff[waiter->step]);
  waiter->step = std::min(waiter->step + 1, kBackOff.size() - 1);
  if (pool.submit_after(delay, [this, waiter] { run(waiter, Cause::kTimer); })) return;
  // The pool stops or is full. So this is the last look, on the current thread.
  {
    const std::lock_guard lock(waiter->mutex);
    waiter->is_last = true;
  }
  run(waiter, Cause::kTimer);
}

void ApiContext::run(const std::shared_ptr<Waiter>& waiter, Cause cause) {
  {
    const std::lock_guard lock(waiter->mutex);
    if (waiter->is_done) return;
    if (cause == Cause::kTimer) waiter->timer_is_due = true;
    waiter->probe_again = true;
    if (waiter->probing) return;
    waiter->probing = true;
  }
  while (true) {
    bool last = Clock::now() >= waiter->deadline || pool.stopping();
    {
      const std::lock_guard lock(waiter->mutex);
      last = last || waiter->is_last;
      waiter->probe_again = false;
    }
    const bool answered = waiter->probe(last) || last;
    bool set_timer = false;
    {
      const std::lock_guard lock(waiter->mutex);
      waiter->is_done = answered;
      if (!answered && waiter->probe_again) continue;
      waiter->probing = false;
      set_timer = std::exchange(waiter->timer_is_due, false);
    }
    if (!answered) {
      if (set_timer) schedule(waiter);
      return;
    }
    waiter->place.reset();
    waiting.fetch_sub(1);
    return;
  }
}

http::Response json_response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

void answer_read(const CallPtr& call, std::string_view etag, std::string body) {
  http::Response response;
  if (is_not_modified(call->request, etag)) {
    response.status = 304;
  } else {
    response = json_response(200, std::move(body));
  }
  response.add_header("ETag", etag);
  call->answer(std::move(response));
}

}  // namespace ordo::api
