#include "kafka/topic_configs.h"

#include <unordered_map>
#include <vector>

#include "base/number.h"
#include "kafka/client.h"

namespace ordo::kafka {
namespace {

using std::chrono::milliseconds;

using ResourcePtr = std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<rd_kafka_ConfigResource_destroy>>;
using SlotsByName = std::unordered_map<std::string, std::vector<TopicSettings*>>;

// Two topics of the topology may have the same name on the broker, if configured so.
SlotsByName slots_of(const Topology& topology, TopicConfigs& configs) {
  SlotsByName slots;
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    slots[topology.broker_name(topic, false)].push_back(&configs.topics[i]);
    slots[topology.broker_name(topic, true)].push_back(&configs.dlqs[i]);
  }
  return slots;
}

TopicSettings read_resource(const rd_kafka_ConfigResource_t* resource) {
  TopicSettings settings;
  if (const auto code = rd_kafka_ConfigResource_error(resource); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* detail = rd_kafka_ConfigResource_error_string(resource);
    settings.problem = detail != nullptr ? detail : rd_kafka_err2str(code);
    return settings;
  }
  std::size_t count = 0;
  const auto** entries = rd_kafka_ConfigResource_configs(resource, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);  // null when it is secret
    if (value != nullptr) settings.values[rd_kafka_ConfigEntry_name(entries[i])] = value;
  }
  return settings;
}

bool is_away(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT ||
         code == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

}  // namespace

std::optional<std::int64_t> TopicSettings::number(std::string_view name) const {
  return parse_integer<std::int64_t>(text(name));
}

std::string_view TopicSettings::text(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string_view() : std::string_view(found->second);
}

Result<TopicConfigs> describe_topics(const Options& options, milliseconds timeout) {
  Client::Role role;
  role.name = "admin";
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  TopicConfigs configs;
  const auto slots = slots_of(options.topology, configs);
  std::vector<ResourcePtr> owned;
  std::vector<rd_kafka_ConfigResource_t*> resources;
  for (const auto& [name, settings] : slots) {
    owned.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    resources.push_back(owned.back().get());
  }
  const AdminOptionsPtr admin(rd_kafka_AdminOptions_new(client->get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  char text[256];
  rd_kafka_AdminOptions_set_request_timeout(admin.get(), ms(timeout), text, sizeof text);
  const QueuePtr queue(rd_kafka_queue_new(client->get()));
  rd_kafka_DescribeConfigs(client->get(), resources.data(), resources.size(), admin.get(), queue.get());
  const EventPtr event(rd_kafka_queue_poll(queue.get(), ms(2 * timeout)));
  if (!event) return fail(ErrorCode::kUnavailable, "broker_unavailable", "reading the topics' settings: no answer");
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (is_away(code)) return fail(to_error(code, "reading the topics' settings"));
    for (const auto& [name, settings] : slots) {
      for (auto* one : settings) one->problem = rd_kafka_err2str(code);
    }
    return configs;
  }
  std::size_t count = 0;
  const auto** described =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto found = slots.find(rd_kafka_ConfigResource_name(described[i]));
    if (found == slots.end()) continue;
    for (auto* one : found->second) *one = read_resource(described[i]);
  }
  return configs;
}

}  // namespace ordo::kafka
