// librdkafka's mock cluster for the tests of this folder: brokers in this process on 127.0.0.1.
#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "kafka/client.h"
#include "records/envelope.h"

namespace ordo::kafka {

// After its work, the thread of a mock cluster empties its wake-up pipe, then sleeps for up to a second. It may miss a
// command that arrives in between. Called before each command, this lets the thread fall asleep first. If it does not,
// the command runs a second later.
inline void let_it_settle() {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

inline constexpr std::int16_t kProduceRequest = 0;
inline constexpr std::int16_t kInitProducerIdRequest = 22;

class MockCluster {
 public:
  explicit MockCluster(const Topology& topology, int brokers = 1) : brokers_(brokers) {
    char text[256];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "0", text, sizeof text);
    client_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text));
    cluster_.reset(rd_kafka_mock_cluster_new(client_.get(), brokers));
    options_.bootstrap = rd_kafka_mock_cluster_bootstraps(cluster_.get());
    options_.topology = topology;
    // In a rebalance, the mock waits at least this long for all members of the group.
    options_.settings["session.timeout.ms"] = "3000";
    options_.settings["heartbeat.interval.ms"] = "500";
    for (std::size_t i = 0; i < kTopics; ++i) {
      for (const bool dlq : {false, true}) {
        const auto topic = static_cast<Topic>(i);
        let_it_settle();
        rd_kafka_mock_topic_create(cluster_.get(), topology.broker_name(topic, dlq).c_str(),
                                   partitions_of(topology, topic, dlq), 1);
      }
    }
  }

  const Options& options() const { return options_; }
  rd_kafka_mock_cluster_t* get() const { return cluster_.get(); }

  // How long each answer of every broker takes.
  void set_round_trip(std::chrono::milliseconds time) {
    for (int id = 1; id <= brokers_; ++id) {
      let_it_settle();
      rd_kafka_mock_broker_set_rtt(cluster_.get(), id, ms(time));
    }
  }

  void set_down(bool down) {
    for (int id = 1; id <= brokers_; ++id) {
      let_it_settle();
      if (down) {
        rd_kafka_mock_broker_set_down(cluster_.get(), id);
      } else {
        rd_kafka_mock_broker_set_up(cluster_.get(), id);
      }
    }
  }

 private:
  int brokers_;
  std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>> client_;
  std::unique_ptr<rd_kafka_mock_cluster_t, Destroy<rd_kafka_mock_cluster_destroy>> cluster_;
  Options options_;
};

// A record in the form that processors send.
inline Record make_record(Topic topic, int partition, std::int64_t sequence, std::string value = "{}") {
  Record record;
  record.at = {topic, partition, false};
  record.key = "key-" + std::to_string(sequence);
  record.envelope.id = "id-" + std::to_string(sequence);
  record.envelope.source = "/ordo/test/0";
  record.envelope.type = "ordo.test.happened.v1";
  record.envelope.time = from_unix_ms(1'700'000'000'000);
  record.envelope.sequence = sequence;
  record.value = std::move(value);
  return record;
}

}  // namespace ordo::kafka
