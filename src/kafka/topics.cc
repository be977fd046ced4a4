#include "kafka/topics.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/log.h"
#include "kafka/client.h"
#include "kafka/topic_limits.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kRoundTrip{5000};
constexpr milliseconds kPause{50};
// The largest number that Kafka accepts here.
constexpr std::int64_t kMostMessageBytes = std::numeric_limits<std::int32_t>::max();

struct Wanted {
  Topic topic = Topic::order_created;
  std::string name;
  int partitions = 0;
  bool dlq = false;
  std::optional<std::int64_t> max_message_bytes;  // absent: the cluster's default
};

struct Found {
  int partitions = 0;
  bool led = true;  // every partition has a leader
};

struct Cluster {
  int brokers = 0;
  std::unordered_map<std::string, Found> topics;
};

std::vector<Wanted> wanted_topics(const Topology& topology) {
  std::vector<Wanted> wanted;
  for (std::size_t i = 0; i < kTopics; ++i) {
    for (const bool dlq : {false, true}) {
      const auto topic = static_cast<Topic>(i);
      wanted.push_back({topic, topology.broker_name(topic, dlq), partitions_of(topology, topic, dlq), dlq, {}});
    }
  }
  return wanted;
}

// In the form of command-line flags.
std::string dashed(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

milliseconds left(Clock::time_point deadline) {
  const auto time = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  return std::clamp(time, milliseconds(1), kRoundTrip);
}

// Requests all topics: a request for a missing topic might create it, with the broker's partition count.
Result<Cluster> look(rd_kafka_t* client, milliseconds timeout) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client, 1, nullptr, &metadata, ms(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "asking the cluster for its topics"));
  Cluster cluster;
  cluster.brokers = metadata->broker_cnt;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto& topic = metadata->topics[i];
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR && topic.partition_cnt == 0) continue;
    Found& found = cluster.topics[topic.topic];
    found.partitions = topic.partition_cnt;
    for (int p = 0; p < topic.partition_cnt; ++p) found.led = found.led && topic.partitions[p].leader >= 0;
  }
  rd_kafka_metadata_destroy(metadata);
  return cluster;
}

Result<void> compare(const std::vector<Wanted>& wanted, const Cluster& cluster) {
  std::vector<Violation> violations;
  for (const auto& topic : wanted) {
    const auto found = cluster.topics.find(topic.name);
    if (found == cluster.topics.end() || found->second.partitions == topic.partitions) continue;
    violations.push_back({"/topics/" + topic.name,
                          "has " + std::to_string(found->second.partitions) + " partitions in the cluster, " +
                              std::to_string(topic.partitions) + " are configured: " +
                              (topic.dlq ? "recreate it"
                                         : "set topics." + std::string(to_string(topic.topic)) +
                                               ".partitions (--topics-" + dashed(to_string(topic.topic)) +
                                               "-partitions " + std::to_string(found->second.partitions) + ")")});
  }
  if (violations.empty()) return {};
  return fail(Error{ErrorCode::kConflict, "partition_count",
                    "topics have another number of partitions: records would change partitions",
                    std::move(violations)});
}

using NewTopicPtr = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;

Result<NewTopicPtr> describe(const Wanted& topic, const Options& options, int replicas) {
  char text[256];
  NewTopicPtr created(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, replicas, text, sizeof text));
  if (!created) return fail(ErrorCode::kInvalid, "invalid_topic", topic.name + ": " + text);
  if (const auto& keep = options.retention[static_cast<std::size_t>(topic.topic)]) {
    rd_kafka_NewTopic_set_config(created.get(), "retention.ms", std::to_string(keep->count()).c_str());
  }
  if (topic.max_message_bytes) {
    const auto bytes = std::to_string(*topic.max_message_bytes);
    rd_kafka_NewTopic_set_config(created.get(), "max.message.bytes", bytes.c_str());
  }
  // The broker's clock, not the producers'. It reveals producers whose clock is ahead, and retention counts from the
  // append.
  rd_kafka_NewTopic_set_config(created.get(), "message.timestamp.type", "LogAppendTime");
  // With three replicas an acknowledged record is on at least two brokers, whatever the cluster's default.
  if (replicas >= 3) rd_kafka_NewTopic_set_config(created.get(), "min.insync.replicas", "2");
  return created;
}

