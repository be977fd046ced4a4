// The topics, the processors, and the inbox of each processor.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ordo {

enum class Topic : unsigned char {
  order_created,
  product_events,
  order_events,
  stock,
  payments,
  shipments,
  customers,
  webhooks,
  promotions,
  pricing
};
inline constexpr std::size_t kTopics = 10;

// In the order in which records flow through them.
enum class ProcessorKind : unsigned char {
  intake,
  catalog,
  orders,
  stock,
  payment,
  logistics,
  crm,
  webhooks,
  promotions,
  pricing
};
inline constexpr std::size_t kProcessors = 10;
inline constexpr std::array<ProcessorKind, kProcessors> kAllProcessors = {
    ProcessorKind::intake,     ProcessorKind::catalog,   ProcessorKind::orders, ProcessorKind::stock,
    ProcessorKind::payment,    ProcessorKind::logistics, ProcessorKind::crm,    ProcessorKind::webhooks,
    ProcessorKind::promotions, ProcessorKind::pricing};

// The canonical names, as DESIGN and the documents use them. On Kafka a topic may have another name, see Topology.
std::string_view to_string(Topic topic);
std::string_view to_string(ProcessorKind processor);
std::optional<Topic> parse_topic(std::string_view name);
std::optional<ProcessorKind> parse_processor(std::string_view name);

Topic inbox_of(ProcessorKind processor);

// One partition of one topic, or of its dead-letter topic.
struct TopicPartition {
  Topic topic = Topic::order_created;
  int partition = 0;
  bool dlq = false;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

// A processor on one partition of its inbox: the unit of ownership, order and atomicity.
struct Owner {
  ProcessorKind processor = ProcessorKind::intake;
  int partition = 0;

  friend auto operator<=>(const Owner&, const Owner&) = default;
};

// "orders/3": the key of the owner's commit record.
std::string to_string(const Owner& owner);

struct TopicConfig {
  std::string name;  // on the broker
  int partitions = 4;
};

// The configured log: names and partition counts. A dead-letter topic has one partition; its name ends with ".dlq".
struct Topology {
  std::array<TopicConfig, kTopics> topics;

  Topology();  // canonical names, 4 partitions each
  const TopicConfig& operator[](Topic topic) const { return topics[static_cast<std::size_t>(topic)]; }
  TopicConfig& operator[](Topic topic) { return topics[static_cast<std::size_t>(topic)]; }
  // The partition of `key` by Kafka's default partitioner.
  int partition_of(Topic topic, std::string_view key) const;
  std::string broker_name(Topic topic, bool dlq) const;
};

}  // namespace ordo
