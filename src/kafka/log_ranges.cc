#include "kafka/log_ranges.h"

#include <algorithm>
#include <thread>

#include "kafka/client.h"

namespace ordo::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLeaderPause{20};
constexpr milliseconds kShortestWait{500};

// The offsets from ListOffsets with one special timestamp. rd_kafka_query_watermark_offsets() serves this purpose, but
// waits minutes for an unavailable leader, whatever its timeout.
rd_kafka_resp_err_t list_offsets(rd_kafka_t* client, rd_kafka_topic_partition_list_t& offsets, std::int64_t which,
                                 milliseconds timeout) {
  for (int i = 0; i < offsets.cnt; ++i) offsets.elems[i].offset = which;
  const auto code = rd_kafka_offsets_for_times(client, &offsets, ms(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  for (int i = 0; i < offsets.cnt; ++i) {
    if (offsets.elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return offsets.elems[i].err;
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

}  // namespace

Result<std::vector<LogRange>> ask_ranges(rd_kafka_t* client, const std::string& topic,
                                         const std::vector<int>& partitions, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto left = [deadline] { return time_left(deadline); };
  const auto offsets = list_partitions(topic, partitions);
  std::vector<LogRange> ranges(partitions.size());
  while (true) {
    // Half of the time left: an unavailable leader does not answer at all, and then there is time to ask the next one.
    // guard: kafka-leader-away
    const auto wait = std::max(left() / 2, std::min(left(), kShortestWait));
    const auto code = list_ranges(client, *offsets, ranges, wait);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return ranges;
    if (!leader_may_have_moved(code) || left() <= kLeaderPause) {
      return fail(to_error(code, "asking for the ranges of " + topic));
    }
    // guard: kafka-leader-moves
    find_leaders(client, topic, left());
    std::this_thread::sleep_for(std::min(left(), kLeaderPause));  // a newly elected leader may not know it yet
  }
}

}  // namespace ordo::kafka
