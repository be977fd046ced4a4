#include "embedded/log_layout.h"

#include "base/check.h"
#include "base/number.h"

namespace ordo::embedded {
namespace {

constexpr std::string_view kDlqMark = ".dlq";

}  // namespace

std::string name_of(const TopicPartition& at) {
  return std::string(to_string(at.topic)) + (at.dlq ? std::string(kDlqMark) : "") + "/" + std::to_string(at.partition);
}

std::optional<TopicPartition> parse_partition(std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto number = parse_integer<std::int64_t>(name.substr(slash + 1));
  std::string_view topic = name.substr(0, slash);
  const bool dlq = topic.ends_with(kDlqMark);
  if (dlq) topic.remove_suffix(kDlqMark.size());
  const auto parsed = parse_topic(topic);
  if (!number || !parsed) return std::nullopt;
  return TopicPartition{*parsed, static_cast<int>(*number), dlq};
}

LogLayout::LogLayout(const Topology& topology) {
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    first_[i] = partitions_.size();
    counts_[i] = topology[topic].partitions;
    for (int p = 0; p < counts_[i]; ++p) partitions_.push_back({topic, p, false});
    partitions_.push_back({topic, 0, true});
  }
}

bool LogLayout::contains(const TopicPartition& at) const {
  return static_cast<std::size_t>(at.topic) < kTopics && at.partition >= 0 &&
         at.partition < partitions(at.topic, at.dlq);
}

std::size_t LogLayout::index(const TopicPartition& at) const {
  ORDO_CHECK(contains(at), to_string(at.topic), "/", at.partition);
  const auto topic = static_cast<std::size_t>(at.topic);
  return first_[topic] + static_cast<std::size_t>(at.dlq ? counts_[topic] : at.partition);
}

std::size_t footprint(const Record& record) {
  std::size_t bytes = sizeof(Record) + record.key.size() + record.value.size() + record.envelope.id.size() +
                      record.envelope.source.size() + record.envelope.type.size() + record.envelope.subject.size() +
                      record.envelope.traceparent.size();
  if (const auto& by = record.envelope.by) bytes += by->id.size() + (by->name ? by->name->size() : 0);
  for (const auto& [name, value, null] : record.envelope.extra) bytes += name.size() + value.size();
  for (const auto& [name, value, null] : record.envelope.as_came) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace ordo::embedded
