#include "kafka/api_log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "base/uuid.h"
#include "kafka/client.h"
#include "kafka/first_contact.h"
#include "kafka/message.h"
#include "records/dead_letter.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kWarmUp{1000};
constexpr milliseconds kLongestPoll{500};
constexpr milliseconds kReopenPause{200};
constexpr milliseconds kDrain{5000};
constexpr std::size_t kMaxHeld = 2'000;  // of a partition

// An append on its way. Owned by librdkafka (as the message's opaque) from produce to delivery report; the message's
// payload points into the record.
struct Pending {
  Record record;
  Ack ack;
};

// One that waits until the first record of its partition is acknowledged, see FirstContact.
struct Held {
  std::unique_ptr<Pending> pending;
  HeadersPtr headers;
};

struct Refused {
  std::unique_ptr<Pending> pending;
  Error error;
};

Client::Role role_of(const Options& options) {
  Client::Role role;
  role.name = "api";
  role.events = RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR;
  role.defaults = {
      // No waiting for company: what comes while the requests under way (five at most) are unanswered shares the next
      // batch. Measured with 64 appends under way and the broker on the same two cores: 17,000 to 62,000 records/s,
      // with
      // 1 ms 12,000 to 23,000, at no more processor time a record.
      {"linger.ms", "0"},
      // What may wait while the broker is away: beyond that an append is refused at once.
      {"queue.buffering.max.messages", "100000"},
      {"queue.buffering.max.kbytes", "131072"},
      // A broker that hangs is left before the appends waiting for it are given up.
      {"request.timeout.ms", std::to_string(std::max<std::int64_t>(options.append_timeout.count() / 2, 1))},
      {"retry.backoff.ms", "50"},
  };
  role.fixed = {
      {"acks", "all"},
      {"enable.idempotence", "true"},
      {"message.timeout.ms", std::to_string(options.append_timeout.count())},
  };
  return role;
}

Result<std::unique_ptr<Producer>> open_warm_producer(const Options& options) {
  auto producer = Producer::open(options, role_of(options));
  if (!producer) return producer;
  // Without it the first record to each topic waits up to a second for where it belongs.
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata((*producer)->client.get(), 0, nullptr, &metadata, ms(kWarmUp)) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(metadata);
  }
  return producer;
}

std::int64_t setting_of(rd_kafka_t* client, const char* name) {
  char text[32];
  std::size_t size = sizeof text;
  std::int64_t value = 0;
  // Its own number, or it would not have opened the client.
  if (rd_kafka_conf_get(rd_kafka_conf(client), name, text, &size) == RD_KAFKA_CONF_OK) {
    std::from_chars(text, text + std::strlen(text), value);
  }
  return value;
}

}  // namespace

class ApiLog::State {
 public:
  State(const Options& options, std::string_view writer, std::unique_ptr<Producer> producer)
      : options_(options),
        source_("/ordo/" + std::string(writer) + "/" + uuid_v7(now())),
        producer_(std::move(producer)),
        contact_(options.topology),
        max_in_flight_(setting_of(producer_->client.get(), "queue.buffering.max.messages")) {
    for (std::size_t i = 0; i < kTopics; ++i) {
      for (const bool dlq : {false, true}) {
        const auto topic = static_cast<Topic>(i);
        const auto partitions = static_cast<std::size_t>(partitions_of(options.topology, topic, dlq));
        sequences_[slot_of(topic, dlq)].resize(partitions);
        held_[slot_of(topic, dlq)].resize(partitions);
      }
    }
    thread_ = std::thread([this] { run(); });
  }

  void append(Record record, Ack ack);
  void stop();
  void break_producer();

 private:
  rd_kafka_resp_err_t queue(std::unique_ptr<Pending>& pending, HeadersPtr& headers, bool numbered);
  rd_kafka_resp_err_t send(std::unique_ptr<Pending>& pending, HeadersPtr& headers);
  void refuse(std::unique_ptr<Pending> pending, Error error);
  void run();
  bool serve();
  void deliver(rd_kafka_event_t* event);
  void note_contact(std::span<const rd_kafka_message_t* const> messages);
  void refuse_held(std::deque<Held>& held, rd_kafka_resp_err_t code);
  void deliver_refused();
  void replace_producer();
  void purge_and_drain();

  const Options options_;
  const std::string source_;

  // Guards the next seven. Held while a record is numbered and queued, so that the order of numbers is that of the
  // log.
  std::mutex mutex_;
  std::unique_ptr<Producer> producer_;  // replaced by the thread alone, which may therefore read it without the lock
  std::array<std::vector<std::int64_t>, kTopicSlots> sequences_;  // the last one given, by partition
  FirstContact contact_;                                          // of producer_
  std::array<std::vector<std::deque<Held>>, kTopicSlots> held_;   // by partition; numbered already
  bool stopping_ = false;
  bool broken_ = false;           // the producer is about to be replaced and takes nothing more
  std::vector<Refused> refused_;  // acknowledged by the thread; as many as there are callers at one time

