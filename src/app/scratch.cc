#include "app/scratch.h"

#include <cstdlib>
#include <system_error>

#include "embedded/data_directory.h"

namespace ordo::app {
namespace {

// Only documents are stored here, so the log needs as few tables as possible.
Topology small_topology() {
  Topology topology;
  for (auto& topic : topology.topics) topic.partitions = 1;
  return topology;
}

}  // namespace

Result<std::unique_ptr<Scratch>> Scratch::open(const std::string& parent) {
  std::error_code code;
  const auto inside = parent.empty() ? std::filesystem::temp_directory_path(code) : std::filesystem::path(parent);
  std::string pattern = (inside / "ordo-rebuild-XXXXXX").string();
  if (code || ::mkdtemp(pattern.data()) == nullptr) {
    return fail(ErrorCode::kIo, "no_scratch", "cannot create a folder in " + inside.string());
  }
  std::unique_ptr<Scratch> scratch(new Scratch(pattern));
  const auto topology = small_topology();
  embedded::StoreOptions options;
  options.path = embedded::database_path(pattern);
  auto store = embedded::Store::open(options);
  if (!store) return fail(std::move(store.error()));
  scratch->store_ = std::move(*store);
  embedded::ReaderOptions reading;
  reading.connections = 1;
  auto reader = embedded::Reader::open(pattern, topology, reading);
  if (!reader) return fail(std::move(reader.error()));
  scratch->reader_ = std::move(*reader);
  return scratch;
}

Result<void> Scratch::write(const Commit& step) {
  auto done = store_->begin();
  if (done) done = store_->commit_step(step);
  if (done) done = store_->commit();
  if (!done) return done;
  const auto moved = store_->checkpoint_if_due();
  return moved ? Result<void>() : fail(moved.error());
}

Scratch::~Scratch() {
  reader_.reset();
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace ordo::app
