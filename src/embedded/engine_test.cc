#include "embedded/engine.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "embedded/data_directory.h"
#include "embedded/epoch.h"
#include "embedded/reader.h"
#include "embedded/testing/shop.h"

namespace ordo::embedded {
namespace {

using std::chrono::seconds;

// Counts the dead letters of all processors, by reason.
class LetterCounts final : public CommitListener {
 public:
  void taken(const Owner&) override {}
  void lost(const Owner&) override {}
  void committed(const Owner&, std::span<const Change>) override {}
  void counted(const Owner&, const StepSummary& summary) override {
    for (const auto& letters : summary.letters) counts[letters.reason] += letters.count;
    for (std::size_t i = 0; i < kOrderStatuses; ++i) orders[i] += summary.orders[i];
  }

  std::map<std::string, std::uint64_t> counts;
  std::array<std::uint64_t, kOrderStatuses> orders{};
};

class EngineTest : public testing::Test {
 protected:
  EngineOptions options() const {
    EngineOptions made;
    made.directory = directory.data();
    made.topology = topology;
    return made;
  }
  std::unique_ptr<Engine> open(EngineOptions made) {
    const auto processors = shop.processors();
    auto engine = Engine::open(std::move(made), processors);
    EXPECT_TRUE(engine) << (engine ? "" : engine.error().text());
    return engine ? std::move(*engine) : nullptr;
  }
  std::unique_ptr<Engine> start(EngineOptions made) {
    auto engine = open(std::move(made));
    if (engine) engine->start();
    return engine;
  }
  std::unique_ptr<Engine> start() { return start(options()); }
  Error refusal(EngineOptions made) {
    const auto processors = shop.processors();
    auto engine = Engine::open(std::move(made), processors);
    EXPECT_FALSE(engine);
    return engine ? Error{} : engine.error();
  }
  std::vector<Record> read_all(LogSource& source, Topic topic, bool dlq = false) {
    auto reader = source.open_reader(topic, dlq, {});
    EXPECT_TRUE(reader) << (reader ? "" : reader.error().text());
    std::vector<Record> all;
    while (reader && !(*reader)->caught_up()) {
      auto records = (*reader)->poll(100, std::chrono::milliseconds(0));
      EXPECT_TRUE(records) << (records ? "" : records.error().text());
      if (!records) break;
      std::move(records->begin(), records->end(), std::back_inserter(all));
    }
    return all;
  }

  TemporaryDirectory directory;
  Topology topology;
  Shop shop;
};

TEST_F(EngineTest, ReservesAnOrderAndTellsTheStory) {
  auto engine = start();
  ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p1", 5)));
  const auto first = append_and_wait(*engine, order_record(topology, "o-1", "c1", {"p1"}, 3));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->at.topic, Topic::order_created);
  ASSERT_TRUE(engine->wait_idle(seconds(10)));
  ASSERT_TRUE(append_and_wait(*engine, order_record(topology, "o-2", "c1", {"p1"}, 3)));
  ASSERT_TRUE(engine->wait_idle(seconds(10)));

