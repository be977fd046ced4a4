#include "engine/result_log.h"

#include <utility>

#include "base/uuid.h"

namespace ordo {

Record to_record(const Topology& topology, std::string_view source, ResultRecord result) {
  Record record;
  record.at = {result.topic, topology.partition_of(result.topic, result.key), false};
  record.envelope.time = now();
  record.envelope.id = uuid_v7(record.envelope.time);
  record.envelope.source = source;
  record.envelope.type = result.type;
  record.envelope.subject = result.key;
  record.envelope.by = std::move(result.by);
  record.key = std::move(result.key);
  record.value = std::move(result.value);
  return record;
}

ResultLog::ResultLog(const Topology& topology, std::string source, RecordLog& log)
    : topology_(topology), source_(std::move(source)), log_(log) {}

void ResultLog::append(ResultRecord result, std::weak_ptr<const void> holder, std::function<void(bool)> done) {
  ++under_way_;
  log_.append(to_record(topology_, source_, std::move(result)),
              [this, holder = std::move(holder), done = std::move(done)](const Result<LogPosition>& position) {
                const auto alive = holder.lock();
                if (!alive) return;
                --under_way_;
                done(position.has_value());
              });
}

}  // namespace ordo
