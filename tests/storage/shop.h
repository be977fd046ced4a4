// A shop on a disk of the test: what opens the engine, a client that remembers what it was promised, and a day's work
// that touches everything the engine does with a disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "disk.h"
#include "disk_vfs.h"
#include "embedded/engine.h"
#include "process/processor_set.h"

namespace ordo::storage {

inline constexpr const char* kDatabase = "ordo.db";

Topology shop_topology();

struct Acknowledged {
  std::size_t sent = 0;  // which record
  LogPosition at;
};

// What a client sent and what it was promised up to a moment; views that stay as they are.
struct Promises {
  std::span<const Record> sent;
  std::span<const Acknowledged> acknowledged;
};

// Sends records, and runs the errands of what becomes durable, as the errand runner does but at once and on the
// engine's thread, so that a day's work is the same calls of the disk each time. Any thread.
class Client final : public CommitListener {
 public:
  // `name` begins the ids of what it sends and the source it names.
  explicit Client(std::string name);

  void serve(embedded::Engine* engine) { engine_ = engine; }
  // Errands that waited when the engine was opened. False when a read failed.
  bool resume();

  void send(Topic topic, std::string key, std::string_view type, std::string value);
  // In one group: when the first is acknowledged the others are sent, from the engine's thread.
  void send_together(std::vector<std::function<void()>> sends);
  void count_stock(const std::string& product, std::int64_t on_hand);
  void adjust_stock(const std::string& product, std::int64_t change);
  void add_product(const std::string& product);
  void order(const std::string& order, const std::vector<std::string>& products, const std::string& method = "card");
  void cancel(const std::string& order);
  void refund(const std::string& order);

  Promises promises() const;
  // What is wrong with the answers: none, or more than one. To be asked when the engine has stopped.
  std::vector<std::string> wrong_answers() const;

  void taken(const Owner& owner) override;
  void lost(const Owner& owner) override;
  void committed(const Owner& owner, std::span<const Change> changes) override;

 private:
  void answer(std::size_t sent, const Result<LogPosition>& position);
  void run(const Document& document);

  const std::string name_;
  const Topology topology_;
  embedded::Engine* engine_ = nullptr;
  mutable std::mutex mutex_;
  std::vector<Record> sent_;  // never reallocated, as the next two
  std::vector<Acknowledged> acknowledged_;
  std::vector<int> answers_;                     // by record sent
  std::vector<std::function<void()>> together_;  // waits for the next acknowledgement
};

// An engine in a process of its own: opened, at work, and gone.
struct Shop {
  Shop();

  NoPrices prices;
  ProcessorSet processors;
  std::unique_ptr<embedded::Engine> engine;
  std::optional<Error> stopped;  // why it did not open, or, after close(), why it went on no longer

  // In the write-ahead log before a checkpoint; few, so that a day has many.
  std::int64_t checkpoint_pages = 16;

  // Opens and starts. False: see `stopped`.
  bool open(const DiskVfs& vfs, Client& client, embedded::LoopOptions loop = {});
  // Opens without starting: nothing is folded.
  bool open_only(const DiskVfs& vfs, embedded::LoopOptions loop = {});
  void start(Client& client);
  // Until nothing waits, or the engine has stopped for good: false.
  bool rest();
  void close();
};

// All records by partition, from the first there is.
using Logs = std::map<TopicPartition, std::vector<Record>>;
Result<Logs> read_logs(embedded::Engine& engine);

// The day. Ends early when the engine stops for good, or "unread" where a read of the test fails. `archive`: the logs
// before retention removed their beginnings. Nothing: it ended well.
std::optional<Error> work_a_day(const DiskVfs& vfs, Client& client, Logs& archive);

}  // namespace ordo::storage
