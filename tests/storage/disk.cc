#include "disk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace ordo::storage {
namespace {

constexpr std::array<std::string_view, kCalls> kNames = {"open", "read",   "write", "truncate", "sync",
                                                         "sync", "remove", "size",  "access",   "map"};

bool coin(std::mt19937_64& random) {
  return (random() & 1U) != 0;
}

std::string sector_of(const std::string& contents, std::size_t sector) {
  const std::size_t begin = sector * File::kSector;
  std::string bytes = begin < contents.size() ? contents.substr(begin, File::kSector) : std::string();
  bytes.resize(File::kSector, '\0');
  return bytes;
}

void put_sector(std::string& contents, std::size_t sector, std::string_view bytes) {
  const std::size_t begin = sector * File::kSector;
  if (contents.size() < begin + bytes.size()) contents.resize(begin + bytes.size(), '\0');
  contents.replace(begin, bytes.size(), bytes);
}

}  // namespace

std::string_view to_string(Call call) {
  return kNames[static_cast<std::size_t>(call)];
}

bool changes_the_disk(Call call) {
  return call == Call::write || call == Call::truncate || call == Call::sync || call == Call::sync_directory ||
         call == Call::remove;
}

// --- File ------------------------------------------------------------------------------------------------------------

void File::add_version(std::uint64_t number, std::size_t sector, std::size_t begin, std::size_t end) {
  pending_[sector].push_back({number, sector_of(visible_, sector), begin, end});
  dirty_.insert(sector);
}

void File::write(std::uint64_t number, std::size_t offset, std::string_view data) {
  if (data.empty()) return;
  const std::size_t end = offset + data.size();
  if (visible_.size() < end) {
    visible_.resize(end, '\0');
    sizes_.emplace_back(number, end);
    size_dirty_ = true;
  }
  visible_.replace(offset, data.size(), data);
  for (std::size_t sector = offset / kSector; sector * kSector < end; ++sector) {
    const std::size_t start = sector * kSector;
    add_version(number, sector, std::max(offset, start) - start, std::min(end, start + kSector) - start);
  }
}

void File::truncate(std::uint64_t number, std::size_t size) {
  const std::size_t before = std::max(visible_.size(), durable_.size());
  visible_.resize(size, '\0');
  sizes_.emplace_back(number, size);
  size_dirty_ = true;
  // When the file grows again, zeros replace the truncated part.
  for (std::size_t sector = size / kSector; sector * kSector < before; ++sector) add_version(number, sector, 0, 0);
}

void File::sync() {
  if (size_dirty_) {
    durable_.resize(visible_.size(), '\0');
    sizes_.clear();
    size_dirty_ = false;
  }
  for (const auto sector : dirty_) {
    const std::size_t begin = sector * kSector;
    pending_.erase(sector);
    if (begin >= visible_.size()) continue;
    put_sector(durable_, sector, std::string_view(visible_).substr(begin, kSector));
  }
  dirty_.clear();
}

void File::fail_sync() {
  dirty_.clear();
  size_dirty_ = false;
}

std::string File::survive(Survival survival, std::mt19937_64& random) const {
  if (survival == Survival::nothing) return durable_;
  if (survival == Survival::everything) return visible_;
  std::set<std::uint64_t> numbers;
  for (const auto& [sector, versions] : pending_) {
    for (const auto& version : versions) numbers.insert(version.number);
  }
  for (const auto& [number, size] : sizes_) numbers.insert(number);
  if (numbers.empty()) return durable_;
  // The surviving calls. In a prefix, only a part of the last one survives.
  std::set<std::uint64_t> alive;
  const std::size_t cut = random() % (numbers.size() + 1);
  for (const auto number : numbers) {
    if (survival == Survival::prefix ? alive.size() <= cut : survival != Survival::subset || coin(random)) {
      alive.insert(number);
    }
  }
  const std::uint64_t torn = survival == Survival::prefix && !alive.empty() ? *alive.rbegin() : 0;
  const bool by_sector = survival == Survival::sectors || survival == Survival::garbage;
  std::string contents = durable_;
  std::size_t size = durable_.size();
  for (const auto& [number, changed] : sizes_) {
    if (alive.contains(number) && (!by_sector || coin(random))) size = changed;
  }
  bool tear = false;  // from here on, the torn call is lost
  for (const auto& [sector, versions] : pending_) {
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      if (!alive.contains(version->number) || (by_sector && coin(random))) continue;
      if (version->number == torn) tear = tear || random() % 8 == 0;
      if (version->number == torn && tear) continue;
      std::string bytes = version->bytes;
      if (survival == Survival::garbage && random() % 4 == 0) {
        for (std::size_t i = version->begin; i < version->end; ++i) bytes[i] = static_cast<char>(random());
      }
      put_sector(contents, sector, bytes);
      break;
    }
  }
  contents.resize(size, '\0');
  return contents;
}

