#include "app/rebuild_swap.h"

#include <utility>

#include "app/cluster_backend.h"
#include "embedded/data_directory.h"
#include "embedded/store.h"
#include "kafka/group_members.h"
#include "mongo/replacement.h"

namespace ordo::app {
namespace {

constexpr std::size_t kAtOnce = 500;  // documents per transaction, or between two checks of the groups

class EmbeddedSwapper final : public audit::Swapper {
 public:
  Result<void> open(const settings::Settings& settings) {
    auto lock = embedded::DataDirectory::lock(settings.data_dir);
    if (!lock) return fail(std::move(lock.error()));
    lock_.emplace(std::move(*lock));
    embedded::StoreOptions options;
    options.path = embedded::database_path(settings.data_dir);
    auto store = embedded::Store::open(options);
    if (!store) return fail(std::move(store.error()));
    store_ = std::move(*store);
    return {};
  }

  Result<void> add(audit::Difference difference) override {
    waiting_.push_back(std::move(difference));
    return waiting_.size() < kAtOnce ? Result<void>() : flush();
  }

  Result<void> flush() override {
    if (waiting_.empty()) return {};
    auto done = store_->begin();
    for (const auto& difference : waiting_) {
      if (done) done = difference.rebuilt ? store_->put(*difference.rebuilt) : store_->erase(difference.key);
    }
    if (done) done = store_->commit();
    waiting_.clear();
    return done;
  }

 private:
  std::optional<embedded::DataDirectory> lock_;
  std::unique_ptr<embedded::Store> store_;  // destroyed before the lock
  std::vector<audit::Difference> waiting_;
};

class ClusterSwapper final : public audit::Swapper {
 public:
  ClusterSwapper(kafka::Options options, std::unique_ptr<mongo::Database> database, std::vector<ProcessorKind> kinds)
      : options_(std::move(options)), database_(std::move(database)), replacer_(*database_), kinds_(std::move(kinds)) {}

  Result<void> open() {
    if (auto fit = database_->inspect(); !fit) return fit;
    if (auto idle = check_idle(); !idle) return idle;
    for (const auto kind : kinds_) {
      for (int partition = 0; partition < options_.topology[inbox_of(kind)].partitions; ++partition) {
        auto settled = replacer_.settle({kind, partition});
        if (!settled) return fail(std::move(settled.error()));
      }
    }
    return {};
  }

  Result<void> add(audit::Difference difference) override {
    mongo::Replacement& one = waiting_.emplace_back();
    one.key = std::move(difference.key);
    if (difference.live) one.rev = rev_of(*difference.live);
    one.replacement = std::move(difference.rebuilt);
    return waiting_.size() < kAtOnce ? Result<void>() : flush();
  }

  Result<void> flush() override {
    if (waiting_.empty()) return {};
    if (auto idle = check_idle(); !idle) return idle;
    const auto written = replacer_.replace(waiting_);
    if (!written) return fail(written.error());
    const std::size_t left = waiting_.size() - *written;
    waiting_.clear();
    if (left == 0) return {};
    return fail(ErrorCode::kConflict, "documents_moved",
                std::to_string(left) + " documents were changed meanwhile by another process and were not swapped; " +
                    "make sure that no process writes to the database, then swap again");
  }

 private:
  Result<void> check_idle() {
    for (const auto kind : kinds_) {
      const auto members = kafka::group_members(options_, kind);
      if (!members) return fail(members.error());
      if (*members == 0) continue;
      return fail(ErrorCode::kConflict, "processors_at_work",
                  std::to_string(*members) + " processes run the processor " + std::string(to_string(kind)) +
                      "; stop them while documents are swapped (serve without that role may continue)");
    }
    return {};
  }

  const kafka::Options options_;
  const std::unique_ptr<mongo::Database> database_;
  mongo::Replacer replacer_;
  const std::vector<ProcessorKind> kinds_;
  std::vector<mongo::Replacement> waiting_;
};

}  // namespace

Result<std::unique_ptr<audit::Swapper>> open_swapper(const settings::Settings& settings,
                                                     std::vector<ProcessorKind> kinds) {
  if (settings.embedded()) {
    auto swapper = std::make_unique<EmbeddedSwapper>();
    if (auto opened = swapper->open(settings); !opened) return fail(std::move(opened.error()));
    return std::unique_ptr<audit::Swapper>(std::move(swapper));
  }
  auto options = checked_kafka_options(settings);
  if (!options) return fail(std::move(options.error()));
  auto database = open_database(settings);
  if (!database) return fail(std::move(database.error()));
  auto swapper = std::make_unique<ClusterSwapper>(std::move(*options), std::move(*database), std::move(kinds));
  if (auto opened = swapper->open(); !opened) return fail(std::move(opened.error()));
  return std::unique_ptr<audit::Swapper>(std::move(swapper));
}

}  // namespace ordo::app
