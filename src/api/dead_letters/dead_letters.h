// Reads the dead-letter topics and writes to them: the work of /v1/dlq, without HTTP.
#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/ports.h"
#include "records/dead_letter.h"

namespace ordo::api {

struct LetterFilter {
  std::optional<Topic> topic;
  std::bitset<kTopics> hidden;  // topics whose letters the caller may not see
  std::string reason;           // empty: any; the same for key
  std::string key;
  std::optional<LetterState> state;  // nullopt: any
  std::optional<Timestamp> from;     // inclusive; the time of the refusal
  std::optional<Timestamp> to;       // exclusive
};

struct ListedLetter {
  DeadLetter letter;
  std::string key;
  std::string type;
  std::size_t bytes = 0;  // size of the value
  LetterState state = LetterState::open;
};

struct LetterScan {
  std::vector<ListedLetter> letters;  // newest first
  std::int64_t looked_at = 0;         // records read
  bool complete = true;               // false: a topic has more records than were read
};

// Reads the newest `depth` records of each dead-letter topic. Records that refer to the same refused record make one
// letter. Needs about 300 bytes of memory per matching letter. Blocks. Returns the errors of the log, and kUnavailable
// when it takes too long.
Result<LetterScan> scan_letters(LogSource& log, const LetterFilter& filter, std::int64_t depth);

struct FoundLetter {
  Record record;
  DeadLetter letter;
  std::optional<LetterState> state;  // nullopt: too many records follow to find the state
};

// nullopt when there is no such letter. Otherwise like scan_letters.
Result<std::optional<FoundLetter>> find_letter(LogSource& log, const LetterId& id);

// The result of a change of letters. The change can be repeated for the rest.
struct LettersChanged {
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::optional<Error> error;  // the first error; letters after it were not tried
};

// Closes letters. For `state` replayed, first appends the refused records again. Then appends the marks, in the given
// order, which should be the order of the refusals. Blocks until all are durable or a deadline ends.
class LetterWriter {
 public:
  // All references outlive the writer. `source` is the API's. `proof`: see replay_of(). `by`: who closes
  // the letters.
  LetterWriter(RecordLog& log, LogSource& records, const Topology& topology, const std::string& source,
               const RecordProof* proof, std::optional<Actor> by)
      : log_(log), records_(records), topology_(topology), source_(source), proof_(proof), by_(std::move(by)) {}

  LettersChanged change(const std::vector<DeadLetter>& letters, LetterState state);
  // Replays one letter, with `value` in place of its own value if there is one.
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
  const RecordProof* const proof_;
  const std::optional<Actor> by_;
};

}  // namespace ordo::api
