// What every client of librdkafka here shares: making one from the options, owning its handles, its log lines and its
// errors. Internal to this folder; the one header that includes librdkafka, so only .cc files may include it.
#pragma once

#include <librdkafka/rdkafka.h>

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
using EventPtr = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using MessagePtr = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy<rd_kafka_topic_partition_list_destroy>>;
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using HeadersPtr = std::unique_ptr<rd_kafka_headers_t, Destroy<rd_kafka_headers_destroy>>;
using TopicPtr = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;

// At most `kLines` lines in each window of time, and how many were left out. Any thread.
class LogLimit {
 public:
  // The number of lines left out since the last one allowed, or -1: this line must be left out as well.
  int admit();

 private:
  static constexpr int kLines = 5;
  static constexpr std::chrono::seconds kWindow{10};

  std::atomic<std::int64_t> window_{-1};
  std::atomic<int> lines_{0};
  std::atomic<int> left_out_{0};
};

using Setting = std::pair<const char*, std::string>;

// One rd_kafka_t with the context that its callbacks see.
class Client {
 public:
  struct Role {
    rd_kafka_type_t type = RD_KAFKA_PRODUCER;
    std::string_view name;          // in log lines, and after the client id at the broker
    std::vector<Setting> defaults;  // the options' settings override these
    std::vector<Setting> fixed;     // and these override the options' settings
    int events = 0;                 // RD_KAFKA_EVENT_*
    void* owner = nullptr;          // for the rebalance callback, see owner_of
    void (*rebalance)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*, void*) = nullptr;
  };

  // kInvalid when librdkafka refuses the settings, with validate()'s violations where it finds them. Makes no
  // connection that is waited for.
  static Result<Client> open(const Options& options, const Role& role);

  rd_kafka_t* get() const { return handle_.get(); }

  // A line about this client, unless there were many lately. Any thread.
  void warn(std::string_view message) const;

  // A producer that failed for good takes nothing more; only another one does.
  bool failed_for_good() const { return rd_kafka_fatal_error(get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR; }

  // `Role::owner` out of what a callback is given.
  static void* owner_of(void* opaque);

 private:
  struct Context {
    std::string name;
    void* owner = nullptr;
    LogLimit limit;
  };

  Client(std::unique_ptr<Context> context, rd_kafka_t* handle) : context_(std::move(context)), handle_(handle) {}
  static void log_line(const rd_kafka_t* handle, int level, const char* facility, const char* text);

  // A consumer that is to leave its group does so before: destroying would wait for that without a bound.
  struct DestroyWithoutClose {
    void operator()(rd_kafka_t* handle) const { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }
  };

  // The context outlives the handle, whose threads use it.
  std::unique_ptr<Context> context_;
  std::unique_ptr<rd_kafka_t, DestroyWithoutClose> handle_;
};

// kUnavailable, but for what can never be accepted (kInvalid): "record_too_large".
Error to_error(rd_kafka_resp_err_t code, std::string_view doing);

inline int ms(std::chrono::milliseconds time) {
  return static_cast<int>(time.count());
}

// Every topic of a topology, dead letters too, as a dense index: for tables of handles.
inline constexpr std::size_t kTopicSlots = 2 * kTopics;
inline std::size_t slot_of(Topic topic, bool dlq) {
  return 2 * static_cast<std::size_t>(topic) + (dlq ? 1 : 0);
}
inline int partitions_of(const Topology& topology, Topic topic, bool dlq) {
  return dlq ? 1 : topology[topic].partitions;
}

// A producer's handles for all topics of the topology: a record is produced by handle, without a look-up by name.
class TopicHandles {
 public:
  TopicHandles() = default;
  static Result<TopicHandles> open(rd_kafka_t* client, const Topology& topology);
  rd_kafka_topic_t* of(Topic topic, bool dlq) const { return handles_[slot_of(topic, dlq)].get(); }

 private:
  std::array<TopicPtr, kTopicSlots> handles_;
};

// A client that produces to the topics of the topology, and the queue of what becomes of its records.
struct Producer {
  Client client;
  TopicHandles topics;
  QueuePtr events;

  // Errors: those of Client::open() and TopicHandles::open().
  static Result<std::unique_ptr<Producer>> open(const Options& options, const Client::Role& role);
};

// How long to wait for the answer of watermarks().
inline constexpr std::chrono::milliseconds kRangeTimeout{5000};

// The first offset of a partition and the one after its last. Blocks for up to `timeout`. kUnavailable.
Result<std::pair<std::int64_t, std::int64_t>> watermarks(rd_kafka_t* client, const std::string& topic, int partition,
                                                         std::chrono::milliseconds timeout);

}  // namespace ordo::kafka
