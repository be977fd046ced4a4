#include "kafka/group_consumer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "kafka/client.h"
#include "kafka/inbox_positions.h"
#include "kafka/message.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kReportEvery{1000};
constexpr milliseconds kCloseTimeout{3000};
constexpr milliseconds kClosePoll{50};

Client::Role consumer_role(const Options& options, std::string_view processor) {
  Client::Role role;
  role.type = RD_KAFKA_CONSUMER;
  role.name = processor;
  role.defaults = {
      // A member that died is missed after this; a member that lives sends three heartbeats in the time.
      {"session.timeout.ms", "10000"},
      {"heartbeat.interval.ms", "3000"},
      // What is fetched ahead of the steps.
      {"queued.max.messages.kbytes", "32768"},
      {"fetch.error.backoff.ms", "100"},
  };
  role.fixed = {
      {"group.id", options.group_prefix + std::string(processor)},
      {"partition.assignment.strategy", "range"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "earliest"},
      {"allow.auto.create.topics", "false"},
  };
  return role;
}

}  // namespace

// Pausing, resuming and seeking are all one thing here: giving librdkafka the list of partitions to read and the offset
// of each. Its own pause, resume and seek deliver twice or skip in corners that this avoids; the price, fetching anew
// what was fetched ahead, is paid seldom. What comes is checked all the same, see InboxPositions.
class GroupConsumer::State {
 public:
  State(const Options& options, ProcessorKind processor)
      : options_(options),
        processor_(processor),
        inbox_(inbox_of(processor)),
        topic_(options.topology.broker_name(inbox_, false)) {}

  Result<void> open();
  Result<Polled> poll(std::size_t max_records, milliseconds timeout);
  Result<void> seek(int partition, std::int64_t offset);
  void set_paused(bool paused);
  Result<LogRange> range(int partition);
  void report(int partition, std::int64_t next) { reported_[partition] = next; }
  void close();

 private:
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                           void* opaque);
  void assigned(const rd_kafka_topic_partition_list_t& partitions);
  void revoked();
  rd_kafka_resp_err_t assign(const rd_kafka_topic_partition_list_t* partitions);
  void read_from_positions();
  void write_reports(bool now);
  bool leave();
  Result<void> take(const rd_kafka_message_t& message, Polled& polled);
  Result<void> take_error(const rd_kafka_message_t& message);

  const Options options_;
  const ProcessorKind processor_;
  const Topic inbox_;
  const std::string topic_;
  std::optional<Client> client_;

  std::set<int> owned_;       // as the group has it
  InboxPositions positions_;  // of owned partitions that were sought
  bool paused_ = false;
  bool reading_stale_ = false;    // librdkafka reads something else than positions_ and paused_ say
  Polled events_;                 // assigned and revoked since the last poll returned
  std::optional<Error> failure_;  // for the next poll: the last one had records to give out
  std::map<int, std::int64_t> reported_;
  Clock::time_point reported_at_;
};

Result<void> GroupConsumer::State::open() {
  auto role = consumer_role(options_, to_string(processor_));
  role.owner = this;
  role.rebalance = &State::on_rebalance;
  auto client = Client::open(options_, role);
  if (!client) return fail(std::move(client.error()));
  client_.emplace(std::move(*client));
  rd_kafka_poll_set_consumer(client_->get());
  const PartitionList topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic_.c_str(), RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(client_->get(), topics.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "joining the group"));
  return {};
}

// Called by librdkafka within poll(), on its thread.
void GroupConsumer::State::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code,
                                        rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  auto& self = *static_cast<State*>(Client::owner_of(opaque));
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self.assigned(*partitions);
    // Nothing is read before the caller has said from where.
    const PartitionList none(rd_kafka_topic_partition_list_new(0));
    self.assign(none.get());
  } else {
    self.revoked();
    self.assign(nullptr);
  }
  rd_kafka_yield(client);  // so that poll() returns with the news
}

void GroupConsumer::State::assigned(const rd_kafka_topic_partition_list_t& partitions) {
  for (int i = 0; i < partitions.cnt; ++i) {
    const int partition = partitions.elems[i].partition;
    owned_.insert(partition);
    events_.assigned.push_back(partition);
  }
  std::sort(events_.assigned.begin(), events_.assigned.end());
}

