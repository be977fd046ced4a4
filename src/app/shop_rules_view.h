// ShopRulesView: the shop's rules as a live view in memory, for pricing orders.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "domain/shop_rules.h"
#include "engine/ports.h"

namespace ordo::app {

// Reads the cursors of the processors that write the rules, once a second. If one has moved, it reads the rules again
// as a whole: rules are few and change seldom. So a change is seen within two seconds, and by the process whose API
// made it, at once. While the store is unavailable, the view stays usable. Any thread.
class ShopRulesView final : public ShopRulesSource {
 public:
  // `home`: see ShopRules.
  ShopRulesView(const Topology& topology, std::string home);
  // Calls stop() if necessary.
  ~ShopRulesView() override;
  ShopRulesView(const ShopRulesView&) = delete;
  ShopRulesView& operator=(const ShopRulesView&) = delete;

  // Starts to read. `reader` outlives the view or its stop(). Call it once.
  void start(DocumentReader& reader);
  // Waits for the thread.
  void stop();

  std::shared_ptr<const ShopRules> current() const override;

  // A rule that was read elsewhere. If the view does not have this version, it reads the rules again now.
  void observe(std::string_view id, std::int64_t rev);

  // Whether the rules were read once.
  bool loaded() const { return loaded_.load(); }

 private:
  using Positions = std::vector<std::int64_t>;

  void run();
  Result<Positions> read_positions();
  Result<void> load();

  const Topology topology_;
  const std::string home_;
  DocumentReader* reader_ = nullptr;  // set by start()
  std::atomic<bool> loaded_{false};
  mutable std::mutex mutex_;
  std::shared_ptr<const ShopRules> rules_;                  // guarded by mutex_; so are the next ones
  std::unordered_map<std::string, std::int64_t> versions_;  // id -> rev, of all rules
  std::condition_variable woken_;
  bool wanted_ = false;  // a reading, at once
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ordo::app
