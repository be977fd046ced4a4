#include "import/refusals.h"

#include <cstdio>

#include "client/csv.h"

namespace ordo::imports {

Result<RefusalReport> RefusalReport::create(const std::string& path) {
  RefusalReport report;
  report.path_ = path;
  report.file_.open(path, std::ios::binary | std::ios::trunc);
  report.file_ << "line,record,field,reason,detail,value\n";
  if (!report.file_.flush()) return fail(ErrorCode::kIo, "unwritable", "cannot write " + path);
  return report;
}

void RefusalReport::add(const Refusal& refusal) {
  ++rows_;
  ++by_reason_[refusal.problem.reason];
  file_ << client::csv_line({std::to_string(refusal.line), client::csv_text(refusal.record), refusal.problem.field,
                             refusal.problem.reason, refusal.problem.detail, client::csv_text(refusal.problem.value)});
}

Result<void> RefusalReport::finish() {
  file_.close();
  if (file_.fail()) return fail(ErrorCode::kIo, "unwritable", "cannot write " + path_);
  if (rows_ == 0) std::remove(path_.c_str());
  return {};
}

}  // namespace ordo::imports
