#include "embedded/reader.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "embedded/cursor_table.h"
#include "embedded/data_directory.h"
#include "embedded/document_query.h"

namespace ordo::embedded {
namespace {

using Clock = std::chrono::steady_clock;

// Poll interval for new records of a reader without an engine in its process.
constexpr std::chrono::milliseconds kLook{20};

class TableReader : public LogReader {
 public:
  TableReader(ReadPool& pool, const LogFeed* feed, Topic topic, bool dlq, std::vector<std::int64_t> next,
              std::vector<std::int64_t> wanted)
      : pool_(pool), feed_(feed), topic_(topic), dlq_(dlq), next_(std::move(next)), wanted_(std::move(wanted)) {}

  Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds timeout) override {
    const auto deadline = Clock::now() + timeout;
    while (true) {
      const LogFeed::Ends known = feed_ != nullptr ? feed_->ends(topic_, dlq_) : LogFeed::Ends{};
      auto records = read(max, known.ends);
      if (!records || !records->empty() || Clock::now() >= deadline) return records;
      if (feed_ != nullptr) {
        feed_->wait(known.generation, deadline);
      } else {
        std::this_thread::sleep_until(std::min<Clock::time_point>(deadline, Clock::now() + kLook));
      }
    }
  }

  bool caught_up() const override {
    for (std::size_t p = 0; p < next_.size(); ++p) {
      if (next_[p] < wanted_[p]) return false;
    }
    return true;
  }

 private:
  // `ends` empty: unknown, so query every table.
  Result<std::vector<Record>> read(std::size_t max, const std::vector<std::int64_t>& ends) {
    std::vector<Record> found;
    const auto is_news = [&](std::size_t p) { return ends.empty() || next_[p] < ends[p]; };
    bool any = false;
    for (std::size_t p = 0; p < next_.size(); ++p) any = any || is_news(p);
    if (!any) return found;
    auto connection = pool_.lend();
    if (!connection) return fail(std::move(connection.error()));
    ++turn_;
    for (std::size_t i = 0; i < next_.size() && found.size() < max; ++i) {
      const std::size_t p = (turn_ + i) % next_.size();
      if (!is_news(p)) continue;
      auto records = read_log(**connection, {topic_, static_cast<int>(p), dlq_}, next_[p],
                              {max - found.size(), ReadLimit{}.bytes});
      if (!records) return records;
      if (!records->empty()) next_[p] = records->back().offset + 1;
      std::move(records->begin(), records->end(), std::back_inserter(found));
    }
    return found;
  }

  ReadPool& pool_;
  const LogFeed* const feed_;
  const Topic topic_;
  const bool dlq_;
  std::vector<std::int64_t> next_;          // by partition
  const std::vector<std::int64_t> wanted_;  // ends when opened
  std::size_t turn_ = 0;                    // the partition that is read first; it changes, so that none is starved
};

}  // namespace

Result<std::unique_ptr<Reader>> Reader::open(const std::string& directory, const Topology& topology,
                                             ReaderOptions options) {
  auto pool = ReadPool::open(database_path(directory), options.connections, options.snapshot, options.vfs);
  if (!pool) return fail(std::move(pool.error()));
  return std::unique_ptr<Reader>(new Reader(std::move(*pool), topology, options.feed));
}

Result<std::optional<Document>> Reader::get(Collection collection, std::string_view id) {
  auto connection = pool_->lend();
  if (!connection) return fail(std::move(connection.error()));
  return get_document(**connection, collection, id);
}

Result<Page> Reader::list(const Query& query) {
  auto connection = pool_->lend();
  if (!connection) return fail(std::move(connection.error()));
  return list_documents(**connection, query);
}

Result<std::int64_t> Reader::count(const Query& query, std::int64_t most) {
  auto connection = pool_->lend();
  if (!connection) return fail(std::move(connection.error()));
  return count_documents(**connection, query, most);
}

Result<Cursor> Reader::cursor(const Owner& owner) {
  auto connection = pool_->lend();
  if (!connection) return fail(std::move(connection.error()));
  return read_cursor(**connection, owner);
}

Result<std::map<Owner, Cursor>> Reader::cursors() {
  auto connection = pool_->lend();
  if (!connection) return fail(std::move(connection.error()));
  return read_cursors(**connection);
}

Result<std::vector<LogRange>> Reader::ranges(Topic topic, bool dlq) {
  auto connection = pool_->lend();
  if (!connection) return fail(std::move(connection.error()));
  std::vector<LogRange> ranges;
  for (int p = 0; p < layout_.partitions(topic, dlq); ++p) {
    auto range = read_log_range(**connection, {topic, p, dlq});
    if (!range) return fail(std::move(range.error()));
    ranges.push_back(*range);
  }
  return ranges;
}

Result<std::unique_ptr<LogReader>> Reader::open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) {
  auto there = ranges(topic, dlq);
  if (!there) return fail(std::move(there.error()));
  if (from.size() > there->size()) {
    return fail(ErrorCode::kInvalid, "bad_offsets",
                std::to_string(from.size()) + " offsets for " + std::to_string(there->size()) + " partitions");
  }
  from.resize(there->size(), 0);
  std::vector<std::int64_t> wanted;
  for (const auto& range : *there) wanted.push_back(range.end);
  return std::make_unique<TableReader>(*pool_, feed_, topic, dlq, std::move(from), std::move(wanted));
}

}  // namespace ordo::embedded
