#include "embedded/reader.h"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "embedded/cursor_table.h"
#include "embedded/data_directory.h"
#include "embedded/document_query.h"
#include "embedded/store.h"

namespace ordo::embedded {
namespace {

using Clock = std::chrono::steady_clock;

// Poll interval for new records of a reader without an engine in its process.
constexpr std::chrono::milliseconds kLook{20};

}  // namespace

class Reader::SegmentLogReader : public LogReader {
 public:
  SegmentLogReader(Reader& reader, Topic topic, bool dlq, std::vector<std::int64_t> next,
                   std::vector<std::int64_t> wanted)
      : reader_(reader),
        files_(reader.catalog_, reader.layout_, reader.directory_, reader.options_.vfs),
        topic_(topic),
        dlq_(dlq),
        next_(std::move(next)),
        wanted_(std::move(wanted)) {}

  Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds timeout) override {
    const auto deadline = Clock::now() + timeout;
    const LogFeed* const feed = reader_.options_.feed;
    while (true) {
      const LogFeed::Ends known = feed != nullptr ? feed->ends(topic_, dlq_) : LogFeed::Ends{};
      if (auto refreshed = reader_.refresh(); !refreshed) return fail(std::move(refreshed.error()));
      auto records = read(max);
      if (!records || !records->empty() || Clock::now() >= deadline) return records;
      if (feed != nullptr) {
        feed->wait(known.generation, deadline);
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
  Result<std::vector<Record>> read(std::size_t max) {
    std::vector<Record> found;
    ++turn_;
    for (std::size_t i = 0; i < next_.size() && found.size() < max; ++i) {
      const std::size_t p = (turn_ + i) % next_.size();
      const std::size_t partition = reader_.layout_.index({topic_, static_cast<int>(p), dlq_});
      const LogRange range = reader_.range(partition);
      const std::int64_t from = std::max(next_[p], range.begin);
      if (from >= range.end) continue;
      const auto most = std::min(max - found.size(), static_cast<std::size_t>(range.end - from));
      auto records = files_.read(partition, from, {most, ReadLimit{}.bytes});
      if (!records) return records;
      if (!records->empty()) next_[p] = records->back().offset + 1;
      std::move(records->begin(), records->end(), std::back_inserter(found));
    }
    return found;
  }

  Reader& reader_;
  SegmentReader files_;
  const Topic topic_;
  const bool dlq_;
  std::vector<std::int64_t> next_;          // by partition
  const std::vector<std::int64_t> wanted_;  // ends when opened
  std::size_t turn_ = 0;                    // the partition that is read first; it changes, so that none is starved
};

Reader::Reader(std::string directory, std::unique_ptr<ReadPool> pool, const Topology& topology,
               const ReaderOptions& options)
    : directory_(std::move(directory)),
      pool_(std::move(pool)),
      layout_(topology),
      options_(options),
      own_catalog_(layout_),
      catalog_(options.catalog != nullptr ? *options.catalog : own_catalog_) {
  if (options.catalog == nullptr) follower_.emplace(directory_, options_.vfs, own_catalog_);
}

// The log after the documents, so that it has all that they follow from.
Result<std::unique_ptr<Reader>> Reader::open(const std::string& directory, const Topology& topology,
                                             ReaderOptions options) {
  auto pool = ReadPool::open(database_path(directory), options.connections, options.snapshot, options.vfs);
  if (!pool) return fail(std::move(pool.error()));
  std::unique_ptr<Reader> reader(new Reader(directory, std::move(*pool), topology, options));
  if (auto refreshed = reader->refresh(); !refreshed) return fail(std::move(refreshed.error()));
  return reader;
}

Result<void> Reader::refresh() {
  if (!follower_) return {};
  const std::lock_guard lock(following_);
  if (!ends_.empty()) return {};  // a snapshot
  if (auto refreshed = follower_->refresh(); !refreshed) return refreshed;
  auto connection = pool_->lend();
  if (!connection) return fail(std::move(connection.error()));
  auto begins = read_log_begins(**connection);
  if (!begins) return fail(std::move(begins.error()));
  catalog_.begin_at(*begins);
  return options_.snapshot ? find_ends(**connection) : Result<void>();
}

// The log has more records than the documents of a snapshot follow from.
Result<void> Reader::find_ends(Connection& connection) {
  const auto records = read_log_records(connection);
  if (!records) return fail(records.error());
  const auto segments = catalog_.segments();
  if (segments.empty()) return {};
  auto segment = std::prev(segments.end());
  while (segment != segments.begin() && (*segment)->header.records > *records) --segment;
  Positions index = catalog_.active_positions();
  if (std::next(segment) != segments.end()) {
    auto file = LogFile::open(segment_path(directory_, (*segment)->header.number), options_.vfs);
    if (!file) return fail(std::move(file.error()));
    auto sealed = read_index(*file, (*segment)->header);
    if (!sealed) return fail(std::move(sealed.error()));
    index = std::move(*sealed);
  }
  ends_ = ends_at(**segment, index, *records);
  ends_.resize(layout_.size());
  return {};
}

LogRange Reader::range(std::size_t partition) const {
  LogRange range = catalog_.range(partition);
  if (!ends_.empty()) range.end = std::min(range.end, std::max(ends_[partition], range.begin));
  return range;
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
  if (auto refreshed = refresh(); !refreshed) return fail(std::move(refreshed.error()));
  std::vector<LogRange> ranges;
  ranges.reserve(static_cast<std::size_t>(layout_.partitions(topic, dlq)));
  for (int p = 0; p < layout_.partitions(topic, dlq); ++p) ranges.push_back(range(layout_.index({topic, p, dlq})));
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
  return std::make_unique<SegmentLogReader>(*this, topic, dlq, std::move(from), std::move(wanted));
}

}  // namespace ordo::embedded
