#include "kafka/cluster_watch.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "kafka/client.h"
#include "kafka/group_members.h"
#include "kafka/log_ranges.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kAnswerTime{3000};
constexpr std::chrono::seconds kConfigsEvery{60};

Client::Role role() {
  Client::Role role;
  role.type = RD_KAFKA_CONSUMER;  // a producer that asks for a topic may create it
  role.name = "watch";
  role.fixed = {
      {"allow.auto.create.topics", "false"},
      {"isolation.level", "read_uncommitted"},  // so that the ends of partitions include open transactions
  };
  return role;
}

Trouble about(const std::string& topic, std::string text) {
  return {TroubleWith::topic, topic, Right::none, std::move(text)};
}

std::string alter(const std::string& topic, const std::string& setting) {
  return "kafka-configs.sh --bootstrap-server ... --alter --entity-type topics --entity-name " + topic +
         " --add-config " + setting;
}

TopicReplicas see(const rd_kafka_metadata_topic& topic) {
  TopicReplicas seen;
  seen.partitions = topic.partition_cnt;
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const auto& partition = topic.partitions[i];
    if (partition.leader < 0 && seen.leaderless < 0) seen.leaderless = partition.id;
    if (i > 0 && partition.isr_cnt >= seen.in_sync) continue;
    seen.weakest = partition.id;
    seen.in_sync = partition.isr_cnt;
  }
  return seen;
}

// The processor that reads the topic, for the command that begins an epoch.
std::string reader_of(Topic topic) {
  for (const auto processor : kAllProcessors) {
    if (inbox_of(processor) == topic) return std::string(to_string(processor));
  }
  return {};
}

void judge_topic(const Options& options, Topic topic, bool dlq, const TopicSettings& settings, TopicRefusals& found) {
  const auto name = options.topology.broker_name(topic, dlq);
  const auto policy = settings.text("cleanup.policy");
  // guard: kafka-compacted
  if (policy.find("compact") != std::string_view::npos) {
    found.grave.push_back(
        about(name, "cleanup.policy is " + std::string(policy) +
                        ", which removes records that ordo must fold: " + alter(name, "cleanup.policy=delete")));
  }
  const auto doubt = [&](std::string text, const std::string& setting) {
    auto trouble = about(name, std::move(text) + ": " + alter(name, setting));
    trouble.grave = false;
    found.doubtful.push_back(std::move(trouble));
  };
  const auto& wanted = options.retention[static_cast<std::size_t>(topic)];
  const auto kept = settings.number("retention.ms");
  if (wanted && kept && *kept != wanted->count() && policy.find("delete") != std::string_view::npos) {
    doubt("retention.ms is " + std::to_string(*kept) + ", the setting is " + std::to_string(wanted->count()),
          "retention.ms=" + std::to_string(wanted->count()));
  }
  if (options.replication_factor >= 3 && settings.number("min.insync.replicas").value_or(2) < 2) {
    doubt("min.insync.replicas is 1: an acknowledged record may be on one broker only", "min.insync.replicas=2");
  }
}

}  // namespace

TopicRefusals judge_topics(const Options& options, const TopicConfigs& configs) {
  TopicRefusals found;
  Trouble unread;  // one example: mostly all are unreadable
  for (std::size_t i = 0; i < kTopics; ++i) {
    for (const bool dlq : {false, true}) {
      const auto topic = static_cast<Topic>(i);
      const auto& settings = configs.of(topic, dlq);
      judge_topic(options, topic, dlq, settings, found);
      if (unread.text.empty() && !settings.problem.empty()) {
        unread = about(options.topology.broker_name(topic, dlq),
                       "its settings, and maybe those of other topics, cannot be read, so compaction is unknown: " +
                           settings.problem + "; this principal needs DescribeConfigs");
      }
    }
  }
  unread.grave = false;
  if (!unread.text.empty()) found.doubtful.push_back(std::move(unread));
  return found;
}

