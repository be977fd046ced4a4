// Counts the open letters: those that were neither replayed nor dropped. It reads each dead-letter topic once and then
// follows it.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "engine/ports.h"
#include "records/dead_letter.h"

namespace ordo::app {

// The open letters of one topic. Counts like LetterStates: letters of one place count as one, and a mark closes them
// all.
class OpenLetters {
 public:
  // Remembers the newest `max` letters.
  explicit OpenLetters(std::size_t max) : max_(max) {}

  // Notes the next record of the dead-letter topic.
  void note(const Record& record);
  // Forgets letters before `offset`, which are no longer in the topic.
  void forget_before(std::int64_t offset);
  std::int64_t open() const { return open_; }

 private:
  struct Entry {
    std::int64_t offset = 0;  // offset of the newest letter
    bool open = true;
  };

  void forget_oldest();

  std::size_t max_;
  std::unordered_map<std::uint64_t, Entry> places_;             // key: hash of the place
  std::deque<std::pair<std::int64_t, std::uint64_t>> letters_;  // offset and place, in the order of the topic
  std::int64_t open_ = 0;
};

struct LetterWatchOptions {
  std::chrono::milliseconds interval{5'000};
  std::size_t max_letters = 100'000;                         // letters per topic; about 100 bytes each
  std::function<bool()> worth_asking = [] { return true; };  // false while the log is known not to answer; any thread
};

// Follows all dead-letter topics on its own thread. Any thread may use it.
class LetterWatch {
 public:
  // `log` outlives the watch.
  explicit LetterWatch(LogSource& log, LetterWatchOptions options = {});
  // Waits for the thread.
  ~LetterWatch();
  LetterWatch(const LetterWatch&) = delete;
  LetterWatch& operator=(const LetterWatch&) = delete;

  // Open letters per topic; nullopt until the topic has been read completely.
  std::array<std::optional<std::int64_t>, kTopics> open() const;
  void append_metrics(std::string& out) const;

 private:
  struct Followed {
    OpenLetters letters;
    std::int64_t next = 0;
    bool told = false;  // an error was logged and has not passed
  };

  void run();
  Result<void> follow(Topic topic, Followed& followed);
  bool stopping() const;

  LogSource& log_;
  const LetterWatchOptions options_;
  mutable std::mutex mutex_;  // guards the next three members
  std::condition_variable stop_wanted_;
  bool stopping_ = false;
  std::array<std::optional<std::int64_t>, kTopics> open_;
  std::thread thread_;
};

}  // namespace ordo::app
