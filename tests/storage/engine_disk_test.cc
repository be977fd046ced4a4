// The engine and single disk errors.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "embedded/reader.h"
#include "verdict.h"

namespace ordo::storage {
namespace {

class EngineDiskTest : public testing::Test {
 protected:
  // A checkpoint may come after the engine is at rest. It would then receive the error that is meant for another call.
  EngineDiskTest() : disk_({}, kDatabase), vfs_(disk_), client_("client") { shop_.checkpoint_pages = 1'000'000; }
  ~EngineDiskTest() override { shop_.close(); }

  void begin() {
    ASSERT_TRUE(shop_.open(vfs_, client_)) << shop_.stopped->text();
    client_.count_stock("pot", 9);
    client_.order("o-1", {"pot"});
    ASSERT_TRUE(shop_.rest());
  }

  // Bounded, so that the test fails if the engine continues.
  bool stops() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!shop_.engine->failed() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return shop_.engine->failed();
  }

  Disk disk_;
  const DiskVfs vfs_;
  Client client_;
  Shop shop_;
};

TEST_F(EngineDiskTest, AFailedSyncIsTheLast) {
  begin();
  const auto before = client_.promises().acknowledged.size();
  const auto syncs = disk_.figures().by_call[Call::sync];
  disk_.set_fault({1, Call::sync, EIO, false});
  client_.count_stock("pot", 8);
  ASSERT_TRUE(stops());
  client_.count_stock("pot", 7);
  EXPECT_EQ(client_.wrong_answers(), std::vector<std::string>());  // at once, not only when the engine is closed
  shop_.close();
  EXPECT_EQ(client_.promises().acknowledged.size(), before);
  EXPECT_EQ(disk_.figures().by_call[Call::sync], syncs + 1);
  ASSERT_TRUE(shop_.stopped);
  EXPECT_EQ(shop_.stopped->code, ErrorCode::kIo);
  EXPECT_EQ(shop_.stopped->reason, "disk_failed");
  EXPECT_NE(shop_.stopped->message.find("cannot sync " + vfs_.directory() + "/ordo.db-log00000001: Input/output error"),
            std::string::npos)
      << shop_.stopped->message;
  EXPECT_EQ(client_.wrong_answers(), std::vector<std::string>());
}

TEST_F(EngineDiskTest, AFullDiskSaysSo) {
  begin();
  disk_.set_fault({1, Call::write, ENOSPC, true});
  client_.count_stock("pot", 8);
  ASSERT_TRUE(stops());
  shop_.close();
  ASSERT_TRUE(shop_.stopped);
  EXPECT_EQ(shop_.stopped->reason, "disk_full");
  EXPECT_NE(shop_.stopped->message.find("free space there, then start again"), std::string::npos);
  EXPECT_EQ(judge_restart(vfs_, client_.promises(), {}, false), std::vector<std::string>());
}

TEST_F(EngineDiskTest, AReadErrorIsTheReadersOwn) {
  begin();
  std::uint64_t failed = 0;
  for (std::uint64_t at = 1;; ++at) {
    // A connection that has read nothing yet, because cached data does not need the disk.
    auto reader = embedded::Reader::open(vfs_.directory(), shop_topology(), {1, false, vfs_.name(), nullptr});
    ASSERT_TRUE(reader);
    const auto calls = disk_.figures().calls;
    disk_.set_fault({at, Call::read, EIO, false});
    const auto found = (*reader)->get(Collection::orders, "o-1");
    const bool reached = disk_.figures().failed > failed;
    failed = disk_.figures().failed;
    disk_.set_fault({});
    EXPECT_EQ(found.has_value(), !reached) << at << " of " << disk_.figures().calls - calls;
    EXPECT_TRUE(found || found.error().code == ErrorCode::kIo);
    const auto again = (*reader)->get(Collection::orders, "o-1");
    ASSERT_TRUE(again && *again) << at;
    EXPECT_FALSE(shop_.engine->failed());
    if (!reached) break;
  }
  EXPECT_GE(failed, 2U);
  client_.order("o-2", {"pot"});
  ASSERT_TRUE(shop_.rest());
  EXPECT_EQ(judge(shop_, vfs_, {client_.promises()}, {}, true), std::vector<std::string>());
}

TEST_F(EngineDiskTest, ADirectoryThatCannotBeSyncedIsRefused) {
  // Before the database is created, and after its write-ahead log was created.
  for (const std::uint64_t at : {1U, 4U}) {
    Disk disk({}, kDatabase);
    const DiskVfs vfs(disk);
    disk.set_fault({at, Call::sync_directory, EIO, false});
    Shop shop;
    EXPECT_FALSE(shop.open_only(vfs)) << at;
    ASSERT_TRUE(shop.stopped) << at;
    EXPECT_NE(shop.stopped->message.find("cannot sync " + vfs.directory()), std::string::npos) << shop.stopped->text();
  }
}

TEST_F(EngineDiskTest, AnEngineThatDoesNotOpenWritesNoMore) {
  begin();
  const Image image = disk_.survivors(Survival::everything, 0);
  ASSERT_FALSE(image.at("ordo.db-wal").empty());
  for (std::uint64_t at = 1;; ++at) {
    Disk disk(image, kDatabase);
    const DiskVfs vfs(disk);
    disk.set_fault({at, Call::read, EIO, false});
    Shop shop;
    if (shop.open_only(vfs)) {
      EXPECT_GT(at, 10U);
      break;
    }
    EXPECT_NE(shop.stopped->message.find("start again"), std::string::npos) << shop.stopped->message;
    // Closing with a checkpoint removes the write-ahead log.
    const Image left = disk.survivors(Survival::everything, 0);
    const auto log = left.find("ordo.db-wal");
    EXPECT_TRUE(log != left.end() && (log->second.empty() || log->second == image.at("ordo.db-wal"))) << at;
  }
}

TEST_F(EngineDiskTest, ADamagedDatabaseIsNamed) {
  begin();
  shop_.close();
  shop_ = {};
  Image image = disk_.survivors(Survival::everything, 0);
  image.at(kDatabase).replace(0, 16, "not a database! ");
  Disk disk(image, kDatabase);
  const DiskVfs vfs(disk);
  Shop shop;
  ASSERT_FALSE(shop.open_only(vfs));
  EXPECT_EQ(shop.stopped->code, ErrorCode::kCorrupt);
  EXPECT_EQ(shop.stopped->reason, "damaged_database");
  EXPECT_NE(shop.stopped->message.find(vfs.directory()), std::string::npos);
}

TEST(EngineFileSystemTest, OneWithoutSharedMemoryIsRefused) {
  Disk disk({}, kDatabase);
  const DiskVfs vfs(disk, {false});
  Shop shop;
  ASSERT_FALSE(shop.open_only(vfs));
  EXPECT_EQ(shop.stopped->reason, "no_write_ahead_log");
  EXPECT_NE(shop.stopped->message.find("choose a data directory on a local disk"), std::string::npos);
}

}  // namespace
}  // namespace ordo::storage