Result<void> check_created(rd_kafka_event_t* event) {
  const auto code = rd_kafka_event_error(event);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "creating topics"));
  const auto* result = rd_kafka_event_CreateTopics_result(event);
  std::size_t count = 0;
  const rd_kafka_topic_result_t** topics = rd_kafka_CreateTopics_result_topics(result, &count);
  std::string created;
  for (std::size_t i = 0; i < count; ++i) {
    const auto error = rd_kafka_topic_result_error(topics[i]);
    const char* name = rd_kafka_topic_result_name(topics[i]);
    // Another process may have created it first; the next look compares it.
    if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* detail = rd_kafka_topic_result_error_string(topics[i]);
      return fail(ErrorCode::kUnavailable, "topic_not_created",
                  std::string(name) + ": " + (detail != nullptr ? detail : rd_kafka_err2str(error)));
    }
    created.append(created.empty() ? "" : " ").append(name);
  }
  if (!created.empty()) log_info("kafka topics created", {{"topics", created}});
  return {};
}

Result<void> create(rd_kafka_t* client, const std::vector<Wanted>& missing, const Options& options, int brokers,
                    milliseconds timeout) {
  const int replicas = options.replication_factor > 0 ? options.replication_factor : std::clamp(brokers, 1, 3);
  std::vector<NewTopicPtr> owned;
  std::vector<rd_kafka_NewTopic_t*> topics;
  for (const auto& topic : missing) {
    auto created = describe(topic, options, replicas);
    if (!created) return fail(std::move(created.error()));
    topics.push_back(created->get());
    owned.push_back(std::move(*created));
  }
  const AdminOptionsPtr admin(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  char text[256];
  rd_kafka_AdminOptions_set_request_timeout(admin.get(), ms(timeout), text, sizeof text);
  rd_kafka_AdminOptions_set_operation_timeout(admin.get(), ms(timeout), text, sizeof text);
  const QueuePtr queue(rd_kafka_queue_new(client));
  rd_kafka_CreateTopics(client, topics.data(), topics.size(), admin.get(), queue.get());
  const EventPtr event(rd_kafka_queue_poll(queue.get(), ms(timeout + kRoundTrip)));
  if (!event) return fail(ErrorCode::kUnavailable, "broker_unavailable", "creating topics: no answer in time");
  return check_created(event.get());
}

// Which missing topics to create now. Dead-letter topics come last, because each must accept more than its inbox. If
// the cluster does not report the inbox's limit, they get its default.
Result<std::vector<Wanted>> made_next(std::vector<Wanted> missing, const Options& options, Clock::time_point deadline) {
  const bool inboxes = std::any_of(missing.begin(), missing.end(), [](const Wanted& topic) { return !topic.dlq; });
  if (inboxes) {
    std::erase_if(missing, [](const Wanted& topic) { return topic.dlq; });
    return missing;
  }
  const auto configs = describe_topics(options, left(deadline));
  if (!configs) return fail(configs.error());
  for (auto& topic : missing) {
    const auto inbox = configs->of(topic.topic, false).number("max.message.bytes");
    if (inbox) topic.max_message_bytes = std::min(*inbox + kLetterRoom, kMostMessageBytes);
  }
  return missing;
}

// One look, and the creation of missing topics. True when there is nothing left to wait for.
Result<bool> advance(rd_kafka_t* client, const std::vector<Wanted>& wanted, const Options& options,
                     Clock::time_point deadline) {
  const auto cluster = look(client, left(deadline));
  if (!cluster) return fail(cluster.error());
  if (auto same = compare(wanted, *cluster); !same) return fail(std::move(same.error()));
  std::vector<Wanted> missing;
  std::string leaderless;
  for (const auto& topic : wanted) {
    const auto found = cluster->topics.find(topic.name);
    if (found == cluster->topics.end()) {
      missing.push_back(topic);
    } else {
      if (!found->second.led) leaderless.append(leaderless.empty() ? "" : " ").append(topic.name);
    }
  }
  if (missing.empty() && !leaderless.empty()) {
    return fail(ErrorCode::kUnavailable, "no_leader", "partitions have no leader yet: " + leaderless);
  }
  if (missing.empty()) return true;
  auto next = made_next(std::move(missing), options, deadline);
  if (!next) return fail(std::move(next.error()));
  if (auto made = create(client, *next, options, cluster->brokers, left(deadline)); !made) {
    return fail(std::move(made.error()));
  }
  return false;
}

}  // namespace

Result<void> ensure_topics(const Options& options, milliseconds timeout) {
  Client::Role role;
  role.name = "admin";
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  const auto wanted = wanted_topics(options.topology);
  const auto deadline = Clock::now() + timeout;
  Error last{ErrorCode::kUnavailable, "no_leader", "partitions have no leader yet", {}};
  while (true) {
    auto settled = advance(client->get(), wanted, options, deadline);
    if (settled && *settled) return {};
    if (!settled) {
      if (settled.error().code != ErrorCode::kUnavailable) return fail(std::move(settled.error()));
      last = std::move(settled.error());
    }
    if (Clock::now() + kPause >= deadline) return fail(std::move(last));
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace ordo::kafka
