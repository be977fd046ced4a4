// Lists of the API, page by page.
#include "client/page_walk.h"

#include <gtest/gtest.h>

#include <deque>

namespace ordo::client {
namespace {

// Answers the requests in turn.
class ListServer final : public HttpCaller {
 public:
  explicit ListServer(std::vector<std::string> bodies) : bodies_(bodies.begin(), bodies.end()) {}

  void start(HttpRequest request, OnResponse on_response) override {
    targets.push_back(std::move(request.target));
    on_response_ = std::move(on_response);
  }
  std::size_t in_flight() const override { return on_response_ ? 1 : 0; }
  std::size_t window() const override { return 1; }
  void wait() override {
    HttpResponse response{404, R"({"code":"unknown_list","detail":"there is no list"})"};
    if (!bodies_.empty()) {
      response = {200, std::move(bodies_.front())};
      bodies_.pop_front();
    }
    std::exchange(on_response_, nullptr)(std::move(response));
  }

  std::vector<std::string> targets;

 private:
  std::deque<std::string> bodies_;
  OnResponse on_response_;
};

const std::string kTwo = R"({"data":[1,2],"next_cursor":"a/b"})";
const std::string kLast = R"({"data":[3],"next_cursor":null})";

// How many elements each page has, and how many were wanted.
using Sizes = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

Result<bool> walk(ListServer& server, const WantedList& list, Sizes& sizes) {
  return each_page(server, list, [&](const ListPage& page) -> Result<void> {
    sizes.emplace_back(page.tape[page.data].count, page.wanted);
    return {};
  });
}

TEST(ListWalk, ReadsToTheEnd) {
  ListServer server({kTwo, kLast});
  Sizes sizes;
  const auto more = walk(server, {"/v1/orders", {{"customer_id", "a b"}}, {}}, sizes);
  ASSERT_TRUE(more);
  EXPECT_FALSE(*more);
  EXPECT_EQ(sizes, (Sizes{{2, 500}, {1, 500}}));
  EXPECT_EQ(server.targets, (std::vector<std::string>{"/v1/orders?limit=500&customer_id=a%20b",
                                                      "/v1/orders?limit=500&customer_id=a%20b&cursor=a%2Fb"}));
}

TEST(ListWalk, ReadsToTheLimit) {
  for (const std::uint64_t limit : {2, 3}) {
    ListServer server({kTwo, R"({"data":[3],"next_cursor":"c"})"});
    Sizes sizes;
    const auto more = walk(server, {"/v1/orders", {}, limit}, sizes);
    ASSERT_TRUE(more);
    EXPECT_TRUE(*more);
    EXPECT_EQ(sizes, limit == 2 ? (Sizes{{2, 2}}) : (Sizes{{2, 3}, {1, 1}}));
  }
}

TEST(ListWalk, SaysHowManyElementsAreWantedOfALongerPage) {
  ListServer server({kTwo});
  Sizes sizes;
  EXPECT_EQ(walk(server, {"/v1/orders", {}, 1}, sizes), true);
  EXPECT_EQ(sizes, (Sizes{{2, 1}}));
}

TEST(ListWalk, EndsAtTheFirstError) {
  const auto reason = [](std::vector<std::string> bodies) {
    ListServer server(std::move(bodies));
    Sizes sizes;
    const auto more = walk(server, {"/v1/orders", {}, {}}, sizes);
    return more ? "none" : more.error().reason + ": " + more.error().message;
  };
  EXPECT_EQ(reason({kTwo}), "unknown_list: there is no list");
  EXPECT_EQ(reason({"{}"}), "bad_answer: cannot read the server's answer");
  EXPECT_EQ(reason({R"({"data":5})"}), "bad_answer: cannot read the server's answer");
  EXPECT_EQ(reason({kTwo, kTwo}), "bad_answer: the server returned the same cursor again");

  ListServer server({kTwo, kLast});
  const auto more = each_page(server, {"/v1/orders", {}, {}}, [](const ListPage&) -> Result<void> {
    return fail(ErrorCode::kIo, "disk_full", "a test");
  });
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().reason, "disk_full");
  EXPECT_EQ(server.targets.size(), 1U);
}

}  // namespace
}  // namespace ordo::client
