// Permissions, keys and their file, authentication, rate limits, the audit log.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "access/api_key.h"
#include "access/audit_log.h"
#include "access/audit_verify.h"
#include "access/authenticator.h"
#include "access/file_exposure.h"
#include "access/key_file.h"
#include "access/rate_limiter.h"
#include "access/testing/test_tokens.h"
#include "base/log.h"

namespace ordo::access {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

std::string read_file(const std::string& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Permission, NamesAreReadBack) {
  for (std::size_t i = 0; i < kPermissions; ++i) {
    const auto permission = static_cast<Permission>(i);
    EXPECT_EQ(parse_permission(to_string(permission)), permission);
    EXPECT_TRUE(permissions_of(AccessRole::admin).contains(permission)) << to_string(permission);
  }
  for (const auto role : kAllAccessRoles) {
    EXPECT_EQ(parse_access_role(to_string(role)), role);
    // Tokens of customers are for a shop front only, and no key has their role.
    EXPECT_EQ(permissions_of(role).contains(Permission::server_read), role != AccessRole::customer) << to_string(role);
    EXPECT_EQ(parse_key_role(to_string(role)).has_value(), role != AccessRole::customer) << to_string(role);
    EXPECT_EQ(parse_permissions(to_string(permissions_of(role))), permissions_of(role));
  }
  std::string unknown;
  EXPECT_EQ(to_string(parse_permissions(" orders:read  nothing:read", &unknown)), "orders:read");
  EXPECT_EQ(unknown, "nothing:read");
}

TEST(Permission, ReadOnlyChangesNothing) {
  for (const auto* name : {"orders:write", "orders:cancel", "refunds:write", "payments:write", "shipments:write",
                           "customers:write", "products:write", "stock:write", "webhooks:write", "dlq:write",
                           "notes:write", "pricing:write", "orders:price", "orders:import", "access:write"}) {
    EXPECT_FALSE(permissions_of(AccessRole::read_only).contains(*parse_permission(name))) << name;
  }
  for (const auto role : kAllAccessRoles) {
    // Keys and the audit log are the owner's.
    EXPECT_EQ(permissions_of(role).contains(Permission::access_read), role == AccessRole::admin) << to_string(role);
    EXPECT_EQ(permissions_of(role).contains(Permission::access_write), role == AccessRole::admin) << to_string(role);
  }
  EXPECT_FALSE(permissions_of(AccessRole::service).contains(Permission::refunds_write));
  EXPECT_FALSE(permissions_of(AccessRole::support).contains(Permission::products_write));
  EXPECT_FALSE(permissions_of(AccessRole::merchant).contains(Permission::dlq_write));
  for (const auto role : {AccessRole::merchant, AccessRole::support, AccessRole::service}) {
    EXPECT_TRUE(permissions_of(role).contains(Permission::notes_write)) << to_string(role);
  }
  EXPECT_FALSE(permissions_of(AccessRole::customer).contains(Permission::notes_write));
  EXPECT_FALSE(permissions_of(AccessRole::service).contains(Permission::pricing_write));
  EXPECT_FALSE(permissions_of(AccessRole::support).contains(Permission::orders_price));
  EXPECT_FALSE(permissions_of(AccessRole::customer).contains(Permission::orders_price));
  EXPECT_FALSE(permissions_of(AccessRole::support).contains(Permission::orders_import));
  EXPECT_FALSE(permissions_of(AccessRole::customer).contains(Permission::orders_import));
  for (const auto role : {AccessRole::merchant, AccessRole::service}) {
    EXPECT_TRUE(permissions_of(role).contains(Permission::orders_import)) << to_string(role);
  }
}

TEST(ApiKey, IsShownOnceAndKeptAsAHash) {
  ApiKey key;
  const auto text = issue(key);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), 5U + 12 + 1 + 43);
  const auto parts = parse_key_text(*text);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->id, key.id);
  EXPECT_TRUE(fits(key, parts->secret));
  std::string other(parts->secret);
  other[0] = other[0] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(fits(key, other));
  ApiKey second;
  EXPECT_NE(issue(second).value(), *text);
  EXPECT_EQ(write_keys({key}).find(parts->secret), std::string::npos);
  for (const auto& bad : {text->substr(1), *text + "a", text->substr(0, text->size() - 1), std::string("ordo__"),
                          std::string(), "ordo_" + std::string(56, '_')}) {
    EXPECT_FALSE(parse_key_text(bad)) << bad;
  }
}

