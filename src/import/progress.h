// The progress of an import, in FILE.progress. A restarted import skips finished parts.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "import/refusals.h"

namespace ordo::imports {

// Each request of an import has an ordinal that follows only from the file and the flags. The progress file lists the
// ordinals that the server has acknowledged. It is text: first the fingerprint of file and flags, then one line for
// each refused row and each acknowledged request. After a crash, requests without a line are sent again; the
// Idempotency-Key makes that safe. So the file is synced only at intervals. For one thread.
class ImportProgress {
 public:
  ImportProgress(ImportProgress&& other) noexcept;
  ImportProgress& operator=(ImportProgress&&) = delete;
  ~ImportProgress();

  // Opens the progress of an earlier run with the same fingerprint, or begins a new one. `on_refusal` gets the rows
  // that the server refused then, `on_done` the ids that it assigned. kIo when the file cannot be written.
  static Result<ImportProgress> open(const std::string& path, const std::string& fingerprint,
                                     const std::function<void(const Refusal&)>& on_refusal,
                                     const std::function<void(const std::string& id)>& on_done);

  bool done(std::size_t ordinal) const { return ordinal < done_.size() && done_[ordinal]; }
  std::size_t done_before() const { return done_before_; }

  // Notes the server's answer for `ordinal`: its `id` (empty when all of it was refused) and the refused rows.
  Result<void> add(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals);

  // Makes the added answers durable.
  Result<void> sync();
  // Call it when the import is complete: removes the file.
  void remove();

 private:
  ImportProgress(std::string path, int file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  int file_;
  std::vector<bool> done_;  // one bit per request
  std::size_t done_before_ = 0;
  std::string pending_;  // not yet written
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

// The fingerprint of the file's bytes and `flags`. kIo when the file cannot be read.
Result<std::string> import_fingerprint(const std::string& path, const std::string& flags);

}  // namespace ordo::imports
