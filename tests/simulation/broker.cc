#include "broker.h"

#include <algorithm>
#include <utility>

#include "engine/record_stamp.h"
#include "records/dead_letter.h"
#include "world.h"

namespace ordo::simulation {

Broker::Broker(World& world) : world_(world) {
  for (auto& inbox : inboxes_) inbox.resize(kPartitions);
}

Broker::Partition& Broker::at(const TopicPartition& place) {
  const auto topic = static_cast<std::size_t>(place.topic);
  return place.dlq ? letters_[topic] : inboxes_[topic][static_cast<std::size_t>(place.partition)];
}

const Broker::Partition& Broker::at(const TopicPartition& place) const {
  const auto topic = static_cast<std::size_t>(place.topic);
  return place.dlq ? letters_[topic] : inboxes_[topic][static_cast<std::size_t>(place.partition)];
}

void Broker::widen(Topic topic) {
  inboxes_[static_cast<std::size_t>(topic)].emplace_back();
}

void Broker::narrow(Topic topic) {
  inboxes_[static_cast<std::size_t>(topic)].pop_back();
}

std::optional<RecordStamp> Broker::stamp(const TopicPartition& place, std::int64_t offset) const {
  const Partition& partition = at(place);
  if (offset < partition.begin || offset >= partition.end()) return std::nullopt;
  return stamp_of(partition.records[static_cast<std::size_t>(offset)]);
}

void Broker::make_anew(const TopicPartition& place) {
  Partition& partition = at(place);
  partition.past.push_back(std::exchange(partition.records, {}));
  partition.begin = 0;
}

LogPosition Broker::append(Record record) {
  Partition& partition = at(record.at);
  if (is_lost(record)) return {record.at, partition.end()};
  int copies = 1;
  if (record.envelope.sequence) {
    auto& newest = partition.newest[record.envelope.source];
    if (*record.envelope.sequence <= newest) world_.faults.count(Sight::resent_records);
    newest = std::max(newest, *record.envelope.sequence);
    if (world_.happens(Fault::duplicate)) copies = 2;
  }
  if (record.at.dlq && !is_mark(record)) world_.faults.count(Sight::dead_letters);
  LogPosition position{record.at, partition.end()};
  for (int i = 1; i < copies; ++i) keep(partition, record);
  keep(partition, std::move(record));
  return position;
}

LogPosition Broker::append_forged(Record record) {
  Partition& partition = at(record.at);
  const LogPosition position{record.at, partition.end()};
  keep(partition, std::move(record));
  return position;
}

void Broker::keep(Partition& partition, Record record) {
  record.offset = partition.end();
  record.appended_at = world_.now();
  world_.trace.say("    + ", to_string(record.at.topic), record.at.dlq ? ".dlq" : "", "/", record.at.partition, " [",
                   record.offset, "] ", record.envelope.type, " ", record.key, " from ", record.envelope.source, " #",
                   record.envelope.sequence.value_or(0));
  world_.trace.mix(record.value);
  world_.trace.mix(to_unix_ms(record.appended_at));
  partition.records.push_back(std::move(record));
}

bool Broker::is_lost(const Record& record) {
  if (record.at.dlq || !record.envelope.sequence || !record.envelope.previous) return false;
  const std::int64_t sequence = *record.envelope.sequence;
  if (!loss_) {
    const bool fresh = sequence > at(record.at).newest[record.envelope.source];
    if (lose_in_ == 0 || !fresh || --lose_in_ > 0) return false;
    loss_ = {record.at, record.envelope.source, sequence, false};
    world_.trace.say("the log loses ", record.envelope.source, " #", sequence, " ", record.envelope.type, " of ",
                     record.key);
    return true;
  }
  if (record.at != loss_->at || record.envelope.source != loss_->source) return false;
  if (sequence > loss_->sequence) loss_->followed = true;
  return sequence == loss_->sequence;
}

}  // namespace ordo::simulation
