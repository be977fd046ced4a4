// Shared by all librdkafka clients: creation from the options, ownership of handles, log lines and errors. Internal to
// this folder. This header includes librdkafka, so only .cc files may include it.
#pragma once

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/ports.h"
#include "kafka/options.h"
#include "records/topology.h"

namespace ordo::kafka {

template <auto Function>
struct Destroy {
  template <class T>
  void operator()(T* handle) const {
    Function(handle);
  }
};
using AdminOptionsPtr = std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using MessagePtr = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy<rd_kafka_topic_partition_list_destroy>>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using HeadersPtr = std::unique_ptr<rd_kafka_headers_t, Destroy<rd_kafka_headers_destroy>>;
using TopicPtr = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;

// Allows at most `kLines` lines in each time window, and counts those left out. Any thread.
class LogLimit {
 public:
  // The number of lines left out since the last allowed one, or -1: this line must be left out as well.
  int admit();

 private:
  static constexpr int kLines = 5;
  static constexpr std::chrono::seconds kWindow{10};

  std::atomic<std::int64_t> window_{-1};
  std::atomic<int> lines_{0};
  std::atomic<int> left_out_{0};
};

using Setting = std::pair<const char*, std::string>;

// One rd_kafka_t with the context for its callbacks.
class Client {
 public:
  struct Role {
    rd_kafka_type_t type = RD_KAFKA_PRODUCER;
    std::string_view name;          // in log lines, and after the client id at the broker
    std::vector<Setting> defaults;  // the options' settings override these
    std::vector<Setting> fixed;     // these override the options' settings
    int events = 0;                 // RD_KAFKA_EVENT_*
    void* owner = nullptr;          // for the rebalance callback, see owner_of
    void (*rebalance)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*, void*) = nullptr;
  };

  // kInvalid when librdkafka refuses the settings, with the violations of validate() if it finds them. Does not wait
  // for a connection.
  static Result<Client> open(const Options& options, const Role& role);

  rd_kafka_t* get() const { return handle_.get(); }

  // Logs a line about this client, unless there were many recently. Any thread.
  void warn(std::string_view message) const;

  // Counts an error that this client has seen. Any thread.
  void count(rd_kafka_resp_err_t code, std::string_view topic = {}) const;

  // A producer that failed permanently accepts no more records; it must be replaced.
  bool failed_for_good() const { return rd_kafka_fatal_error(get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR; }

  // Gets `Role::owner` from a callback's opaque pointer.
  static void* owner_of(void* opaque);

 private:
  struct Context {
    std::string name;
    void* owner = nullptr;
    bool troubles_told = false;  // Troubles reports authorization errors, in better words and less often
    LogLimit limit;
    std::shared_ptr<ErrorCounts> errors;
  };

  Client(std::unique_ptr<Context> context, rd_kafka_t* handle) : context_(std::move(context)), handle_(handle) {}
  static void log_line(const rd_kafka_t* handle, int level, const char* facility, const char* text);

  // A consumer leaves its group before: destroying would wait for that without a bound.
  struct DestroyWithoutClose {
    void operator()(rd_kafka_t* handle) const { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }
  };

  // The context outlives the handle, whose threads use it.
  std::unique_ptr<Context> context_;
  std::unique_ptr<rd_kafka_t, DestroyWithoutClose> handle_;
};

// kUnavailable, except for input that can never be accepted (kInvalid): "record_too_large".
Error to_error(rd_kafka_resp_err_t code, std::string_view doing);

inline int ms(std::chrono::milliseconds time) {
  return static_cast<int>(time.count());
}

// The time left until `deadline`, at least a millisecond: librdkafka reads less as "at once" or "forever".
inline std::chrono::milliseconds time_left(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds(1));
}

// A list of these partitions of a topic, in order, without offsets.
PartitionList list_partitions(const std::string& topic, const std::vector<int>& partitions);

// A dense index of every topic in a topology, including dead letters: for tables of handles.
inline constexpr std::size_t kTopicSlots = 2 * kTopics;
inline std::size_t slot_of(Topic topic, bool dlq) {
  return 2 * static_cast<std::size_t>(topic) + (dlq ? 1 : 0);
}
inline int partitions_of(const Topology& topology, Topic topic, bool dlq) {
  return dlq ? 1 : topology[topic].partitions;
}
// 0 to `count` - 1.
std::vector<int> first_partitions(int count);

// A producer's handles for all topics of the topology. Producing by handle needs no look-up by name.
class TopicHandles {
 public:
  TopicHandles() = default;
  static Result<TopicHandles> open(rd_kafka_t* client, const Topology& topology);
  rd_kafka_topic_t* of(Topic topic, bool dlq) const { return handles_[slot_of(topic, dlq)].get(); }

 private:
  std::array<TopicPtr, kTopicSlots> handles_;
};

// A client that produces to the topics of the topology, and the queue with its delivery reports.
struct Producer {
  Client client;
  TopicHandles topics;
  QueuePtr events;

  // A batch has at most `most_batch` bytes, unless it has only one record. Errors: those of Client::open() and
  // TopicHandles::open().
  static Result<std::unique_ptr<Producer>> open(const Options& options, Client::Role role,
                                                std::size_t most_batch = RecordLimits::kNone);
};

// The cluster's id, empty if the brokers have none, and the topic's name. Blocks for up to `timeout`. kUnavailable.
Result<LogIdentity> identity_of(rd_kafka_t* client, const std::string& topic, std::chrono::milliseconds timeout);

// Reports the result of writing a record to `at` to Options::troubles.
void note_written(const Options& options, const TopicPartition& at, rd_kafka_resp_err_t code);

}  // namespace ordo::kafka
