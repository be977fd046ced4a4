// The dashboard's files are public, compressed and protected. A program without them says so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "api/admin/admin_files.h"
#include "api/route_rules.h"
#include "api/testing/test_api.h"
#include "records/json_view.h"

namespace ordo::api {
namespace {

class AdminTest : public ApiTest {};

bool has(const http::Answer& answer, std::string_view text) {
  return answer.head.find(text) != std::string::npos;
}

TEST_F(AdminTest, AnyScreenIsThePage) {
  for (const auto* path : {"/admin/", "/admin/orders", "/admin/orders/7", "/admin/orders/7/slip", "/admin/%C3%A8%1C",
                           "/admin/a%20b/%2F"}) {
    const auto answer = client_->get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_TRUE(has(answer, "Content-Type: text/html; charset=utf-8")) << path;
    EXPECT_TRUE(has(answer, "Cache-Control: no-cache")) << path;
    EXPECT_TRUE(has(answer, "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'"))
        << path;
    EXPECT_TRUE(has(answer, "frame-ancestors 'none'")) << path;
    EXPECT_FALSE(has(answer, "Content-Encoding")) << path;
    EXPECT_EQ(answer.body.find(admin_files().empty() ? "No dashboard" : "<script type=\"module\"") != std::string::npos,
              true);
  }
  const auto moved = client_->get("/admin");
  EXPECT_EQ(moved.status, 307);
  EXPECT_TRUE(has(moved, "Location: /admin/\r\n"));
}

TEST_F(AdminTest, TheDocumentSaysThatAnyTextIsAScreen) {
  const auto document = client_->get("/openapi.json").body;
  const auto tape = JsonTape::parse(document);
  ASSERT_TRUE(tape);
  const auto paths = JsonView(*tape)["paths"];
  for (const auto* path : {"/admin/{screen}", "/admin/{screen}/{id}", "/admin/{screen}/{id}/{part}"}) {
    int described = 0;
    paths[path]["get"]["parameters"].elements([&](const JsonView& parameter) {
      if (parameter["in"].text() != "path") return;
      ++described;
      EXPECT_EQ(parameter["schema"].compact(), R"({"type":"string"})") << path << " " << parameter["name"].text();
    });
    EXPECT_EQ(described, std::count(path, path + std::strlen(path), '{')) << path;
  }
}

TEST_F(AdminTest, AnAssetIsKeptForGood) {
  for (const auto& file : admin_files()) {
    const auto answer = client_->get("/admin/assets/" + std::string(file.name));
    if (file.name == "index.html") {
      EXPECT_EQ(answer.status, 404);  // it must not be kept
      continue;
    }
    EXPECT_EQ(answer.status, 200) << file.name;
    EXPECT_EQ(answer.body, file.content);
    EXPECT_TRUE(has(answer, "Content-Encoding: gzip")) << file.name;
    EXPECT_TRUE(has(answer, "immutable")) << file.name;
  }
  EXPECT_EQ(client_->get("/admin/assets/none.js").status, 404);
  EXPECT_EQ(client_->get("/admin/assets/..%2Findex.html").status, 404);
}

TEST(AdminRules, OnlyTheFilesArePublic) {
  for (const auto& rule : route_rules()) {
    if (rule.auth != http::RouteAuth::kPublic || rule.path == "/livez") continue;
    EXPECT_TRUE(rule.path.starts_with("/admin")) << rule.path;
  }
}

}  // namespace
}  // namespace ordo::api
