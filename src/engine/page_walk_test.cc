// Walks over the pages of a list.
#include "engine/page_walk.h"

#include <gtest/gtest.h>

namespace ordo {
namespace {

// Lists orders o0, o1, ..., two to a page.
class TwoPerPage final : public DocumentReader {
 public:
  explicit TwoPerPage(int orders) : orders_(orders) {}

  Result<std::optional<Document>> get(Collection, std::string_view) override { return std::nullopt; }
  Result<Cursor> cursor(const Owner&) override { return Cursor{}; }
  Result<Page> list(const Query& query) override {
    asked.push_back(query);
    if (static_cast<int>(asked.size()) == fails_at) return fail(ErrorCode::kUnavailable, "away", "the database");
    Page page;
    int next = query.after ? std::stoi(query.after->id) : 0;
    for (; next < orders_ && page.documents.size() < 2; ++next) {
      Order order;
      order.id = OrderId("o" + std::to_string(next));
      page.documents.emplace_back(std::move(order));
    }
    if (next < orders_) page.next = PageKey{0, std::to_string(next)};
    return page;
  }

  std::vector<Query> asked;
  int fails_at = 0;  // the number of the read that fails

 private:
  const int orders_;
};

std::string ids_of(const Page& page) {
  std::string ids;
  for (const auto& document : page.documents) ids += id_of(document);
  return ids;
}

TEST(PageWalk, VisitsEveryDocumentInOrder) {
  for (const int orders : {0, 1, 2, 5}) {
    TwoPerPage documents(orders);
    std::string wanted;
    for (int i = 0; i < orders; ++i) wanted += "o" + std::to_string(i);
    std::string seen;
    Query query;
    query.where = {{"status", "reserved"}};
    query.limit = 1;
    ASSERT_TRUE(each_document(documents, query, [&](const Document& document) -> Result<void> {
      seen += id_of(document);
      return {};
    }));
    EXPECT_EQ(seen, wanted);
    EXPECT_EQ(documents.asked.size(), orders == 5 ? 3U : 1U);
    for (const auto& asked : documents.asked) {
      EXPECT_EQ(asked.limit, Query::kMaxPage);
      EXPECT_EQ(asked.where, query.where);
    }
  }
}

TEST(PageWalk, StopsWhenTheVisitSaysSo) {
  TwoPerPage documents(5);
  std::vector<std::string> pages;
  ASSERT_TRUE(each_page(documents, {}, [&](const Page& page) {
    pages.push_back(ids_of(page));
    return pages.size() < 2 ? Walk::go_on : Walk::stop;
  }));
  EXPECT_EQ(pages, (std::vector<std::string>{"o0o1", "o2o3"}));
  EXPECT_EQ(documents.asked.size(), 2U);
}

TEST(PageWalk, EndsWithTheFirstErrorOfTheVisit) {
  TwoPerPage documents(5);
  int visits = 0;
  const auto walked = each_document(documents, Collection::orders, [&](const Document&) -> Result<void> {
    if (++visits == 3) return fail(ErrorCode::kBusy, "too_many", "a test");
    return {};
  });
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().reason, "too_many");
  EXPECT_EQ(visits, 3);
}

TEST(PageWalk, EndsWithTheFirstErrorOfTheReader) {
  TwoPerPage documents(5);
  documents.fails_at = 2;
  int pages = 0;
  const auto walked = each_page(documents, {}, [&](const Page&) {
    ++pages;
    return Walk::go_on;
  });
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().reason, "away");
  EXPECT_EQ(pages, 1);
}

}  // namespace
}  // namespace ordo