TEST(ApiKey, HashIsSha256) {
  const auto digest = sha256("abc");
  EXPECT_EQ(digest[0], 0xba);
  EXPECT_EQ(digest[31], 0xad);
}

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_access_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "deep" / "api-keys.json").string();
    set_log_level(LogLevel::kOff);
    ::umask(022);  // files that others can change are refused
  }
  ~FilesTest() override {
    set_log_level(LogLevel::kInfo);
    fs::remove_all(folder_);
  }

  // Adds a key to the file and returns its text.
  std::string add(const std::string& name, AccessRole role, std::optional<Timestamp> expires = std::nullopt) {
    std::string text;
    const auto done = change_key_file(path_, [&](std::vector<ApiKey>& keys) -> Result<void> {
      ApiKey key;
      key.name = name;
      key.role = role;
      key.created = from_unix_ms(1000);
      key.expires = expires;
      text = *issue(key);
      keys.push_back(key);
      return {};
    });
    EXPECT_TRUE(done) << done.error().text();
    return text;
  }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path + ".new") << text;
    fs::rename(path + ".new", path);
  }
  std::unique_ptr<Authenticator> open(const std::string& jwks = {}) {
    AuthenticatorOptions options;
    options.key_file = path_;
    options.jwks_file = jwks;
    options.tokens = {"joe", "ordo"};
    options.look = milliseconds(5);
    options.max_cached_tokens = 4;
    auto made = Authenticator::open(std::move(options));
    EXPECT_TRUE(made) << made.error().text();
    return made ? std::move(*made) : nullptr;
  }
  static std::string reason(Authenticator& door, const std::string& credential, Timestamp at = now()) {
    const auto who = door.authenticate(credential, at);
    return who ? "" : who.error().reason;
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(FilesTest, KeysAreReadBackAsTheyWereWritten) {
  ApiKey key;
  key.name = "the shop";
  key.role = AccessRole::merchant;
  key.scopes = parse_permissions("orders:read stock:write");
  key.created = from_unix_ms(1'700'000'000'000);
  key.expires = from_unix_ms(1'800'000'000'000);
  key.revoked = from_unix_ms(1'750'000'000'123);
  ASSERT_TRUE(issue(key));
  const auto read = parse_keys(write_keys({key}));
  ASSERT_TRUE(read) << read.error().text();
  ASSERT_EQ(read->size(), 1U);
  const auto& same = read->front();
  EXPECT_EQ(std::tie(same.id, same.name, same.role, same.scopes, same.hash),
            std::tie(key.id, key.name, key.role, key.scopes, key.hash));
  EXPECT_EQ(std::tie(same.created, same.expires, same.revoked), std::tie(key.created, key.expires, key.revoked));
  EXPECT_EQ(to_string(same.permissions()), "orders:read stock:write");
}

TEST_F(FilesTest, ABrokenFileIsRefusedByTheField) {
  const std::string hash(64, 'a');
  const auto one = [&](const std::string& members) { return R"({"version":1,"keys":[{)" + members + "}]}"; };
  const auto good = R"("id":"k","name":"n","role":"admin","sha256":")" + hash + R"(","created":"2026-01-01T00:00:00Z")";
  ASSERT_TRUE(parse_keys(one(good)));
  const auto problem = [&](const std::string& text) {
    const auto keys = parse_keys(text);
    return keys ? std::string() : keys.error().message;
  };
  const auto replaced = [&](const std::string& what, const std::string& with) {
    auto text = one(good);
    return text.replace(text.find(what), what.size(), with);
  };
  EXPECT_EQ(problem("{"), "the text is not JSON, or has two members with the same name");
  EXPECT_EQ(problem("[]"), "the text must be an object");
  EXPECT_EQ(problem(R"({"version":2,"keys":[]})"), "/version must be 1");
  EXPECT_EQ(problem(R"({"version":1})"), "/keys must be a list");
  EXPECT_EQ(problem(R"({"version":1,"keys":[3]})"), "/keys/0 must be an object");
  EXPECT_EQ(problem(replaced(R"("admin")", R"("root")")),
            "/keys/0/role must be one of admin, merchant, support, service, read-only");
  EXPECT_EQ(problem(replaced(hash, "00")), "/keys/0/sha256 must be 64 hexadecimal digits in lower case");
  EXPECT_EQ(problem(replaced("2026-01-01T00:00:00Z", "soon")),
            "/keys/0/created must be a time such as 2026-01-31T08:05:00Z");
  EXPECT_EQ(problem(one(good + R"(,"expires":7)")), "/keys/0/expires must be a string");
  EXPECT_EQ(problem(one(good + R"(,"revokd":"x")")), "/keys/0/revokd is not a member of a key");
  EXPECT_EQ(problem(one(good + R"(,"scopes":["all"])")), "/keys/0/scopes has a permission that does not exist");
  EXPECT_EQ(problem(R"({"version":1,"keys":[{)" + good + "},{" + good + "}]}"), "/keys has two keys with one id");
  const auto narrow = replaced(R"("admin")", R"("read-only","scopes":["orders:write"])");
  EXPECT_EQ(problem(narrow), "/keys/0/scopes has a permission outside its role");
}

TEST_F(FilesTest, TheFileIsItsOwnersAndChangesAreNotLost) {
  EXPECT_EQ(read_key_file(path_).error().code, ErrorCode::kNotFound);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int k = 0; k < 5; ++k) add("n" + std::to_string(i * 10 + k), AccessRole::admin);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(read_key_file(path_)->size(), 20U);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(fs::status(fs::path(path_).parent_path()).permissions(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(path_ + ".tmp"));

  const auto before = read_file(path_);
  const auto refused = change_key_file(path_, [](std::vector<ApiKey>& keys) -> Result<void> {
    keys.clear();
    return fail(ErrorCode::kInvalid, "no", "no");
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(read_file(path_), before);
  // A file that a person has damaged is not overwritten.
  write(path_, "{");
  EXPECT_EQ(change_key_file(path_, [](std::vector<ApiKey>&) { return Result<void>(); }).error().reason, "bad_key_file");
  EXPECT_EQ(read_file(path_), "{");
}

TEST_F(FilesTest, TheDoorClosesWithTheFirstKeyAndStaysClosed) {
  const auto door = open();
  EXPECT_FALSE(door->closed());
  const auto key = add("shop", AccessRole::service);
  ASSERT_TRUE(eventually([&] { return door->closed(); }));
  const auto who = door->authenticate(key, now());
  ASSERT_TRUE(who) << who.error().text();
  EXPECT_EQ((*who)->name, "shop");
  EXPECT_EQ((*who)->permissions, permissions_of(AccessRole::service));
  EXPECT_EQ(reason(*door, key.substr(0, key.size() - 1) + (key.back() == 'a' ? "b" : "a")), "invalid_key");
  EXPECT_EQ(reason(*door, ""), "invalid_key");
  EXPECT_EQ(reason(*door, "a.b.c"), "invalid_key");  // tokens are not accepted here

  // Revoked: refused after the next check of the file.
  ASSERT_TRUE(change_key_file(path_, [](std::vector<ApiKey>& keys) {
    keys.front().revoked = now();
    return Result<void>();
  }));
  ASSERT_TRUE(eventually([&] { return reason(*door, key) == "key_revoked"; }));
  EXPECT_FALSE(door->still_valid(**who, now()));
  EXPECT_TRUE(door->closed());
  EXPECT_EQ(door->live_keys(now()), 0U);

  // Neither a damaged nor a removed file changes the keys.
  const auto second = add("again", AccessRole::admin);
  ASSERT_TRUE(eventually([&] { return reason(*door, second).empty(); }));
  write(path_, "{ broken");
  const auto looked = now() + milliseconds(50);
  ASSERT_TRUE(eventually([&] { return now() > looked; }));
  EXPECT_EQ(reason(*door, second), "");
  fs::remove(path_);
  const auto again = now() + milliseconds(50);
  ASSERT_TRUE(eventually([&] { return now() > again; }));
  EXPECT_EQ(reason(*door, second), "");
  EXPECT_TRUE(door->closed());
}

TEST_F(FilesTest, KeysExpire) {
  const auto ends = from_unix_ms(2'000'000);
  const auto key = add("soon", AccessRole::admin, ends);
  const auto door = open();
  EXPECT_TRUE(door->closed());
  const auto who = door->authenticate(key, ends - milliseconds(1));
  ASSERT_TRUE(who);
  EXPECT_TRUE(door->still_valid(**who, ends - milliseconds(1)));
  EXPECT_FALSE(door->still_valid(**who, ends));
  EXPECT_EQ(reason(*door, key, ends), "key_expired");
  EXPECT_EQ(reason(*door, key.substr(0, key.size() - 2) + "__", ends), "invalid_key");
}

TEST_F(FilesTest, ABrokenFileIsNoStart) {
  write(path_, R"({"version":1,"keys":[{}]})");
  AuthenticatorOptions options;
  options.key_file = path_;
  EXPECT_EQ(Authenticator::open(options).error().reason, "bad_key_file");
  options.key_file = (folder_ / "none").string();
  options.jwks_file = (folder_ / "none.json").string();
  EXPECT_EQ(Authenticator::open(options).error().reason, "bad_jwks");
}

TEST_F(FilesTest, WhatOthersCanChangeIsNotBelieved) {
  const auto key = add("a", AccessRole::admin);
  const auto door = open();
  const auto stranger = write_keys({});
  for (const auto others : {fs::perms::group_write, fs::perms::others_write}) {
    write(path_, stranger);
    fs::permissions(path_, others, fs::perm_options::add);
    EXPECT_EQ(read_key_file(path_).error().reason, "writable_by_others");
    EXPECT_NE(read_key_file(path_).error().message.find("chmod go-w " + path_), std::string::npos);
    EXPECT_FALSE(change_key_file(path_, [](std::vector<ApiKey>&) { return Result<void>(); }));
    AuthenticatorOptions options;
    options.key_file = path_;
    EXPECT_FALSE(Authenticator::open(options));
    fs::permissions(path_, others, fs::perm_options::remove);
    EXPECT_TRUE(Authenticator::open(options));
    options.key_file = (folder_ / "none").string();
    options.jwks_file = (folder_ / "jwks.json").string();
    write(options.jwks_file, R"({"keys":[{"kty":"oct","k":")" + to_base64url(std::string(32, 'k')) + R"("}]})");
    EXPECT_TRUE(Authenticator::open(options));
    fs::permissions(options.jwks_file, others, fs::perm_options::add);
    EXPECT_EQ(Authenticator::open(options).error().reason, "bad_jwks");
    const auto audit = (folder_ / "audit.log").string();
    write(audit, "");
    EXPECT_TRUE(AuditLog::open(audit));
    fs::permissions(audit, others, fs::perm_options::add);
    EXPECT_EQ(AuditLog::open(audit).error().reason, "writable_by_others");
  }
}

TEST_F(FilesTest, WhatEverybodyCanReadIsWarnedAbout) {
  const auto warning = [](const std::string& path) {
    testing::internal::CaptureStderr();
    set_log_level(LogLevel::kInfo);
    warn_of_readers(path, "the file of API keys");
    set_log_level(LogLevel::kOff);
    return testing::internal::GetCapturedStderr();
  };
  add("a", AccessRole::admin);
  EXPECT_EQ(warning(path_), "");
  fs::permissions(path_, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(warning(path_), "");
  fs::permissions(path_, fs::perms::others_read, fs::perm_options::add);
  EXPECT_NE(warning(path_).find("chmod o-r " + path_), std::string::npos) << warning(path_);
  EXPECT_EQ(warning(path_ + ".none"), "");
}

TEST_F(FilesTest, KeysThatSignTokensAreRotated) {
  const std::string one = "0123456789abcdef0123456789abcdef";
  const std::string two = "fedcba9876543210fedcba9876543210";
  const auto jwk = [](const std::string& kid, const std::string& secret) {
    return R"({"kty":"oct","kid":")" + kid + R"(","k":")" + to_base64url(secret) + R"("})";
  };
  const auto jwks = (folder_ / "jwks.json").string();
  write(jwks, R"({"keys":[)" + jwk("1", one) + "]}");
  const auto door = open(jwks);
  EXPECT_TRUE(door->closed());
  const auto token = [](const std::string& kid, const std::string& secret, const std::string& sub = "ann") {
    return hs256(R"({"alg":"HS256","kid":")" + kid + R"("})",
                 R"({"iss":"joe","aud":"ordo","role":"admin","exp":2000,"sub":")" + sub + R"("})", secret);
  };
  const auto at = from_unix_ms(1'000'000);
  const auto who = door->authenticate(token("1", one), at);
  ASSERT_TRUE(who) << who.error().text();
  EXPECT_EQ(door->authenticate(token("1", one), at).value(), *who);  // from the cache
  EXPECT_EQ(reason(*door, token("2", two), at), "unknown_token_key");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(reason(*door, token("1", one, "u" + std::to_string(i)), at), "");
  EXPECT_EQ(reason(*door, token("1", one), from_unix_ms(2'030'000)), "token_expired");

  write(jwks, R"({"keys":[)" + jwk("1", one) + "," + jwk("2", two) + "]}");
  ASSERT_TRUE(eventually([&] { return reason(*door, token("2", two), at).empty(); }));
  EXPECT_EQ(reason(*door, token("1", one), at), "");
  EXPECT_TRUE(door->still_valid(**who, at));
  write(jwks, R"({"keys":[)" + jwk("2", two) + "]}");
  ASSERT_TRUE(eventually([&] { return reason(*door, token("1", one), at) == "unknown_token_key"; }));
  EXPECT_FALSE(door->still_valid(**who, at));

  // Another key with the same kid, then that key in another notation.
  const auto second = door->authenticate(token("2", two), at);
  ASSERT_TRUE(second);
  write(jwks, R"({"keys":[)" + jwk("2", one) + "]}");
  ASSERT_TRUE(eventually([&] { return reason(*door, token("2", two), at) == "bad_token"; }));
  EXPECT_FALSE(door->still_valid(**second, at));
  write(jwks, R"({"keys":[{"alg":"HS256","k":")" + to_base64url(two) + R"(","kid":"2","kty":"oct"}]})");
  ASSERT_TRUE(eventually([&] { return reason(*door, token("2", two), at).empty(); }));
  EXPECT_TRUE(door->still_valid(**second, at));
}

TEST(RateLimiter, GivesWhatIsPromised) {
  RateLimiter limits(2, 4);
  auto at = RateLimiter::Clock::time_point() + seconds(100);
  EXPECT_EQ(limits.burst(), 4);
  EXPECT_EQ(limits.window(), seconds(2));
  for (int i = 3; i >= 0; --i) {
    const auto verdict = limits.take("a", at);
    EXPECT_TRUE(verdict.allowed);
    EXPECT_EQ(verdict.left, i);
  }
  const auto refused = limits.take("a", at);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after, seconds(1));
  EXPECT_EQ(refused.reset, seconds(2));
  EXPECT_TRUE(limits.take("b", at).allowed);
  at += milliseconds(500);
  EXPECT_TRUE(limits.look("a", at).allowed);
  EXPECT_TRUE(limits.take("a", at).allowed);
  EXPECT_FALSE(limits.take("a", at).allowed);
  EXPECT_FALSE(limits.take("a", at - seconds(5)).allowed);  // from a clock that was read earlier
  at += seconds(1000);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(limits.take("a", at).allowed);
  EXPECT_FALSE(limits.take("a", at).allowed);
}

TEST(RateLimiter, ForgetsTheOldest) {
  RateLimiter limits(1, 1, 160);
  const auto at = RateLimiter::Clock::time_point() + seconds(100);
  for (int i = 0; i < 10'000; ++i) limits.take("name" + std::to_string(i), at);
  EXPECT_LE(limits.size(), 160U);
  EXPECT_FALSE(limits.take("name9999", at).allowed);
  EXPECT_TRUE(limits.take("name0", at).allowed);
}

TEST(RateLimiter, CountsANetworkOfIpv6AsOne) {
  EXPECT_EQ(address_group("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(address_group("2001:db8::1"), address_group("2001:db8::ffff:1"));
  EXPECT_NE(address_group("2001:db8:0:1::1"), address_group("2001:db8::1"));
  EXPECT_EQ(address_group("fe80::1%eth0"), "fe80::/64");
  EXPECT_EQ(address_group(""), "");
}

AuditEntry entry(const std::string& target) {
  AuditEntry made;
  made.at = from_unix_ms(0);
  made.who = "key:k";
  made.name = "the \"shop\"";
  made.role = "admin";
  made.peer = "192.0.2.7";
  made.method = "POST";
  made.route = "/v1/orders/{id}/cancel";
  made.target = target;
  made.status = 202;
  made.trace_id = "t";
  return made;
}

std::size_t lines_of(const std::string& path) {
  const auto text = read_file(path);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_F(FilesTest, TheAuditLogSaysWhoDidWhat) {
  const auto path = (folder_ / "logs" / "audit.log").string();
  {
    auto log = AuditLog::open(path);
    ASSERT_TRUE(log);
    (*log)->add(entry("/v1/orders/7/cancel"));
    ASSERT_TRUE(eventually([&] { return (*log)->written() == 1; }));
    // Rotated: the next line goes to a new file with the old name.
    fs::rename(path, path + ".1");
    (*log)->add(entry("/v1/orders/8/cancel"));
    ASSERT_TRUE(eventually([&] { return (*log)->written() == 2; }));
    (*log)->add(entry("/v1/orders/9/cancel"));
  }
  EXPECT_EQ(lines_of(path + ".1"), 1U);
  EXPECT_EQ(lines_of(path), 2U);  // the last line was written before the end
  EXPECT_EQ(
      read_file(path + ".1"),
      "{\"seq\":1,\"prev\":\"" + no_audit_line() +
          "\",\"time\":\"1970-01-01T00:00:00.000Z\",\"who\":\"key:k\",\"name\":\"the \\\"shop\\\"\",\"role\":\"admin\","
          "\"address\":\"192.0.2.7\",\"method\":\"POST\",\"route\":\"/v1/orders/{id}/cancel\","
          "\"target\":\"/v1/orders/7/cancel\",\"status\":202,\"trace_id\":\"t\"}\n");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(FilesTest, TheAuditLogBlocksNobodyAndSaysWhatIsLost) {
  // A folder is in the place of the file: nothing can be written.
  const auto path = (folder_ / "audit.log").string();
  fs::create_directories(path);
  EXPECT_FALSE(AuditLog::open(path));
  auto log = *AuditLog::open(path, false, {.max_waiting = 10});
  for (int i = 0; i < 1000; ++i) log->add(entry("/x"));
  ASSERT_TRUE(eventually([&] { return log->dropped() >= 1000 - 10; }));
  fs::remove(path);
  ASSERT_TRUE(eventually([&] {
    log->add(entry("/y"));
    return log->written() > 0;
  }));
  EXPECT_NE(read_file(path).find("\"method\":\"lines dropped\",\"count\":"), std::string::npos);
}

TEST_F(FilesTest, TheAuditLogKeepsSoMuchAndNoMore) {
  const auto path = (folder_ / "audit.log").string();
  const auto old = [&](int number) { return path + "." + std::to_string(number); };
  AuditFile file(path, 150);
  AuditFile beside(path, 150);
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE((i % 2 == 0 ? file : beside).append({"{\"number\":" + std::to_string(i) + "}\n"}));
  }
  EXPECT_NE(read_file(path).find("\"number\":39}"), std::string::npos);
  EXPECT_NE(read_file(old(1)).find("\"number\":38}"), std::string::npos);
  EXPECT_NE(read_file(old(9)).find("\"number\":30}"), std::string::npos);
  EXPECT_FALSE(fs::exists(old(10)));
  const auto verdict = verify_audit_log(path, {});
  EXPECT_EQ(verdict->fault, "");
  EXPECT_EQ(verdict->first_seq, 31U);
  EXPECT_EQ(verdict->last.seq, 40U);
}

TEST_F(FilesTest, RefusedRequestsHaveABudgetInTheAuditLog) {
  const auto path = (folder_ / "audit.log").string();
  {
    auto log = *AuditLog::open(path);
    auto refused = entry(std::string(5000, 'x'));
    refused.refused = true;
    for (int i = 0; i < 1000; ++i) log->add(refused);
    EXPECT_GT(log->left_out(), 900U);
    log->add(entry("/let/through"));
    // Stated even though no other request is refused.
    EXPECT_TRUE(eventually([&] { return read_file(path).find("left out") != std::string::npos; }));
  }
  const auto text = read_file(path);
  EXPECT_LT(text.size(), 64U * 1024);
  EXPECT_EQ(text.find(std::string(257, 'x')), std::string::npos);
  EXPECT_NE(text.find(std::string(256, 'x')), std::string::npos);
  EXPECT_NE(text.find("/let/through"), std::string::npos);
}

TEST_F(FilesTest, AnAuditLineIsCutAndIsText) {
  EXPECT_LT(to_line(entry(std::string(100'000, 'x'))).size(), 2'000U);
  EXPECT_NE(to_line(entry("/v1/orders/\xff")).find("\"/v1/orders/?\""), std::string::npos);
}

}  // namespace
}  // namespace ordo::access