  const auto reserved = engine->get(Collection::orders, "o-1");
  const auto rejected = engine->get(Collection::orders, "o-2");
  ASSERT_TRUE(reserved && *reserved && rejected && *rejected);
  EXPECT_EQ(std::get<Order>(**reserved).status, OrderStatus::reserved);
  EXPECT_EQ(std::get<Order>(**rejected).status, OrderStatus::rejected);
  const auto level = engine->get(Collection::stock_levels, stock_level_id(LocationId("main"), ProductId("p1")));
  ASSERT_TRUE(level && *level);
  EXPECT_EQ(std::get<StockLevel>(**level).reserved, 3);
  for (const auto& [owner, lag] : engine->lags()) EXPECT_EQ(lag, 0) << to_string(owner);
}

TEST_F(EngineTest, RecordsComeBackAsTheyWere) {
  auto engine = start();
  Record record = order_record(topology, "o-1", "c1", {"p1"});
  record.envelope.subject = "something else";
  record.envelope.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  record.envelope.extra = {{"x", "1"}, {"x", "again \"quoted\""}, {"bytes", std::string("\xff\x00\xfe", 3)}, {"", ""}};
  Record bare;
  bare.at = record.at;
  bare.key = std::string("k\0y", 3);
  bare.value = "not json";
  Record numbered = order_record(topology, "o-2", "c1", {"p1"});
  numbered.envelope.source = "/ordo/api/1";
  numbered.envelope.sequence = 7;
  numbered.envelope.previous = 0;
  numbered.envelope.id = "/ordo/api/1:7";
  numbered.at = record.at;
  Record tombstone;
  tombstone.at = record.at;
  tombstone.null_value = tombstone.empty_key = true;
  tombstone.envelope =
      from_headers({{"ce_time", "yesterday"}, {"content-type", "text/plain"}, {"n", std::nullopt}, {"n", ""}});
  Record caused = order_record(topology, "o-3", "c1", {"p1"});
  caused.envelope.by = Actor{ActorKind::key, "4fQ0", "web \"shop\""};
  caused.at = record.at;
  Record caused_too = caused;
  caused_too.envelope.by->name.reset();
  caused_too.envelope.extra = {{"x", "1"}};
  const std::vector<Record> wanted = {record, bare, numbered, tombstone, caused, caused_too};
  for (const auto& one : wanted) ASSERT_TRUE(append_and_wait(*engine, one));
  const auto found = read_all(*engine, Topic::order_created);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(found[i].offset, static_cast<std::int64_t>(i));
    EXPECT_EQ(found[i].key, wanted[i].key);
    EXPECT_EQ(found[i].null_value, wanted[i].null_value);
    EXPECT_EQ(found[i].empty_key, wanted[i].empty_key);
    EXPECT_EQ(found[i].value, wanted[i].value);
    EXPECT_EQ(found[i].envelope, wanted[i].envelope) << i;
    EXPECT_NE(found[i].appended_at, Timestamp());
  }
}

TEST_F(EngineTest, KeepsTheOrderOfOneClientAndAnswersAfterTheCommit) {
  auto engine = start();
  std::atomic<int> answered{0};
  std::atomic<int> not_yet_there{0};
  constexpr int kRecords = 500;
  std::promise<void> all;
  for (int i = 0; i < kRecords; ++i) {
    engine->append(count_record(topology, "p" + std::to_string(i), i), [&, i](const Result<LogPosition>& position) {
      // An acknowledged record is committed, so other threads can see it.
      const auto ranges = engine->ranges(Topic::stock, false);
      if (!position || !ranges || (*ranges)[static_cast<std::size_t>(position->at.partition)].end <= position->offset) {
        ++not_yet_there;
      }
      if (position && position->offset != i) ++not_yet_there;
      if (++answered == kRecords) all.set_value();
    });
  }
  ASSERT_EQ(all.get_future().wait_for(seconds(30)), std::future_status::ready);
  EXPECT_EQ(not_yet_there, 0);
}

TEST_F(EngineTest, ManyClientsShareADiskSync) {
  auto made = options();
  auto engine = start(made);
  constexpr int kClients = 64;
  constexpr int kEach = 200;
  std::vector<std::thread> clients;
  clients.reserve(kClients);
  const auto syncs_before = engine->disk().syncs.load();
  std::atomic<int> failures{0};
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&, c] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = "o-" + std::to_string(c) + "-" + std::to_string(i);
        if (!append_and_wait(*engine, order_record(topology, id, "c" + std::to_string(c), {"p1"}))) ++failures;
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(failures, 0);
  const auto syncs = engine->disk().syncs.load() - syncs_before;
  const double appends_a_sync = static_cast<double>(kClients * kEach) / static_cast<double>(syncs);
  RecordProperty("appends_a_sync", std::to_string(appends_a_sync));
  EXPECT_GE(appends_a_sync, 16) << "with sanitizers the clients are slow; the bench holds it to 32";
  ASSERT_TRUE(engine->wait_idle(seconds(240)));
}

TEST_F(EngineTest, OneClientIsNotKeptWaiting) {
  auto engine = start();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p1", i)));
  // No append waited for another one: each had its own commit.
  EXPECT_EQ(engine->counters().groups, 100U);
}

