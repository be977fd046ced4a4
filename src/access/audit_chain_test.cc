// The chain through the audit log: how it continues, and what breaks it.
#include "access/audit_chain.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "access/audit_file.h"
#include "access/audit_verify.h"

namespace ordo::access {
namespace {

namespace fs = std::filesystem;

class AuditChain : public testing::Test {
 protected:
  AuditChain() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_audit_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "audit.log").string();
  }
  ~AuditChain() override { fs::remove_all(folder_); }

  // With a writer that starts now.
  void append(int lines, std::uint64_t most_bytes = 0) {
    AuditFile file(path_, most_bytes);
    for (int i = 0; i < lines; ++i) append_to(file);
  }
  void append_to(AuditFile& file) { EXPECT_TRUE(file.append({R"({"n":)" + std::to_string(++written_) + "}\n"})); }
  std::vector<std::string> lines() const {
    std::ifstream stream(path_);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }
  void write(const std::vector<std::string>& lines) const {
    std::ofstream stream(path_);
    for (const auto& line : lines) stream << line << '\n';
  }
  void write_more(const std::string& text) const { std::ofstream(path_, std::ios::app) << text; }
  AuditVerdict verify(const std::optional<AuditHead>& kept = {}) const {
    auto verdict = verify_audit_log(path_, kept);
    EXPECT_TRUE(verdict) << verdict.error().text();
    return verdict.value_or(AuditVerdict());
  }
  // Names the line, counted from 1.
  std::string place(int line) const { return path_ + ", line " + std::to_string(line) + " "; }

  fs::path folder_;
  std::string path_;
  int written_ = 0;
};

TEST_F(AuditChain, GoesOnOverWritersRotationsAndRestarts) {
  {
    AuditFile one(path_, 0);
    AuditFile two(path_, 0);
    for (int i = 0; i < 3; ++i) {
      append_to(one);
      append_to(two);
    }
    EXPECT_EQ(two.last_seq(), 6U);
    fs::rename(path_, path_ + ".1");
    append_to(two);
  }
  append(2);
  append(2, 64);  // each line fills a file
  const auto verdict = verify();
  EXPECT_EQ(verdict.fault, "");
  EXPECT_EQ(verdict.lines, 11U);
  EXPECT_EQ(verdict.first_seq, 1U);
  EXPECT_EQ(verdict.last.seq, 11U);
  EXPECT_TRUE(fs::exists(path_ + ".3"));
  // Only the oldest files, without and with `whole`.
  EXPECT_EQ(verify_audit({path_ + ".2", path_ + ".1"}, false, {})->fault, "");
  EXPECT_NE(verify_audit({path_ + ".2", path_ + ".1"}, true, {})->fault, "");
  EXPECT_NE(verify_audit({path_ + ".3", path_ + ".1"}, false, {})->fault, "");
  EXPECT_EQ(verify_audit({path_ + ".8"}, false, {}).error().reason, "no_audit_log");
}

TEST_F(AuditChain, ShowsEveryLineThatIsNotWhatWasWritten) {
  append(6);
  const auto written = lines();
  const auto faults_of = [&](const std::vector<std::string>& changed) {
    write(changed);
    return verify().fault;
  };
  EXPECT_EQ(faults_of(written), "");
  for (std::size_t i = 0; i + 1 < written.size(); ++i) {
    for (std::size_t at = 0; at < written[i].size(); ++at) {
      auto changed = written;
      changed[i][at] = changed[i][at] == '7' ? '8' : '7';
      const auto fault = faults_of(changed);
      EXPECT_TRUE(fault.starts_with(path_ + ", line ")) << changed[i] << fault;
    }
    auto missing = written;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(faults_of(missing).starts_with(place(static_cast<int>(i) + 1) + "has seq")) << i;
    auto moved = written;
    std::swap(moved[i], moved[i + 1]);
    EXPECT_NE(faults_of(moved), "") << i;
    auto twice = written;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), written[i]);
    EXPECT_NE(faults_of(twice), "") << i;
    auto more = written;
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(i) + 1, "{}");
    EXPECT_TRUE(faults_of(more).starts_with(place(static_cast<int>(i) + 2) + "is not a line")) << i;
  }
  auto changed = written;
  changed[2].insert(changed[2].size() - 1, " ");
  EXPECT_TRUE(faults_of(changed).starts_with(place(3) + "was changed"));
}

