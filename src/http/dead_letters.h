// Reading the dead-letter topics and writing to them: what /v1/dlq does, without HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "process/ports.h"
#include "records/dead_letter.h"

namespace ordo::http {

struct LetterFilter {
  std::optional<Topic> topic;
  std::string reason;  // empty: any; so is key
  std::string key;
  std::optional<LetterState> state;  // nullopt: any
  std::optional<Timestamp> from;     // inclusive, on the time of the refusal
  std::optional<Timestamp> to;       // exclusive
};

struct ListedLetter {
  DeadLetter letter;
  std::string key;
  std::string type;
  std::size_t bytes = 0;  // of the value
  LetterState state = LetterState::open;
};

struct LetterScan {
  std::vector<ListedLetter> letters;  // newest first
  std::int64_t looked_at = 0;         // records
  bool complete = true;               // no topic has more than the records that were looked at
};

// Looks at the newest `depth` records of each dead-letter topic. What refers to the same refused record is one letter.
// Memory: about 300 bytes for each that matches. Blocks; errors of the log, kUnavailable when it takes too long.
Result<LetterScan> scan_letters(LogSource& log, const LetterFilter& filter, std::int64_t depth);

struct FoundLetter {
  Record record;
  DeadLetter letter;
  std::optional<LetterState> state;  // nullopt: too many records follow it to tell
};

// Nothing where there is no letter. As scan_letters.
Result<std::optional<FoundLetter>> find_letter(LogSource& log, const LetterId& id);

// What a change of letters has come to. What is left can be done again.
struct LettersChanged {
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::optional<Error> error;  // the first one; nothing was tried after it
};

// Appends the refused records again (`state` replayed) or nothing (dropped), and then the marks; in the order given,
// which should be the one in which they were refused. Blocks until all are durable, bounded.
class LetterWriter {
 public:
  // All of it outlives the writer. `source` is the API's.
  LetterWriter(RecordLog& log, LogSource& records, const Topology& topology, const std::string& source)
      : log_(log), records_(records), topology_(topology), source_(source) {}

  LettersChanged change(const std::vector<DeadLetter>& letters, LetterState state);
  // One letter, with another value in the place of its own when there is one.
  LettersChanged replay(const FoundLetter& letter, const std::optional<std::string>& value);

 private:
  struct Item {
    DeadLetter letter;
    std::optional<Record> replay;
  };

  Result<void> replay_topic(const std::vector<DeadLetter>& letters, LettersChanged& changed);
  Result<void> write(std::vector<Item> items, LetterState state, LettersChanged& changed);

  RecordLog& log_;
  LogSource& records_;
  const Topology& topology_;
  const std::string& source_;
};

}  // namespace ordo::http
