#include "cli/check_sources.h"

#include "cli/cluster_backend.h"
#include "embedded/reader.h"
#include "kafka/log_source.h"
#include "mongo/reader.h"

namespace ordo::cli {
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

  CheckSources sources() override { return {*reader_, *reader_, topology_, snapshot_}; }

 private:
  const Topology topology_;
  const bool snapshot_;
  std::unique_ptr<embedded::Reader> reader_;
};

class ClusterSources final : public OpenSources {
 public:
  explicit ClusterSources(Topology topology) : topology_(std::move(topology)) {}

  Result<void> open(const Settings& settings) {
    const auto options = checked_kafka_options(settings);
    if (!options) return fail(options.error());
    auto log = kafka::LogSource::open(*options);
    if (!log) return fail(std::move(log.error()));
    log_ = std::move(*log);
    auto database = open_database(settings);
    if (!database) return fail(std::move(database.error()));
    database_ = std::move(*database);
    documents_ = std::make_unique<mongo::Reader>(*database_);
    return {};
  }

  CheckSources sources() override { return {*documents_, *log_, topology_, false}; }

 private:
  const Topology topology_;
  std::unique_ptr<kafka::LogSource> log_;
  std::unique_ptr<mongo::Database> database_;
  std::unique_ptr<mongo::Reader> documents_;  // after the database it reads
};

}  // namespace

Result<std::unique_ptr<OpenSources>> open_check_sources(const Settings& settings, bool snapshot) {
  if (!settings.embedded()) {
    auto sources = std::make_unique<ClusterSources>(settings.topology());
    if (auto opened = sources->open(settings); !opened) return fail(std::move(opened.error()));
    return std::unique_ptr<OpenSources>(std::move(sources));
  }
  auto sources = std::make_unique<EmbeddedSources>(settings.topology(), snapshot);
  if (auto opened = sources->open(settings.data_dir); !opened) return fail(std::move(opened.error()));
  return std::unique_ptr<OpenSources>(std::move(sources));
}

}  // namespace ordo::cli
