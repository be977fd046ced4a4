// Appends results of work outside the log, such as gateway calls and webhook calls.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/ports.h"

namespace ordo {

// A result. Its record goes to the partition of its key, which is also its subject.
struct ResultRecord {
  Topic topic = Topic::order_events;
  std::string key;
  std::string_view type;
  std::string value;
  std::optional<Actor> by = std::nullopt;  // who caused it, if someone did
};

// The record of a result, with a new id and the present time.
Record to_record(const Topology& topology, std::string_view source, ResultRecord result);

class ResultLog {
 public:
  // `topology` and `log` outlive this. `source` is the source of all records.
  ResultLog(const Topology& topology, std::string source, RecordLog& log);

  // Appends the record of the result. Any thread; never blocks. Then calls `done` once, with whether the record is
  // durable: on a thread of the log, or before append() returns. So the caller must not hold a lock that `done` takes.
  // `holder` shares ownership of the object that holds this ResultLog. The object lives while `done` runs. Once it is
  // gone, `done` is not called.
  void append(ResultRecord result, std::weak_ptr<const void> holder, std::function<void(bool)> done);

  // The number of records that the log has not acknowledged. A record no longer counts when its `done` runs. Any
  // thread.
  std::size_t under_way() const { return under_way_; }

 private:
  const Topology& topology_;
  const std::string source_;
  RecordLog& log_;
  std::atomic<std::size_t> under_way_{0};
};

}  // namespace ordo
