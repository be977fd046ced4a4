#include "api/dead_letters/dead_letters.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "records/letter_size.h"

namespace ordo::api {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kMaxReading{20};
constexpr std::chrono::seconds kMaxAppending{20};
constexpr milliseconds kPoll{200};
constexpr std::size_t kBatch = 500;              // records per poll
constexpr std::int64_t kMaxFollowing = 200'000;  // at most this many records are read to find the state of one letter
constexpr std::size_t kChunk = 100;              // records that are appended together
constexpr std::size_t kChunkBytes = std::size_t{4} << 20;

Result<LogRange> range_of(LogSource& log, Topic topic) {
  auto ranges = log.ranges(topic, true);
  if (!ranges) return fail(std::move(ranges.error()));
  return ranges->empty() ? LogRange{} : ranges->front();
}

// Calls each(record) for the records of [from, to) of a dead-letter topic, until it returns false.
template <class Each>
Result<void> read(LogSource& log, Topic topic, std::int64_t from, std::int64_t to, Each&& each) {
  if (from >= to) return {};
  auto reader = log.open_reader(topic, true, {from});
  if (!reader) return fail(std::move(reader.error()));
  const auto until = Clock::now() + kMaxReading;
  while (true) {
    auto records = (*reader)->poll(kBatch, kPoll);
    if (!records) return fail(std::move(records.error()));
    for (auto& record : *records) {
      if (record.offset >= to || !each(std::move(record))) return {};
    }
    if (records->empty() && (*reader)->caught_up()) return {};
    if (Clock::now() >= until) {
      return fail(ErrorCode::kUnavailable, "dead_letters_slow", "reading the dead letters took too long");
    }
  }
}

bool matches(const LetterFilter& filter, const DeadLetter& letter, std::string_view key) {
  return (filter.reason.empty() || filter.reason == letter.reason) && (filter.key.empty() || filter.key == key) &&
         (!filter.from || letter.refused_at >= *filter.from) && (!filter.to || letter.refused_at < *filter.to);
}

Result<void> scan_topic(LogSource& log, Topic topic, const LetterFilter& filter, std::int64_t depth, LetterScan& scan) {
  const auto range = range_of(log, topic);
  if (!range) return fail(range.error());
  const std::int64_t begin = std::max(range->begin, range->end - depth);
  if (begin > range->begin) scan.complete = false;
  LetterStates states;
  std::vector<ListedLetter> found;
  auto done = read(log, topic, begin, range->end, [&](Record record) {
    ++scan.looked_at;
    if (states.note(record)) return true;
    DeadLetter letter = read_letter(record);
    if (!matches(filter, letter, record.key)) return true;
    found.push_back({std::move(letter), std::move(record.key), std::move(record.envelope.type), record.value.size()});
    return true;
  });
  if (!done) return done;
  std::set<std::string_view> places;
  for (auto one = found.rbegin(); one != found.rend(); ++one) {
    one->state = states.of(one->letter);
    if (filter.state && one->state != *filter.state) continue;
    if (!places.insert(one->letter.place).second) continue;
    scan.letters.push_back(*one);
  }
  return {};
}

// Appends all records. Waits until the log has answered for each, or until the deadline.
class Appending {
 public:
  static std::vector<Result<LogPosition>> run(RecordLog& log, std::vector<Record> records) {
    const auto state = std::make_shared<State>(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      log.append(std::move(records[i]), [state, i](Result<LogPosition> result) {
        const std::lock_guard lock(state->mutex);
        state->results[i] = std::move(result);
        if (--state->left == 0) state->answered.notify_all();
      });
    }
    std::unique_lock lock(state->mutex);
    state->answered.wait_for(lock, kMaxAppending, [&] { return state->left == 0; });
    return state->results;
  }

 private:
  // Shared with the acks, because they may come after the deadline.
  struct State {
    explicit State(std::size_t count)
        : left(count),
          results(count,
                  Result<LogPosition>(fail(ErrorCode::kUnavailable, "no_answer", "the log did not answer in time"))) {}
    std::mutex mutex;
    std::condition_variable answered;
    std::size_t left;
    std::vector<Result<LogPosition>> results;
  };
};

}  // namespace

Result<LetterScan> scan_letters(LogSource& log, const LetterFilter& filter, std::int64_t depth) {
  LetterScan scan;
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    if (filter.hidden[i] || (filter.topic && *filter.topic != topic)) continue;
    if (auto done = scan_topic(log, topic, filter, depth, scan); !done) return fail(std::move(done.error()));
  }
  std::sort(scan.letters.begin(), scan.letters.end(), [](const ListedLetter& left, const ListedLetter& right) {
    if (left.letter.refused_at != right.letter.refused_at) return left.letter.refused_at > right.letter.refused_at;
    return left.letter.id > right.letter.id;
  });
  return scan;
}