TEST_F(EngineTest, TheLongestTimeWithoutASyncIsThatOfAnAppendThatWaits) {
  using Clock = std::chrono::steady_clock;
  const auto longest = [](const Engine& engine) { return engine.counters().sync_gaps.largest(Clock::now()); };
  auto engine = open(options());
  std::promise<void> durable;
  const auto before = Clock::now();
  engine->append(count_record(topology, "p1", 1), [&](const Result<LogPosition>&) { durable.set_value(); });
  const auto after = Clock::now();
  EXPECT_EQ(longest(*engine), Clock::duration{0});
  // The engine starts late, so the append waits at least until here.
  const auto started = Clock::now();
  engine->start();
  durable.get_future().get();
  const auto gap = longest(*engine);
  EXPECT_GE(gap, started - after);
  EXPECT_LE(gap, Clock::now() - before);

  // No client waits for a follow-up.
  const auto groups = engine->counters().groups.load();
  ASSERT_TRUE(append_and_wait(engine->follow_ups(), count_record(topology, "p1", 2)));
  EXPECT_EQ(engine->counters().groups, groups);
  EXPECT_EQ(longest(*engine), gap);
}

TEST_F(EngineTest, ABoundedQueueAnswersBusy) {
  auto made = options();
  made.queue.records = 10;
  auto engine = open(made);  // not started: nothing takes from the queue
  std::vector<Result<LogPosition>> at_once;
  std::atomic<int> later{0};
  for (int i = 0; i < 12; ++i) {
    engine->append(count_record(topology, "p1", i), [&, i](const Result<LogPosition>& answer) {
      if (i >= 10) at_once.push_back(answer);
      if (answer) ++later;
    });
  }
  ASSERT_EQ(at_once.size(), 2U);
  EXPECT_EQ(at_once[0].error().code, ErrorCode::kBusy);
  engine->start();
  ASSERT_TRUE(engine->wait_idle(seconds(10)));
  EXPECT_EQ(later, 10);

  auto small = options();
  engine.reset();
  small.queue.bytes = 5'000;
  engine = open(small);
  int busy = 0;
  for (int i = 0; i < 20; ++i) {
    engine->append(count_record(topology, "p1", i), [&](const Result<LogPosition>& answer) {
      if (!answer && answer.error().code == ErrorCode::kBusy) ++busy;
    });
  }
  EXPECT_GT(busy, 5);
  EXPECT_LT(busy, 20);
}

TEST_F(EngineTest, StopMakesWhatWasAppendedDurableAndRefusesTheRest) {
  auto engine = open(options());
  int durable = 0;
  for (int i = 0; i < 50; ++i) {
    engine->append(count_record(topology, "p1", i),
                   [&](const Result<LogPosition>& answer) { durable += answer ? 1 : 0; });
  }
  engine->start();
  engine->stop();
  EXPECT_EQ(durable, 50);
  const auto late = append_and_wait(*engine, count_record(topology, "p1", 1));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
  engine.reset();
  engine = start();
  EXPECT_EQ(read_all(*engine, Topic::stock).size(), 50U);
  EXPECT_TRUE(engine->wait_idle(seconds(10)));
}

TEST_F(EngineTest, AMissingRecordStopsTheEngineForGood) {
  std::promise<Error> fatal;
  auto made = options();
  made.on_fatal = [&](const Error& error) { fatal.set_value(error); };
  auto engine = start(made);
  Record record = count_record(topology, "p1", 1);
  record.envelope.source = "/ordo/orders/0/0";
  record.envelope.sequence = 9;
  record.envelope.previous = 8;
  engine->append(record, [](const Result<LogPosition>&) {});
  EXPECT_EQ(fatal.get_future().get().code, ErrorCode::kGap);
}

TEST_F(EngineTest, ASecondEngineIsToldWhoHasTheDirectory) {
  auto engine = start();
  const Error error = refusal(options());
  EXPECT_EQ(error.reason, "directory_in_use");
  EXPECT_NE(error.message.find(directory.data()), std::string::npos);
  EXPECT_NE(error.message.find(std::to_string(::getpid())), std::string::npos);
}

