// The files of the log alone on a failing disk.
#include <gtest/gtest.h>

#include <cerrno>

#include "disk_vfs.h"
#include "embedded/segment_reader.h"
#include "embedded/segment_writer.h"
#include "shop.h"

namespace ordo::storage {
namespace {

using embedded::LogLayout;
using embedded::SegmentCatalog;
using embedded::SegmentWriter;

constexpr std::uint64_t kSeeds = 25;
constexpr std::int64_t kRecords = 40;
constexpr std::size_t kPartition = 3;

// A log on a disk, opened as the engine opens it.
struct Log {
  explicit Log(Disk& disk, std::uint64_t segment_bytes = std::uint64_t{1} << 20) : vfs(disk), catalog(layout) {
    auto opened = SegmentWriter::open(vfs.directory(), catalog, {"log", vfs.name(), segment_bytes},
                                      embedded::partitions_of(layout));
    if (opened) writer = std::move(*opened);
    if (!opened) refused = opened.error().text();
  }
  Result<void> append() {
    Record record;
    record.at = layout[kPartition];
    record.key = "key";
    record.value = std::string(300, 'x');
    writer->append(kPartition, record);
    return writer->sync();
  }
  std::size_t readable() {
    embedded::SegmentReader reader(catalog, layout, vfs.directory(), vfs.name());
    const auto records = reader.read(kPartition, 0, {1'000, std::size_t{1} << 20});
    return records ? records->size() : 0;
  }

  const DiskVfs vfs;
  const LogLayout layout{shop_topology()};
  SegmentCatalog catalog;
  std::unique_ptr<SegmentWriter> writer;
  std::string refused;
};

TEST(LogDiskTest, AStartThatIsCutLosesNothing) {
  Image image;
  {
    Disk disk({}, kDatabase);
    Log log(disk);
    for (std::int64_t i = 0; i < kRecords; ++i) ASSERT_TRUE(log.append());
    image = disk.survivors(Survival::everything, 0);
  }
  Disk disk(image, kDatabase);
  std::size_t images = 0;
  disk.watch([&](std::uint64_t boundary) {
    for (const auto survival : kHostile) {
      for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        Disk left(disk.survivors(survival, seed), kDatabase);
        Log log(left);
        ++images;
        ASSERT_NE(log.writer, nullptr) << log.refused << ", cut " << boundary << ", survival "
                                       << static_cast<int>(survival) << ", seed " << seed;
        ASSERT_EQ(log.writer->end(kPartition), kRecords) << "cut " << boundary << ", seed " << seed;
        ASSERT_EQ(log.readable(), static_cast<std::size_t>(kRecords));
      }
    }
  });
  const Log log(disk);
  EXPECT_NE(log.writer, nullptr) << log.refused;
  EXPECT_GT(images, 5 * kHostile.size() * kSeeds);
}

// SQLite's VFS syncs the directory of a new file too, but ignores errors of that sync.
TEST(LogDiskTest, ASegmentWhoseNameMayBeLostIsNotUsed) {
  Disk disk({}, kDatabase);
  Log log(disk, 4'096);
  ASSERT_NE(log.writer, nullptr) << log.refused;
  disk.set_fault({2, Call::sync_directory, EIO, false});
  Result<void> done;
  for (int i = 0; done && i < 100; ++i) done = log.append();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace ordo::storage