std::optional<Trouble> judge_replicas(const std::string& name, const TopicReplicas& replicas,
                                      const TopicSettings& settings) {
  if (replicas.leaderless >= 0) {
    return about(name, "partition " + std::to_string(replicas.leaderless) +
                           " has no leader: no broker with all of its records is running");
  }
  const auto needed = settings.number("min.insync.replicas").value_or(1);
  // guard: kafka-in-sync
  if (replicas.in_sync >= needed) return std::nullopt;
  return about(name, "partition " + std::to_string(replicas.weakest) + " has " + std::to_string(replicas.in_sync) +
                         " replicas in sync, min.insync.replicas is " + std::to_string(needed) +
                         ": it accepts no records until the brokers of the other replicas are back");
}

class ClusterWatch::State {
 public:
  State(Options options, std::vector<ProcessorKind> processors, Client client)
      : options_(std::move(options)), processors_(std::move(processors)), client_(std::move(client)) {}

  Result<void> look();
  Result<std::vector<LogRange>> heads(Topic topic);

 private:
  Result<void> look_at_topics(std::vector<Trouble>& found);
  Result<void> look_at_missing(Topic topic, bool dlq, std::vector<Trouble>& found);
  void compare(Topic topic, bool dlq, int partitions, std::vector<Trouble>& found);
  void look_at_groups(std::vector<Trouble>& found);
  void look_at_configs(std::vector<Trouble>& found);

  const Options options_;
  const std::vector<ProcessorKind> processors_;
  const Client client_;
  std::array<int, kTopics> partitions_{};  // as of the last look
  std::vector<Trouble> last_;              // the findings of the last look
  TopicConfigs configs_;                   // empty until they were read
  TopicRefusals judged_;                   // the findings about configs_
  Clock::time_point configs_at_;
};

Result<void> ClusterWatch::State::look() {
  std::vector<Trouble> found;
  if (auto looked = look_at_topics(found); !looked) return looked;
  look_at_groups(found);
  look_at_configs(found);
  std::vector<Trouble> believed;
  for (const auto& trouble : found) {
    const bool again = std::any_of(last_.begin(), last_.end(), [&](const Trouble& before) {
      return before.with == trouble.with && before.name == trouble.name && before.right == trouble.right;
    });
    if (again) believed.push_back(trouble);
  }
  last_ = std::move(found);
  options_.troubles->observed(std::move(believed));
  options_.troubles->remind();
  return {};
}

Result<void> ClusterWatch::State::look_at_topics(std::vector<Trouble>& found) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client_.get(), 1, nullptr, &metadata, ms(kAnswerTime));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "looking at the topics"));
  std::map<std::string, TopicReplicas> there;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto& topic = metadata->topics[i];
    if (topic.partition_cnt > 0) there[topic.topic] = see(topic);
  }
  rd_kafka_metadata_destroy(metadata);
  for (std::size_t i = 0; i < kTopics; ++i) {
    for (const bool dlq : {false, true}) {
      const auto topic = static_cast<Topic>(i);
      const auto seen = there.find(options_.topology.broker_name(topic, dlq));
      if (seen != there.end()) {
        compare(topic, dlq, seen->second.partitions, found);
        const auto weak = judge_replicas(seen->first, seen->second, configs_.of(topic, dlq));
        if (weak) found.push_back(*weak);
      } else if (auto looked = look_at_missing(topic, dlq, found); !looked) {
        return looked;
      }
    }
  }
  return {};
}

