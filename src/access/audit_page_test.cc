// Pages of the audit log: over rotated files, from where the last one ended.
#include "access/audit_page.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "access/audit_log.h"

namespace ordo::access {
namespace {

namespace fs = std::filesystem;

class AuditPages : public testing::Test {
 protected:
  AuditPages() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_pages_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "audit.log").string();
  }
  ~AuditPages() override { fs::remove_all(folder_); }

  void append(int lines, std::uint64_t most_bytes = 0) {
    AuditFile file(path_, most_bytes);
    for (int i = 0; i < lines; ++i) {
      AuditEntry entry;
      entry.at = from_unix_ms(1'790'000'000'000);
      entry.who = "key:k";
      entry.method = "POST";
      entry.target = "/" + std::to_string(++written_);
      entry.status = 201;
      EXPECT_TRUE(file.append({to_line(entry)}));
    }
  }
  // The targets of the lines, of all pages.
  std::string all(std::size_t limit, std::uint64_t most_bytes = kMaxAuditPageBytes) {
    std::string targets;
    std::optional<AuditPlace> place;
    do {
      const auto page = read_audit_page(path_, place, limit, most_bytes);
      if (!page) return page.error().text();
      EXPECT_LE(page->lines.size(), limit);
      for (const auto& line : page->lines) targets += line.target + " ";
      place = page->next;
      ++pages_;
    } while (place && pages_ < 1'000);
    return targets;
  }
  std::string expected() const {
    std::string targets;
    for (int i = written_; i > 0; --i) targets += "/" + std::to_string(i) + " ";
    return targets;
  }

  fs::path folder_;
  std::string path_;
  int written_ = 0;
  int pages_ = 0;
};

TEST_F(AuditPages, ShowTheNewestLinesFirst) {
  EXPECT_EQ(read_audit_page(path_, {}, 5).error().reason, "no_audit_log");
  append(7);
  const auto page = read_audit_page(path_, {}, 3);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->lines.size(), 3U);
  const auto& newest = page->lines.front();
  EXPECT_EQ(newest.seq, 7U);
  EXPECT_EQ(newest.who + newest.method + newest.target + std::to_string(newest.status), "key:kPOST/7201");
  EXPECT_EQ(newest.at, "2026-09-21T14:13:20.000Z");
  EXPECT_EQ(all(3), expected());
  EXPECT_EQ(pages_, 3);
  EXPECT_EQ(all(7), expected());
}

TEST_F(AuditPages, GoOnThroughRotatedFiles) {
  append(40, 1'000);
  ASSERT_TRUE(fs::exists(path_ + ".3"));
  EXPECT_EQ(all(6), expected());
}

TEST_F(AuditPages, ContinueWhereTheyEndedWhateverHappensMeanwhile) {
  append(10);
  const auto first = read_audit_page(path_, {}, 4);
  ASSERT_TRUE(first && first->next);
  append(3);
  fs::rename(path_, path_ + ".1");  // as the rotation does
  append(2);
  const auto second = read_audit_page(path_, parse_audit_place(to_string(*first->next)), 4);
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->lines.front().target, "/6");
  fs::remove(path_ + ".1");
  const auto gone = read_audit_page(path_, first->next, 4);
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->lines.empty() && !gone->next);
}

TEST_F(AuditPages, RefuseAPlaceWhereNoLineBegins) {
  append(5);
  auto place = *read_audit_page(path_, {}, 2)->next;
  for (const auto& [offset, seq] : {std::pair(place.offset + 1, place.seq),
                                    {place.offset, place.seq + 1},
                                    {std::uint64_t{1'000'000}, place.seq},
                                    {std::uint64_t{0}, place.seq}}) {
    EXPECT_EQ(read_audit_page(path_, AuditPlace{place.inode, offset, seq}, 2).error().reason, "bad_cursor");
  }
  for (const auto* bad : {"", "1", "1.2", "1.2.x", "a.b.c", "1.2.3.4", "-1.0.0"}) {
    EXPECT_FALSE(parse_audit_place(bad)) << bad;
  }
}

TEST_F(AuditPages, ReadABoundedPartOfTheLog) {
  append(3'000);  // more than the longest line needs
  EXPECT_EQ(all(3'000, 1), expected());
  EXPECT_GT(pages_, 1) << "the bound ended a page before the limit";
}

TEST_F(AuditPages, LeaveOutWhatIsNoLine) {
  append(2);
  std::ofstream(path_, std::ios::app) << R"({"seq":3,"prev":"half)";
  EXPECT_EQ(all(5), expected());
  append(1);  // the next writer ends the torn line
  EXPECT_EQ(read_audit_page(path_, {}, 1)->lines.at(0).target, "/3");
}

}  // namespace
}  // namespace ordo::access
