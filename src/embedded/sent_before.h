// Records that folds sent before a crash, and whose commit was lost. The log has them, so the repeated folds must not
// send them again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "engine/ports.h"
#include "records/envelope.h"

namespace ordo::embedded {

// For the engine's thread. A record is known by its sender, its destination and its number: a fold gives the same
// number each time, and the numbers from one sender to one partition rise in the log.
class SentBefore {
 public:
  // A record in the log. Only those of ordo's processors and their dead letters count.
  void note(const Record& record);
  // The numbers that are in the commit of their owner: those folds are not repeated.
  void forget_committed(const Owner& owner, const Cursor& cursor);
  // Whether a record that a fold is about to send is in the log.
  bool contains(const Record& record);

 private:
  using Way = std::pair<std::string, TopicPartition>;  // sender and destination
  std::map<Way, std::int64_t> highest_;
};

}  // namespace ordo::embedded
