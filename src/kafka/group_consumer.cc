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
#include "engine/cursor_check.h"
#include "kafka/client.h"
#include "kafka/inbox_positions.h"
#include "kafka/log_ranges.h"
#include "kafka/log_stamps.h"
#include "kafka/message.h"
#include "kafka/troubles.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kReportEvery{1000};
constexpr milliseconds kCommittedTimeout{1000};
constexpr milliseconds kCloseTimeout{3000};
constexpr milliseconds kClosePoll{50};
// How long to wait after a gap for more records before the second reading: for each record, and in total.
constexpr milliseconds kLookOn{20};
constexpr milliseconds kLookFor{500};
constexpr int kMostDifferences = 10;
constexpr milliseconds kTryDeniedEvery{5000};
constexpr milliseconds kTryGroupEvery{4000};
constexpr milliseconds kAskCommitted{1000};

Client::Role consumer_role(const Options& options, std::string_view processor) {
  Client::Role role;
  role.type = RD_KAFKA_CONSUMER;
  role.name = processor;
  role.defaults = {
      // The group result_records a dead member after this time. A live member sends three heartbeats in it.
      {"session.timeout.ms", "10000"},
      {"heartbeat.interval.ms", "3000"},
      // Records fetched in advance.
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
      // Skip records of aborted transactions.
      {"isolation.level", "read_committed"},
      // Report the end even when the last offsets have no records (transaction markers).
      {"enable.partition.eof", "true"},
  };
  if (!options.instance.empty()) {
    role.fixed.emplace_back("group.instance.id", options.instance + "-" + std::string(processor));
  }
  return role;
}

// After these errors the topic may be another one with the same name, or the cluster another one at the same address.
bool puts_log_in_doubt(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE ||
         code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

}  // namespace

// Pausing, resuming and seeking all work the same way: they give librdkafka a list of partitions and offsets to read.
// In corner cases, its own pause, resume and seek deliver twice or skip. The price is that records fetched in advance
// must be fetched again, which is rare. InboxPositions checks all received records anyway.
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
  Result<LogIdentity> identity() { return identity_of(client_->get(), topic_, kRangeTimeout); }
  Result<std::optional<RecordStamp>> stamp(int partition, std::int64_t offset);
  void report(int partition, std::int64_t next) {
    reported_[partition] = committed_[partition] = next;
    if (unreported_.erase(partition) > 0) taken_at_[partition] = next;
  }
  void close();

 private:
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                           void* opaque);
  void assigned(const rd_kafka_topic_partition_list_t& partitions);
  void revoked();
  rd_kafka_resp_err_t assign(const rd_kafka_topic_partition_list_t* partitions);
  void read_from_positions();
  void write_reports(bool now);
  void compare_with_group();
  void try_group();
  PartitionList offsets_to_try();
  void hear_of_group();
  bool leave();
  Result<void> take(const rd_kafka_message_t& message, Polled& polled);
  Result<void> follow(InboxPositions::Verdict verdict, int partition, std::int64_t offset);
  Result<void> take_error(const rd_kafka_message_t& message);
  void note_denied(const rd_kafka_message_t& message);
  void note_read();
  bool looks() const { return positions_.looking() || positions_.waiting(); }
  void end_look();
  std::string group() const { return options_.group_prefix + std::string(to_string(processor_)); }

  const Options options_;
  const ProcessorKind processor_;
  const Topic inbox_;
  const std::string topic_;
  std::optional<Client> client_;
  std::unique_ptr<LogStamps> stamps_;

  std::set<int> owned_;       // according to the group
  InboxPositions positions_;  // of owned partitions that have a position
  std::optional<Clock::time_point> look_began_;
  bool paused_ = false;
  std::optional<Clock::time_point> denied_at_;  // time of the last attempt while the inbox may not be read
  bool reading_stale_ = false;                  // librdkafka does not read yet according to positions_ and paused_
  Polled events_;                               // assigned and revoked since the last poll returned
  std::optional<Error> failure_;                // for the next poll: the last one had records to return
  std::map<int, std::int64_t> reported_;
  std::set<int> unreported_;              // of owned partitions
  std::map<int, std::int64_t> taken_at_;  // first reports that were not yet compared with the group
  Clock::time_point reported_at_;
  std::map<int, std::int64_t> committed_;  // the last report of each partition
  Clock::time_point tried_at_ = Clock::now();
  QueuePtr answers_;  // of try_group()
};

Result<void> GroupConsumer::State::open() {
  auto role = consumer_role(options_, to_string(processor_));
  role.owner = this;
  role.rebalance = &State::on_rebalance;
  auto client = Client::open(options_, role);
  if (!client) return fail(std::move(client.error()));
  client_.emplace(std::move(*client));
  rd_kafka_poll_set_consumer(client_->get());
  answers_.reset(rd_kafka_queue_new(client_->get()));
  const PartitionList topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic_.c_str(), RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(client_->get(), topics.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "joining the group"));
  return {};
}

