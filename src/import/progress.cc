#include "import/progress.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/fnv1a.h"
#include "base/number.h"
#include "client/csv.h"

namespace ordo::imports {
namespace {

constexpr std::string_view kTitle = "ordo import 1 ";
constexpr std::size_t kPendingBytes = 64 * 1024;
constexpr std::chrono::seconds kSyncEvery{1};

tl::unexpected<Error> unwritable(const std::string& path) {
  return fail(ErrorCode::kIo, "unwritable", "cannot write " + path);
}

// The complete lines of the file. A crash may have cut the last one.
std::string whole_lines(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  std::string all = std::move(text).str();
  all.erase(all.rfind('\n') == std::string::npos ? 0 : all.rfind('\n') + 1);
  return all;
}

}  // namespace

ImportProgress::ImportProgress(ImportProgress&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      done_(std::move(other.done_)),
      done_before_(other.done_before_),
      pending_(std::move(other.pending_)),
      synced_(other.synced_) {}

ImportProgress::~ImportProgress() {
  if (file_ >= 0) ::close(file_);
}

Result<ImportProgress> ImportProgress::open(const std::string& path, const std::string& fingerprint,
                                            const std::function<void(const Refusal&)>& on_refusal,
                                            const std::function<void(const std::string& id)>& on_done) {
  const std::string title = std::string(kTitle) + fingerprint + "\n";
  std::string earlier = whole_lines(path);
  const bool resumes = earlier.starts_with(title);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return unwritable(path);
  ImportProgress progress(path, file);
  const auto keep = static_cast<off_t>(resumes ? earlier.size() : 0);
  if (::ftruncate(file, keep) != 0 || ::lseek(file, keep, SEEK_SET) < 0) return unwritable(path);
  if (!resumes) {
    progress.pending_ = title;
    if (auto synced = progress.sync(); !synced) return fail(std::move(synced.error()));
    return progress;
  }
  std::istringstream lines(earlier.substr(title.size()));
  client::CsvReader csv(lines, ',');
  for (client::CsvRecord record; csv.next(record);) {
    const auto& fields = record.fields;
    const auto number = fields.size() > 1 ? parse_integer<std::size_t>(fields[1]) : std::nullopt;
    if (fields.size() == 7 && fields[0] == "refused") {
      on_refusal({number.value_or(0), fields[2], {fields[3], fields[4], fields[5], fields[6]}});
    } else if (fields.size() == 3 && fields[0] == "done" && number) {
      const std::size_t ordinal = *number;
      if (ordinal >= progress.done_.size()) progress.done_.resize(ordinal + ordinal / 2 + 1);
      if (!progress.done_[ordinal]) ++progress.done_before_;
      progress.done_[ordinal] = true;
      if (!fields[2].empty()) on_done(fields[2]);
    }
  }
  return progress;
}

Result<void> ImportProgress::add(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals) {
  // One write, with the refused rows first. So a request that counts as done always has its refusals in the file.
  for (const auto& refusal : refusals) {
    pending_ += client::csv_line({"refused", std::to_string(refusal.line), refusal.record, refusal.problem.field,
                                  refusal.problem.reason, refusal.problem.detail, refusal.problem.value});
  }
  pending_ += client::csv_line({"done", std::to_string(ordinal), id});
  if (pending_.size() < kPendingBytes && std::chrono::steady_clock::now() - synced_ < kSyncEvery) return {};
  return sync();
}

Result<void> ImportProgress::sync() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const auto written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return unwritable(path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  pending_.clear();
  synced_ = std::chrono::steady_clock::now();
  if (::fsync(file_) != 0) return unwritable(path_);
  return {};
}

void ImportProgress::remove() {
  pending_.clear();
  ::unlink(path_.c_str());
}

Result<std::string> import_fingerprint(const std::string& path, const std::string& flags) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "no_such_file", "cannot open " + path);
  std::uint64_t hash = kFnvBasis;
  std::uint64_t size = 0;
  std::string chunk(256 * 1024, '\0');
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    hash = fnv1a(std::string_view(chunk).substr(0, static_cast<std::size_t>(in.gcount())), hash);
    size += static_cast<std::uint64_t>(in.gcount());
  }
  if (in.bad()) return fail(ErrorCode::kIo, "unreadable", "cannot read " + path);
  hash = fnv1a(flags, hash);
  std::ostringstream text;
  text << std::hex << hash << '-' << std::dec << size;
  return text.str();
}

}  // namespace ordo::imports
