#include "kafka/troubles.h"

#include <iterator>
#include <set>

#include "base/log.h"

namespace ordo::kafka {

std::string_view to_string(TroubleWith with) {
  return with == TroubleWith::topic ? "topic" : "group";
}

std::string_view to_string(Right right) {
  switch (right) {
    case Right::none:
      return "";
    case Right::read:
      return "Read";
    case Right::write:
      return "Write";
    case Right::describe:
      return "Describe";
  }
  return "";
}

std::string to_string(const Trouble& trouble) {
  std::string text(to_string(trouble.with));
  text.append(" ").append(trouble.name).append(": ").append(trouble.text);
  if (trouble.right != Right::none) {
    text.append(" (this principal needs ").append(to_string(trouble.right)).append(")");
  }
  return text;
}

void Troubles::denied(TroubleWith with, std::string_view name, Right right, std::string_view said) {
  Trouble trouble{with, std::string(name), right, std::string(said)};
  // A consumer keeps trying. An append needs a client's request, and a process that is not ready gets none.
  trouble.expires = right == Right::write;
  const std::lock_guard lock(mutex_);
  note({with, trouble.name, right, false}, trouble, Clock::now());
}

void Troubles::granted(TroubleWith with, std::string_view name, Right right) {
  if (!any()) return;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find({with, std::string(name), right, false});
  if (found != entries_.end()) end(found);
}

void Troubles::observed(std::vector<Trouble> found) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  std::set<Key> there;
  for (auto& trouble : found) {
    const Key key{trouble.with, trouble.name, trouble.right, true};
    there.insert(key);
    note(key, std::move(trouble), now);
  }
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const bool over = std::get<bool>(entry->first) && !there.contains(entry->first);
    entry = over ? end(entry) : std::next(entry);
  }
}

// Call it with the lock held.
void Troubles::note(const Key& key, Trouble trouble, Clock::time_point now) {
  const auto [found, fresh] = entries_.try_emplace(key);
  auto& entry = found->second;
  entry.noted_at = now;
  if (!fresh && entry.trouble == trouble && now - entry.said_at < kSayAgain) return;
  entry.trouble = std::move(trouble);
  entry.said_at = now;
  any_ = true;
  log(entry.trouble.grave ? LogLevel::kError : LogLevel::kWarn, "kafka trouble",
      {{"message", to_string(entry.trouble)}});
}

// Call it with the lock held.
std::map<Troubles::Key, Troubles::Entry>::iterator Troubles::end(std::map<Key, Entry>::iterator entry) {
  log_info("kafka trouble is over", {{"message", to_string(entry->second.trouble)}});
  const auto next = entries_.erase(entry);
  any_ = !entries_.empty();
  return next;
}

void Troubles::remind(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    auto& [trouble, said_at, noted_at] = entry->second;
    if (trouble.expires && now - noted_at >= kExpiry) {
      entry = end(entry);
      continue;
    }
    if (now - said_at >= kSayAgain) {
      said_at = now;
      log(trouble.grave ? LogLevel::kError : LogLevel::kWarn, "kafka trouble", {{"message", to_string(trouble)}});
    }
    ++entry;
  }
}

std::vector<Trouble> Troubles::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Trouble> list;
  for (const auto& [key, entry] : entries_) {
    // A client and a look may have found the same problem.
    const bool known = !list.empty() && std::get<bool>(key) && list.back().with == entry.trouble.with &&
                       list.back().name == entry.trouble.name && list.back().right == entry.trouble.right;
    if (!known) list.push_back(entry.trouble);
  }
  return list;
}

}  // namespace ordo::kafka
