#include "audit/skipped_records.h"

#include "engine/log_reading.h"
#include "records/dead_letter.h"

namespace ordo::audit {
namespace {

constexpr std::size_t kMostRecords = 100'000;  // operators skip few records, and few are too large
constexpr std::size_t kLetterBatch = 1'000;

// Reasons that do not follow from the record alone: an operator's skip, and size limits that may change.
bool is_passed_over(std::string_view reason) {
  return reason == kSkipped || reason == kRecordTooLarge || reason == kDocumentTooLarge;
}

}  // namespace

Result<SkippedRecords> read_skipped(LogSource& log, ProcessorKind kind) {
  SkippedRecords found;
  auto reader = log.open_reader(inbox_of(kind), true, {0});
  if (!reader) return fail(std::move(reader.error()));
  std::size_t count = 0;
  while (!(*reader)->caught_up()) {
    const auto records = next_records(**reader, kLetterBatch);
    if (!records) return fail(records.error());
    for (const auto& record : *records) {
      if (is_mark(record)) continue;
      auto letter = read_letter(record);
      if (!is_passed_over(letter.reason) || letter.partition < 0 || letter.offset < 0) continue;
      if (!found[letter.partition].emplace(letter.offset, std::move(letter.detail)).second) continue;
      if (++count > kMostRecords) {
        return fail(ErrorCode::kInvalid, "too_many_skipped", "more records were skipped than can be remembered");
      }
    }
  }
  return found;
}

}  // namespace ordo::audit
