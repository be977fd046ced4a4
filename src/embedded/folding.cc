#include "embedded/folding.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/cursor_check.h"

namespace ordo::embedded {
namespace {

// Every so many steps the most upstream processor runs first.
constexpr std::size_t kUpstreamTurn = 16;

}  // namespace

Folding::Folding(Store& store, SegmentWriter& log, SegmentReader reader, const LogLayout& layout,
                 FoldingOptions options)
    : store_(store),
      log_(log),
      reader_(std::move(reader)),
      layout_(layout),
      options_(options),
      budget_(options.cache_bytes),
      inboxes_(layout.size()) {}

Result<std::unique_ptr<Folding>> Folding::open(Store& store, SegmentWriter& log, SegmentReader reader,
                                               const Topology& topology, const LogLayout& layout,
                                               std::span<Processor* const> processors, FoldingOptions options) {
  std::unique_ptr<Folding> folding(new Folding(store, log, std::move(reader), layout, options));
  folding->groups_.reserve(processors.size());  // inboxes_ points into it
  for (auto* processor : processors) {
    if (auto added = folding->add(*processor, topology); !added) return fail(std::move(added.error()));
  }
  if (auto found = folding->find_sent(); !found) return fail(std::move(found.error()));
  return folding;
}

// Since the last commit of documents, folds have sent records. Those folds will be repeated.
Result<void> Folding::find_sent() {
  const auto records = store_.log_records();
  if (!records) return fail(records.error());
  auto read = log_.scan_after(*records, layout_, [this](const Record& record) { sent_before_.note(record); });
  if (!read) return read;
  for (const auto& group : groups_) {
    for (const auto& owned : group.owned) sent_before_.forget_committed(owned.worker->owner(), owned.worker->cursor());
  }
  return {};
}

Result<void> Folding::add(Processor& processor, const Topology& topology) {
  const Topic inbox = inbox_of(processor.kind());
  const int partitions = layout_.partitions(inbox, false);
  Group& group = groups_.emplace_back();
  group.owned.reserve(static_cast<std::size_t>(partitions));
  for (int p = 0; p < partitions; ++p) {
    const Owner owner{processor.kind(), p};
    const TopicPartition at{inbox, p, false};
    const std::size_t index = layout_.index(at);
    const LogRange range = log_.range(index);
    auto stored = store_.cursor(owner);
    if (!stored) return fail(std::move(stored.error()));
    auto cursor = check_cursor(owner, std::move(*stored), partitions, range, {});
    if (!cursor) return fail(std::move(cursor.error()));
    Inbox records(index, cursor->next, range.end, options_.inbox);
    Owned& owned = group.owned.emplace_back(
        Owned{std::make_unique<PartitionWorker>(processor, topology, owner, std::move(*cursor),
                                                options_.cache_documents, LogRules(), &budget_),
              std::move(records)});
    ORDO_CHECK(inboxes_[index] == nullptr, "two processors read ", name_of(at));
    inboxes_[index] = &owned.inbox;
  }
  return {};
}

LogPosition Folding::append(Record&& record) {
  const std::size_t index = layout_.index(record.at);
  log_.append(index, record);
  const LogPosition position{record.at, record.offset};
  if (inboxes_[index] != nullptr) inboxes_[index]->push(std::move(record));
  return position;
}

void Folding::listen(CommitListener& listener) {
  listener_ = &listener;
  for (const auto& group : groups_) {
    for (const auto& owned : group.owned) listener.taken(owned.worker->owner());
  }
}

bool Folding::Group::at_rest() const {
  return std::all_of(owned.begin(), owned.end(), [](const Owned& one) { return one.inbox.at_end(); });
}

bool Folding::at_rest() const {
  return std::all_of(groups_.begin(), groups_.end(), [](const Group& group) { return group.at_rest(); });
}

Folding::Group* Folding::choose() {
  const auto busy = [](const Group& group) { return !group.at_rest(); };
  if (++steps_ % kUpstreamTurn == 0) {
    const auto first = std::find_if(groups_.begin(), groups_.end(), busy);
    return first == groups_.end() ? nullptr : &*first;
  }
  const auto last = std::find_if(groups_.rbegin(), groups_.rend(), busy);
  return last == groups_.rend() ? nullptr : &*last;
}

Result<std::size_t> Folding::step(Timestamp now) {
  Group* group = choose();
  if (group == nullptr) return 0;
  std::size_t folded = 0;
  for (auto& owned : group->owned) {
    auto count = fold_batch(owned, now);
    if (!count) return count;
    folded += *count;
  }
  return folded;
}

Result<std::size_t> Folding::fold_batch(Owned& owned, Timestamp now) {
  if (owned.inbox.at_end()) return 0;
  auto records = owned.inbox.take(reader_, options_.batch);
  if (!records) return fail(std::move(records.error()));
  const std::size_t count = records->size();
  if (count == 0) return 0;
  PartitionWorker& worker = *owned.worker;
  auto keys = worker.prepare(std::move(*records));
  if (!keys) return fail(std::move(keys.error()));
  auto documents = store_.load(*keys);
  if (!documents) return fail(std::move(documents.error()));
  worker.supply(*keys, std::move(*documents));
  if (auto folded = worker.fold(); !folded) return fail(std::move(folded.error()));
  for (auto& record : worker.take_records()) {
    // guard: folding-sends-once
    if (sent_before_.contains(record)) continue;
    record.appended_at = now;
    append(std::move(record));
  }
  return count;
}

bool Folding::dirty() const {
  return std::any_of(groups_.begin(), groups_.end(), [](const Group& group) {
    return std::any_of(group.owned.begin(), group.owned.end(), [](const Owned& one) { return one.worker->dirty(); });
  });
}

std::vector<std::int64_t> Folding::ends() const {
  std::vector<std::int64_t> ends;
  ends.reserve(layout_.size());
  for (std::size_t i = 0; i < layout_.size(); ++i) ends.push_back(log_.end(i));
  return ends;
}

Result<std::size_t> Folding::flush() {
  std::size_t documents = 0;
  for (auto& group : groups_) {
    for (auto& owned : group.owned) {
      if (!owned.worker->dirty()) continue;
      const Commit step = owned.worker->commit();
      documents += step.changes.size();
      if (auto written = store_.commit_step(step); !written) return fail(std::move(written.error()));
    }
  }
  return documents;
}

void Folding::finished() {
  for (auto& group : groups_) {
    for (auto& owned : group.owned) {
      PartitionWorker& worker = *owned.worker;
      if (!worker.dirty()) continue;
      if (listener_ != nullptr) {
        listener_->committed(worker.owner(), worker.changes());
        listener_->counted(worker.owner(), worker.summary());
      }
      worker.committed();
    }
  }
}

std::map<Owner, std::int64_t> Folding::positions() const {
  std::map<Owner, std::int64_t> positions;
  for (const auto& group : groups_) {
    for (const auto& owned : group.owned) positions.emplace(owned.worker->owner(), owned.worker->next());
  }
  return positions;
}

std::uint64_t Folding::read_back() const {
  std::uint64_t records = 0;
  for (const auto& group : groups_) {
    for (const auto& owned : group.owned) records += owned.inbox.read_back();
  }
  return records;
}

}  // namespace ordo::embedded
