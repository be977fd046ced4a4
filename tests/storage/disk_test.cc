// Tests the test disk itself: a model that is more reliable than real disks would prove nothing.
#include "disk.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace ordo::storage {
namespace {

std::string block(char fill, std::size_t size = 4'096) {
  return std::string(size, fill);
}

TEST(DiskTest, WhatIsNotSyncedMayBeLost) {
  Disk disk({}, "a");
  const auto file = disk.open("a", false).file;
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).size(), 0U);  // even its name is lost
  ASSERT_EQ(disk.sync_directory(), 0);
  disk.write(*file, 0, block('x'));
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), "");
  EXPECT_EQ(disk.survivors(Survival::everything, 1).at("a"), block('x'));
  ASSERT_EQ(disk.sync(*file), 0);
  disk.write(*file, 0, block('y'));
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), block('x'));
}

TEST(DiskTest, WritesSurviveInPartsAndInAnyOrder) {
  Disk disk({{"a", block('0', 8'192)}}, "a");
  const auto file = disk.open("a", false).file;
  disk.write(*file, 0, block('1'));
  disk.write(*file, 4'096, block('2'));
  bool torn = false;
  bool overtaken = false;
  bool garbled = false;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::string prefix = disk.survivors(Survival::prefix, seed).at("a");
    torn = torn || (prefix.starts_with("1") && prefix[4'095] == '0');
    EXPECT_FALSE(prefix[4'096] == '2' && prefix[0] == '0') << "a prefix keeps the order";
    const std::string subset = disk.survivors(Survival::subset, seed).at("a");
    overtaken = overtaken || (subset[0] == '0' && subset[4'096] == '2');
    EXPECT_EQ(subset.substr(0, 4'096), block(subset[0])) << "of a subset, each is whole";
    garbled = garbled || disk.survivors(Survival::garbage, seed).at("a").find_first_not_of("012") != std::string::npos;
    EXPECT_EQ(disk.survivors(Survival::sectors, seed), disk.survivors(Survival::sectors, seed));
  }
  EXPECT_TRUE(torn);
  EXPECT_TRUE(overtaken);
  EXPECT_TRUE(garbled);
}

TEST(DiskTest, AFileMayHaveGrownWithoutItsContent) {
  Disk disk({{"a", ""}}, "a");
  const auto file = disk.open("a", false).file;
  disk.write(*file, 0, block('1'));
  bool zeros = false;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::string found = disk.survivors(Survival::sectors, seed).at("a");
    zeros = zeros || found.find('\0') != std::string::npos;
  }
  EXPECT_TRUE(zeros);
}

TEST(DiskTest, AFailedSyncIsNotMadeGoodByTheNext) {
  Disk disk({{"a", block('0')}}, "a");
  const auto file = disk.open("a", false).file;
  disk.write(*file, 0, block('1'));
  disk.set_fault({1, Call::sync, EIO, false});
  EXPECT_EQ(disk.sync(*file), EIO);
  EXPECT_EQ(disk.sync(*file), 0);
  EXPECT_EQ(disk.figures().syncs_after_failure, 1U);
  EXPECT_EQ(file->visible(), block('1'));
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), block('0'));
  disk.write(*file, 0, block('1'));
  EXPECT_EQ(disk.sync(*file), 0);
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), block('1'));
}

TEST(DiskTest, NamesAreDurableWhenTheDirectoryIsSynced) {
  Disk disk({{"a", "old"}}, "a");
  ASSERT_EQ(disk.remove("a"), 0);
  EXPECT_EQ(disk.remove("a"), ENOENT);
  const auto anew = disk.open("a", true).file;
  disk.write(*anew, 0, "new");
  ASSERT_EQ(disk.sync(*anew), 0);
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), "old");
  bool gone = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) gone = gone || disk.survivors(Survival::subset, seed).empty();
  EXPECT_TRUE(gone);
  ASSERT_EQ(disk.sync_directory(), 0);
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), "new");
}

TEST(DiskTest, AnUnsyncedTruncationMayComeBack) {
  Disk disk({{"a", block('1')}}, "a");
  const auto file = disk.open("a", false).file;
  ASSERT_EQ(disk.truncate(*file, 100), 0);
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), block('1'));
  EXPECT_EQ(disk.survivors(Survival::everything, 1).at("a"), block('1', 100));
  ASSERT_EQ(disk.sync(*file), 0);
  disk.write(*file, 200, "x");
  ASSERT_EQ(disk.sync(*file), 0);
  EXPECT_EQ(disk.survivors(Survival::nothing, 1).at("a"), block('1', 100) + std::string(100, '\0') + "x");
}

}  // namespace
}  // namespace ordo::storage
