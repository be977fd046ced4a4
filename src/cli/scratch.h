// A document store of our own in a temporary folder, for views that are built beside the live ones.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "embedded/reader.h"
#include "embedded/store.h"

namespace ordo::cli {

// The folder goes with it. One thread.
class Scratch {
 public:
  // In a new folder inside `parent`, the system's temporary one when that is empty. kIo.
  static Result<std::unique_ptr<Scratch>> open(const std::string& parent);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  embedded::Store& store() { return *store_; }
  // What is committed.
  DocumentReader& documents() { return *reader_; }

 private:
  explicit Scratch(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path folder_;
  std::unique_ptr<embedded::Store> store_;
  std::unique_ptr<embedded::Reader> reader_;  // gone before the store
};

}  // namespace ordo::cli