// The range strategy gives up everything at each rebalance.
void GroupConsumer::State::revoked() {
  write_reports(true);
  for (const int partition : owned_) {
    const auto fresh = std::find(events_.assigned.begin(), events_.assigned.end(), partition);
    if (fresh == events_.assigned.end()) {
      events_.revoked.push_back(partition);
    } else {
      events_.assigned.erase(fresh);  // its owner was never told
    }
  }
  owned_.clear();
  positions_.clear();
  reported_.clear();
  reading_stale_ = false;
}

// librdkafka stops a partition on its main thread, in two turns of its queue: one that stops it, one that notes it as
// stopped. Told to stop it again in between, it aborts the process ("assert: rktp->rktp_started"; its issue 5573, in
// all versions up to 2.15). A question that it answers on the same thread is served in order behind the first turn, and
// a second one behind the other; so with their answers every partition that the last choice stopped is noted as
// stopped.
rd_kafka_resp_err_t GroupConsumer::State::assign(const rd_kafka_topic_partition_list_t* partitions) {
  const auto code = rd_kafka_assign(client_->get(), partitions);
  for (int i = 0; i < 2; ++i) {
    rd_kafka_topic_partition_list_t* asked = nullptr;
    if (rd_kafka_assignment(client_->get(), &asked) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_topic_partition_list_destroy(asked);
    }
  }
  return code;
}

void GroupConsumer::State::read_from_positions() {
  if (!reading_stale_) return;
  reading_stale_ = false;
  const auto positions = paused_ ? std::map<int, std::int64_t>() : positions_.all();
  const PartitionList partitions(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  for (const auto& [partition, offset] : positions) {
    rd_kafka_topic_partition_list_add(partitions.get(), topic_.c_str(), partition)->offset = offset;
  }
  const auto code = assign(partitions.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return positions_.read_again();
  client_->warn(to_error(code, "choosing what to read").message);
  reading_stale_ = true;
}

// Asynchronous, and its failure is of no consequence: these offsets are read by people only.
void GroupConsumer::State::write_reports(bool now) {
  if (reported_.empty() || (!now && Clock::now() - reported_at_ < kReportEvery)) return;
  reported_at_ = Clock::now();
  const PartitionList offsets(rd_kafka_topic_partition_list_new(static_cast<int>(reported_.size())));
  for (const auto& [partition, next] : reported_) {
    if (!owned_.contains(partition)) continue;
    rd_kafka_topic_partition_list_add(offsets.get(), topic_.c_str(), partition)->offset = next;
  }
  reported_.clear();
  if (offsets->cnt > 0) rd_kafka_commit(client_->get(), offsets.get(), 1);
}

Result<void> GroupConsumer::State::take_error(const rd_kafka_message_t& message) {
  const auto code = message.err;
  char text[512];
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    rd_kafka_fatal_error(client_->get(), text, sizeof text);
    return fail(ErrorCode::kUnavailable, "group_refused", text);
  }
  if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    return fail(ErrorCode::kUnavailable, "group_refused", rd_kafka_message_errstr(&message));
  }
  // All others pass: librdkafka goes on trying by itself.
  client_->warn(rd_kafka_message_errstr(&message));
  return {};
}

Result<void> GroupConsumer::State::take(const rd_kafka_message_t& message, Polled& polled) {
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return take_error(message);
  const auto came = [&] {
    return topic_ + "/" + std::to_string(message.partition) + " gave offset " + std::to_string(message.offset);
  };
  switch (positions_.take(message.partition, message.offset)) {
    case InboxPositions::Verdict::kGive:
      polled.records.push_back(to_record(message, inbox_, false));
      break;
    case InboxPositions::Verdict::kDrop:
      break;
    case InboxPositions::Verdict::kBehind:
      return fail(
          ErrorCode::kCorrupt, "log_truncated",
          came() + " where " + std::to_string(positions_.all().at(message.partition)) + " or later was expected");
    case InboxPositions::Verdict::kReadAgain:
      client_->warn(came() + " where " + std::to_string(positions_.all().at(message.partition)) +
                    " was expected; reading it again");
      reading_stale_ = true;
      break;
  }
  return {};
}

