// The report of refused rows: FILE.errors.csv, one line a row that was not taken.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>

#include "cli/import_rows.h"

namespace ordo::cli {

struct Refusal {
  std::size_t line = 0;  // of the imported file
  std::string record;    // the order or product the row belongs to, as the file calls it
  RowProblem problem;
};

// Writes the report while the import runs. One thread.
class RefusalReport {
 public:
  // Begins the report anew. kIo when the file cannot be written.
  static Result<RefusalReport> create(const std::string& path);

  void add(const Refusal& refusal);
  // Writes out what is left; removes the file when no row was refused.
  Result<void> finish();

  std::uint64_t rows() const { return rows_; }
  const std::map<std::string, std::uint64_t>& by_reason() const { return by_reason_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::ofstream file_;
  std::uint64_t rows_ = 0;
  std::map<std::string, std::uint64_t> by_reason_;
};

}  // namespace ordo::cli