// librdkafka calls it within poll(), on the thread of poll().
void GroupConsumer::State::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t code,
                                        rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  auto& self = *static_cast<State*>(Client::owner_of(opaque));
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self.assigned(*partitions);
    // Nothing is read before the caller has given the positions.
    const PartitionList none(rd_kafka_topic_partition_list_new(0));
    self.assign(none.get());
  } else {
    self.revoked();
    self.assign(nullptr);
  }
  rd_kafka_yield(client);  // so that poll() returns with the change
}

void GroupConsumer::State::assigned(const rd_kafka_topic_partition_list_t& partitions) {
  for (int i = 0; i < partitions.cnt; ++i) {
    const int partition = partitions.elems[i].partition;
    owned_.insert(partition);
    unreported_.insert(partition);
    events_.assigned.push_back(partition);
  }
  std::sort(events_.assigned.begin(), events_.assigned.end());
  events_.joined = true;
}

// The range strategy revokes all partitions at each rebalance.
void GroupConsumer::State::revoked() {
  write_reports(true);
  for (const int partition : owned_) {
    const auto fresh = std::find(events_.assigned.begin(), events_.assigned.end(), partition);
    if (fresh == events_.assigned.end()) {
      events_.revoked.push_back(partition);
    } else {
      events_.assigned.erase(fresh);  // its caller never learned of it
    }
  }
  owned_.clear();
  unreported_.clear();
  taken_at_.clear();
  positions_.clear();
  reported_.clear();
  reading_stale_ = false;
}

// librdkafka stops a partition on its main thread in two steps: one stops it, and one records that it has stopped. If
// it must stop the partition again in between, it aborts the process ("assert: rktp->rktp_started"). This is its issue
// 5573, in all versions up to 2.15. The same thread answers a query after the first step, and a second query after the
// other. So once both are answered, every partition stopped by the last assignment is recorded as stopped.
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
  look_began_.reset();
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return positions_.read_again();
  client_->warn(to_error(code, "choosing what to read").message);
  reading_stale_ = true;
}

// Asynchronous; a failure does not matter, because only people read these offsets.
void GroupConsumer::State::write_reports(bool now) {
  if (reported_.empty() || (!now && Clock::now() - reported_at_ < kReportEvery)) return;
  reported_at_ = Clock::now();
  if (!now) compare_with_group();
  const PartitionList offsets(rd_kafka_topic_partition_list_new(static_cast<int>(reported_.size())));
  for (const auto& [partition, next] : reported_) {
    if (!owned_.contains(partition)) continue;
    rd_kafka_topic_partition_list_add(offsets.get(), topic_.c_str(), partition)->offset = next;
  }
  reported_.clear();
  if (offsets->cnt > 0) rd_kafka_commit(client_->get(), offsets.get(), 1);
}

// Logs an offset that another program wrote there, for example one of Kafka's tools: ordo does not start from it.
// Logged once for each partition taken. Does not wait long for a broker.
void GroupConsumer::State::compare_with_group() {
  if (taken_at_.empty()) return;
  const auto taken = std::exchange(taken_at_, {});
  const PartitionList offsets(rd_kafka_topic_partition_list_new(static_cast<int>(taken.size())));
  for (const auto& [partition, next] : taken) {
    rd_kafka_topic_partition_list_add(offsets.get(), topic_.c_str(), partition);
  }
  if (rd_kafka_committed(client_->get(), offsets.get(), ms(kCommittedTimeout)) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  for (int i = 0; i < offsets->cnt; ++i) {
    const auto& there = offsets->elems[i];
    const auto own = taken.at(there.partition);
    if (there.err != RD_KAFKA_RESP_ERR_NO_ERROR || there.offset < 0 || there.offset == own) continue;
    log_warn("group offset " + std::to_string(there.offset) + " differs from " + std::to_string(own) +
                 ": ordo keeps its own (MongoDB)",
             {{"group", options_.group_prefix + std::string(to_string(processor_))},
              {"topic", topic_},
              {"partition", there.partition}});
  }
}

// librdkafka does not report that a group refuses its members: it keeps trying to join. So this tests the right by
// committing offsets that change nothing: those committed before.
void GroupConsumer::State::try_group() {
  hear_of_group();
  if (Clock::now() - tried_at_ < kTryGroupEvery) return;
  tried_at_ = Clock::now();
  const auto offsets = offsets_to_try();
  if (offsets) rd_kafka_commit_queue(client_->get(), offsets.get(), answers_.get(), nullptr, nullptr);
}

// Offsets of one partition; null when they are unknown. A group with members accepts them only from a member.
PartitionList GroupConsumer::State::offsets_to_try() {
  PartitionList offsets(rd_kafka_topic_partition_list_new(1));
  const auto own = std::find_if(committed_.begin(), committed_.end(),
                                [this](const auto& entry) { return owned_.contains(entry.first); });
  auto* tried = rd_kafka_topic_partition_list_add(offsets.get(), topic_.c_str(), 0);
  if (own != committed_.end()) {
    tried->partition = own->first;
    tried->offset = own->second;
    return offsets;
  }
  if (!owned_.empty()) return nullptr;  // the first report comes soon
  const auto asked = rd_kafka_committed(client_->get(), offsets.get(), ms(kAskCommitted));
  if (asked != RD_KAFKA_RESP_ERR_NO_ERROR) return nullptr;
  tried->offset = std::max<std::int64_t>(tried->offset, 0);  // none: nothing was folded
  return offsets;
}

void GroupConsumer::State::hear_of_group() {
  while (const EventPtr event{rd_kafka_queue_poll(answers_.get(), 0)}) {
    const auto code = rd_kafka_event_error(event.get());
    if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
      options_.troubles->denied(TroubleWith::group, group(), Right::read, rd_kafka_err2str(code));
    } else if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID) {
      options_.troubles->granted(TroubleWith::group, group(), Right::read);
    }
  }
}

