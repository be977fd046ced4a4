#include "cli/check_sources.h"

#include "embedded/reader.h"

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

}  // namespace

Result<std::unique_ptr<OpenSources>> open_check_sources(const Settings& settings, bool snapshot) {
  auto sources = std::make_unique<EmbeddedSources>(settings.topology(), snapshot);
  if (auto opened = sources->open(settings.data_dir); !opened) return fail(std::move(opened.error()));
  return std::unique_ptr<OpenSources>(std::move(sources));
}

}  // namespace ordo::cli
