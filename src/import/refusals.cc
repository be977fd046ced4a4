#include "import/refusals.h"

#include <cstdio>
#include <filesystem>

#include "client/csv.h"

namespace ordo::imports {
namespace {

constexpr std::size_t kMaxReasons = 200;

}  // namespace

void RefusalReport::add(const Refusal& refusal) {
  if (rows_ == 0) {
    file_.open(path_, std::ios::binary | std::ios::trunc);
    file_ << "line,record,field,reason,detail,value\n";
  }
  ++rows_;
  if (by_reason_.size() < kMaxReasons || by_reason_.contains(refusal.problem.reason)) {
    ++by_reason_[refusal.problem.reason];
  }
  file_ << client::csv_line({refusal.line == 0 ? std::string() : std::to_string(refusal.line),
                             client::csv_text(refusal.record), client::csv_text(refusal.problem.field),
                             refusal.problem.reason, client::csv_text(refusal.problem.detail),
                             client::csv_text(refusal.problem.value)});
}

Result<void> RefusalReport::problem() const {
  if (rows_ == 0 || !file_.fail()) return {};
  return fail(ErrorCode::kIo, "unwritable",
              "cannot write the refused rows to " + path_ + "; --errors FILE names another place");
}

Result<void> RefusalReport::finish() {
  if (rows_ == 0) {
    std::error_code ignored;  // there may be none, or a folder that cannot be written
    std::filesystem::remove(path_, ignored);
    return {};
  }
  file_.close();
  return problem();
}

}  // namespace ordo::imports
