#include "kafka/log_stamps.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/record_stamp.h"
#include "kafka/client.h"
#include "kafka/message.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kStampTimeout{5000};

Client::Role stamps_role(const Options& options) {
  Client::Role role;
  role.type = RD_KAFKA_CONSUMER;
  role.name = "stamps";
  // Only one record of each partition is needed, so little more is fetched. The broker handles one request at a time: a
  // request that waits for more of one partition would delay the next partition.
  role.defaults = {{"queued.min.messages", "1"},
                   {"fetch.message.max.bytes", "65536"},
                   {"fetch.wait.max.ms", "10"},
                   {"fetch.error.backoff.ms", "50"}};
  role.fixed = {
      // librdkafka requires a name; the group is never joined and no offset is committed.
      {"group.id", options.group_prefix + "stamps"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"allow.auto.create.topics", "false"},
      // Asks for exactly this offset; no other one may replace it.
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_uncommitted"},
      {"client.rack", ""},  // read from the leader: a follower may not have the record yet
      {"enable.partition.eof", "true"},
  };
  return role;
}

// The first answer of a partition about the requested offset.
struct Answer {
  bool known = false;
  std::optional<RecordStamp> stamp;
};

Answer read_answer(const rd_kafka_message_t& message, Topic topic, std::int64_t offset) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      if (message.offset < offset) return {};
      if (message.offset > offset) return {true, std::nullopt};
      return {true, stamp_of(to_record(message, topic, false))};
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return {true, std::nullopt};
    default:
      return {};  // librdkafka retries
  }
}

}  // namespace

// Reads partitions with librdkafka's simple consumer calls. Each starts and stops one partition and waits until that is
// done. There is no group here whose assignment could interfere.
class LogStamps::State {
 public:
  State(Topology topology, Client client) : topology_(std::move(topology)), client_(std::move(client)) {}

  Result<LogIdentity> identity(Topic topic);
  Result<std::map<int, RecordStamp>> read(Topic topic, const std::map<int, std::int64_t>& offsets);

 private:
  Result<rd_kafka_topic_t*> handle(Topic topic);
  Result<std::optional<RecordStamp>> read_one(rd_kafka_topic_t* handle, Topic topic, int partition, std::int64_t offset,
                                              Clock::time_point deadline);

  const Topology topology_;
  const Client client_;
  std::array<TopicPtr, kTopics> handles_;
};

Result<LogIdentity> LogStamps::State::identity(Topic topic) {
  return identity_of(client_.get(), topology_.broker_name(topic, false), kStampTimeout);
}

Result<rd_kafka_topic_t*> LogStamps::State::handle(Topic topic) {
  auto& handle = handles_[static_cast<std::size_t>(topic)];
  if (!handle) handle.reset(rd_kafka_topic_new(client_.get(), topology_.broker_name(topic, false).c_str(), nullptr));
  if (!handle) return fail(to_error(rd_kafka_last_error(), "opening a topic"));
  return handle.get();
}

Result<std::map<int, RecordStamp>> LogStamps::State::read(Topic topic, const std::map<int, std::int64_t>& offsets) {
  const auto opened = handle(topic);
  if (!opened) return fail(opened.error());
  const auto deadline = Clock::now() + kStampTimeout;
  std::map<int, RecordStamp> stamps;
  for (const auto& [partition, offset] : offsets) {
    const auto stamp = read_one(*opened, topic, partition, offset, deadline);
    if (!stamp) return fail(stamp.error());
    if (*stamp) stamps[partition] = **stamp;
  }
  return stamps;
}

Result<std::optional<RecordStamp>> LogStamps::State::read_one(rd_kafka_topic_t* handle, Topic topic, int partition,
                                                              std::int64_t offset, Clock::time_point deadline) {
  auto code = RD_KAFKA_RESP_ERR__TIMED_OUT;
  Answer answer;
  if (rd_kafka_consume_start(handle, partition, offset) == 0) {
    while (!answer.known && Clock::now() < deadline) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
      const MessagePtr message(rd_kafka_consume(handle, partition, ms(std::max(left, milliseconds(0)))));
      if (!message) break;
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) code = message->err;
      answer = read_answer(*message, topic, offset);
    }
    rd_kafka_consume_stop(handle, partition);
  } else {
    code = rd_kafka_last_error();
  }
  if (answer.known) return answer.stamp;
  return fail(
      to_error(code, "reading a record of " + topology_.broker_name(topic, false) + "/" + std::to_string(partition)));
}

LogStamps::LogStamps(std::unique_ptr<State> state) : state_(std::move(state)) {}

LogStamps::~LogStamps() = default;

Result<std::unique_ptr<LogStamps>> LogStamps::open(const Options& options) {
  auto client = Client::open(options, stamps_role(options));
  if (!client) return fail(std::move(client.error()));
  return std::unique_ptr<LogStamps>(new LogStamps(std::make_unique<State>(options.topology, std::move(*client))));
}

Result<LogIdentity> LogStamps::identity(Topic topic) {
  return state_->identity(topic);
}

Result<std::map<int, RecordStamp>> LogStamps::read(Topic topic, const std::map<int, std::int64_t>& offsets) {
  return state_->read(topic, offsets);
}

}  // namespace ordo::kafka