// --- Disk ------------------------------------------------------------------------------------------------------------

Disk::Disk(Image image, const std::string& database) {
  for (auto& [name, contents] : image) names_[name] = std::make_shared<File>(std::move(contents));
  durable_names_ = names_;
  auto& made = names_[database];
  if (made) return;
  made = std::make_shared<File>();
  pending_names_[database].push_back(made);
}

void Disk::watch(Watcher watcher) {
  const std::lock_guard lock(mutex_);
  watcher_ = std::move(watcher);
}

void Disk::set_fault(Fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  counted_ = 0;
}

int Disk::enter(Call call) {
  if (watcher_ && changes_the_disk(call)) watcher_(figures_.changes);
  ++figures_.calls;
  ++figures_.by_call[call];
  if (changes_the_disk(call)) ++figures_.changes;
  if (fault_.only && *fault_.only != call) return 0;
  ++counted_;
  if (fault_.at == 0 || (fault_.lasting ? counted_ < fault_.at : counted_ != fault_.at)) return 0;
  if (figures_.failed == 0) figures_.first_failure = to_string(call);
  ++figures_.failed;
  return fault_.code;
}

std::vector<std::string> Disk::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  names.reserve(names_.size());
  for (const auto& [name, file] : names_) names.push_back(name);
  return names;
}

Disk::Opened Disk::open(const std::string& name, bool create) {
  const std::lock_guard lock(mutex_);
  if (const int code = enter(Call::open); code != 0) return {code, nullptr};
  auto found = names_.find(name);
  if (found == names_.end()) {
    if (!create) return {ENOENT, nullptr};
    if (watcher_) watcher_(figures_.changes);
    ++figures_.changes;
    found = names_.emplace(name, std::make_shared<File>()).first;
    pending_names_[name].push_back(found->second);
  }
  return {0, found->second};
}

int Disk::read(const File& file, std::size_t offset, std::size_t size, std::string& out) {
  const std::lock_guard lock(mutex_);
  if (const int code = enter(Call::read); code != 0) return code;
  out = offset < file.visible().size() ? file.visible().substr(offset, size) : std::string();
  return 0;
}

int Disk::write(File& file, std::size_t offset, std::string_view data) {
  const std::lock_guard lock(mutex_);
  const int code = enter(Call::write);
  // A part may have been written before the call failed.
  file.write(figures_.changes, offset, code == 0 ? data : data.substr(0, data.size() / 2));
  return code;
}

int Disk::truncate(File& file, std::size_t size) {
  const std::lock_guard lock(mutex_);
  const int code = enter(Call::truncate);
  if (code == 0) file.truncate(figures_.changes, size);
  return code;
}

int Disk::sync(File& file) {
  const std::lock_guard lock(mutex_);
  const int code = enter(Call::sync);
  if (suspect_.contains(&file)) ++figures_.syncs_after_failure;
  if (code == 0) {
    file.sync();
  } else {
    file.fail_sync();
    suspect_.insert(&file);
  }
  return code;
}

int Disk::sync_directory() {
  const std::lock_guard lock(mutex_);
  if (const int code = enter(Call::sync_directory); code != 0) return code;
  durable_names_ = names_;
  pending_names_.clear();
  return 0;
}

int Disk::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (const int code = enter(Call::remove); code != 0) return code;
  if (names_.erase(name) == 0) return ENOENT;
  pending_names_[name].push_back(nullptr);
  return 0;
}

int Disk::size(const File& file, std::size_t& out) {
  const std::lock_guard lock(mutex_);
  out = file.visible().size();
  return enter(Call::size);
}

int Disk::exists(const std::string& name, bool& out) {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(name);
  out = found != names_.end() && !found->second->visible().empty();  // SQLite's rule: an empty file does not exist
  return enter(Call::access);
}

int Disk::map_shared() {
  const std::lock_guard lock(mutex_);
  return enter(Call::map_shared);
}

Image Disk::survivors(Survival survival, std::uint64_t seed) const {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 random(seed);
  auto kept = durable_names_;
  for (const auto& [name, states] : pending_names_) {
    std::size_t state = 0;  // 0: unchanged
    if (survival == Survival::everything) state = states.size();
    if (survival != Survival::everything && survival != Survival::nothing) state = random() % (states.size() + 1);
    if (state > 0) kept[name] = states[state - 1];
  }
  Image image;
  for (const auto& [name, file] : kept) {
    if (file) image[name] = file->survive(survival, random);
  }
  return image;
}

void Disk::new_process() {
  const std::lock_guard lock(mutex_);
  suspect_.clear();
}

Disk::Figures Disk::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

}  // namespace ordo::storage