Result<void> GroupConsumer::State::take_error(const rd_kafka_message_t& message) {
  const auto code = message.err;
  client_->count(code, message.rkt != nullptr ? rd_kafka_topic_name(message.rkt) : "");
  char text[512];
  if (code == RD_KAFKA_RESP_ERR__FATAL) {
    const auto why = rd_kafka_fatal_error(client_->get(), text, sizeof text);
    if (options_.troubles != nullptr) {
      const bool twice = why == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
      options_.troubles->denied(TroubleWith::group, group(), Right::none,
                                std::string(text) + (twice ? ": two processes have the same setting instance" : ""));
    }
    return fail(ErrorCode::kUnavailable, "group_refused", text);
  }
  if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED || code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
    // guard: kafka-denied-read
    note_denied(message);
    return fail(ErrorCode::kUnavailable, "group_refused", rd_kafka_message_errstr(&message));
  }
  if (puts_log_in_doubt(code)) events_.in_doubt = true;
  // All other errors are temporary; librdkafka retries.
  client_->warn(rd_kafka_message_errstr(&message));
  return {};
}

// librdkafka reports a denied read only once. Received records show that it is over. Without records, the end of the
// partition shows it: it is reported again when reading begins.
void GroupConsumer::State::note_denied(const rd_kafka_message_t& message) {
  if (options_.troubles == nullptr) return;
  if (message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
    return options_.troubles->denied(TroubleWith::group, group(), Right::read, rd_kafka_err2str(message.err));
  }
  denied_at_ = Clock::now();
  options_.troubles->denied(TroubleWith::topic, topic_, Right::read, rd_kafka_err2str(message.err));
}

void GroupConsumer::State::note_read() {
  if (!denied_at_) return;
  denied_at_.reset();
  options_.troubles->granted(TroubleWith::topic, topic_, Right::read);
}

Result<void> GroupConsumer::State::take(const rd_kafka_message_t& message, Polled& polled) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    note_read();
    const auto verdict = positions_.take_end(message.partition, message.offset);
    if (verdict == InboxPositions::Verdict::kGive) polled.ends[message.partition] = message.offset;
    return follow(verdict, message.partition, message.offset);
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return take_error(message);
  note_read();
  const auto verdict = positions_.take(message.partition, message.offset);
  if (verdict == InboxPositions::Verdict::kGive) polled.records.push_back(to_record(message, inbox_, false));
  return follow(verdict, message.partition, message.offset);
}

// Acts on a verdict.
Result<void> GroupConsumer::State::follow(InboxPositions::Verdict verdict, int partition, std::int64_t offset) {
  const auto came = [&] {
    return topic_ + "/" + std::to_string(partition) + " gave offset " + std::to_string(offset) + " where " +
           std::to_string(positions_.all().at(partition));
  };
  switch (verdict) {
    case InboxPositions::Verdict::kGive:
    case InboxPositions::Verdict::kDrop:
    case InboxPositions::Verdict::kLook:
      break;
    case InboxPositions::Verdict::kBehind:
      return fail(refused_log({processor_, partition}, "log_truncated", came() + " or later was expected"));
    case InboxPositions::Verdict::kDiffers:
      client_->warn(came() + " was expected, unlike in the first reading; reading it again");
      if (positions_.differed(partition) >= kMostDifferences) {
        return fail(ErrorCode::kCorrupt, "log_unsteady",
                    came() + " was expected: each reading of the partition shows other records");
      }
      break;
    case InboxPositions::Verdict::kReadAgain:
      break;
  }
  return {};
}

