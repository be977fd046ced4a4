#include "kafka/step_producer.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/log.h"
#include "kafka/client.h"
#include "kafka/first_contact.h"
#include "kafka/message.h"
#include "kafka/topic_limits.h"
#include "kafka/troubles.h"
#include "records/record_size.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{100};
constexpr milliseconds kReplaceEvery{500};
constexpr milliseconds kReplaceDenied{10'000};

enum class Progress { kUnsent, kInFlight, kDurable };

// One record of the last call of send(). Its address is the message's opaque pointer. So it must not move until the
// delivery report has come or the producer is gone.
struct Slot {
  Progress progress = Progress::kUnsent;
  TopicPartition at;       // set when it is sent
  bool too_large = false;  // its batch was refused for its size
  std::string identity;    // set when a call ends before all records are durable
};
using Slots = std::vector<std::unique_ptr<Slot>>;

Client::Role producer_role() {
  Client::Role role;
  role.name = "steps";
  role.events = RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR;
  role.defaults = {
      // The first few records of a step are sent at once; the others share the next batches.
      {"linger.ms", "0"},
      {"queue.buffering.max.messages", "200000"},
      {"queue.buffering.max.kbytes", "262144"},
      {"retry.backoff.ms", "50"},
      {"request.timeout.ms", "10000"},
  };
  role.fixed = {
      {"acks", "all"},
      {"enable.idempotence", "true"},
      // A later record must not overtake one that cannot be delivered. Instead the producer fails, and the next
      // producer sends all unacknowledged records again, in order.
      {"enable.gapless.guarantee", "true"},
      {"message.timeout.ms", "0"},
  };
  return role;
}

// Decides when two records of two calls are the same. Ids from outside, as in refused records, may repeat: such records
// are distinguished by content, and exact copies by their order.
std::string identity_of(const Record& record) {
  std::string identity;
  const auto part = [&](std::string_view text) {
    identity += std::to_string(text.size());
    identity += ':';
    identity += text;
  };
  part(std::to_string(slot_of(record.at.topic, record.at.dlq)));
  part(std::to_string(record.at.partition));
  part(record.envelope.source);
  part(record.envelope.id);
  if (record.envelope.sequence && !record.at.dlq) return identity + std::to_string(*record.envelope.sequence);
  part(record.key);
  part(record.value);
  return identity;
}

}  // namespace

class StepProducer::State {
 public:
  State(const Options& options, std::unique_ptr<Producer> producer)
      : options_(options),
        batch_bytes_(batch_bytes(options)),
        producer_(std::move(producer)),
        contact_(options.topology) {}

  Result<void> send(std::span<const Record> records, milliseconds timeout);
  std::optional<TooLarge> too_large() const { return too_large_; }
  void break_producer();

 private:
  void adopt(std::span<const Record> records);
  void keep(std::span<const Record> records);
  void drop_settled_orphans();
  Result<void> produce_unsent(std::span<const Record> records);
  void serve(milliseconds timeout);
  void settle(rd_kafka_event_t* event);
  Result<void> judge_refused(std::span<const Record> records);
  Error too_large(const Record& record);
  void note_write(const TopicPartition& at, rd_kafka_resp_err_t code);
  Result<void> replace_producer();

  const Options options_;
  std::size_t batch_bytes_;  // of the next producer's batches
  std::unique_ptr<Producer> producer_;
  FirstContact contact_;  // of producer_
  bool broken_ = false;   // the producer failed permanently, or is null because a new one could not be created yet
  bool denied_ = false;   // the producer failed because it may not write; another one fails as well, until it may
  Clock::time_point replaced_at_;
  Slots slots_;              // of the current or the last unfinished call, in record order
  Slots orphans_;            // of an earlier call that was never repeated; still in flight
  std::size_t durable_ = 0;  // of slots_
  std::size_t unsent_ = 0;   // index of the first slot that may be unsent
  bool refused_ = false;     // slots say too_large
  std::optional<TooLarge> too_large_;
};