TEST_F(EngineTest, NobodyElseMayReadTheFiles) {
  auto engine = start();
  ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p1", 1)));
  struct stat found {};
  ASSERT_EQ(::stat(directory.data().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0700U);
  for (const auto& file : std::filesystem::directory_iterator(directory.data())) {
    ASSERT_EQ(::stat(file.path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U) << file.path();
  }
}

TEST_F(EngineTest, RefusesAnotherFormatAnotherPartitionCountAndATruncatedLog) {
  {
    auto engine = start();
    ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p1", 5)));
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(append_and_wait(*engine, order_record(topology, "o-" + std::to_string(i), "c1", {"p1"})));
    }
    ASSERT_TRUE(engine->wait_idle(seconds(10)));
  }
  const auto change = [&](const std::string& sql) {
    auto connection = Connection::open(database_path(directory.data()), Connection::Mode::kWriter);
    ASSERT_TRUE(connection);
    const auto done = connection->execute(sql);
    ASSERT_TRUE(done) << done.error().text();
  };
  auto more = options();
  more.topology[Topic::order_events].partitions = 6;
  const Error count = refusal(more);
  EXPECT_EQ(count.reason, "partition_count_changed");
  EXPECT_NE(count.message.find("ordo epoch begin orders"), std::string::npos);
  ASSERT_TRUE(begin_epoch(directory.data(), more.topology, ProcessorKind::orders));
  {
    auto engine = start(more);
    ASSERT_TRUE(append_and_wait(*engine, order_record(topology, "o-more", "c1", {"p1"})));
    ASSERT_TRUE(engine->wait_idle(seconds(10)));
    const auto order = engine->get(Collection::orders, "o-more");
    ASSERT_TRUE(order && *order);
    EXPECT_EQ(std::get<Order>(**order).status, OrderStatus::rejected);
    EXPECT_EQ(engine->cursor({ProcessorKind::orders, 5})->epoch, 1);
  }
  change("UPDATE cursors SET next = next + 1000 WHERE owner = 'stock/" +
         std::to_string(topology.partition_of(Topic::stock, "main")) + "'");
  EXPECT_EQ(refusal(more).reason, "log_truncated");
  ASSERT_TRUE(begin_epoch(directory.data(), more.topology, ProcessorKind::stock));
  {
    auto engine = start(more);
    ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p1", 50)));
    ASSERT_TRUE(append_and_wait(*engine, order_record(topology, "o-new", "c1", {"p1"})));
    ASSERT_TRUE(engine->wait_idle(seconds(10)));
    const auto order = engine->get(Collection::orders, "o-new");
    ASSERT_TRUE(order && *order);
    EXPECT_EQ(std::get<Order>(**order).status, OrderStatus::reserved);
  }
  change("UPDATE meta SET value = '99' WHERE name = 'format'");
  EXPECT_EQ(refusal(more).reason, "other_format");
}

// A release without the topics promotions and pricing wrote the directory last.
TEST_F(EngineTest, OpensTheDirectoryOfAReleaseWithFewerTopicsAndCollections) {
  {
    auto engine = start();
    ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p1", 5)));
    ASSERT_TRUE(engine->wait_idle(seconds(10)));
  }
  {
    auto hand = Connection::open(database_path(directory.data()), Connection::Mode::kWriter);
    ASSERT_TRUE(hand);
    std::string drop = "DELETE FROM cursors WHERE owner LIKE 'pricing/%' OR owner LIKE 'promotions/%';";
    for (const auto* table : {"tax_rates", "shipping_methods", "promotions"})
      drop += std::string("DROP TABLE ") + table + ";";
    const auto dropped = hand->execute(drop);
    ASSERT_TRUE(dropped) << dropped.error().text();
  }
  {  // what reads beside it, as ordo check does before the first start
    auto reader = Reader::open(directory.data(), topology);
    ASSERT_TRUE(reader);
    Query rates;
    rates.collection = Collection::tax_rates;
    const auto page = (*reader)->list(rates);
    ASSERT_TRUE(page) << page.error().text();
    EXPECT_TRUE(page->documents.empty());
    rates.where = {{"country", "DE"}, {"status", "active"}};
    EXPECT_TRUE((*reader)->list(rates));
    const auto none = (*reader)->get(Collection::promotions, "spring");
    ASSERT_TRUE(none) << none.error().text();
    EXPECT_FALSE(*none);
    auto log = (*reader)->open_reader(Topic::pricing, false, {});
    ASSERT_TRUE(log);
    EXPECT_TRUE((*log)->poll(10, std::chrono::milliseconds(0)));
    EXPECT_EQ((*reader)->cursor({ProcessorKind::pricing, 0})->partitions, 0);
  }
  auto engine = start();
  ASSERT_NE(engine, nullptr);
  TaxRateChanged rate;
  rate.id = "de";
  rate.country = "DE";
  rate.rate_ppm = 190'000;
  rate.label = "VAT 19 %";
  rate.code = "VAT";
  ASSERT_TRUE(
      append_and_wait(*engine, record_for(topology, Topic::pricing, "de", kTypeOf<TaxRateChanged>, encode(rate))));
  ASSERT_TRUE(engine->wait_idle(seconds(10)));
  const auto kept = engine->get(Collection::tax_rates, "de");
  ASSERT_TRUE(kept && *kept);
  EXPECT_EQ(std::get<TaxRate>(**kept).rate_ppm, 190'000);
  const auto level = engine->get(Collection::stock_levels, stock_level_id(LocationId("main"), ProductId("p1")));
  ASSERT_TRUE(level && *level);
  EXPECT_EQ(std::get<StockLevel>(**level).on_hand, 5);
}

TEST_F(EngineTest, UnfoldedRecordsKeepThePartitionCount) {
  {
    auto engine = start();
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(append_and_wait(*engine, order_record(topology, "o-" + std::to_string(i), "c1", {"p1"})));
    }
    ASSERT_TRUE(engine->wait_idle(seconds(10)));
  }
  {
    auto engine = Engine::open(options(), {});  // no processor folds
    ASSERT_TRUE(engine);
    (*engine)->start();
    ASSERT_TRUE(append_and_wait(**engine, order_record(topology, "o-20", "c1", {"p1"})));
  }
  auto fewer = topology;
  fewer[Topic::order_created].partitions = 2;
  const auto begun = begin_epoch(directory.data(), fewer, ProcessorKind::intake);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().reason, "unfolded_records");
  // The same number: no record changes partitions.
  EXPECT_TRUE(begin_epoch(directory.data(), topology, ProcessorKind::intake));
}

