#include "records/topology.h"

#include "base/murmur2.h"

namespace ordo {
namespace {

constexpr std::array<std::string_view, kTopics> kTopicNames = {
    "order_created", "product_events", "order_events", "stock",      "payments",
    "shipments",     "customers",      "webhooks",     "promotions", "pricing"};

struct ProcessorRow {
  ProcessorKind kind;
  std::string_view name;
  Topic inbox;
};
constexpr std::array<ProcessorRow, kProcessors> kProcessorRows = {{
    {ProcessorKind::intake, "intake", Topic::order_created},
    {ProcessorKind::catalog, "catalog", Topic::product_events},
    {ProcessorKind::orders, "orders", Topic::order_events},
    {ProcessorKind::stock, "stock", Topic::stock},
    {ProcessorKind::payment, "payment", Topic::payments},
    {ProcessorKind::logistics, "logistics", Topic::shipments},
    {ProcessorKind::crm, "crm", Topic::customers},
    {ProcessorKind::webhooks, "webhooks", Topic::webhooks},
    {ProcessorKind::promotions, "promotions", Topic::promotions},
    {ProcessorKind::pricing, "pricing", Topic::pricing},
}};

constexpr bool rows_are_by_kind() {
  for (std::size_t i = 0; i < kProcessors; ++i) {
    if (static_cast<std::size_t>(kProcessorRows[i].kind) != i || kAllProcessors[i] != kProcessorRows[i].kind)
      return false;
  }
  return true;
}
static_assert(rows_are_by_kind());

const ProcessorRow& row_of(ProcessorKind processor) {
  return kProcessorRows[static_cast<std::size_t>(processor)];
}

}  // namespace

std::string_view to_string(Topic topic) {
  return kTopicNames[static_cast<std::size_t>(topic)];
}

std::string_view to_string(ProcessorKind processor) {
  return row_of(processor).name;
}

std::optional<Topic> parse_topic(std::string_view name) {
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (kTopicNames[i] == name) return static_cast<Topic>(i);
  }
  return std::nullopt;
}

std::optional<ProcessorKind> parse_processor(std::string_view name) {
  for (const auto& row : kProcessorRows) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

Topic inbox_of(ProcessorKind processor) {
  return row_of(processor).inbox;
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
