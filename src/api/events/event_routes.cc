// GET /v1/events: the log as Server-Sent Events.
#include <array>

#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/events/event_hub.h"
#include "base/text.h"
#include "http/router.h"
#include "http/target.h"

namespace ordo::api {
namespace {

constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::size_t kMaxTypes = 32;
constexpr std::array<std::string_view, 5> kParameters = {"topic", "type", "order_id", "from", "last_event_id"};

Result<void> add_types(std::string_view list, std::vector<std::string>& types) {
  while (!list.empty()) {
    const auto type = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), type.size() + 1));
    if (type.empty()) continue;
    if (type.find('*') < type.size() - 1)
      return http::bad_query("type: * is allowed only at the end, as in ordo.payment.*");
    if (types.size() == kMaxTypes) return http::bad_query("type: at most 32 types");
    types.emplace_back(type);
  }
  return {};
}

Result<Topic> topic_named(const std::string& name) {
  // Its records contain the secrets that sign webhook deliveries.
  constexpr Topic kSecret = Topic::webhooks;
  if (const auto topic = parse_topic(name); topic && *topic != kSecret) return *topic;
  std::string list;
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (static_cast<Topic>(i) == kSecret) continue;
    list += (list.empty() ? "" : ", ") + std::string(to_string(static_cast<Topic>(i)));
  }
  return http::bad_query("topic is one of " + list);
}

Result<void> apply(const std::string& name, const std::string& value, EventRequest& wanted) {
  if (name == "topic") {
    const auto topic = topic_named(value);
    if (!topic) return fail(topic.error());
    wanted.topic = *topic;
  } else if (name == "type") {
    return add_types(value, wanted.filter.types);
  } else if (name == "order_id") {
    wanted.filter.order_id = value;
  } else if (name == "from") {
    wanted.start.at = value == "start" ? EventStart::At::kBeginning : EventStart::At::kNow;
    if (value == "now" || value == "start") return {};
    const auto time = parse_timestamp(value);
    if (!time) return http::bad_query("from is now, start, or a time such as 2026-11-30T08:00:00Z");
    if (*time >= now()) return {};
    wanted.start.at = EventStart::At::kTime;
    wanted.start.time = *time;
  } else if (name != "last_event_id") {
    const auto near = nearest(name, kParameters);
    return http::bad_query("there is no parameter " + name +
                           (near.empty() ? "; known are topic, type, order_id, from, last_event_id"
                                         : "; did you mean " + std::string(near) + "?"));
  }
  return {};
}

Result<EventRequest> parse(const EventHub& hub, const http::Request& request) {
  const auto query = http::QueryString::parse(request.query(), "type");
  if (!query) return fail(query.error());
  EventRequest wanted;
  for (const auto& [name, value] : query->parameters()) {
    // guard: stream-empty-filter
    if (value.empty() && (name == "type" || name == "order_id")) return http::empty_filter(name);
    if (value.empty()) continue;
    if (auto applied = apply(name, value, wanted); !applied) return fail(std::move(applied.error()));
  }
  // When a browser reconnects, it repeats the query. The header then contains the newer place.
  std::string id(request.header("Last-Event-ID"));
  const auto* asked = query->find("last_event_id");
  if (id.empty() && asked != nullptr) id = *asked;
  if (id.empty()) return wanted;
  auto place = parse_event_id(hub.log_of(wanted.topic), id);
  if (place) {
    wanted.start.at = EventStart::At::kPlace;
    wanted.start.place = std::move(*place);
  } else {
    wanted.start.reason = place.error().reason;
    wanted.start.unusable = std::move(id);
  }
  return wanted;
}

http::Response event_stream(std::shared_ptr<http::BodyReader> body) {
  http::Response response;
  response.content_type = kEventStream;
  response.add_header("Cache-Control", "no-store");
  response.add_header("X-Accel-Buffering", "no");  // nginx then does not buffer the stream
  response.stream = std::move(body);
  return response;
}

// During the stream, the feed checks whether the key or token still has the permissions.
void get_events(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  EventHub& hub = *context.events;
  auto wanted = parse(hub, call->request);
  if (!wanted) return call->refuse(wanted.error());
  // guard: stream-of-topic
  if (!context.permits(call, event_permissions(wanted->topic))) return;
  // guard: stream-tokens
  wanted->filter.tokens = shown_tokens(call->request);
  if (call->request.method == http::Method::kHead) return call->answer(event_stream(http::make_body_stream(0).second));
  wanted->caller = call->request.caller;
  hub.open(std::move(*wanted), [call](Result<std::shared_ptr<http::BodyReader>> body) {
    if (!body) return call->refuse(body.error());
    call->answer(event_stream(std::move(*body)));
  });
}

}  // namespace

void add_event_routes(http::Router& router, ApiContext& context) {
  router.add(
      http::Method::kGet, "/v1/events", bind_to(context)(get_events),
      {.tag = "Events",
       .operation = "followEvents",
       .summary = "Follow a topic of the log",
       .text =
           "Server-Sent Events, one per record: `id` is the place after it, `event` the record's type, `data` a "
           "line of JSON. An event `gap` says that events before the next one are missing, and why. Comments keep "
           "the connection alive. The stream ends when its key is revoked, expires or loses permissions. In "
           "addition to events:read you need the permission to read the topic's content: orders:read for "
           "order_created and order_events, products:read, stock:read, payments:read, shipments:read, "
           "customers:read or pricing:read for the other topics. Without payments:read, events omit payment tokens.",
       .parameters = {{.name = "topic", .text = "Default: order_events.", .example = R"("order_events")"},
                      {.name = "type",
                       .text = "Only these types: a list. A * at the end selects a prefix. Repeatable.",
                       .example = R"("ordo.order.*,ordo.payment.captured.v1")"},
                      {.name = "order_id", .text = "Only records with this subject or key."},
                      {.name = "from",
                       .text = "now (default), start, or a time: the records since then; one ahead is as now. Used "
                               "only without an event id.",
                       .example = R"("2026-11-30T08:00:00Z")"},
                      {.name = "last_event_id",
                       .text = "The id of the last event that you received. For clients that cannot set the header."},
                      {.in = http::Parameter::In::header,
                       .name = "Last-Event-ID",
                       .text = "The id of the last event that you received. The stream continues after it."}},
       .answers = {{200, "An endless stream of events.", schema_of<std::string>, kEventStream}},
       .problems = {{503, "too_many_streams, too_many_streams_of_key, too_many_catching_up"}}});
}

}  // namespace ordo::api
