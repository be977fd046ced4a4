// The file of an export: whole, or not there.
#include "export/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ordo::exports {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "ordo-export-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = (folder_ / "orders.csv").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string text_of(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static unsigned mode_of(const std::string& path) {
    struct stat found {};
    EXPECT_EQ(::stat(path.c_str(), &found), 0);
    return found.st_mode & 0777;
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(OutputFileTest, AppearsAsAWhole) {
  auto file = OutputFile::create(path_);
  ASSERT_TRUE(file) << file.error().text();
  ASSERT_TRUE(file->write("a,"));
  ASSERT_TRUE(file->write("b\n"));
  EXPECT_FALSE(fs::exists(path_));
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(text_of(path_), "a,b\n");
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(mode_of(path_), 0600U) << "it has data of persons";
}

TEST_F(OutputFileTest, WithoutACommitTheOldOneStays) {
  std::ofstream(path_) << "old";
  {
    auto file = OutputFile::create(path_);
    ASSERT_TRUE(file && file->write("new"));
    EXPECT_EQ(files(), 2U);
  }
  EXPECT_EQ(text_of(path_), "old");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFileTest, AReplacedFileKeepsItsMode) {
  std::ofstream(path_) << "old";
  ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
  auto file = OutputFile::create(path_);
  ASSERT_TRUE(file && file->write("new") && file->commit());
  EXPECT_EQ(text_of(path_), "new");
  EXPECT_EQ(mode_of(path_), 0640U);
}

TEST_F(OutputFileTest, ALinkIsFollowed) {
  std::ofstream(path_) << "old";
  const auto link = folder_ / "latest.csv";
  fs::create_symlink(path_, link);
  auto file = OutputFile::create(link.string());
  ASSERT_TRUE(file && file->write("new") && file->commit());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(text_of(path_), "new");
}

TEST_F(OutputFileTest, OnlyFilesAreReplaced) {
  for (const auto& path : {std::string("/dev/null"), folder_.string()}) {
    const auto file = OutputFile::create(path);
    ASSERT_FALSE(file) << path;
    EXPECT_EQ(file.error().reason, "not_a_file");
  }
  const auto lost = OutputFile::create((folder_ / "missing" / "orders.csv").string());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().reason, "cannot_write");
}

}  // namespace
}  // namespace ordo::exports
