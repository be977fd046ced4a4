// What an import has done so far: FILE.progress. A restarted import skips it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/import_refusals.h"

namespace ordo::cli {

// An import gives its requests ordinals that follow from the file and the flags alone; the progress file says which of
// them the server has acknowledged. It is text: a line with the fingerprint of file and flags, then a line for each
// refused row and each acknowledged request. What a crash cuts off is sent again, which the Idempotency-Key makes
// harmless; so the file is synced now and then only. One thread.
class ImportProgress {
 public:
  ImportProgress(ImportProgress&& other) noexcept;
  ImportProgress& operator=(ImportProgress&&) = delete;
  ~ImportProgress();

  // Opens the progress of an earlier run with the same fingerprint, or begins anew. `on_refusal` gets the rows that the
  // server refused then, `on_done` the ids it gave. kIo when the file cannot be written.
  static Result<ImportProgress> open(const std::string& path, const std::string& fingerprint,
                                     const std::function<void(const Refusal&)>& on_refusal,
                                     const std::function<void(const std::string& id)>& on_done);

  bool done(std::size_t ordinal) const { return ordinal < done_.size() && done_[ordinal]; }
  std::size_t done_before() const { return done_before_; }

  // The server has answered for `ordinal`: with `id` (empty when it refused all of it), refusing these rows.
  Result<void> add(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals);

  // Makes durable what was added.
  Result<void> sync();
  // The import is complete: removes the file.
  void remove();

 private:
  ImportProgress(std::string path, int file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  int file_;
  std::vector<bool> done_;  // one bit a request
  std::size_t done_before_ = 0;
  std::string pending_;  // not yet written
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

// Of the bytes of the file and `flags`. kIo when it cannot be read.
Result<std::string> import_fingerprint(const std::string& path, const std::string& flags);

}  // namespace ordo::cli
