#include "kafka/log_source.h"

#include <algorithm>
#include <string>
#include <utility>

#include "kafka/client.h"
#include "kafka/log_ranges.h"
#include "kafka/message.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Client::Role reader_role(const Options& options) {
  Client::Role role;
  role.type = RD_KAFKA_CONSUMER;
  role.name = "reader";
  role.defaults = {{"queued.max.messages.kbytes", "16384"}, {"fetch.error.backoff.ms", "100"}};
  role.fixed = {
      // librdkafka requires a name; the group is never joined and no offset is committed.
      {"group.id", options.group_prefix + "reader"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "earliest"},
      {"allow.auto.create.topics", "false"},
      // Report the end even when the last offsets have no records (transaction markers, compaction).
      {"enable.partition.eof", "true"},
  };
  return role;
}

class Reader final : public LogReader {
 public:
  struct Partition {
    std::int64_t next = 0;
    std::int64_t end = 0;  // when the reader was opened
  };

  Reader(Client client, Topic topic, bool dlq, std::vector<Partition> partitions)
      : client_(std::move(client)), topic_(topic), dlq_(dlq), partitions_(std::move(partitions)) {}

  Result<std::vector<Record>> poll(std::size_t max, milliseconds timeout) override {
    std::vector<Record> records;
    const auto deadline = Clock::now() + timeout;
    while (records.size() < max) {
      // The end of a partition is not a record: keep waiting for the first record.
      const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
      const int wait = records.empty() ? ms(std::max(left, milliseconds(0))) : 0;
      const MessagePtr message(rd_kafka_consumer_poll(client_.get(), wait));
      if (!message) break;
      if (auto taken = take(*message, records); !taken) return fail(std::move(taken.error()));
    }
    return records;
  }

  bool caught_up() const override {
    return std::all_of(partitions_.begin(), partitions_.end(),
                       [](const Partition& partition) { return partition.next >= partition.end; });
  }

 private:
  Result<void> take(const rd_kafka_message_t& message, std::vector<Record>& records) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      auto& partition = partitions_.at(static_cast<std::size_t>(message.partition));
      partition.next = message.offset + 1;
      records.push_back(to_record(message, topic_, dlq_));
      return {};
    }
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      auto& partition = partitions_.at(static_cast<std::size_t>(message.partition));
      partition.next = std::max(partition.next, message.offset);
      return {};
    }
    client_.count(message.err, message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : "");
    if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      return fail(to_error(message.err, "reading the log"));
    }
    client_.warn(rd_kafka_message_errstr(&message));  // all other errors are temporary
    return {};
  }

  Client client_;
  const Topic topic_;
  const bool dlq_;
  std::vector<Partition> partitions_;
};

}  // namespace

class LogSource::State {
 public:
  State(Options options, Client client) : options_(std::move(options)), client_(std::move(client)) {}

  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, const std::vector<std::int64_t>& from);
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) {
    return ask_ranges(client_.get(), options_.topology.broker_name(topic, dlq),
                      first_partitions(partitions_of(options_.topology, topic, dlq)), kRangeTimeout);
  }
  Result<std::vector<std::int64_t>> offsets_at(Topic topic, Timestamp time) {
    return ask_offsets_at(client_.get(), options_.topology.broker_name(topic, false),
                          first_partitions(partitions_of(options_.topology, topic, false)), time, kRangeTimeout);
  }

 private:
  const Options options_;
  const Client client_;  // for requests; librdkafka's functions are thread-safe
};

Result<std::unique_ptr<LogReader>> LogSource::State::open_reader(Topic topic, bool dlq,
                                                                 const std::vector<std::int64_t>& from) {
  const auto now = ranges(topic, dlq);
  if (!now) return fail(now.error());
  const auto name = options_.topology.broker_name(topic, dlq);
  if (from.size() > now->size()) {
    return fail(ErrorCode::kInvalid, "unknown_partition",
                name + " has " + std::to_string(now->size()) + " partitions, not " + std::to_string(from.size()));
  }
  auto client = Client::open(options_, reader_role(options_));
  if (!client) return fail(std::move(client.error()));
  rd_kafka_poll_set_consumer(client->get());
  std::vector<Reader::Partition> partitions;
  const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(now->size())));
  for (std::size_t p = 0; p < now->size(); ++p) {
    const auto& range = (*now)[p];
    const auto next = std::clamp(p < from.size() ? from[p] : 0, range.begin, range.end);
    partitions.push_back({next, range.end});
    rd_kafka_topic_partition_list_add(list.get(), name.c_str(), static_cast<int>(p))->offset = next;
  }
  const auto code = rd_kafka_assign(client->get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "reading " + name));
  return std::make_unique<Reader>(std::move(*client), topic, dlq, std::move(partitions));
}

LogSource::LogSource(std::unique_ptr<State> state) : state_(std::move(state)) {}

LogSource::~LogSource() = default;

Result<std::unique_ptr<LogSource>> LogSource::open(const Options& options) {
  Client::Role role;
  role.type = RD_KAFKA_CONSUMER;  // a producer that asks for a topic may create it
  role.name = "ranges";
  role.fixed = {{"allow.auto.create.topics", "false"}};
  auto client = Client::open(options, role);
  if (!client) return fail(std::move(client.error()));
  return std::unique_ptr<LogSource>(new LogSource(std::make_unique<State>(options, std::move(*client))));
}

Result<std::unique_ptr<LogReader>> LogSource::open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) {
  return state_->open_reader(topic, dlq, from);
}

Result<std::vector<LogRange>> LogSource::ranges(Topic topic, bool dlq) {
  return state_->ranges(topic, dlq);
}

Result<std::vector<std::int64_t>> LogSource::offsets_at(Topic topic, Timestamp time) {
  return state_->offsets_at(topic, time);
}

}  // namespace ordo::kafka
