#include "kafka/api_log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "base/number.h"
#include "base/uuid.h"
#include "kafka/client.h"
#include "kafka/first_contact.h"
#include "kafka/message.h"
#include "kafka/topic_limits.h"
#include "records/dead_letter.h"
#include "records/proof.h"
#include "records/record_size.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kWarmUp{1000};
constexpr milliseconds kLongestPoll{500};
constexpr milliseconds kReopenPause{200};
constexpr milliseconds kDrain{5000};
constexpr std::size_t kMaxHeld = 2'000;     // for each partition
constexpr std::size_t kAddedHeaders = 256;  // more than sequence and proof add to a record

// An append in flight. librdkafka owns it, as the message's opaque, from produce to delivery report. The message's
// payload points into the record.
struct Pending {
  Record record;
  Ack ack;
};

// An append that waits until the first record of its partition is acknowledged, see FirstContact.
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
      // No linger: while earlier requests (at most five) are unanswered, new records share the next batch anyway.
      // Measured with 64 concurrent appends and the broker on the same two cores: 17,000 to 62,000 records/s. With 1 ms
      // it was 12,000 to 23,000, with the same processor time per record.
      {"linger.ms", "0"},
      // Bound of the queue while the broker is not available: beyond it an append is refused at once.
      {"queue.buffering.max.messages", "100000"},
      {"queue.buffering.max.kbytes", "131072"},
      // A hanging broker is abandoned before the appends that wait for it time out.
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
  // Otherwise the first record to each topic waits up to a second for its partition's leader.
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata((*producer)->client.get(), 0, nullptr, &metadata, ms(kWarmUp)) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(metadata);
  }
  return producer;
}

// The error of a record that the broker refused. The broker refuses a whole batch, even if only the batch is too large,
// and not the record.
Error delivery_error(const Record& record, rd_kafka_resp_err_t code, std::size_t most_batch) {
  auto error = to_error(code, "appending a record");
  if (error.code == ErrorCode::kInvalid && size_in_log(record) + kAddedHeaders < most_batch) {
    error.code = ErrorCode::kUnavailable;
    error.reason = "batch_too_large";
  }
  return error;
}

std::int64_t setting_of(rd_kafka_t* client, const char* name) {
  char text[32];
  std::size_t size = sizeof text;
  if (rd_kafka_conf_get(rd_kafka_conf(client), name, text, &size) != RD_KAFKA_CONF_OK) return 0;
  // librdkafka's own number, or it would not have opened the client.
  return parse_integer<std::int64_t>(text).value_or(0);
}

}  // namespace

class ApiLog::State {
 public:
  State(const Options& options, std::string_view writer, const RecordProof* proof, std::unique_ptr<Producer> producer)
      : options_(options),
        proof_(proof),
        source_("/ordo/" + std::string(writer) + "/" + uuid_v7(now())),
        producer_(std::move(producer)),
        contact_(options.topology),
        batch_bytes_(batch_bytes(options)),
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
  std::optional<Error> too_large(const Record& record) const;
  bool prove(Record& record) const;
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
  const RecordProof* const proof_;
  const std::string source_;

  // Guards the next seven members. Held while a record is numbered and queued, so that sequences are in the log's
  // order.
  std::mutex mutex_;
  std::unique_ptr<Producer> producer_;  // only the thread replaces it, so the thread may read it without the lock
  std::array<std::vector<std::int64_t>, kTopicSlots> sequences_;  // the last sequence given, by partition
  FirstContact contact_;                                          // of producer_
  std::array<std::vector<std::deque<Held>>, kTopicSlots> held_;   // by partition; already numbered
  bool stopping_ = false;
  bool broken_ = false;           // the producer is about to be replaced and accepts nothing more
  std::vector<Refused> refused_;  // the thread acknowledges them; at most as many as concurrent callers

  const std::size_t batch_bytes_;
  const std::int64_t max_in_flight_;  // librdkafka's value for its settings
  std::atomic<std::int64_t> in_flight_{0};
  std::thread thread_;
};