Result<GroupConsumer::Polled> GroupConsumer::State::poll(std::size_t max_records, milliseconds timeout) {
  if (failure_) return fail(*std::exchange(failure_, {}));
  Polled polled;
  read_from_positions();
  write_reports(false);
  int wait = ms(timeout);
  const auto news = [&] { return !events_.assigned.empty() || !events_.revoked.empty(); };
  if (max_records == 0) {
    // Only while paused, when nothing is assigned in librdkafka and so no record can come; errors do.
    const auto deadline = Clock::now() + timeout;
    for (auto left = timeout; left.count() > 0 && !news();
         left = std::chrono::ceil<milliseconds>(deadline - Clock::now())) {
      const MessagePtr message(rd_kafka_consumer_poll(client_->get(), ms(left)));
      if (!message || message->err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      if (auto taken = take_error(*message); !taken) return fail(std::move(taken.error()));
    }
  }
  while (polled.records.size() < max_records && !news()) {
    const MessagePtr message(rd_kafka_consumer_poll(client_->get(), wait));
    wait = 0;
    if (!message) break;
    auto taken = take(*message, polled);
    if (taken) continue;
    // What was taken before would not come again.
    if (polled.records.empty()) return fail(std::move(taken.error()));
    failure_ = std::move(taken.error());
    break;
  }
  polled.assigned = std::exchange(events_.assigned, {});
  polled.revoked = std::exchange(events_.revoked, {});
  std::erase_if(polled.records, [&](const Record& record) { return !owned_.contains(record.at.partition); });
  return polled;
}

Result<void> GroupConsumer::State::seek(int partition, std::int64_t offset) {
  if (!owned_.contains(partition)) {
    return fail(ErrorCode::kNotFound, "not_assigned", topic_ + "/" + std::to_string(partition) + " is not assigned");
  }
  positions_.seek(partition, offset);
  reading_stale_ = true;
  return {};
}

void GroupConsumer::State::set_paused(bool paused) {
  if (paused_ == paused) return;
  paused_ = paused;
  reading_stale_ = !owned_.empty();
}

Result<LogRange> GroupConsumer::State::range(int partition) {
  const auto range = watermarks(client_->get(), topic_, partition, kRangeTimeout);
  if (!range) return fail(range.error());
  return LogRange{range->first, range->second};
}

// rd_kafka_consumer_close() would wait for a coordinator that is away, for minutes. A member that cannot say goodbye is
// missed by its group after the session timeout.
void GroupConsumer::State::close() {
  if (!client_) return;
  write_reports(true);
  if (!leave()) {
    client_->warn("leaving the group took too long, it goes on without being waited for");
    std::thread([abandoned = std::move(*client_)] {}).detach();  // destroying waits as well
  }
  client_.reset();
}

// False: not done in time.
bool GroupConsumer::State::leave() {
  const auto deadline = Clock::now() + kCloseTimeout;
  const QueuePtr queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_->get(), queue.get());
  if (error != nullptr) {  // it failed for good and has left already
    client_->warn(rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return true;
  }
  while (rd_kafka_consumer_closed(client_->get()) == 0 && Clock::now() < deadline) {
    const EventPtr event(rd_kafka_queue_poll(queue.get(), ms(kClosePoll)));
    if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_REBALANCE) continue;
    revoked();
    rd_kafka_assign(client_->get(), nullptr);
  }
  return rd_kafka_consumer_closed(client_->get()) != 0;
}

GroupConsumer::GroupConsumer(std::unique_ptr<State> state) : state_(std::move(state)) {}

GroupConsumer::~GroupConsumer() {
  state_->close();
}

Result<std::unique_ptr<GroupConsumer>> GroupConsumer::open(const Options& options, ProcessorKind processor) {
  auto state = std::make_unique<State>(options, processor);
  if (auto opened = state->open(); !opened) return fail(std::move(opened.error()));
  return std::unique_ptr<GroupConsumer>(new GroupConsumer(std::move(state)));
}

Result<GroupConsumer::Polled> GroupConsumer::poll(std::size_t max_records, milliseconds timeout) {
  return state_->poll(max_records, timeout);
}

Result<void> GroupConsumer::seek(int partition, std::int64_t offset) {
  return state_->seek(partition, offset);
}

void GroupConsumer::pause() {
  state_->set_paused(true);
}

void GroupConsumer::resume() {
  state_->set_paused(false);
}

Result<LogRange> GroupConsumer::range(int partition) {
  return state_->range(partition);
}

void GroupConsumer::report(int partition, std::int64_t next) {
  state_->report(partition, next);
}

void GroupConsumer::close() {
  state_->close();
}

}  // namespace ordo::kafka
