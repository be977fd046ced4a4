// Problems of the cluster for this process, while they last: refused rights, and missing or unsuitable things.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace ordo::kafka {

enum class TroubleWith { topic, group };
std::string_view to_string(TroubleWith with);

// The right that the principal lacks; none: another problem.
enum class Right { none, read, write, describe };
std::string_view to_string(Right right);

struct Trouble {
  TroubleWith with = TroubleWith::topic;
  std::string name;
  Right right = Right::none;
  std::string text;      // the problem and its remedy
  bool grave = true;     // the process cannot do its work
  bool expires = false;  // ends when it is not noted again for a while, because no one retries it without a request

  friend bool operator==(const Trouble&, const Trouble&) = default;
};

// "topic stock: Broker: Topic authorization failed (this principal needs Read)"
std::string to_string(const Trouble& trouble);

// Clients note a problem and its end; readiness and metrics show it. It is logged when it begins, every minute while it
// lasts, and when it ends. Any thread.
class Troubles {
 public:
  using Clock = std::chrono::steady_clock;

  // The broker refused a right.
  void denied(TroubleWith with, std::string_view name, Right right, std::string_view said);
  // The right was used without a refusal. Costs almost nothing while there is no trouble.
  void granted(TroubleWith with, std::string_view name, Right right);
  // All findings of one look at the cluster. Troubles of the previous look that are no longer found have ended.
  void observed(std::vector<Trouble> found);
  // Removes expired troubles, and logs again those that are due. Call it every few seconds.
  void remind(Clock::time_point now = Clock::now());

  bool any() const { return any_.load(std::memory_order_relaxed); }
  std::vector<Trouble> list() const;

 private:
  static constexpr std::chrono::seconds kSayAgain{60};
  static constexpr std::chrono::seconds kExpiry{60};

  using Key = std::tuple<TroubleWith, std::string, Right, bool>;  // the last member: found by a look
  struct Entry {
    Trouble trouble;
    Clock::time_point said_at;
    Clock::time_point noted_at;
  };
  void note(const Key& key, Trouble trouble, Clock::time_point now);
  std::map<Key, Entry>::iterator end(std::map<Key, Entry>::iterator entry);

  std::atomic<bool> any_{false};
  mutable std::mutex mutex_;  // guards the members below
  std::map<Key, Entry> entries_;
};

}  // namespace ordo::kafka
