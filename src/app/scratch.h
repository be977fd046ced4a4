// A store for a rebuild, in a temporary folder.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "audit/rebuild_fold.h"
#include "embedded/reader.h"
#include "embedded/store.h"

namespace ordo::app {

// Removes the folder when destroyed. For one thread.
class Scratch : public audit::ScratchStore {
 public:
  // Creates a new folder inside `parent`, or in the system's temporary folder if `parent` is empty. kIo.
  static Result<std::unique_ptr<Scratch>> open(const std::string& parent);
  ~Scratch() override;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Result<std::vector<std::optional<Document>>> load(std::span<const DocumentKey> keys) override {
    return store_->load(keys);
  }
  Result<void> write(const Commit& step) override;
  DocumentReader& documents() override { return *reader_; }

 private:
  explicit Scratch(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path folder_;
  std::unique_ptr<embedded::Store> store_;
  std::unique_ptr<embedded::Reader> reader_;  // destroyed before the store
};

}  // namespace ordo::app
