// GET /v1/events: the log as Server-Sent Events.
#include <array>

#include "base/text.h"
#include "http/api_context.h"
#include "http/event_hub.h"
#include "http/router.h"
#include "http/target.h"

namespace ordo::http {
namespace {

constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::size_t kMaxTypes = 32;
constexpr std::array<std::string_view, 5> kParameters = {"topic", "type", "order_id", "from", "last_event_id"};

Result<void> add_types(std::string_view list, std::vector<std::string>& types) {
  while (!list.empty()) {
    const auto type = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), type.size() + 1));
    if (type.empty()) continue;
    if (type.find('*') < type.size() - 1) return bad_query("type: a * stands at the end only, as in ordo.payment.*");
    if (types.size() == kMaxTypes) return bad_query("type: 32 types at most");
    types.emplace_back(type);
  }
  return {};
}

Result<Topic> topic_named(const std::string& name) {
  // Its records hold the secrets that sign what webhooks are sent.
  constexpr Topic kSecret = Topic::webhooks;
  if (const auto topic = parse_topic(name); topic && *topic != kSecret) return *topic;
  std::string list;
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (static_cast<Topic>(i) == kSecret) continue;
    list += (list.empty() ? "" : ", ") + std::string(to_string(static_cast<Topic>(i)));
  }
  return bad_query("topic is one of " + list);
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
    if (value != "now" && value != "start") return bad_query("from is now or start");
    wanted.start.at = value == "now" ? EventStart::At::kNow : EventStart::At::kBeginning;
  } else if (name != "last_event_id") {
    const auto near = nearest(name, kParameters);
    return bad_query("there is no parameter " + name +
                     (near.empty() ? "; known are topic, type, order_id, from, last_event_id"
                                   : "; did you mean " + std::string(near) + "?"));
  }
  return {};
}

Result<EventRequest> parse(const EventHub& hub, const Request& request) {
  const auto query = QueryString::parse(request.query(), "type");
  if (!query) return fail(query.error());
  EventRequest wanted;
  for (const auto& [name, value] : query->parameters()) {
    if (value.empty()) continue;
    if (auto applied = apply(name, value, wanted); !applied) return fail(std::move(applied.error()));
  }
  // A browser that connects again repeats the query and says in the header how far it has come since.
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

Response event_stream(std::shared_ptr<BodyReader> body) {
  Response response;
  response.content_type = kEventStream;
  response.add_header("Cache-Control", "no-store");
  response.add_header("X-Accel-Buffering", "no");  // said to nginx
  response.stream = std::move(body);
  return response;
}

void get_events(EventHub& hub, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  auto wanted = parse(hub, call->request);
  if (!wanted) return call->refuse(wanted.error());
  if (call->request.method == Method::kHead) return call->answer(event_stream(make_body_stream(0).second));
  wanted->caller = call->request.caller;
  hub.open(std::move(*wanted), [call](Result<std::shared_ptr<BodyReader>> body) {
    if (!body) return call->refuse(body.error());
    call->answer(event_stream(std::move(*body)));
  });
}

}  // namespace

void add_event_routes(Router& router, ApiContext& context) {
  EventHub& hub = *context.events;
  router.add(
      Method::kGet, "/v1/events",
      [&hub](Request request, Respond respond) { get_events(hub, std::move(request), std::move(respond)); },
      {.tag = "Events",
       .summary = "Follow a topic of the log",
       .text = "Server-Sent Events, one for each record: `id` is the place after it, `event` the record's type, `data` "
               "a line of JSON. An event `gap` says that events are missing before the next one, and why. Comments "
               "keep the line alive. The stream ends when the key it was opened with is revoked or expires.",
       .parameters = {{.name = "topic", .text = "order_events by default.", .example = R"("order_events")"},
                      {.name = "type",
                       .text =
                           "Only these types: a list, a * at the end stands for anything. May be given more than once.",
                       .example = R"("ordo.order.*,ordo.payment.captured.v1")"},
                      {.name = "order_id", .text = "Only records with this subject or key."},
                      {.name = "from", .text = "now (the default) or start, where there is no id to go on from."},
                      {.name = "last_event_id",
                       .text = "The id of the last event seen, where the header cannot be set."},
                      {.in = Parameter::In::header,
                       .name = "Last-Event-ID",
                       .text = "The id of the last event seen: the stream goes on behind it."}},
       .answers = {{200, "Events, without an end.", schema_of<std::string>, kEventStream}},
       .problems = {{503, "too_many_streams, too_many_catching_up"}}});
}

}  // namespace ordo::http
