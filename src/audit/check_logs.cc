#include "audit/check_logs.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/cursor_check.h"

namespace ordo::audit {
namespace {

// The problem of an owner's log; empty: none.
std::string log_problem(const Owner& owner, const Cursor& cursor, const LogView& view) {
  const auto begin = std::to_string(view.range.begin);
  if (cursor.partitions == 0) {
    if (view.range.begin == 0) return {};
    return to_string(owner) + ": no processor has read it yet, and the records before offset " + begin +
           " have expired";
  }
  if (cursor.next < view.range.begin) {
    return to_string(owner) + ": " + std::to_string(view.range.begin - cursor.next) +
           " records expired unread; it has read up to offset " + std::to_string(cursor.next) +
           " and the log begins at " + begin;
  }
  if (cursor.next > view.range.end) {
    return to_string(owner) + ": it has read up to offset " + std::to_string(cursor.next) + " and the log ends at " +
           std::to_string(view.range.end);
  }
  auto same = check_log(owner, cursor, view.range, view.log);
  return same ? std::string() : std::move(same.error().message);
}

Result<std::vector<LogView>> look_at(const CheckSources& sources, Topic topic, std::span<const Cursor> cursors) {
  if (sources.view_logs) return sources.view_logs(topic, cursors);
  const auto ranges = sources.log.ranges(topic, false);
  if (!ranges) return fail(ranges.error());
  std::vector<LogView> views;
  for (const auto& range : *ranges) views.push_back({range, {}});
  return views;
}

}  // namespace

Result<void> check_logs(const CheckSources& sources, CheckFindings& findings, std::size_t invariant) {
  for (const ProcessorKind processor : kAllProcessors) {
    const Topic topic = inbox_of(processor);
    std::vector<Cursor> cursors;
    for (int partition = 0; partition < sources.topology[topic].partitions; ++partition) {
      auto cursor = sources.documents.cursor({processor, partition});
      if (!cursor) return fail(std::move(cursor.error()));
      cursors.push_back(std::move(*cursor));
    }
    const auto views = look_at(sources, topic, cursors);
    if (!views) return fail(views.error());
    for (std::size_t i = 0; i < std::min(views->size(), cursors.size()); ++i) {
      const Owner owner{processor, static_cast<int>(i)};
      ++findings[invariant].checked;
      auto problem = log_problem(owner, cursors[i], (*views)[i]);
      if (problem.empty()) continue;
      // Its owner may have moved meanwhile, and the records that it had read may have expired.
      const auto again = sources.documents.cursor(owner);
      if (!again) return fail(again.error());
      if (*again == cursors[i]) findings.find(invariant, std::move(problem));
    }
  }
  return {};
}

}  // namespace ordo::audit