TEST_F(EngineTest, ABacklogIsFoldedAlikeFromTheTableAndFromMemory) {
  constexpr int kOrders = 300;
  const auto fill = [&](const std::string& where, Inbox::Limits limits, std::size_t batch) {
    auto made = options();
    made.directory = where;
    made.folding.inbox = limits;
    made.folding.batch = batch;
    auto engine = open(made);
    engine->append(count_record(topology, "p1", 100), [](const Result<LogPosition>&) {});
    for (int i = 0; i < kOrders; ++i) {
      engine->append(order_record(topology, "o-" + std::to_string(i), "c1", {"p1"}), [](const Result<LogPosition>&) {});
    }
    engine->start();
    EXPECT_TRUE(engine->wait_idle(seconds(60)));
    return engine;
  };
  auto from_memory = fill(directory.data() + "-a", {}, 128);
  auto from_table = fill(directory.data() + "-b", {2, 10'000}, 7);
  EXPECT_EQ(from_memory->counters().read_back, 0U);
  EXPECT_GT(from_table->counters().read_back, 100U);
  int reserved[2] = {0, 0};
  int at = 0;
  for (auto* engine : {from_memory.get(), from_table.get()}) {
    for (int i = 0; i < kOrders; ++i) {
      const auto order = engine->get(Collection::orders, "o-" + std::to_string(i));
      ASSERT_TRUE(order && *order) << i;
      reserved[at] += std::get<Order>(**order).status == OrderStatus::reserved ? 1 : 0;
    }
    ++at;
  }
  EXPECT_EQ(reserved[0], 100);
  EXPECT_EQ(reserved[1], 100);
  std::filesystem::remove_all(directory.data() + "-a");
  std::filesystem::remove_all(directory.data() + "-b");
}

TEST_F(EngineTest, AReaderSeesNewRecordsAndASnapshotDoesNot) {
  auto engine = start();
  auto follow = engine->open_reader(Topic::stock, false, {});
  auto beside = Reader::open(directory.data(), topology);
  ASSERT_TRUE(follow && beside);
  ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p1", 1)));
  ASSERT_TRUE(engine->wait_idle(seconds(10)));
  auto snapshot = Reader::open(directory.data(), topology, {.snapshot = true});
  ASSERT_TRUE(snapshot);
  ASSERT_EQ((*follow)->poll(10, seconds(10))->size(), 1U);

  auto news = std::async(std::launch::async, [&] { return (*follow)->poll(10, seconds(30)); });
  ASSERT_TRUE(append_and_wait(*engine, count_record(topology, "p2", 2)));
  const auto woken = news.get();
  ASSERT_TRUE(woken);
  ASSERT_EQ(woken->size(), 1U);
  EXPECT_EQ(woken->front().offset, 1);
  ASSERT_TRUE(engine->wait_idle(seconds(10)));

  Query all_levels;
  all_levels.collection = Collection::stock_levels;
  EXPECT_EQ((*beside)->list(all_levels)->documents.size(), 2U);
  EXPECT_EQ((*snapshot)->list(all_levels)->documents.size(), 1U);
  EXPECT_EQ(read_all(**snapshot, Topic::stock).size(), 1U);
  EXPECT_EQ(read_all(**beside, Topic::stock).size(), 2U);
  EXPECT_FALSE(engine->open_reader(Topic::stock, false, {0, 0, 0, 0, 0}));
}

TEST_F(EngineTest, CheckpointsKeepTheWriteAheadLogBounded) {
  auto made = options();
  made.checkpoint_pages = 50;
  auto engine = start(made);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(append_and_wait(*engine, order_record(topology, "o-" + std::to_string(i), "c1", {"p1"})));
  }
  ASSERT_TRUE(engine->wait_idle(seconds(30)));
  EXPECT_GT(engine->counters().checkpoints, 2U);
  EXPECT_LT(std::filesystem::file_size(database_path(directory.data()) + "-wal"), 2U << 20U);
}

TEST_F(EngineTest, AnswersSurviveAKill) {
  int answers[2];
  ASSERT_EQ(::pipe(answers), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto processors = shop.processors();
    auto engine = Engine::open(options(), processors);
    if (!engine) ::_exit(1);
    (*engine)->start();
    for (int i = 0;; ++i) {
      (*engine)->append(order_record(topology, "o-" + std::to_string(i), "c1", {"p1"}),
                        [&, i](const Result<LogPosition>& answer) {
                          if (answer && ::write(answers[1], &i, sizeof i) != sizeof i) ::_exit(2);
                        });
      while ((*engine)->waiting_appends() > 1'000) std::this_thread::yield();
    }
  }
  ::close(answers[1]);
  std::set<int> acknowledged;
  int number = 0;
  while (acknowledged.size() < 5'000 && ::read(answers[0], &number, sizeof number) == sizeof number) {
    acknowledged.insert(number);
  }
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  while (::read(answers[0], &number, sizeof number) == sizeof number) acknowledged.insert(number);
  ::close(answers[0]);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ASSERT_GE(acknowledged.size(), 5'000U);

  auto engine = start();
  ASSERT_TRUE(engine->wait_idle(seconds(120)));
  std::size_t missing = 0;
  for (const int i : acknowledged) {
    const auto order = engine->get(Collection::orders, "o-" + std::to_string(i));
    ASSERT_TRUE(order);
    missing += *order ? 0 : 1;
  }
  EXPECT_EQ(missing, 0U);
}

TEST_F(EngineTest, TellsWhatItsStepsHaveComeTo) {
  LetterCounts listener;
  auto engine = open(options());
  engine->start(&listener);
  ASSERT_TRUE(append_and_wait(*engine, record_for(topology, Topic::order_created, "k", kTypeOf<NewOrder>, "{")));
  ASSERT_TRUE(append_and_wait(*engine, record_for(topology, Topic::stock, "main", "somebody.elses.v1", "{}")));
  ASSERT_TRUE(append_and_wait(*engine, order_record(topology, "one", "c", {"p"})));
  ASSERT_TRUE(engine->wait_idle(seconds(20)));
  engine->stop();
  EXPECT_EQ(listener.counts, (std::map<std::string, std::uint64_t>{{"malformed_json", 1}, {"unknown_type", 1}}));
  EXPECT_EQ(listener.orders[static_cast<std::size_t>(OrderStatus::pending)], 1);
  EXPECT_EQ(listener.orders[static_cast<std::size_t>(OrderStatus::rejected)], 1);  // there is no stock
  EXPECT_GT(engine->counters().commit_times.figures().sum_us, 0);
  for (const auto& [owner, range] : engine->unfolded()) EXPECT_EQ(range.begin, range.end) << to_string(owner);
}

}  // namespace
}  // namespace ordo::embedded