  const std::int64_t max_in_flight_;  // as librdkafka keeps it for what it was given
  std::atomic<std::int64_t> in_flight_{0};
  std::thread thread_;
};

void ApiLog::State::append(Record record, Ack ack) {
  auto pending = std::make_unique<Pending>(Pending{std::move(record), std::move(ack)});
  Envelope& envelope = pending->record.envelope;
  const auto& at = pending->record.at;
  ORDO_CHECK(at.partition >= 0 && at.partition < partitions_of(options_.topology, at.topic, at.dlq), "partition ",
             at.partition);
  // A replayed dead letter keeps the source it came from, which numbers its records by itself.
  const bool own = !is_replay(pending->record) || envelope.source.starts_with("/ordo/api/");
  const bool numbered = own && !envelope.type.empty() && !envelope.sequence;
  if (numbered) envelope.source = source_;
  auto headers = make_headers(envelope);
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  const auto code = queue(pending, headers, numbered);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) refuse(std::move(pending), to_error(code, "appending a record"));
}

// Takes `pending` when it succeeds.
rd_kafka_resp_err_t ApiLog::State::queue(std::unique_ptr<Pending>& pending, HeadersPtr& headers, bool numbered) {
  const auto at = pending->record.at;
  const std::lock_guard lock(mutex_);
  if (stopping_) return RD_KAFKA_RESP_ERR__DESTROY;
  if (broken_) return RD_KAFKA_RESP_ERR__TRANSPORT;
  std::int64_t& last = sequences_[slot_of(at.topic, at.dlq)][static_cast<std::size_t>(at.partition)];
  if (numbered) {
    char digits[24];
    const auto* end = std::to_chars(digits, digits + sizeof digits, last + 1).ptr;
    rd_kafka_header_add(headers.get(), "ce_sequence", -1, digits, end - digits);
  }
  auto code = RD_KAFKA_RESP_ERR_NO_ERROR;
  auto& held = held_[slot_of(at.topic, at.dlq)][static_cast<std::size_t>(at.partition)];
  if (!held.empty() || !contact_.may_send(at, Clock::now())) {
    if (held.size() >= kMaxHeld || in_flight_ > max_in_flight_) return RD_KAFKA_RESP_ERR__QUEUE_FULL;
    held.push_back({std::move(pending), std::move(headers)});
  } else {
    code = send(pending, headers);
  }
  if (numbered && code == RD_KAFKA_RESP_ERR_NO_ERROR) ++last;
  return code;
}

// Gives `pending` to librdkafka, until its delivery report. The lock is held.
rd_kafka_resp_err_t ApiLog::State::send(std::unique_ptr<Pending>& pending, HeadersPtr& headers) {
  const auto at = pending->record.at;
  const auto code = produce(producer_->client.get(), producer_->topics.of(at.topic, at.dlq), pending->record, headers,
                            Payload::kBorrowed, pending.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  (void)pending.release();
  contact_.sent(at);
  return code;
}

void ApiLog::State::refuse(std::unique_ptr<Pending> pending, Error error) {
  std::unique_lock lock(mutex_);
  if (stopping_) {  // the thread may be gone
    lock.unlock();
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    return pending->ack(fail(std::move(error)));
  }
  refused_.push_back({std::move(pending), std::move(error)});
  if (refused_.size() == 1 && producer_) rd_kafka_queue_yield(producer_->events.get());
}

void ApiLog::State::run() {
  std::optional<Clock::time_point> deadline;  // of stopping
  while (true) {
    if (!serve()) replace_producer();
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      stopping = stopping_;
    }
    if (!stopping) continue;
    if (!deadline) deadline = Clock::now() + options_.append_timeout + kLongestPoll;
    if (in_flight_ == 0) return;
    if (Clock::now() >= *deadline) {
      purge_and_drain();
      deliver_refused();
      return;
    }
  }
}

// Waits for something to tell and tells it. False: the producer is of no use any more.
bool ApiLog::State::serve() {
  if (!producer_) return false;
  const EventPtr event(rd_kafka_queue_poll(producer_->events.get(), ms(kLongestPoll)));
  deliver_refused();
  if (!event) return true;
  if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_DR) {
    deliver(event.get());
    deliver_refused();
    return true;
  }
  if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) return true;
  producer_->client.warn(rd_kafka_event_error_string(event.get()));
  return !producer_->client.failed_for_good();
}