Result<std::optional<FoundLetter>> find_letter(LogSource& log, const LetterId& id) {
  const auto range = range_of(log, id.topic);
  if (!range) return fail(range.error());
  if (id.offset < range->begin || id.offset >= range->end) return std::nullopt;
  std::optional<FoundLetter> found;
  LetterStates states;
  std::int64_t followed = 0;
  auto done = read(log, id.topic, id.offset, range->end, [&](Record record) {
    if (found) {
      states.note(record);
      return ++followed < kMaxFollowing;
    }
    if (record.offset != id.offset || is_mark(record)) return false;
    DeadLetter letter = read_letter(record);
    found = FoundLetter{std::move(record), std::move(letter), std::nullopt};
    return true;
  });
  if (!done) return fail(std::move(done.error()));
  if (!found) return std::nullopt;
  const auto state = states.of(found->letter);
  if (state != LetterState::open || followed < kMaxFollowing) found->state = state;
  return found;
}

LettersChanged LetterWriter::change(const std::vector<DeadLetter>& letters, LetterState state) {
  LettersChanged changed;
  const auto note = [&](Result<void> done) {
    if (!done) changed.error = std::move(done.error());
    return !changed.error;
  };
  if (state == LetterState::dropped) {
    std::vector<Item> items;
    items.reserve(letters.size());
    for (const auto& letter : letters) items.push_back({letter, std::nullopt});
    note(write(std::move(items), state, changed));
  } else {
    for (std::size_t i = 0; i < kTopics; ++i) {
      std::vector<DeadLetter> of_topic;
      for (const auto& letter : letters) {
        if (letter.id.topic == static_cast<Topic>(i) && !letter.omitted_bytes) of_topic.push_back(letter);
      }
      if (!note(replay_topic(of_topic, changed))) break;
    }
    const auto omitted = std::find_if(letters.begin(), letters.end(),
                                      [](const DeadLetter& letter) { return letter.omitted_bytes.has_value(); });
    if (omitted != letters.end() && !changed.error) changed.error = value_omitted(*omitted);
  }
  changed.failed = static_cast<std::int64_t>(letters.size()) - changed.done;
  return changed;
}

LettersChanged LetterWriter::replay(const FoundLetter& letter, const std::optional<std::string>& value) {
  LettersChanged changed;
  auto done =
      write({{letter.letter, replay_of(topology_, letter.record, value, proof_, by_)}}, LetterState::replayed, changed);
  if (!done) changed.error = std::move(done.error());
  changed.failed = 1 - changed.done;
  return changed;
}

Result<void> LetterWriter::replay_topic(const std::vector<DeadLetter>& letters, LettersChanged& changed) {
  if (letters.empty()) return {};
  std::map<std::int64_t, const DeadLetter*> wanted;
  for (const auto& letter : letters) wanted.emplace(letter.id.offset, &letter);
  std::vector<Item> items;
  std::size_t bytes = 0;
  Result<void> written;
  const auto write_out = [&] {
    bytes = 0;
    written = write(std::exchange(items, {}), LetterState::replayed, changed);
    return written.has_value();
  };
  const std::int64_t last = wanted.rbegin()->first;
  auto done = read(records_, letters.front().id.topic, wanted.begin()->first, last + 1, [&](const Record& record) {
    const auto one = wanted.find(record.offset);
    if (one == wanted.end()) return true;
    bytes += record.value.size();
    items.push_back({*one->second, replay_of(topology_, record, std::nullopt, proof_, by_)});
    return (items.size() < kChunk && bytes < kChunkBytes) || write_out();
  });
  if (done && written && !items.empty()) write_out();
  return done ? written : done;
}

// Appends the records before the marks. After a crash between them, a replayed letter is still open. The opposite, a
// closed letter that was not replayed, cannot happen.
Result<void> LetterWriter::write(std::vector<Item> items, LetterState state, LettersChanged& changed) {
  while (!items.empty()) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(kChunk, items.size()));
    std::vector<Item> chunk(std::move_iterator(items.begin()), std::move_iterator(items.begin() + count));
    items.erase(items.begin(), items.begin() + count);
    std::optional<Error> error;
    const auto append = [&](std::vector<Record> records) {
      std::vector<bool> durable;
      for (auto& result : Appending::run(log_, std::move(records))) {
        durable.push_back(result.has_value());
        if (!result && !error) error = std::move(result.error());
      }
      return durable;
    };
    std::vector<Record> replays;
    for (auto& item : chunk) {
      if (item.replay) replays.push_back(std::move(*item.replay));
    }
    std::vector<bool> durable(chunk.size(), true);
    if (!replays.empty()) durable = append(std::move(replays));
    std::vector<Record> marks;
    const auto at = now();
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (durable[i]) marks.push_back(mark_of(chunk[i].letter, state, at, source_, by_));
    }
    const auto marked = append(std::move(marks));
    changed.done += std::count(marked.begin(), marked.end(), true);
    if (error) return fail(std::move(*error));
  }
  return {};
}

}  // namespace ordo::api