TEST_F(AuditChain, TheHeadThatWasKeptShowsTheRest) {
  append(4);
  const auto head = verify().last;
  auto cut = lines();
  cut.pop_back();
  write(cut);
  EXPECT_EQ(verify().fault, "") << "no other line has it";
  EXPECT_NE(verify(AuditHead{4, {}}).fault, "");
  append(3);
  EXPECT_EQ(verify(AuditHead{4, {}}).fault, "");
  EXPECT_TRUE(verify(head).fault.starts_with(place(4) + "was changed"));
  EXPECT_EQ(parse_audit_head("12:" + no_audit_line())->seq, 12U);
  for (const auto* wrong : {"", "x", "1:", "1:ff", "-1", "1x"}) EXPECT_FALSE(parse_audit_head(wrong)) << wrong;
}

// A running writer remembers what it wrote, whatever happens to the file meanwhile.
TEST_F(AuditChain, AWriterDoesNotGoOnFromWhatSomebodyElseLeft) {
  AuditFile file(path_, 0);
  for (int i = 0; i < 3; ++i) append_to(file);
  const auto written = lines();
  auto cut = written;
  cut.pop_back();
  write(cut);
  append_to(file);
  EXPECT_TRUE(verify().fault.starts_with(place(3) + "has seq 4 instead of 3")) << verify().fault;
  auto changed = written;
  changed.back().insert(changed.back().size() - 1, " ");
  write(changed);
  AuditFile(path_, 0).append({});
  append_to(file);
  EXPECT_NE(verify().fault, "");
}

TEST_F(AuditChain, ALineThatWasTornIsKeptAndTold) {
  append(2);
  const auto torn = lines().back().substr(0, 50);
  write_more(torn);
  EXPECT_EQ(verify().torn_end, path_ + ", line 3");
  EXPECT_EQ(verify().fault, "");
  append(2);
  EXPECT_EQ(lines()[2], torn);
  EXPECT_NE(lines()[3].find(R"("seq":3,)"), std::string::npos);
  EXPECT_NE(lines()[3].find(R"("method":"torn line","bytes":50})"), std::string::npos) << lines()[3];
  EXPECT_EQ(verify().fault, "");
  EXPECT_EQ(verify().torn, 1U);
  EXPECT_EQ(verify().lines, 5U);
  auto changed = lines();
  changed[2][40] = '?';
  write(changed);
  EXPECT_TRUE(verify().fault.starts_with(place(3))) << verify().fault;
}

TEST_F(AuditChain, OnlyTheLineFeedMayBeMissing) {
  append(2);
  fs::resize_file(path_, fs::file_size(path_) - 1);
  append(1);
  EXPECT_EQ(lines().size(), 3U);
  EXPECT_EQ(verify().fault, "");
  EXPECT_EQ(verify().torn, 0U);
}

TEST_F(AuditChain, BeginsBehindLinesOfATimeWithoutIt) {
  write({R"({"time":"1970-01-01T00:00:00.000Z"})", R"({"time":"1970-01-01T00:00:01.000Z"})"});
  append(2);
  EXPECT_EQ(verify().fault, "");
  EXPECT_EQ(verify().unchained, 2U);
  EXPECT_EQ(verify().lines, 2U);
  auto changed = lines();
  changed[1][10] = '8';
  write(changed);
  EXPECT_TRUE(verify().fault.starts_with(place(2) + "was changed"));
}

TEST_F(AuditChain, TakesAnyBytesForNoLine) {
  write({std::string(3 * kMaxAuditLine, 'x'), std::string("\0\xff{", 3), "{\"seq\":1,\"prev\":\""});
  EXPECT_EQ(verify().unchained, 1U) << "an overlong line ends the reading of its file";
  append(1);
  EXPECT_EQ(lines().back().substr(0, 9), "{\"seq\":1,");
}

}  // namespace
}  // namespace ordo::access
