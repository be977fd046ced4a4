#include "records/topology.h"

#include "base/murmur2.h"

namespace ordo {
namespace {

constexpr std::array<std::string_view, kTopics> kTopicNames = {
    "order_created", "product_events", "order_events", "stock", "payments", "shipments", "customers", "webhooks"};
constexpr std::array<std::string_view, kProcessors> kProcessorNames = {"intake",  "catalog",   "orders", "stock",
                                                                       "payment", "logistics", "crm",    "webhooks"};

}  // namespace

std::string_view to_string(Topic topic) {
  return kTopicNames[static_cast<std::size_t>(topic)];
}

std::string_view to_string(ProcessorKind processor) {
  return kProcessorNames[static_cast<std::size_t>(processor)];
}

std::optional<Topic> parse_topic(std::string_view name) {
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (kTopicNames[i] == name) return static_cast<Topic>(i);
  }
  return std::nullopt;
}

std::optional<ProcessorKind> parse_processor(std::string_view name) {
  for (std::size_t i = 0; i < kProcessors; ++i) {
    if (kProcessorNames[i] == name) return static_cast<ProcessorKind>(i);
  }
  return std::nullopt;
}

Topic inbox_of(ProcessorKind processor) {
  static constexpr std::array<Topic, kProcessors> kInbox = {
      Topic::order_created, Topic::product_events, Topic::order_events, Topic::stock,
      Topic::payments,      Topic::shipments,      Topic::customers,    Topic::webhooks};
  return kInbox[static_cast<std::size_t>(processor)];
}

std::string to_string(const Owner& owner) {
  return std::string(to_string(owner.processor)) + "/" + std::to_string(owner.partition);
}

Topology::Topology() {
  for (std::size_t i = 0; i < kTopics; ++i) topics[i].name = kTopicNames[i];
}

int Topology::partition_of(Topic topic, std::string_view key) const {
  return partition_for(key, (*this)[topic].partitions);
}

std::string Topology::broker_name(Topic topic, bool dlq) const {
  return (*this)[topic].name + (dlq ? ".dlq" : "");
}

}  // namespace ordo