// A list of all topics omits those that the principal may not see. Asked for one by name, a broker reports the refusal.
Result<void> ClusterWatch::State::look_at_missing(Topic topic, bool dlq, std::vector<Trouble>& found) {
  const auto name = options_.topology.broker_name(topic, dlq);
  const TopicPtr handle(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  if (!handle) return {};
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client_.get(), 0, handle.get(), &metadata, ms(kAnswerTime));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "looking at " + name));
  const auto said = metadata->topic_cnt > 0 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  rd_kafka_metadata_destroy(metadata);
  if (said == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    found.push_back({TroubleWith::topic, name, Right::describe, rd_kafka_err2str(said)});
  } else if (said == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || said == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    const auto reader = reader_of(topic);
    found.push_back(about(name, dlq || reader.empty() ? "does not exist: restart ordo, which creates it"
                                                      : "does not exist: stop all processes, run ordo epoch begin " +
                                                            reader + ", and start them again; its records are lost"));
  }
  return {};
}

void ClusterWatch::State::compare(Topic topic, bool dlq, int partitions, std::vector<Trouble>& found) {
  if (!dlq) partitions_[static_cast<std::size_t>(topic)] = partitions;
  const int wanted = partitions_of(options_.topology, topic, dlq);
  if (partitions == wanted) return;
  const auto name = options_.topology.broker_name(topic, dlq);
  const auto counts =
      "has " + std::to_string(partitions) + " partitions, but " + std::to_string(wanted) + " are configured: ";
  const auto setting = "topics." + std::string(to_string(topic)) + ".partitions to " + std::to_string(partitions);
  found.push_back(about(name, dlq ? counts + "a dead-letter topic has one; recreate the topic"
                                  : counts + "stop all processes, set " + setting + ", run ordo epoch begin " +
                                        reader_of(topic) + ", and start them again"));
}

// If a broker does not answer, do not wait again for each group: the next look is soon. The members report missing
// rights.
void ClusterWatch::State::look_at_groups(std::vector<Trouble>& found) {
  for (const auto processor : processors_) {
    const auto name = options_.group_prefix + std::string(to_string(processor));
    const auto members = list_members(client_.get(), name, kAnswerTime);
    if (!members) return;
    const auto foreign = std::find_if(members->begin(), members->end(), [this](const GroupMember& member) {
      return !member.client_id.starts_with(options_.client_id + "-");
    });
    if (foreign == members->end()) continue;
    found.push_back({TroubleWith::group, name, Right::none,
                     "has a member of another program, which takes partitions: client id " + foreign->client_id +
                         " at " + foreign->host + "; use another group for that program",
                     false});
  }
}

void ClusterWatch::State::look_at_configs(std::vector<Trouble>& found) {
  if (configs_at_ == Clock::time_point() || Clock::now() - configs_at_ >= kConfigsEvery) {
    const auto configs = describe_topics(options_, kAnswerTime);
    if (configs) {
      judged_ = judge_topics(options_, *configs);
      configs_ = *configs;
    }
    configs_at_ = Clock::now();
  }
  found.insert(found.end(), judged_.grave.begin(), judged_.grave.end());
}

Result<std::vector<LogRange>> ClusterWatch::State::heads(Topic topic) {
  const int count =
      std::max(partitions_of(options_.topology, topic, false), partitions_[static_cast<std::size_t>(topic)]);
  return ask_ranges(client_.get(), options_.topology.broker_name(topic, false), first_partitions(count), kRangeTimeout);
}

ClusterWatch::ClusterWatch(std::unique_ptr<State> state) : state_(std::move(state)) {}

ClusterWatch::~ClusterWatch() = default;

Result<std::unique_ptr<ClusterWatch>> ClusterWatch::open(const Options& options,
                                                         std::vector<ProcessorKind> processors) {
  auto client = Client::open(options, role());
  if (!client) return fail(std::move(client.error()));
  auto state = std::make_unique<State>(options, std::move(processors), std::move(*client));
  return std::unique_ptr<ClusterWatch>(new ClusterWatch(std::move(state)));
}

Result<void> ClusterWatch::look() {
  return state_->look();
}

Result<std::vector<LogRange>> ClusterWatch::heads(Topic topic) {
  return state_->heads(topic);
}

}  // namespace ordo::kafka
