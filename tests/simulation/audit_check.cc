// What `ordo check` says of the system at rest. Its invariants are described in src/audit; the checks beside this file
// hold what a check cannot know: what clients were promised, and what the bank has.
#include <algorithm>

#include "audit/check_invariants.h"
#include "records/testing/query_match.h"
#include "world.h"

namespace ordo::simulation {
namespace {

class Documents final : public DocumentReader {
 public:
  explicit Documents(const Database& database) : database_(database) {}

  Result<std::optional<Document>> get(Collection collection, std::string_view id) override {
    const auto* document = database_.find(collection, id);
    return document != nullptr ? std::optional<Document>(*document) : std::nullopt;
  }
  // In the order of ids.
  Result<Page> list(const Query& query) override {
    const auto& all = database_.all(query.collection);
    auto at = query.after ? all.upper_bound(query.after->id) : all.begin();
    Page page;
    for (; at != all.end() && page.documents.size() < query.limit; ++at) {
      if (matches(at->second, query)) page.documents.push_back(at->second);
    }
    if (at != all.end()) page.next = PageKey{0, std::prev(at)->first};
    return page;
  }
  Result<Cursor> cursor(const Owner& owner) override {
    const auto commit = database_.commits.find(owner);
    return commit == database_.commits.end() ? Cursor() : commit->second.cursor;
  }

 private:
  const Database& database_;
};

class WholeLog final : public LogReader {
 public:
  explicit WholeLog(std::vector<Record> records) : records_(std::move(records)) {}

  Result<std::vector<Record>> poll(std::size_t max, std::chrono::milliseconds) override {
    const auto end = std::min(next_ + max, records_.size());
    std::vector<Record> some(records_.begin() + static_cast<std::ptrdiff_t>(next_),
                             records_.begin() + static_cast<std::ptrdiff_t>(end));
    next_ = end;
    return some;
  }
  bool caught_up() const override { return next_ == records_.size(); }

 private:
  std::vector<Record> records_;
  std::size_t next_ = 0;
};

class Log final : public LogSource {
 public:
  explicit Log(World& world) : world_(world) {}

  Result<std::unique_ptr<LogReader>> open_reader(Topic topic, bool dlq, std::vector<std::int64_t> from) override {
    std::vector<Record> records;
    for (int p = 0; p < partitions(topic, dlq); ++p) {
      const auto& partition = world_.broker.at({topic, p, dlq});
      const auto index = static_cast<std::size_t>(p);
      const auto begin = std::max(index < from.size() ? from[index] : 0, partition.begin);
      for (auto at = begin; at < partition.end(); ++at) {
        records.push_back(partition.records[static_cast<std::size_t>(at)]);
        records.back().offset = at;
      }
    }
    return std::unique_ptr<LogReader>(std::make_unique<WholeLog>(std::move(records)));
  }
  Result<std::vector<LogRange>> ranges(Topic topic, bool dlq) override {
    std::vector<LogRange> ranges;
    for (int p = 0; p < partitions(topic, dlq); ++p) {
      const auto& partition = world_.broker.at({topic, p, dlq});
      ranges.push_back({partition.begin, partition.end()});
    }
    return ranges;
  }

 private:
  int partitions(Topic topic, bool dlq) const { return dlq ? 1 : world_.topology[topic].partitions; }

  World& world_;
};

}  // namespace

void check_audit(World& world) {
  Documents documents(world.database);
  Log log(world);
  const auto report = audit::check_invariants(
      {.documents = documents, .log = log, .topology = world.topology, .snapshot = true, .rules = world.log_rules()},
      {});
  if (!report) return world.report("ordo check fails", report.error().text());
  for (const auto& invariant : report->invariants) {
    if (invariant.violated == 0) continue;
    world.report("ordo check finds " + invariant.name, invariant.samples.empty() ? "" : invariant.samples.front());
  }
}

}  // namespace ordo::simulation
