#include "app/check_sources.h"

#include "app/cluster_backend.h"
#include "app/log_comparison.h"
#include "embedded/reader.h"
#include "kafka/log_source.h"
#include "kafka/log_stamps.h"
#include "mongo/reader.h"

namespace ordo::app {
namespace {

class EmbeddedSources final : public OpenSources {
 public:
  EmbeddedSources(Topology topology, bool snapshot) : topology_(std::move(topology)), snapshot_(snapshot) {}

  Result<void> open(const std::string& directory) {
    embedded::ReaderOptions options;
    options.connections = 1;
    options.snapshot = snapshot_;
    auto reader = embedded::Reader::open(directory, topology_, options);
    if (!reader) return fail(std::move(reader.error()));
    reader_ = std::move(*reader);
    return {};
  }

  audit::CheckSources sources() override { return {*reader_, *reader_, topology_, snapshot_}; }

 private:
  const Topology topology_;
  const bool snapshot_;
  std::unique_ptr<embedded::Reader> reader_;
};

class ClusterSources final : public OpenSources {
 public:
  explicit ClusterSources(Topology topology) : topology_(std::move(topology)) {}

  Result<void> open(const settings::Settings& settings) {
    const auto options = checked_kafka_options(settings);
    if (!options) return fail(options.error());
    auto log = kafka::LogSource::open(*options);
    if (!log) return fail(std::move(log.error()));
    log_ = std::move(*log);
    auto stamps = kafka::LogStamps::open(*options);
    if (!stamps) return fail(std::move(stamps.error()));
    stamps_ = std::move(*stamps);
    auto database = open_database(settings);
    if (!database) return fail(std::move(database.error()));
    database_ = std::move(*database);
    documents_ = std::make_unique<mongo::Reader>(*database_);
    auto proof = find_proof(*database_);
    if (!proof) return fail(std::move(proof.error()));
    proof_ = std::move(*proof);
    return {};
  }

  audit::CheckSources sources() override {
    const auto view = [this](Topic topic, std::span<const Cursor> cursors) {
      return view_logs(*log_, *stamps_, topic, cursors);
    };
    return {*documents_, *log_, topology_, false, view, {proof_.get(), {}}};
  }

 private:
  const Topology topology_;
  std::unique_ptr<kafka::LogSource> log_;
  std::unique_ptr<kafka::LogStamps> stamps_;
  std::unique_ptr<mongo::Database> database_;
  std::unique_ptr<mongo::Reader> documents_;  // declared after the database that it reads
  std::unique_ptr<const RecordProof> proof_;  // null before a process of this version has run
};

}  // namespace

Result<std::unique_ptr<OpenSources>> open_check_sources(const settings::Settings& settings, bool snapshot) {
  if (!settings.embedded()) {
    auto sources = std::make_unique<ClusterSources>(settings.topology());
    if (auto opened = sources->open(settings); !opened) return fail(std::move(opened.error()));
    return std::unique_ptr<OpenSources>(std::move(sources));
  }
  auto sources = std::make_unique<EmbeddedSources>(settings.topology(), snapshot);
  if (auto opened = sources->open(settings.data_dir); !opened) return fail(std::move(opened.error()));
  return std::unique_ptr<OpenSources>(std::move(sources));
}

}  // namespace ordo::app
