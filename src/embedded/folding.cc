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

Folding::Folding(Store& store, const LogLayout& layout, FoldingOptions options)
    : store_(store), layout_(layout), options_(options), budget_(options.cache_bytes) {}

Result<std::unique_ptr<Folding>> Folding::open(Store& store, const Topology& topology, const LogLayout& layout,
                                               std::span<Processor* const> processors, FoldingOptions options) {
  std::unique_ptr<Folding> folding(new Folding(store, layout, options));
  for (std::size_t i = 0; i < layout.size(); ++i) {
    auto range = store.range(layout[i]);
    if (!range) return fail(std::move(range.error()));
    folding->ends_.push_back(range->end);
  }
  folding->inboxes_.resize(layout.size());
  folding->groups_.reserve(processors.size());  // inboxes_ points into it
  for (auto* processor : processors) {
    if (auto added = folding->add(*processor, topology); !added) return fail(std::move(added.error()));
  }
  return folding;
}

Result<void> Folding::add(Processor& processor, const Topology& topology) {
  const Topic inbox = inbox_of(processor.kind());
  const int partitions = layout_.partitions(inbox, false);
  Group& group = groups_.emplace_back();
  group.owned.reserve(static_cast<std::size_t>(partitions));
  for (int p = 0; p < partitions; ++p) {
    const Owner owner{processor.kind(), p};
    const TopicPartition at{inbox, p, false};
    auto range = store_.range(at);
    auto stored = store_.cursor(owner);
    if (!range) return fail(std::move(range.error()));
    if (!stored) return fail(std::move(stored.error()));
    auto cursor = check_cursor(owner, std::move(*stored), partitions, *range, {});
    if (!cursor) return fail(std::move(cursor.error()));
    Inbox records(at, cursor->next, range->end, options_.inbox);
    Owned& owned = group.owned.emplace_back(
        Owned{std::make_unique<PartitionWorker>(processor, topology, owner, std::move(*cursor),
                                                options_.cache_documents, LogRules(), &budget_),
              std::move(records)});
    ORDO_CHECK(inboxes_[layout_.index(at)] == nullptr, "two processors read ", log_table(at));
    inboxes_[layout_.index(at)] = &owned.inbox;
  }
  return {};
}

Result<LogPosition> Folding::append(Record&& record) {
  const std::size_t index = layout_.index(record.at);
  record.offset = ends_[index];
  if (auto written = store_.append(index, record); !written) return fail(std::move(written.error()));
  ++ends_[index];
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
  auto records = owned.inbox.take(store_, options_.batch);
  if (!records) return fail(std::move(records.error()));
  const std::size_t count = records->size();
  PartitionWorker& worker = *owned.worker;
  auto keys = worker.prepare(std::move(*records));
  if (!keys) return fail(std::move(keys.error()));
  auto documents = store_.load(*keys);
  if (!documents) return fail(std::move(documents.error()));
  worker.supply(*keys, std::move(*documents));
  if (auto folded = worker.fold(); !folded) return fail(std::move(folded.error()));
  for (auto& record : worker.take_records()) {
    record.appended_at = now;
    if (auto appended = append(std::move(record)); !appended) return fail(std::move(appended.error()));
  }
  return count;
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

std::uint64_t Folding::read_from_tables() const {
  std::uint64_t records = 0;
  for (const auto& group : groups_) {
    for (const auto& owned : group.owned) records += owned.inbox.read_from_table();
  }
  return records;
}

}  // namespace ordo::embedded