void ApiLog::State::deliver(rd_kafka_event_t* event) {
  std::array<const rd_kafka_message_t*, 256> messages;
  std::int64_t delivered = 0;
  while (const auto count = rd_kafka_event_message_array(event, messages.data(), messages.size())) {
    note_contact({messages.data(), count});
    for (std::size_t i = 0; i < count; ++i) {
      const rd_kafka_message_t& message = *messages[i];
      const std::unique_ptr<Pending> pending(static_cast<Pending*>(message._private));
      ++delivered;
      if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        pending->ack(LogPosition{pending->record.at, std::max<std::int64_t>(message.offset, -1)});
      } else {
        pending->ack(fail(to_error(message.err, "appending a record")));
      }
    }
  }
  in_flight_.fetch_sub(delivered, std::memory_order_relaxed);
}

// What waited for a first record is sent once that is acknowledged, and fails with it.
void ApiLog::State::note_contact(std::span<const rd_kafka_message_t* const> messages) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  for (const auto* message : messages) {
    const auto at = static_cast<const Pending*>(message->_private)->record.at;
    auto& held = held_[slot_of(at.topic, at.dlq)][static_cast<std::size_t>(at.partition)];
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (contact_.failed(at)) refuse_held(held, message->err);
      continue;
    }
    contact_.acknowledged(at, now);
    if (held.empty()) continue;
    if (broken_) {
      refuse_held(held, RD_KAFKA_RESP_ERR__TRANSPORT);
      continue;
    }
    while (!held.empty()) {
      const auto code = send(held.front().pending, held.front().headers);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        refused_.push_back({std::move(held.front().pending), to_error(code, "appending a record")});
      }
      held.pop_front();
    }
  }
}

// The lock is held.
void ApiLog::State::refuse_held(std::deque<Held>& held, rd_kafka_resp_err_t code) {
  for (auto& one : held) refused_.push_back({std::move(one.pending), to_error(code, "appending a record")});
  held.clear();
}

void ApiLog::State::deliver_refused() {
  std::vector<Refused> refused;
  {
    const std::lock_guard lock(mutex_);
    refused.swap(refused_);
  }
  for (auto& one : refused) one.pending->ack(fail(std::move(one.error)));
  in_flight_.fetch_sub(static_cast<std::int64_t>(refused.size()), std::memory_order_relaxed);
}

// Fails what the producer still holds. What was acknowledged before is told first; nothing of the next producer may be
// in the log before that, or its higher sequences would hide it.
void ApiLog::State::purge_and_drain() {
  {
    const std::lock_guard lock(mutex_);
    broken_ = true;
    for (auto& partitions : held_) {
      for (auto& held : partitions) refuse_held(held, RD_KAFKA_RESP_ERR__TRANSPORT);
    }
  }
  if (!producer_) return;
  rd_kafka_purge(producer_->client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  const auto deadline = Clock::now() + kDrain;
  while (rd_kafka_outq_len(producer_->client.get()) > 0 && Clock::now() < deadline) {
    const EventPtr event(rd_kafka_queue_poll(producer_->events.get(), 50));
    if (event && rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_DR) deliver(event.get());
  }
}

void ApiLog::State::replace_producer() {
  purge_and_drain();
  deliver_refused();
  std::unique_ptr<Producer> old;
  {
    const std::lock_guard lock(mutex_);
    old = std::move(producer_);
  }
  old.reset();
  std::this_thread::sleep_for(kReopenPause);  // for a cluster that makes each producer fail at once
  auto made = open_warm_producer(options_);
  if (!made) return log_error("kafka producer cannot be made", {{"error", made.error().text()}});
  const std::lock_guard lock(mutex_);
  producer_ = std::move(*made);
  contact_.forget();
  broken_ = false;
  log_warn("kafka producer made anew", {{"client", "api"}});
}

void ApiLog::State::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (producer_) rd_kafka_queue_yield(producer_->events.get());
  }
  if (thread_.joinable()) thread_.join();
}

void ApiLog::State::break_producer() {
  const std::lock_guard lock(mutex_);
  if (producer_)
    rd_kafka_test_fatal_error(producer_->client.get(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test");
}

ApiLog::ApiLog(std::unique_ptr<State> state) : state_(std::move(state)) {}

ApiLog::~ApiLog() {
  stop();
}

Result<std::unique_ptr<ApiLog>> ApiLog::open(const Options& options, std::string_view writer) {
  auto producer = open_warm_producer(options);
  if (!producer) return fail(std::move(producer.error()));
  return std::unique_ptr<ApiLog>(new ApiLog(std::make_unique<State>(options, writer, std::move(*producer))));
}

void ApiLog::append(Record record, Ack ack) {
  state_->append(std::move(record), std::move(ack));
}

void ApiLog::stop() {
  state_->stop();
}

void ApiLog::break_producer() {
  state_->break_producer();
}

}  // namespace ordo::kafka
