#include "embedded/inbox.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ordo::embedded {

void Inbox::push(Record&& record) {
  end_ = record.offset + 1;
  if (!attached_) return;
  const std::size_t bytes = footprint(record);
  if (memory_.size() >= limits_.records || bytes_ + bytes > limits_.bytes) {
    attached_ = false;
    return;
  }
  bytes_ += bytes;
  memory_.push_back(std::move(record));
}

Result<std::vector<Record>> Inbox::take(SegmentReader& log, std::size_t max) {
  std::vector<Record> records;
  if (!memory_.empty()) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(max, memory_.size()));
    records.assign(std::move_iterator(memory_.begin()), std::move_iterator(memory_.begin() + count));
    memory_.erase(memory_.begin(), memory_.begin() + count);
    for (const auto& record : records) bytes_ -= footprint(record);
  } else if (!at_end()) {
    auto read = log.read(partition_, next_, {max, limits_.bytes});
    if (!read) return read;
    records = std::move(*read);
    read_back_ += records.size();
  }
  if (!records.empty()) next_ = records.back().offset + 1;
  if (at_end()) attached_ = true;
  return records;
}

}  // namespace ordo::embedded