// Finds the slots of records from an earlier call; creates new ones for the others.
void StepProducer::State::adopt(std::span<const Record> records) {
  Slots earlier = std::move(slots_);
  slots_.clear();
  slots_.reserve(records.size());
  std::unordered_map<std::string_view, std::deque<std::size_t>> index;
  for (std::size_t i = 0; i < earlier.size(); ++i) index[earlier[i]->identity].push_back(i);
  for (const auto& record : records) {
    const auto found = index.empty() ? index.end() : index.find(identity_of(record));
    if (found == index.end() || found->second.empty()) {
      slots_.push_back(std::make_unique<Slot>());
      continue;
    }
    slots_.push_back(std::move(earlier[found->second.front()]));
    found->second.pop_front();
  }
  for (auto& slot : earlier) {
    if (slot && slot->progress == Progress::kInFlight) orphans_.push_back(std::move(slot));
  }
  unsent_ = 0;
  durable_ = static_cast<std::size_t>(std::count_if(
      slots_.begin(), slots_.end(), [](const auto& slot) { return slot->progress == Progress::kDurable; }));
}

// The call ends before its records are durable: remembers which record belongs to which slot.
void StepProducer::State::keep(std::span<const Record> records) {
  for (std::size_t i = 0; i < records.size(); ++i) slots_[i]->identity = identity_of(records[i]);
}

void StepProducer::State::drop_settled_orphans() {
  std::erase_if(orphans_, [](const auto& slot) { return slot->progress != Progress::kInFlight; });
}

Result<void> StepProducer::State::send(std::span<const Record> records, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  adopt(records);
  too_large_.reset();
  Result<void> outcome;
  while (true) {
    if (broken_ && Clock::now() - replaced_at_ >= (denied_ ? kReplaceDenied : kReplaceEvery))
      outcome = replace_producer();
    if (!broken_) outcome = produce_unsent(records);
    if (!outcome && outcome.error().code == ErrorCode::kInvalid) break;
    if (durable_ == slots_.size()) {
      slots_.clear();
      drop_settled_orphans();
      return {};
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
      outcome = fail(ErrorCode::kUnavailable, "broker_unavailable",
                     std::to_string(slots_.size() - durable_) + " of " + std::to_string(slots_.size()) +
                         " records are not acknowledged");
      break;
    }
    serve(std::min(left, kPoll));
    if (!refused_) continue;
    outcome = judge_refused(records);
    if (!outcome) break;
  }
  keep(records);
  drop_settled_orphans();
  return outcome;
}

Result<void> StepProducer::State::produce_unsent(std::span<const Record> records) {
  const auto now = Clock::now();
  std::optional<std::size_t> held;  // the first record that must wait for another one's acknowledgement
  std::size_t at = unsent_;
  for (; at < slots_.size() && !broken_; ++at) {
    Slot& slot = *slots_[at];
    if (slot.progress != Progress::kUnsent) continue;
    const Record& record = records[at];
    if (!contact_.may_send(record.at, now)) {
      if (!held) held = at;
      continue;
    }
    auto headers = make_headers(record.envelope);
    // Copied: when a call times out, its records stay in flight although the caller's records are gone.
    const auto code = produce(producer_->client.get(), producer_->topics.of(record.at.topic, record.at.dlq), record,
                              headers, Payload::kCopied, &slot);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) break;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      slot.progress = Progress::kInFlight;
      slot.at = record.at;
      contact_.sent(record.at);
      continue;
    }
    auto error = to_error(code, "sending a step's record");
    if (error.code == ErrorCode::kInvalid) return fail(too_large(record));
    producer_->client.warn(error.message);
    broken_ = true;
    break;
  }
  unsent_ = held.value_or(at);
  return {};
}

// Handles librdkafka's events; waits up to `timeout` for the first one.
void StepProducer::State::serve(milliseconds timeout) {
  if (!producer_) return std::this_thread::sleep_for(timeout);
  const EventPtr event(rd_kafka_queue_poll(producer_->events.get(), ms(timeout)));
  if (!event) return;
  switch (rd_kafka_event_type(event.get())) {
    case RD_KAFKA_EVENT_DR:
      settle(event.get());
      break;
    case RD_KAFKA_EVENT_ERROR:
      producer_->client.count(rd_kafka_event_error(event.get()));
      producer_->client.warn(rd_kafka_event_error_string(event.get()));
      if (producer_->client.failed_for_good()) broken_ = true;
      break;
    default:
      break;
  }
}

