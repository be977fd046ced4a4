// A shop on a test disk. It opens the engine, and has a client that remembers its acknowledgements. It runs a day's
// work that uses every disk operation of the engine.
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
#include "processors/processor_set.h"

namespace ordo::storage {

inline constexpr const char* kDatabase = "ordo.db";

Topology shop_topology();

struct Acknowledged {
  std::size_t sent = 0;  // number of the record
  LogPosition at;
};

// What a client sent and which acknowledgements it had at a moment. The views do not change.
struct Promises {
  std::span<const Record> sent;
  std::span<const Acknowledged> acknowledged;
};

// Sends records, and runs the effects of durable documents. Unlike the effect runner, it runs them at once, on the
// engine's thread. So a day's work makes the same disk calls each time. Any thread.
class Client final : public CommitListener {
 public:
  // The ids and the source of its records begin with `name`.
  explicit Client(std::string name);

  void serve(embedded::Engine* engine) { engine_ = engine; }
  // Runs the effects that waited when the engine was opened. False when a read failed.
  bool resume();

  void send(Topic topic, std::string key, std::string_view type, std::string value);
  // Sends in one group: when the first record is acknowledged, the engine's thread sends the others.
  void send_together(std::vector<std::function<void()>> sends);
  void count_stock(const std::string& product, std::int64_t on_hand);
  void adjust_stock(const std::string& product, std::int64_t change);
  void add_product(const std::string& product);
  void order(const std::string& order, const std::vector<std::string>& products, const std::string& method = "card");
  void cancel(const std::string& order);
  void refund(const std::string& order);

  Promises promises() const;
  // Errors of the answers: none, or more than one. Call it after the engine has stopped.
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
  std::vector<Record> sent_;  // never reallocated, like the next two
  std::vector<Acknowledged> acknowledged_;
  std::vector<int> answers_;                     // by record
  std::vector<std::function<void()>> together_;  // these wait for the next acknowledgement
};

// An engine like in a process: it opens, works and ends.
struct Shop {
  Shop();

  processors::NoPrices prices;
  processors::ProcessorSet processors;
  std::unique_ptr<embedded::Engine> engine;
  std::optional<Error> stopped;  // why it did not open or, after close(), why it stopped

  // Pages in the write-ahead log before a checkpoint. Few, so that a day has many checkpoints.
  std::int64_t checkpoint_pages = 16;
  // Size of a segment of the log. A day fills many.
  std::uint64_t segment_bytes = 8'192;

  // Opens and starts. False: see `stopped`.
  bool open(const DiskVfs& vfs, Client& client, embedded::LoopOptions loop = {});
  // Opens without starting: no record is folded.
  bool open_only(const DiskVfs& vfs, embedded::LoopOptions loop = {});
  void start(Client& client);
  // Waits until all work is done. False when the engine has stopped permanently.
  bool rest();
  void close();
};

// All records by partition, from the first existing one.
using Logs = std::map<TopicPartition, std::vector<Record>>;
Result<Logs> read_logs(embedded::Engine& engine);

// Runs the day. Ends early when the engine stops permanently, or with "unread" when a read of the test fails.
// `archive`: the logs before retention removed records. nullopt: success.
std::optional<Error> work_a_day(const DiskVfs& vfs, Client& client, Logs& archive);

}  // namespace ordo::storage
