#include "import/progress.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/fnv1a.h"
#include "base/number.h"
#include "base/uuid.h"
#include "client/csv.h"
#include "import/survey.h"

namespace ordo::imports {
namespace {

constexpr std::string_view kTitle = "ordo import 2 ";
constexpr std::size_t kPendingBytes = 64 * 1024;
constexpr std::chrono::seconds kSyncEvery{1};
constexpr std::size_t kMaxOrdinals = 4 * kMaxOrders;

tl::unexpected<Error> unwritable(const std::string& path) {
  return fail(ErrorCode::kIo, "unwritable",
              "cannot write the progress to " + path + "; --progress FILE names another place");
}

// The id of the earlier run, if the file has this beginning. Empty: there is no such file.
std::string earlier_run(const std::string& path, std::string_view beginning) {
  std::ifstream in(path, std::ios::binary);
  std::string line(beginning.size() + 64, '\0');
  in.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  const auto end = line.find('\n');
  // guard: import-progress-of-this-file
  if (end == line.npos || !line.starts_with(beginning)) return {};
  return line.substr(beginning.size(), end - beginning.size());
}

// The number of bytes up to the end of the last complete line. A crash may have cut the line after it.
off_t whole_lines(int file) {
  off_t end = ::lseek(file, 0, SEEK_END);
  for (char last = 0; end > 0; --end) {
    if (::pread(file, &last, 1, end - 1) != 1 || last == '\n') break;
  }
  return end;
}

}  // namespace

ImportProgress::ImportProgress(ImportProgress&& other) noexcept
    : path_(std::move(other.path_)),
      title_(std::move(other.title_)),
      run_(std::move(other.run_)),
      file_(std::exchange(other.file_, -1)),
      done_(std::move(other.done_)),
      accepted_(std::move(other.accepted_)),
      done_before_(other.done_before_),
      pending_(std::move(other.pending_)),
      synced_(other.synced_) {}

ImportProgress::~ImportProgress() {
  if (file_ >= 0) ::close(file_);
}

Result<ImportProgress> ImportProgress::open(const std::string& path, const std::string& fingerprint,
                                            const std::function<void(const Refusal&)>& on_refusal,
                                            const OnDone& on_done) {
  const std::string beginning = std::string(kTitle) + fingerprint + " ";
  const auto earlier = earlier_run(path, beginning);
  const auto run = earlier.empty() ? uuid_v7(now()) : earlier;
  ImportProgress progress(path, beginning + run + "\n", run);
  if (!earlier.empty()) {
    if (auto resumed = progress.resume(on_refusal, on_done); !resumed) return fail(std::move(resumed.error()));
  }
  return progress;
}

Result<void> ImportProgress::resume(const std::function<void(const Refusal&)>& on_refusal, const OnDone& on_done) {
  file_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) return unwritable(path_);
  const auto keep = whole_lines(file_);
  if (::ftruncate(file_, keep) != 0 || ::lseek(file_, keep, SEEK_SET) < 0) return unwritable(path_);
  std::ifstream lines(path_, std::ios::binary);
  lines.seekg(static_cast<std::streamoff>(title_.size()));
  client::CsvReader csv(lines, ',');
  for (client::CsvRecord record; csv.next(record);) {
    const auto& fields = record.fields;
    const auto number = fields.size() > 1 ? parse_integer<std::size_t>(fields[1]) : std::nullopt;
    if (fields.size() == 7 && fields[0] == "refused") {
      on_refusal({number.value_or(0), fields[2], {fields[3], fields[4], fields[5], fields[6]}});
    } else if (fields.size() == 3 && fields[0] == "done" && number && *number < kMaxOrdinals) {
      if (!done(*number)) ++done_before_;
      note(*number, !fields[2].empty());
      if (!fields[2].empty()) on_done(*number, fields[2]);
    }
  }
  return {};
}

void ImportProgress::note(std::size_t ordinal, bool accepted) {
  if (ordinal >= done_.size()) {
    done_.resize(ordinal + ordinal / 2 + 1);
    accepted_.resize(done_.size());
  }
  done_[ordinal] = true;
  accepted_[ordinal] = accepted;
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
  if (pending_.empty()) return {};
  if (file_ < 0) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file_ < 0) return unwritable(path_);
    pending_.insert(0, title_);
  }
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
  if (file_ >= 0) ::unlink(path_.c_str());
}

Result<std::string> import_fingerprint(const std::vector<std::string>& paths, const std::string& flags) {
  std::uint64_t hash = kFnvBasis;
  std::uint64_t size = 0;
  std::string chunk(256 * 1024, '\0');
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(ErrorCode::kNotFound, "no_such_file", "cannot open " + path);
    while (in) {
      in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      hash = fnv1a(std::string_view(chunk).substr(0, static_cast<std::size_t>(in.gcount())), hash);
      size += static_cast<std::uint64_t>(in.gcount());
    }
    if (in.bad()) return fail(ErrorCode::kIo, "unreadable", "cannot read " + path);
    hash = fnv1a("\n", hash);
  }
  hash = fnv1a(flags, hash);
  std::ostringstream text;
  text << std::hex << hash << '-' << std::dec << size;
  return text.str();
}

}  // namespace ordo::imports
