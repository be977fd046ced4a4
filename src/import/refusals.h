// The report of refused rows, FILE.errors.csv: one line per refused row.
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "tables/table.h"

namespace ordo::imports {

struct Refusal {
  std::size_t line = 0;  // line of the imported file
  std::string record;    // id of the order or product in the file
  RowProblem problem;
};

// Writes the report while the import runs. The file is made at the first refused row. For one thread.
class RefusalReport {
 public:
  explicit RefusalReport(std::string path) : path_(std::move(path)) {}

  void add(const Refusal& refusal);
  // kIo once the file cannot be written: names the flag for another place.
  Result<void> problem() const;
  // Writes the rest. Removes the report of an earlier import when no row was refused.
  Result<void> finish();

  std::uint64_t rows() const { return rows_; }
  const std::map<std::string, std::uint64_t>& by_reason() const { return by_reason_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::ofstream file_;
  std::uint64_t rows_ = 0;
  std::map<std::string, std::uint64_t> by_reason_;  // of at most 200 reasons
};

}  // namespace ordo::imports
