// /v1/keys over a real key file: the first key, the rights of the caller, the audit log.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "access/key_store.h"
#include "api/testing/test_api.h"
#include "base/log.h"

namespace ordo::api {
namespace {

namespace fs = std::filesystem;

class KeyRoutes : public ApiTest {
 protected:
  KeyRoutes() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_key_routes_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    set_log_level(LogLevel::kOff);
    ::umask(022);
    access::AuthenticatorOptions who;
    who.key_file = folder_ / "keys";
    authenticator_ = *access::Authenticator::open(who);
    audit_ = *access::AuditLog::open(folder_ / "audit.log", false);
    store_ = std::make_unique<access::KeyStore>(who.key_file, *authenticator_);
    guard_ = std::make_unique<http::RequestGuard>(http::RequestGuardOptions(), *authenticator_, audit_.get());
    system_.keys = store_.get();
    restart({});
  }
  ~KeyRoutes() override {
    stop();
    guard_.reset();
    start({});  // the fixture stops it
    fs::remove_all(folder_);
    set_log_level(LogLevel::kInfo);
  }

  // The whole audit log. The API serves no requests afterwards.
  std::string audit_text() {
    stop();
    guard_.reset();
    audit_.reset();  // writes the waiting lines
    start({});       // for the end of the fixture
    std::ifstream stream(folder_ / "audit.log");
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  http::Answer ask(std::string_view method, const std::string& path, const std::string& key,
                   std::string_view body = "") {
    return client_->send_json(method, path, body, key.empty() ? "" : "X-Api-Key: " + key + "\r\n");
  }
  std::string first_key() {
    const auto made = ask("POST", "/v1/keys", "", R"({"name":"owner","role":"admin","first_key":true})");
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(member(made.body, "first_key"), "true");
    return member(made.body, "key");
  }

  fs::path folder_;
  std::unique_ptr<access::AuditLog> audit_;
  std::unique_ptr<access::KeyStore> store_;
};

TEST_F(KeyRoutes, TheFirstKeyMustBeWanted) {
  const auto refused = ask("POST", "/v1/keys", "", R"({"name":"owner","role":"admin"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(member(refused.body, "code"), "first_key");
  EXPECT_EQ(client_->get("/v1/orders").status, 200) << "the server is open";
  const auto key = first_key();
  EXPECT_EQ(client_->get("/v1/orders").status, 401);
  const auto me = client_->get("/v1/me", "X-Api-Key: " + key + "\r\n");
  EXPECT_EQ(member(me.body, "kind") + member(me.body, "name"), "keyowner") << me.body;
}

TEST_F(KeyRoutes, AKeyLives) {
  const auto owner = first_key();
  const auto made = ask("POST", "/v1/keys", owner,
                        R"({"name":"shop","role":"service","scopes":["orders:read"],"expires_in_days":2})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto id = member(made.body, "id");
  const auto shop = member(made.body, "key");
  EXPECT_EQ(client_->get("/v1/orders", "X-Api-Key: " + shop + "\r\n").status, 200);
  EXPECT_EQ(ask("GET", "/v1/keys", shop).status, 403);
  const auto list = client_->get("/v1/keys", "X-Api-Key: " + owner + "\r\n");
  EXPECT_EQ(member(list.body, "data"), "2");
  EXPECT_EQ(member(list.body, "data.1.scopes.0"), "orders:read");
  EXPECT_EQ(list.body.find(shop.substr(shop.rfind('_'))), std::string::npos);
  EXPECT_EQ(member(ask("POST", "/v1/keys", owner, R"({"name":"shop","role":"service"})").body, "code"), "key_exists");

  const auto turned = ask("POST", "/v1/keys/" + id + "/rotate", owner, R"({"grace_s":600})");
  ASSERT_EQ(turned.status, 201) << turned.body;
  EXPECT_EQ(client_->get("/v1/orders", "X-Api-Key: " + shop + "\r\n").status, 200) << "until the grace is over";
  const auto fresh = member(turned.body, "id");
  EXPECT_EQ(member(ask("DELETE", "/v1/keys/" + fresh, owner).body, "live"), "false");
  const std::string newest = "X-Api-Key: " + member(turned.body, "key") + "\r\n";
  EXPECT_EQ(member(client_->get("/v1/orders", newest).body, "code"), "key_revoked");
  EXPECT_EQ(ask("DELETE", "/v1/keys/shop", owner).status, 404) << "by id only";
  EXPECT_EQ(ask("POST", "/v1/keys/none/rotate", owner).status, 404);
}

TEST_F(KeyRoutes, GiveNoMoreThanTheCallerHas) {
  const auto owner = first_key();
  const auto made =
      ask("POST", "/v1/keys", owner, R"({"name":"keeper","role":"admin","scopes":["access:read","access:write"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto keeper = member(made.body, "key");
  EXPECT_EQ(ask("POST", "/v1/keys", keeper, R"({"name":"x","role":"admin"})").status, 403);
  const auto owners = member(client_->get("/v1/keys", "X-Api-Key: " + owner + "\r\n").body, "data.0.id");
  EXPECT_EQ(ask("POST", "/v1/keys/" + owners + "/rotate", keeper).status, 403);
}

TEST_F(KeyRoutes, AreChecked) {
  const auto owner = first_key();
  for (const auto& [body, pointer] : {std::pair(R"({"name":" x","role":"admin"})", "/name"),
                                      {R"({"name":"x","role":"customer"})", "/role"},
                                      {R"({"name":"x","role":"support","scopes":["dlq:write"]})", "/scopes/0"},
                                      {R"({"name":"x","role":"support","scopes":[]})", "/scopes"},
                                      {R"({"name":"x","role":"support","expires_in_days":0})", "/expires_in_days"}}) {
    const auto answer = ask("POST", "/v1/keys", owner, body);
    EXPECT_EQ(answer.status, 422) << answer.body;
    EXPECT_EQ(member(answer.body, "errors.0.pointer"), pointer) << answer.body;
  }
  EXPECT_EQ(ask("POST", "/v1/keys/x/rotate", owner, R"({"grace_s":-1})").status, 422);
}

TEST_F(KeyRoutes, ChangesAreWrittenDownWithoutSecrets) {
  const auto owner = first_key();
  const auto made = ask("POST", "/v1/keys", owner, R"({"name":"shop","role":"service"})");
  ask("DELETE", "/v1/keys/" + member(made.body, "id"), owner);
  const auto text = audit_text();
  EXPECT_NE(text.find(R"("name":"shop","role":"service","address":"127.0.0.1","method":"key create","target":")" +
                      member(made.body, "id")),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("key revoke"), std::string::npos);
  for (const auto& key : {owner, member(made.body, "key")}) {
    EXPECT_EQ(text.find(key.substr(key.rfind('_') + 1)), std::string::npos);
  }
}

}  // namespace
}  // namespace ordo::api