void StepProducer::State::settle(rd_kafka_event_t* event) {
  std::array<const rd_kafka_message_t*, 256> messages;
  std::size_t settled = 0;
  const auto now = Clock::now();
  while (const auto count = rd_kafka_event_message_array(event, messages.data(), messages.size())) {
    for (std::size_t i = 0; i < count; ++i) {
      auto& slot = *static_cast<Slot*>(messages[i]->_private);
      if (messages[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        slot.progress = Progress::kDurable;
        contact_.acknowledged(slot.at, now);
        ++settled;
        note_write(slot.at, RD_KAFKA_RESP_ERR_NO_ERROR);
        continue;
      }
      producer_->client.count(messages[i]->err, options_.topology.broker_name(slot.at.topic, slot.at.dlq));
      note_write(slot.at, messages[i]->err);
      const auto error = to_error(messages[i]->err, "a step's record was not accepted");
      if (!broken_) producer_->client.warn(error.message);
      if (error.code == ErrorCode::kInvalid) slot.too_large = refused_ = true;
      slot.progress = Progress::kUnsent;
      broken_ = true;
    }
  }
  // Orphans are few and rare: a recount is cheaper than marking every slot with its call.
  if (orphans_.empty()) {
    durable_ += settled;
  } else {
    durable_ = static_cast<std::size_t>(std::count_if(
        slots_.begin(), slots_.end(), [](const auto& slot) { return slot->progress == Progress::kDurable; }));
  }
}

Error StepProducer::State::too_large(const Record& record) {
  too_large_ = {record.at, size_in_log(record)};
  return {ErrorCode::kInvalid,
          "record_too_large",
          options_.topology.broker_name(record.at.topic, record.at.dlq) + "/" + std::to_string(record.at.partition) +
              " does not accept " + record.envelope.id + " (" + record.envelope.type + ") of " +
              std::to_string(too_large_->bytes) + " bytes",
          {}};
}

// The broker refuses a whole batch. Only a record that was sent alone is known to be too large. So batches become
// smaller until that is clear.
Result<void> StepProducer::State::judge_refused(std::span<const Record> records) {
  refused_ = false;
  const Record* largest = nullptr;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!std::exchange(slots_[i]->too_large, false)) continue;
    if (largest == nullptr || size_in_log(records[i]) > size_in_log(*largest)) largest = &records[i];
  }
  if (largest == nullptr) return {};  // belongs to orphans
  if (size_in_log(*largest) >= batch_bytes_) return fail(too_large(*largest));
  batch_bytes_ = std::max<std::size_t>(batch_bytes_ / 2, 1);
  log_warn("a batch was refused for its size, the next ones are smaller", {{"bytes", batch_bytes_}});
  return {};
}

void StepProducer::State::note_write(const TopicPartition& at, rd_kafka_resp_err_t code) {
  const bool refused = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
  denied_ = denied_ || refused;
  note_written(options_, at, code);
}

// The next producer starts with all records that the last one did not get acknowledged. Orphans are dropped: no caller
// needs them any more, and their next owner sends them itself.
Result<void> StepProducer::State::replace_producer() {
  if (producer_) {
    // Reports existing acknowledgements before the producer goes, so that these records are not sent twice.
    rd_kafka_purge(producer_->client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    const auto deadline = Clock::now() + kPoll;
    while (rd_kafka_outq_len(producer_->client.get()) > 0 && Clock::now() < deadline) serve(milliseconds(10));
    producer_.reset();
  }
  for (auto& slot : slots_) {
    if (slot->progress == Progress::kInFlight) slot->progress = Progress::kUnsent;
  }
  orphans_.clear();
  contact_.forget();
  unsent_ = 0;
  replaced_at_ = Clock::now();
  auto made = Producer::open(options_, producer_role(), batch_bytes_);
  if (!made) return fail(std::move(made.error()));
  producer_ = std::move(*made);
  broken_ = false;
  if (std::exchange(denied_, false)) return {};
  log_warn("kafka producer recreated",
           {{"client", "steps"}, {"unacknowledged", static_cast<std::int64_t>(slots_.size() - durable_)}});
  return {};
}

void StepProducer::State::break_producer() {
  if (producer_) {
    rd_kafka_test_fatal_error(producer_->client.get(), RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test");
  }
}

StepProducer::StepProducer(std::unique_ptr<State> state) : state_(std::move(state)) {}

StepProducer::~StepProducer() = default;

Result<std::unique_ptr<StepProducer>> StepProducer::open(const Options& options) {
  auto producer = Producer::open(options, producer_role());
  if (!producer) return fail(std::move(producer.error()));
  return std::unique_ptr<StepProducer>(new StepProducer(std::make_unique<State>(options, std::move(*producer))));
}

Result<void> StepProducer::send(std::span<const Record> records, milliseconds timeout) {
  return state_->send(records, timeout);
}

std::optional<StepProducer::TooLarge> StepProducer::too_large() const {
  return state_->too_large();
}

void StepProducer::break_producer() {
  state_->break_producer();
}

}  // namespace ordo::kafka
