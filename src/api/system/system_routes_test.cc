#include <gtest/gtest.h>

#include "api/testing/test_api.h"

namespace ordo::api {
namespace {

class SystemTest : public ApiTest {
 protected:
  SystemTest() {
    system_.mode = ServerMode::kafka;
    system_.started_at = now() - std::chrono::seconds(5);
    system_.figures = [] { return ProcessFigures{{{"appends", 3, 10}}, DiskFigures{100, 200}, 300}; };
    system_.settings = [] {
      return std::vector<ShownSetting>{{"listen", "127.0.0.1:8080", "default", "Address"},
                                       {"gateway_secret", "***", "environment", "Secret"}};
    };
    restart({});
  }
};

TEST_F(SystemTest, MeIsEveryoneWithoutKeys) {
  const auto me = client_->get("/v1/me");
  EXPECT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(member(me.body, "kind"), "none");
  EXPECT_EQ(member(me.body, "id"), "(none)");
  EXPECT_EQ(member(me.body, "role"), "admin");
  EXPECT_EQ(member(me.body, "permissions"), std::to_string(access::kPermissions));
  EXPECT_EQ(member(me.body, "mode"), "kafka");
  EXPECT_EQ(member(me.body, "shop.currency") + member(me.body, "shop.location"), "USDmain");
}

TEST_F(SystemTest, StatusShowsChecksQueuesAndProcessors) {
  checks_.push_back({"store", false, "away"});
  source_.append("o", "ordo.order.reserved.v1");
  const auto status = client_->get("/v1/status");
  ASSERT_EQ(status.status, 200) << status.body;
  EXPECT_EQ(member(status.body, "ready"), "false");
  EXPECT_EQ(member(status.body, "checks.1.detail"), "away");
  EXPECT_EQ(member(status.body, "instance"), "test");
  EXPECT_GE(std::stol(member(status.body, "uptime_s")), 5);
  EXPECT_EQ(member(status.body, "disk.free"), "200");
  EXPECT_EQ(member(status.body, "memory.rss_bytes"), "300");
  EXPECT_EQ(member(status.body, "queues.0.name"), "reads");
  EXPECT_NE(status.body.find(R"({"name":"appends","value":3,"bound":10})"), std::string::npos) << status.body;
  EXPECT_NE(status.body.find(R"("name":"orders","partition":0,"next":0,"lag":)"), std::string::npos) << status.body;
  EXPECT_NE(status.body.find(R"("next":0,"lag":1)"), std::string::npos) << status.body;
}

TEST_F(SystemTest, SettingsHaveTheirSource) {
  const auto settings = client_->get("/v1/settings");
  EXPECT_EQ(settings.status, 200);
  EXPECT_EQ(member(settings.body, "data.1.value"), "***");
  EXPECT_EQ(member(settings.body, "data.1.source"), "environment");
}

TEST_F(SystemTest, ChecksRunOneAtATime) {
  EXPECT_EQ(client_->get("/v1/checks/latest").status, 404);
  std::optional<CheckState> state;
  system_.latest_check = [&state] { return state; };
  system_.start_check = [&state]() -> Result<CheckState> {
    if (state) return fail(ErrorCode::kConflict, "check_running", "one runs");
    state.emplace().id = "c1";
    return *state;
  };
  restart({});
  const auto started = post("/v1/checks", "");
  EXPECT_EQ(started.status, 202) << started.body;
  EXPECT_EQ(member(started.body, "status"), "running");
  EXPECT_EQ(member(post("/v1/checks", "").body, "code"), "check_running");
  state->status = CheckStatus::done;
  state->clean = false;
  state->report = R"({"clean":false,"invariants":[]})";
  const auto done = client_->get("/v1/checks/latest");
  EXPECT_EQ(member(done.body, "clean"), "false") << done.body;
  EXPECT_EQ(member(done.body, "report.invariants"), "0");
}

TEST_F(SystemTest, TheAuditLogIsReadInPages) {
  EXPECT_EQ(member(client_->get("/v1/audit-log").body, "code"), "no_audit_log");
  EXPECT_EQ(client_->get("/v1/audit-log/verification").status, 404);
  std::string asked;
  system_.audit_page = [&](const std::optional<access::AuditPlace>& place, std::size_t limit) {
    asked = (place ? access::to_string(*place) : "newest") + " " + std::to_string(limit);
    access::AuditPage page;
    page.lines.emplace_back().seq = 8;
    page.lines.back().method = "key create";
    page.next = access::AuditPlace{1, 2, 8};
    return Result<access::AuditPage>(page);
  };
  system_.verify_audit = [] {
    access::AuditVerdict verdict;
    verdict.lines = 8;
    verdict.fault = "audit.log, line 3 was changed";
    return Result<access::AuditVerdict>(verdict);
  };
  restart({});
  const auto page = client_->get("/v1/audit-log");
  EXPECT_EQ(asked, "newest 50");
  EXPECT_EQ(member(page.body, "data.0.seq") + member(page.body, "data.0.method"), "8key create") << page.body;
  EXPECT_EQ(member(page.body, "data.0.status"), "(none)");
  const auto cursor = member(page.body, "next_cursor");
  EXPECT_EQ(client_->get("/v1/audit-log?limit=5&cursor=" + cursor).status, 200);
  EXPECT_EQ(asked, "1.2.8 5");
  for (const auto* bad : {"limit=0", "limit=501", "cursor=x", "who=me"}) {
    EXPECT_EQ(client_->get("/v1/audit-log?" + std::string(bad)).status, 400) << bad;
  }
  const auto verdict = client_->get("/v1/audit-log/verification");
  EXPECT_EQ(member(verdict.body, "unbroken") + member(verdict.body, "lines"), "false8") << verdict.body;
}

TEST_F(SystemTest, KeysNeedAKeyFile) {
  EXPECT_EQ(member(client_->get("/v1/keys").body, "code"), "no_key_file");
  EXPECT_EQ(member(post("/v1/keys", R"({"name":"x","role":"admin"})").body, "code"), "no_key_file");
}

}  // namespace
}  // namespace ordo::api
