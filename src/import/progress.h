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
// ordinals that the server has acknowledged. It is text: first the fingerprint of file and flags with the id of the
// run, then one line for each refused row and each acknowledged request. After a crash, requests without a line are
// sent again; their keys make that safe. So the file is made only after a second, and synced at intervals: an import
// that is faster leaves no trace. For one thread.
class ImportProgress {
 public:
  ImportProgress(ImportProgress&& other) noexcept;
  ImportProgress& operator=(ImportProgress&&) = delete;
  ~ImportProgress();

  using OnDone = std::function<void(std::size_t ordinal, const std::string& id)>;

  // Goes on with an earlier run of the same fingerprint, or begins a new one. `on_refusal` gets the rows that the
  // server refused then, `on_done` the ids that it assigned. kIo when the file of an earlier run cannot be written.
  static Result<ImportProgress> open(const std::string& path, const std::string& fingerprint,
                                     const std::function<void(const Refusal&)>& on_refusal, const OnDone& on_done);

  // Names the run. It stays the same when an interrupted import goes on, and is another one for the next import.
  const std::string& run() const { return run_; }

  bool done(std::size_t ordinal) const { return ordinal < done_.size() && done_[ordinal]; }
  // Whether it was done and not refused.
  bool accepted(std::size_t ordinal) const { return ordinal < accepted_.size() && accepted_[ordinal]; }
  std::size_t done_before() const { return done_before_; }

  // Notes the server's answer for `ordinal`: its `id` (empty when all of it was refused) and the refused rows. kIo
  // names the flag for another place.
  Result<void> add(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals);

  // Makes the added answers durable.
  Result<void> sync();
  // Call it when the import is complete: removes the file, if this import has made one.
  void remove();

 private:
  ImportProgress(std::string path, std::string title, std::string run)
      : path_(std::move(path)), title_(std::move(title)), run_(std::move(run)) {}

  Result<void> resume(const std::function<void(const Refusal&)>& on_refusal, const OnDone& on_done);
  void note(std::size_t ordinal, bool accepted);

  std::string path_;
  std::string title_;  // the first line
  std::string run_;
  int file_ = -1;
  std::vector<bool> done_;  // one bit per request
  std::vector<bool> accepted_;
  std::size_t done_before_ = 0;
  std::string pending_;  // not yet written
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

// The fingerprint of the bytes of the files and of `flags`. kNotFound, kIo when a file cannot be read.
Result<std::string> import_fingerprint(const std::vector<std::string>& paths, const std::string& flags);

}  // namespace ordo::imports