void ApiLog::State::append(Record record, Ack ack) {
  auto pending = std::make_unique<Pending>(Pending{std::move(record), std::move(ack)});
  Envelope& envelope = pending->record.envelope;
  const auto& at = pending->record.at;
  ORDO_CHECK(at.partition >= 0 && at.partition < partitions_of(options_.topology, at.topic, at.dlq), "partition ",
             at.partition);
  // A replayed dead letter keeps its original source, which numbers its own records.
  const bool own = !is_replay(pending->record) || envelope.source.starts_with("/ordo/api/");
  const bool numbered = own && !envelope.type.empty() && !envelope.sequence;
  if (numbered) envelope.source = source_;
  if (!numbered) prove(pending->record);
  auto headers = make_headers(envelope);
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  if (const auto error = too_large(pending->record)) return refuse(std::move(pending), *error);
  const auto code = queue(pending, headers, numbered);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  note_written(options_, pending->record.at, code);
  refuse(std::move(pending), to_error(code, "appending a record"));
}

std::optional<Error> ApiLog::State::too_large(const Record& record) const {
  const std::size_t limit = options_.limits.of(record.at);
  if (limit == RecordLimits::kNone || fits_in_log(record, limit - std::min(limit, kAddedHeaders))) {
    return std::nullopt;
  }
  return Error{ErrorCode::kInvalid,
               "record_too_large",
               "it would be a record of " + std::to_string(size_in_log(record)) + " bytes on " +
                   options_.topology.broker_name(record.at.topic, record.at.dlq) + ", which takes " +
                   std::to_string(limit),
               {}};
}

// Proves a record that has its sequence, if it gets one.
bool ApiLog::State::prove(Record& record) const {
  Envelope& envelope = record.envelope;
  if (proof_ == nullptr || !claims_ordo(record)) return false;
  if (envelope.type.empty()) {
    // A replay of bare JSON from older clients, or of a structured event: the written form is proven.
    envelope = from_headers(to_headers(envelope));
    if (!claims_ordo(record)) return false;
  }
  envelope.proof = proof_->make(record);
  return true;
}

// Takes ownership of `pending` on success.
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
    pending->record.envelope.sequence = last + 1;
    if (prove(pending->record)) {
      const auto& proof = pending->record.envelope.proof;
      rd_kafka_header_add(headers.get(), kProofHeader.data(), static_cast<ssize_t>(kProofHeader.size()), proof.data(),
                          static_cast<ssize_t>(proof.size()));
    }
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

// Gives `pending` to librdkafka until its delivery report. Call it with the lock held.
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
  if (stopping_) {  // the thread may have ended
    lock.unlock();
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    return pending->ack(fail(std::move(error)));
  }
  refused_.push_back({std::move(pending), std::move(error)});
  if (refused_.size() == 1 && producer_) rd_kafka_queue_yield(producer_->events.get());
}

void ApiLog::State::run() {
  std::optional<Clock::time_point> deadline;  // for stopping
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

// Waits for delivery reports and handles them. False: the producer can no longer be used.
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
  producer_->client.count(rd_kafka_event_error(event.get()));
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
      note_written(options_, pending->record.at, message.err);
      if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        pending->ack(LogPosition{pending->record.at, std::max<std::int64_t>(message.offset, -1)});
      } else {
        if (producer_)
          producer_->client.count(message.err,
                                  options_.topology.broker_name(pending->record.at.topic, pending->record.at.dlq));
        pending->ack(fail(delivery_error(pending->record, message.err, batch_bytes_)));
      }
    }
  }
  in_flight_.fetch_sub(delivered, std::memory_order_relaxed);
}

// Appends that wait for a first record are sent once it is acknowledged, and fail with it.
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

// Call it with the lock held.
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

// Fails all records that the producer still holds, after reporting earlier acknowledgements. The next producer must not
// write before that: its higher sequences would hide these records.
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
  std::this_thread::sleep_for(kReopenPause);  // for a cluster on which each producer fails at once
  auto made = open_warm_producer(options_);
  if (!made) return log_error("kafka producer cannot be made", {{"error", made.error().text()}});
  const std::lock_guard lock(mutex_);
  producer_ = std::move(*made);
  contact_.forget();
  broken_ = false;
  log_warn("kafka producer recreated", {{"client", "api"}});
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

Result<std::unique_ptr<ApiLog>> ApiLog::open(const Options& options, std::string_view writer,
                                             const RecordProof* proof) {
  auto producer = open_warm_producer(options);
  if (!producer) return fail(std::move(producer.error()));
  return std::unique_ptr<ApiLog>(new ApiLog(std::make_unique<State>(options, writer, proof, std::move(*producer))));
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
