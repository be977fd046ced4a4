// Runs every file of the corpus through its target, in every build. So an error that a fuzzer once found cannot return.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "targets.h"

namespace ordo::fuzz {
namespace {

std::vector<std::filesystem::path> corpus_of(const Target& target) {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(ORDO_FUZZ_CORPUS) / target.name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class Corpus : public testing::TestWithParam<Target> {};

// A failed check ends the program. The last line then names the file.
TEST_P(Corpus, Holds) {
  const auto files = corpus_of(GetParam());
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string input{std::istreambuf_iterator<char>(stream), {}};
    ASSERT_TRUE(stream) << file;
    std::fprintf(stderr, "  %s (%zu bytes)\n", file.c_str(), input.size());
    GetParam().run(input);
  }
}

TEST_P(Corpus, HoldsForNothing) {
  GetParam().run({});
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

TEST(Corpora, BelongToTargets) {
  for (const auto& folder : std::filesystem::directory_iterator(ORDO_FUZZ_CORPUS)) {
    const auto name = folder.path().filename().string();
    EXPECT_TRUE(std::any_of(std::begin(kTargets), std::end(kTargets), [&](const Target& t) { return t.name == name; }))
        << "no target reads " << folder.path();
  }
}

}  // namespace
}  // namespace ordo::fuzz
