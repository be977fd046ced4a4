// What waits for one endpoint: events on their way, deliveries to be tried again, and how far it has come. Plain
// bookkeeping: no threads, no clock, no I/O.
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
  std::size_t while_failing = 2;     // to one that did not succeed lately
  std::size_t queued = 256;          // events of one endpoint in memory
  std::size_t open = 1'024;          // events that are queued, under way or not yet recorded
  std::size_t waiting = 1'000;       // deliveries to be tried again; beyond, nothing new is read for the endpoint
  std::size_t max_waiting = 2'000;   // of these kept in memory; the others are looked up again when there is room
  std::size_t read_at_a_time = 256;  // records of the log
};

// One thread at a time.
class WebhookLane {
 public:
  WebhookLane(Webhook endpoint, std::int64_t log_epoch, int partitions, const WebhookLimits& limits);

  const Webhook& endpoint() const { return endpoint_; }
  // A newer state of it; false when that starts its positions anew or stops it: the lane has to go.
  bool update(const Webhook& endpoint);

  // --- events, from the log

  // Whether there is room for another batch.
  bool may_read() const;
  // The next offset to be read of each partition.
  const std::vector<std::int64_t>& next() const { return next_; }
  // The next record of its partition; one that the endpoint does not want only moves the position.
  void offer(Record record);
  // The oldest event that may be sent now: events of one key go one after the other.
  std::optional<Record> take_event();
  // The endpoint has answered, or failed to: the next event of the key may go.
  void event_answered(const std::string& key);
  // What came of it is in the log.
  void event_recorded(int partition, std::int64_t offset);

  // What is to be told of positions, when it differs from what was told before.
  std::optional<WebhookProgress> progress();
  // Telling failed: to be told again.
  void untold() { told_.clear(); }

  // --- deliveries to be tried again

  void wait_for(const std::string& delivery, std::int64_t attempts, Timestamp due);
  struct Retry {
    std::string delivery;
    std::int64_t attempts = 0;  // that are known of, at least
  };
  // One that is due. It is under way until retry_done().
  std::optional<Retry> take_retry(Timestamp now);
  void retry_done(const std::string& delivery);
  // Some deliveries found no room, and now there is some; said once.
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
  std::vector<std::set<std::int64_t>> open_;  // by partition: read, and not recorded
  std::size_t open_count_ = 0;
  std::deque<Record> queue_;
  std::set<std::string> busy_;  // keys of events under way
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
