#include "kafka/log_ranges.h"

#include <algorithm>
#include <functional>
#include <thread>

#include "kafka/client.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLeaderPause{20};
constexpr milliseconds kShortestWait{500};

// The offsets from ListOffsets with one timestamp, in milliseconds, or one of the special ones. For the latter there is
// rd_kafka_query_watermark_offsets(), but that waits minutes for an unavailable leader, whatever its timeout. `none`:
// the result for a partition without a record at that time or later.
rd_kafka_resp_err_t list_offsets(rd_kafka_t* client, rd_kafka_topic_partition_list_t& offsets, std::int64_t which,
                                 milliseconds timeout, const std::vector<std::int64_t>* none = nullptr) {
  for (int i = 0; i < offsets.cnt; ++i) offsets.elems[i].offset = which;
  const auto code = rd_kafka_offsets_for_times(client, &offsets, ms(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  for (int i = 0; i < offsets.cnt; ++i) {
    if (offsets.elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return offsets.elems[i].err;
    if (offsets.elems[i].offset == RD_KAFKA_OFFSET_END && none != nullptr) {
      offsets.elems[i].offset = (*none)[static_cast<std::size_t>(i)];
    }
    if (offsets.elems[i].offset < 0) return RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;  // it was not requested
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t list_ranges(rd_kafka_t* client, rd_kafka_topic_partition_list_t& offsets,
                                std::vector<LogRange>& ranges, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  // Begins first: they only grow, so none can be beyond the ends requested after them.
  if (const auto code = list_offsets(client, offsets, RD_KAFKA_OFFSET_BEGINNING, timeout)) return code;
  for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i].begin = offsets.elems[i].offset;
  if (const auto code = list_offsets(client, offsets, RD_KAFKA_OFFSET_END, time_left(deadline))) return code;
  for (std::size_t i = 0; i < ranges.size(); ++i) ranges[i].end = offsets.elems[i].offset;
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

bool leader_may_have_moved(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
         code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT;
}

// librdkafka caches known leaders for minutes. By itself it refreshes them only for topics that it reads or writes.
void find_leaders(rd_kafka_t* client, const std::string& topic, milliseconds timeout) {
  const TopicPtr handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (!handle) return;
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client, 0, handle.get(), &metadata, ms(timeout));
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_metadata_destroy(metadata);
}

// Asks until the leaders answer. `ask`: one attempt, with its timeout.
Result<void> ask_leaders(rd_kafka_t* client, const std::string& topic, milliseconds timeout,
                         const std::function<rd_kafka_resp_err_t(milliseconds)>& ask) {
  const auto deadline = Clock::now() + timeout;
  const auto left = [deadline] { return time_left(deadline); };
  while (true) {
    // Half of the time left: an unavailable leader does not answer at all, and then there is time to ask the next one.
    // guard: kafka-leader-away
    const auto wait = std::max(left() / 2, std::min(left(), kShortestWait));
    const auto code = ask(wait);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (!leader_may_have_moved(code) || left() <= kLeaderPause) {
      return fail(to_error(code, "asking for the ranges of " + topic));
    }
    // guard: kafka-leader-moves
    find_leaders(client, topic, left());
    std::this_thread::sleep_for(std::min(left(), kLeaderPause));  // a newly elected leader may not know it yet
  }
}

}  // namespace

Result<std::vector<LogRange>> ask_ranges(rd_kafka_t* client, const std::string& topic,
                                         const std::vector<int>& partitions, milliseconds timeout) {
  const auto offsets = list_partitions(topic, partitions);
  std::vector<LogRange> ranges(partitions.size());
  auto asked = ask_leaders(client, topic, timeout,
                           [&](milliseconds wait) { return list_ranges(client, *offsets, ranges, wait); });
  if (!asked) return fail(std::move(asked.error()));
  return ranges;
}

Result<std::vector<std::int64_t>> ask_offsets_at(rd_kafka_t* client, const std::string& topic,
                                                 const std::vector<int>& partitions, Timestamp time,
                                                 milliseconds timeout) {
  const auto offsets = list_partitions(topic, partitions);
  const auto collected = [&] {
    std::vector<std::int64_t> all;
    all.reserve(static_cast<std::size_t>(offsets->cnt));
    for (int i = 0; i < offsets->cnt; ++i) all.push_back(offsets->elems[i].offset);
    return all;
  };
  // Below zero are the special timestamps.
  const auto since = std::max<std::int64_t>(to_unix_ms(time), 0);
  auto asked = ask_leaders(client, topic, timeout, [&](milliseconds wait) {
    if (const auto code = list_offsets(client, *offsets, RD_KAFKA_OFFSET_END, wait)) return code;
    const auto ends = collected();
    return list_offsets(client, *offsets, since, wait, &ends);
  });
  if (!asked) return fail(std::move(asked.error()));
  return collected();
}

}  // namespace ordo::kafka
