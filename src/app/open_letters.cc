#include "app/open_letters.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "base/log.h"
#include "http/metrics.h"

namespace ordo::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 500;
constexpr std::chrono::milliseconds kPoll{200};
constexpr std::chrono::seconds kMaxReading{20};  // longest read at a time; the next run reads the rest

std::uint64_t hash_of(std::string_view place) {
  return std::hash<std::string_view>()(place);
}

}  // namespace

void OpenLetters::note(const Record& record) {
  if (is_mark(record)) {
    const auto mark = read_mark(record);
    const auto found = mark ? places_.find(hash_of(mark->place)) : places_.end();
    if (found == places_.end() || !found->second.open) return;
    found->second.open = false;
    --open_;
    return;
  }
  const auto place = hash_of(read_letter(record).place);
  const auto [entry, fresh] = places_.try_emplace(place);
  entry->second.offset = record.offset;
  if (fresh) ++open_;
  letters_.emplace_back(record.offset, place);
  if (letters_.size() > max_) forget_oldest();
}

void OpenLetters::forget_before(std::int64_t offset) {
  while (!letters_.empty() && letters_.front().first < offset) forget_oldest();
}

void OpenLetters::forget_oldest() {
  const auto [offset, place] = letters_.front();
  letters_.pop_front();
  const auto found = places_.find(place);
  if (found == places_.end() || found->second.offset != offset) return;  // a later letter has replaced it
  if (found->second.open) --open_;
  places_.erase(found);
}

LetterWatch::LetterWatch(LogSource& log, LetterWatchOptions options)
    : log_(log), options_(std::move(options)), thread_([this] { run(); }) {}

LetterWatch::~LetterWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_wanted_.notify_all();
  thread_.join();
}

bool LetterWatch::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void LetterWatch::run() {
  std::vector<Followed> topics(kTopics, Followed{OpenLetters(options_.max_letters)});
  while (true) {
    for (std::size_t i = 0; i < kTopics && !stopping() && options_.worth_asking(); ++i) {
      const auto topic = static_cast<Topic>(i);
      const auto done = follow(topic, topics[i]);
      if (!done && !topics[i].told) {
        log_warn("the dead letters cannot be counted", {{"topic", to_string(topic)}, {"error", done.error().text()}});
      }
      topics[i].told = !done;
    }
    std::unique_lock lock(mutex_);
    if (stop_wanted_.wait_for(lock, options_.interval, [this] { return stopping_; })) return;
  }
}

Result<void> LetterWatch::follow(Topic topic, Followed& followed) {
  const auto ranges = log_.ranges(topic, true);
  if (!ranges) return fail(ranges.error());
  const LogRange range = ranges->empty() ? LogRange{} : ranges->front();
  if (range.end < followed.next) followed = Followed{OpenLetters(options_.max_letters), 0, followed.told};  // recreated
  const auto newest = range.end - static_cast<std::int64_t>(options_.max_letters);
  followed.next = std::max({followed.next, range.begin, newest});
  followed.letters.forget_before(range.begin);
  if (followed.next < range.end) {
    // Opened only when needed: on Kafka, a reader is a client with threads and connections.
    auto reader = log_.open_reader(topic, true, {followed.next});
    if (!reader) return fail(std::move(reader.error()));
    const auto until = Clock::now() + kMaxReading;
    while (followed.next < range.end && !stopping()) {
      const auto records = (*reader)->poll(kBatch, kPoll);
      if (!records) return fail(records.error());
      for (const auto& record : *records) {
        followed.letters.note(record);
        followed.next = record.offset + 1;
      }
      if (records->empty() && (*reader)->caught_up()) followed.next = std::max(followed.next, range.end);
      if (Clock::now() >= until) {
        return fail(ErrorCode::kUnavailable, "dead_letters_slow", "reading the dead letters took too long");
      }
    }
  }
  const std::lock_guard lock(mutex_);
  if (followed.next >= range.end) open_[static_cast<std::size_t>(topic)] = followed.letters.open();
  return {};
}

std::array<std::optional<std::int64_t>, kTopics> LetterWatch::open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

void LetterWatch::append_metrics(std::string& out) const {
  constexpr std::string_view kName = "ordo_dead_letters_open";
  http::append_head(kName, "gauge", "Dead letters that were neither replayed nor dropped.", out);
  const auto open = this->open();
  for (std::size_t i = 0; i < kTopics; ++i) {
    if (!open[i]) continue;
    http::append_sample(kName, {{"topic", to_string(static_cast<Topic>(i))}}, static_cast<std::uint64_t>(*open[i]),
                        out);
  }
}

}  // namespace ordo::app
