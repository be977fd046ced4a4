// State of one endpoint: events in progress, deliveries to retry, and its positions. Plain bookkeeping: no threads, no
// clock, no I/O.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/webhook.h"
#include "records/envelope.h"

namespace ordo::outbound {

struct WebhookLimits {
  std::size_t in_flight = 8;         // calls to one endpoint
  std::size_t while_failing = 2;     // to one whose last calls failed
  std::size_t queued = 256;          // events of one endpoint in memory
  std::size_t open = 1'024;          // events that are queued, in progress or not yet recorded
  std::size_t waiting = 1'000;       // deliveries to retry; beyond, no new events are read for the endpoint
  std::size_t max_waiting = 2'000;   // of these kept in memory; the others are looked up when there is room
  std::size_t read_at_a_time = 256;  // records of the log
};

// One thread at a time.
class WebhookQueue {
 public:
  WebhookQueue(Webhook endpoint, std::int64_t log_epoch, int partitions, const WebhookLimits& limits);

  const Webhook& endpoint() const { return endpoint_; }
  // Takes a newer state of the endpoint. False when it resets the positions or stops the endpoint: discard this object.
  bool update(const Webhook& endpoint);

  // Events from the log.

  // Whether there is room for another batch of events.
  bool may_read() const;
  // The next offset to read in each partition.
  const std::vector<std::int64_t>& next() const { return next_; }
  // Takes the next record of its partition. If the endpoint does not want it, only the position moves.
  void offer(Record record);
  // The oldest event that may be sent now. Events with the same key are sent one after the other.
  std::optional<Record> take_event();
  // The call of the event has succeeded or failed: the next event with this key may be sent.
  void event_answered(const std::string& key);
  // The log has the result of the event.
  void event_recorded(int partition, std::int64_t offset);

  // The positions to report, when they differ from those reported last.
  std::optional<WebhookProgress> progress();
  // The report failed and must be repeated.
  void untold() { told_.clear(); }

  // Deliveries to retry.

  void wait_for(const std::string& delivery, std::int64_t attempts, Timestamp due);
  struct Retry {
    std::string delivery;
    std::int64_t attempts = 0;  // known attempts; there may be more
  };
  // A delivery that is due. It is in progress until retry_done().
  std::optional<Retry> take_retry(Timestamp now);
  void retry_done(const std::string& delivery);
  // True, once, when there is room again after some deliveries found none.
  bool take_incomplete();

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t in_flight() const { return busy_.size() + retrying_.size(); }

 private:
  std::size_t max_in_flight() const;
  std::int64_t done(std::size_t partition) const;

  const WebhookLimits limits_;
  Webhook endpoint_;
  const std::int64_t log_epoch_;
  std::vector<std::int64_t> next_;            // by partition: the first offset not read
  std::vector<std::set<std::int64_t>> open_;  // by partition: read, but not yet recorded
  std::size_t open_count_ = 0;
  std::deque<Record> queue_;
  std::set<std::string> busy_;  // keys of events in progress
  std::vector<std::int64_t> told_;

  struct Waiting {
    Timestamp due;
    std::int64_t attempts = 0;
  };
  std::map<std::string, Waiting> waiting_;  // by delivery
  std::set<std::pair<Timestamp, std::string>> by_due_;
  std::set<std::string> retrying_;
  bool incomplete_ = false;
};

}  // namespace ordo::outbound
