// /v1/status: how this process and the processors of the deployment are.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/events/event_hub.h"
#include "api/health_description.h"
#include "api/system/processor_places.h"
#include "api/system/system_schema.h"
#include "http/router.h"
#include "records/json_codec.h"

namespace ordo::api {

BOOST_DESCRIBE_STRUCT(ProcessorPlace, (), (name, partition, next, lag))
constexpr auto notes(NotesOf<ProcessorPlace>) {
  return std::array{Note{"", "How far a processor has read one partition of its inbox."},
                    Note{"next", "the first record that it has not processed"},
                    Note{"lag", "records that it has not processed"}};
}

namespace {

constexpr std::chrono::seconds kReadEvery{1};

struct MemoryFigures {
  std::int64_t rss_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(MemoryFigures, (), (rss_bytes))
constexpr auto notes(NotesOf<MemoryFigures>) {
  return std::array{Note{"rss_bytes", "resident memory"}};
}

struct Status {
  bool ready = false;
  std::vector<ReadinessCheck> checks;
  std::string version;
  ServerMode mode = ServerMode::embedded;
  Timestamp started_at{};
  std::int64_t uptime_s = 0;
  std::string instance;
  std::vector<ProcessorPlace> processors;
  std::vector<QueueFigure> queues;
  std::optional<DiskFigures> disk;
  MemoryFigures memory;
  std::int64_t orders_accepted = 0;
};
BOOST_DESCRIBE_STRUCT(Status, (),
                      (ready, checks, version, mode, started_at, uptime_s, instance, processors, queues, disk, memory,
                       orders_accepted))
constexpr auto notes(NotesOf<Status>) {
  return std::array{Note{"ready", "as /readyz"},
                    Note{"checks", "as /readyz?verbose"},
                    Note{"started_at", "when the process started"},
                    Note{"instance", "this process, in the sources of the records that it writes"},
                    Note{"processors", "of the whole deployment; incomplete while the log or the database is away"},
                    Note{"queues", "of this process"},
                    Note{"disk", "absent on Kafka and MongoDB"},
                    Note{"orders_accepted", "by this process since it started"}};
}

QueueFigure queue(std::string name, std::size_t value, std::optional<std::size_t> bound = std::nullopt) {
  QueueFigure figure{std::move(name), static_cast<std::int64_t>(value)};
  if (bound) figure.bound = static_cast<std::int64_t>(*bound);
  return figure;
}

std::vector<QueueFigure> queues_of(const ApiContext& context) {
  const auto& options = context.options;
  std::vector<QueueFigure> queues = {queue("reads", context.pool.queued(), options.max_queued_reads),
                                     queue("decisions", context.waiting.load(), options.max_waiting),
                                     queue("event_streams", context.events->streams(), options.events.max_streams),
                                     queue("accepted_orders", context.accepted.size())};
  if (context.ports.server_stats) {
    const auto stats = context.ports.server_stats();
    queues.push_back(queue("connections", stats.connections_open));
    queues.push_back(queue("answer_bytes", stats.answer_bytes));
  }
  return queues;
}

Status status_of(const ApiContext& context, ProcessorPlaces& places) {
  const auto& ports = context.ports;
  Status status;
  status.checks = ports.readiness();
  status.ready = std::all_of(status.checks.begin(), status.checks.end(), [](const auto& check) { return check.ok; });
  status.version = ORDO_VERSION;
  status.mode = ports.system.mode;
  status.started_at = ports.system.started_at;
  status.uptime_s = std::max<std::int64_t>((to_unix_ms(now()) - to_unix_ms(status.started_at)) / 1'000, 0);
  status.instance = context.options.source.substr(context.options.source.rfind('/') + 1);
  status.processors = places.read();
  status.queues = queues_of(context);
  status.orders_accepted = static_cast<std::int64_t>(context.orders_accepted.load());
  if (!ports.system.figures) return status;
  auto figures = ports.system.figures();
  status.queues.insert(status.queues.end(), figures.queues.begin(), figures.queues.end());
  status.disk = figures.disk;
  status.memory.rss_bytes = figures.rss_bytes;
  return status;
}

}  // namespace

void add_status_routes(http::Router& router, ApiContext& context) {
  const auto places = std::make_shared<ProcessorPlaces>(context.ports.source, context.ports.documents, kReadEvery);
  router.add(
      http::Method::kGet, "/v1/status",
      [&context, places](http::Request request, http::Respond respond) {
        context.on_pool(make_call(std::move(request), std::move(respond)), [&context, places](const CallPtr& call) {
          call->answer(json_response(200, to_json(status_of(context, *places))));
        });
      },
      {.tag = "System",
       .operation = "getStatus",
       .summary = "How the server is",
       .text = "Its checks, queues, disk and memory, and the position of each processor. The processors are those of "
               "the whole deployment, read at most once a second. The rest is about the process that answers. Answers "
               "200 also when the server is not ready.",
       .answers = {{200, "The status.", schema_of<Status>}}});
}

}  // namespace ordo::api
