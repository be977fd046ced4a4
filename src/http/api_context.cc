#include "http/api_context.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/log.h"
#include "base/uuid.h"
#include "http/event_hub.h"
#include "http/problem.h"

namespace ordo::http {
namespace {

using std::chrono::milliseconds;

// A decision mostly takes a few milliseconds; whoever waits longer is not helped by many looks.
constexpr std::array<milliseconds, 6> kBackOff = {milliseconds(2),  milliseconds(5),  milliseconds(10),
                                                  milliseconds(20), milliseconds(50), milliseconds(100)};
constexpr std::chrono::seconds kMaxWait{30};
constexpr std::size_t kMaxKey = 255;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `visit` with each element of a comma-separated list until it returns true; returns whether it did.
template <class Visit>
bool any_element(std::string_view list, const Visit& visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (visit(trim(list.substr(0, comma)))) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

}  // namespace

void Call::refuse(const Error& error) {
  refuse(status_of(error), error);
}

void Call::refuse(int status, std::string_view code, std::string_view detail, std::string_view hint) {
  respond(problem(status, code, detail, request.trace_id, hint));
}

void Call::refuse(int status, const Error& error) {
  // Busy and unavailable are for the client and the metrics; a log line for each would make an overload worse.
  if (status == 500) {
    log_error("request failed", {{"error", error.text()}, {"trace_id", request.trace_id}, {"path", request.path()}});
  }
  respond(problem(status, error, request.trace_id));
}

namespace {

constexpr std::int64_t kAskAgainMs = 1'000;
constexpr std::int64_t kAskingMs = 10'000;  // an attempt that has not come back by then is taken for lost

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

void ApiContext::on_pool(const CallPtr& call, std::function<void(const CallPtr&)> work) {
  if (!pool.submit([call, work = std::move(work)] { work(call); })) {
    call->refuse(503, "reads_queue_full", "too many requests wait for the database");
  }
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
  const auto traceparent = call.request.header("traceparent");
  if (!traceparent.empty() && traceparent.find(call.request.trace_id) != std::string_view::npos) {
    envelope.traceparent = traceparent;
  } else {
    // The trace begins here; its id doubles as the id of its first span.
    envelope.traceparent.reserve(55);
    envelope.traceparent.append("00-").append(call.request.trace_id).append("-");
    envelope.traceparent.append(call.request.trace_id, 0, 16).append("-00");
  }
  ports.log.append(std::move(record), std::move(ack));
}

struct ApiContext::Waiter {
  Probe probe;
  Clock::time_point deadline;
  std::size_t step = 0;
};

void ApiContext::poll(milliseconds wait, Probe probe) {
  const auto waiter = std::make_shared<Waiter>(Waiter{std::move(probe), Clock::now() + wait, 0});
  if (waiting.fetch_add(1) >= options.max_waiting) waiter->deadline = Clock::now();
  schedule(waiter);
}

void ApiContext::schedule(const std::shared_ptr<Waiter>& waiter) {
  const auto left = std::chrono::duration_cast<milliseconds>(waiter->deadline - Clock::now());
  const auto delay = std::clamp(left, milliseconds(0), kBackOff[waiter->step]);
  waiter->step = std::min(waiter->step + 1, kBackOff.size() - 1);
  if (pool.submit_after(delay, [this, waiter] { run(waiter); })) return;
  // Stopping, or no room: this is the last look, on whatever thread this is.
  waiter->deadline = Clock::now();
  run(waiter);
}

void ApiContext::run(const std::shared_ptr<Waiter>& waiter) {
  const bool last = Clock::now() >= waiter->deadline || pool.stopping();
  if (waiter->probe(last) || last) {
    waiting.fetch_sub(1);
    return;
  }
  schedule(waiter);
}

std::optional<milliseconds> preferred_wait(const Request& request) {
  std::optional<milliseconds> wait;
  any_element(request.header_list("Prefer"), [&](std::string_view preference) {
    constexpr std::string_view kWait = "wait=";
    if (!equals_ignoring_case(preference.substr(0, kWait.size()), kWait)) return false;
    const auto digits = preference.substr(kWait.size());
    std::int64_t seconds = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, seconds);
    if (error != std::errc() || stop != end || seconds < 0) return false;  // a preference not understood is ignored
    wait = std::min<milliseconds>(std::chrono::seconds(std::min<std::int64_t>(seconds, kMaxWait.count())), kMaxWait);
    return true;
  });
  return wait;
}

Result<std::optional<std::string>> idempotency_key(const Request& request) {
  if (!request.has_header("Idempotency-Key")) return std::optional<std::string>();
  auto key = trim(request.header("Idempotency-Key"));
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > kMaxKey || !printable) {
    return fail(ErrorCode::kInvalid, "bad_header", "Idempotency-Key must be 1 to 255 printable ASCII characters");
  }
  return std::optional<std::string>(std::in_place, key);
}

std::string etag_of(std::int64_t rev) {
  return "\"" + std::to_string(rev) + "\"";
}

bool is_not_modified(const Request& request, std::string_view etag) {
  return any_element(request.header_list("If-None-Match"), [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag == "*" || tag == etag;
  });
}

Response json_response(int status, std::string body) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

void answer_read(const CallPtr& call, std::string_view etag, std::string body) {
  Response response;
  if (is_not_modified(call->request, etag)) {
    response.status = 304;
  } else {
    response = json_response(200, std::move(body));
  }
  response.add_header("ETag", etag);
  call->answer(std::move(response));
}

}  // namespace ordo::http