// Starts the second reading when no more records arrive at once, or after a while if they keep arriving.
void GroupConsumer::State::end_look() {
  if (!looks()) return look_began_.reset();
  if (!look_began_) look_began_ = Clock::now();
  if (Clock::now() - *look_began_ >= kLookFor) reading_stale_ = true;
}

Result<GroupConsumer::Polled> GroupConsumer::State::poll(std::size_t max_records, milliseconds timeout) {
  if (failure_) return fail(*std::exchange(failure_, {}));
  Polled polled;
  if (denied_at_ && Clock::now() - *denied_at_ >= kTryDeniedEvery) {
    denied_at_ = Clock::now();
    reading_stale_ = !owned_.empty();
  }
  read_from_positions();
  write_reports(false);
  if (options_.troubles != nullptr) try_group();
  int wait = ms(looks() ? std::min(kLookOn, timeout) : timeout);
  const auto news = [&] { return !events_.assigned.empty() || !events_.revoked.empty(); };
  if (max_records == 0) {
    // Only while paused: nothing is assigned in librdkafka, so no record can arrive, only errors.
    const auto deadline = Clock::now() + timeout;
    for (auto left = timeout; left.count() > 0 && !news();
         left = std::chrono::ceil<milliseconds>(deadline - Clock::now())) {
      const MessagePtr message(rd_kafka_consumer_poll(client_->get(), ms(left)));
      if (!message || message->err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      if (auto taken = take_error(*message); !taken) return fail(std::move(taken.error()));
    }
  }
  const auto deadline = Clock::now() + timeout;
  const auto late = [&] { return looks() && Clock::now() >= deadline; };
  while (polled.records.size() < max_records && !news() && !reading_stale_ && !late()) {
    const MessagePtr message(rd_kafka_consumer_poll(client_->get(), wait));
    if (!message) {
      reading_stale_ = reading_stale_ || looks();
      break;
    }
    auto taken = take(*message, polled);
    wait = looks() ? ms(std::min(kLookOn, timeout)) : 0;
    end_look();
    if (taken) continue;
    // Records taken before would not be delivered again.
    if (polled.records.empty()) return fail(std::move(taken.error()));
    failure_ = std::move(taken.error());
    break;
  }
  polled.assigned = std::exchange(events_.assigned, {});
  polled.revoked = std::exchange(events_.revoked, {});
  polled.joined = std::exchange(events_.joined, false);
  polled.in_doubt = std::exchange(events_.in_doubt, false);
  std::erase_if(polled.records, [&](const Record& record) { return !owned_.contains(record.at.partition); });
  std::erase_if(polled.ends, [&](const auto& end) { return !owned_.contains(end.first); });
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
  const auto ranges = ask_ranges(client_->get(), topic_, {partition}, kRangeTimeout);
  if (!ranges) return fail(ranges.error());
  return ranges->front();
}

Result<std::optional<RecordStamp>> GroupConsumer::State::stamp(int partition, std::int64_t offset) {
  if (!stamps_) {
    auto opened = LogStamps::open(options_);
    if (!opened) return fail(std::move(opened.error()));
    stamps_ = std::move(*opened);
  }
  const auto stamps = stamps_->read(inbox_, {{partition, offset}});
  if (!stamps) return fail(stamps.error());
  const auto found = stamps->find(partition);
  return found == stamps->end() ? std::nullopt : std::optional(found->second);
}

// rd_kafka_consumer_close() would wait minutes for an unavailable coordinator. If a member cannot leave the group, the
// group result_records after the session timeout.
void GroupConsumer::State::close() {
  if (!client_) return;
  write_reports(true);
  answers_.reset();
  if (!leave()) {
    client_->warn("leaving the group took too long; it continues in the background");
    std::thread([abandoned = std::move(*client_)] {}).detach();  // destroying the client waits as well
  }
  client_.reset();
}

// False: not finished in time.
bool GroupConsumer::State::leave() {
  const auto deadline = Clock::now() + kCloseTimeout;
  const QueuePtr queue(rd_kafka_queue_new(client_->get()));
  rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client_->get(), queue.get());
  if (error != nullptr) {  // it failed permanently and has left already
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

Result<LogIdentity> GroupConsumer::identity() {
  return state_->identity();
}

Result<std::optional<RecordStamp>> GroupConsumer::stamp(int partition, std::int64_t offset) {
  return state_->stamp(partition, offset);
}

void GroupConsumer::report(int partition, std::int64_t next) {
  state_->report(partition, next);
}

void GroupConsumer::close() {
  state_->close();
}

}  // namespace ordo::kafka
