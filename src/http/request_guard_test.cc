// Access control in front of a router: who passes, what a refused caller receives, and what the audit log records.
#include "http/request_guard.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "access/key_file.h"
#include "base/log.h"
#include "http/router.h"

namespace ordo::http {
namespace {

namespace fs = std::filesystem;
using access::AccessRole;

class Answered final : public AnswerSink {
 public:
  void answer(std::uint64_t, std::uint64_t, Response response) override { got = std::move(response); }
  void more(std::uint64_t) override {}
  Response got;
};

constexpr auto kRules = std::to_array<RouteRule>({
    {Method::kGet, "/orders", access::Permission::orders_read},
    {Method::kPost, "/orders", access::Permission::orders_write},
    {Method::kPost, "/api/order", access::Permission::orders_write},
    {Method::kGet, "/me", access::Permission::dlq_write, RouteAuth::kCaller},
    {Method::kGet, "/livez", access::Permission::server_read, RouteAuth::kPublic},
    {Method::kGet, "/readyz", access::Permission::server_read, RouteAuth::kBrief},
    {Method::kPost, "/answers", access::Permission::payments_write, RouteAuth::kGateway},
    {Method::kPost, "/updates", access::Permission::shipments_write, RouteAuth::kCarrier},
});

const std::vector<access::SigningSecret> kSecrets = {access::SigningSecret{std::string(32, 'k')}};

std::vector<std::pair<std::string, std::string>> signature(const std::string& id, Timestamp at = now()) {
  const auto headers = access::sign(kSecrets, id, at, {});
  return {{std::string(access::kIdHeader), headers.id},
          {std::string(access::kTimestampHeader), headers.timestamp},
          {std::string(access::kSignatureHeader), headers.signature}};
}

class RequestGuardTest : public testing::Test {
 protected:
  RequestGuardTest() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_gate_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    set_log_level(LogLevel::kOff);
  }
  ~RequestGuardTest() override {
    router_.reset();
    guard_.reset();
    audit_.reset();
    authenticator_.reset();
    set_log_level(LogLevel::kInfo);
    fs::remove_all(folder_);
  }

  std::string key(const std::string& name, AccessRole role) {
    std::string text;
    const auto done = access::change_key_file(folder_ / "keys", [&](std::vector<access::ApiKey>& keys) -> Result<void> {
      access::ApiKey made;
      made.name = name;
      made.role = role;
      text = *access::issue(made);
      keys.push_back(made);
      return {};
    });
    EXPECT_TRUE(done);
    return text;
  }

  void open(RequestGuardOptions options = {}) {
    access::AuthenticatorOptions who;
    who.key_file = folder_ / "keys";
    authenticator_ = *access::Authenticator::open(who);
    audit_ = *access::AuditLog::open(folder_ / "audit.log", false);
    guard_ = std::make_unique<RequestGuard>(std::move(options), *authenticator_, audit_.get());
    router_ = std::make_unique<Router>();
    for (const auto& rule : kRules) {
      router_->add(
          rule.method, rule.path,
          [this](const Request& request, Respond respond) {
            passed_ = request.caller ? request.caller->principal->name : "nobody";
            brief_ = request.brief;
            Response response;
            response.add_header("Own", "1");
            respond(std::move(response));
          },
          {.tag = "T", .summary = "s", .answers = {{200, "t"}}}, BodyType::kAny);
    }
    router_->guard(guard_.get(), kRules, true);
  }

  Response ask(Method method, std::string_view target,
               const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    Request request;
    request.method = method;
    request.set_target(target);
    request.peer = peer_;
    request.by_proxy = by_proxy_;
    for (const auto& [name, value] : headers) request.add_header(name, value);
    passed_.clear();
    const auto answered = std::make_shared<Answered>();
    (*router_)(std::move(request), Respond(answered, 0, 0));
    return answered->got;
  }
  Response ask_with(const std::string& shown, Method method = Method::kGet, std::string_view target = "/orders") {
    return ask(method, target, {{"Authorization", "Bearer " + shown}});
  }

  // All lines written. The guard serves no requests after it.
  std::vector<std::string> audit_lines() {
    router_.reset();
    guard_.reset();
    audit_.reset();  // writes the waiting lines
    std::ifstream stream(folder_ / "audit.log");
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

  fs::path folder_;
  std::unique_ptr<access::Authenticator> authenticator_;
  std::unique_ptr<access::AuditLog> audit_;
  std::unique_ptr<RequestGuard> guard_;
  std::unique_ptr<Router> router_;
  std::string passed_;
  bool brief_ = false;
  bool by_proxy_ = false;  // for later requests, as is the next member
  std::string peer_ = "192.0.2.7";
};

TEST_F(RequestGuardTest, AnOpenDoorAsksNothing) {
  open();
  EXPECT_EQ(ask(Method::kGet, "/orders").status, 200);
  EXPECT_EQ(ask_with("nonsense").status, 200);
  EXPECT_EQ(ask(Method::kPost, "/orders").fields, "Own: 1\r\n");
  const auto lines = audit_lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find(R"("who":"anybody","address":"192.0.2.7","method":"POST")"), std::string::npos) << lines[0];
}

TEST_F(RequestGuardTest, AClosedDoorAsksForAKeyAndItsPermission) {
  const auto reader = key("reader", AccessRole::read_only);
  const auto shop = key("shop", AccessRole::service);
  open();
  auto refused = ask(Method::kGet, "/orders");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer realm=\"ordo\"");
  EXPECT_NE(refused.body.find("\"code\":\"unauthenticated\""), std::string::npos);
  EXPECT_EQ(passed_, "");
  EXPECT_EQ(ask_with(reader).status, 200);
  EXPECT_EQ(passed_, "reader");
  EXPECT_EQ(ask(Method::kHead, "/orders", {{"X-Api-Key", reader}}).status, 200);
  refused = ask_with(reader, Method::kPost);
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.header("WWW-Authenticate").find("scope=\"orders:write\""), std::string::npos);
  EXPECT_NE(refused.body.find("orders:write"), std::string::npos);
  EXPECT_EQ(passed_, "");
  EXPECT_EQ(ask_with(shop, Method::kPost).status, 200);
  EXPECT_EQ(passed_, "shop");

  refused = ask_with(shop.substr(0, shop.size() - 1) + (shop.back() == 'a' ? "b" : "a"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.body.find("invalid_key"), std::string::npos);
  EXPECT_NE(refused.header("WWW-Authenticate").find("error=\"invalid_token\""), std::string::npos);
  EXPECT_EQ(ask(Method::kGet, "/orders", {{"Authorization", "Basic " + shop}}).status, 401);
  EXPECT_EQ(ask(Method::kGet, "/orders", {{"Authorization", "Bearer"}}).status, 401);
  EXPECT_EQ(ask(Method::kGet, "/orders", {{"Authorization", "Bearer " + shop}, {"X-Api-Key", reader}}).status, 401);
  EXPECT_EQ(ask(Method::kGet, "/nothing").status, 404);
  EXPECT_EQ(ask(Method::kDelete, "/orders").status, 405);
}

TEST_F(RequestGuardTest, SomeRoutesAreForEveryKeyWhateverItMay) {
  const auto reader = key("reader", AccessRole::read_only);
  open();
  EXPECT_EQ(ask_with(reader, Method::kGet, "/me").status, 200);
  EXPECT_EQ(passed_, "reader");
  EXPECT_EQ(ask(Method::kGet, "/me").status, 401);
}

TEST_F(RequestGuardTest, AnActionIsWrittenDownWithItsCaller) {
  key("reader", AccessRole::read_only);
  open();
  Request request;
  request.peer = peer_;
  request.trace_id = "t1";
  access::AuditEntry entry;
  entry.method = "key create";
  entry.target = "k2";
  guard_->write_action(request, entry);
  const auto lines = audit_lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(
      lines[0].find(R"("who":"anybody","address":"192.0.2.7","method":"key create","target":"k2","trace_id":"t1")"),
      std::string::npos)
      << lines[0];
}

TEST_F(RequestGuardTest, TheOlderRoutesSayItTheirWay) {
  key("a", AccessRole::admin);
  open();
  const auto refused = ask(Method::kPost, "/api/order");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.content_type, kJson);
  EXPECT_TRUE(refused.body.starts_with("{\"message\":\"this server requires a key or token\"")) << refused.body;
}

TEST_F(RequestGuardTest, SomeRoutesAreForEverybody) {
  const auto admin = key("a", AccessRole::admin);
  RequestGuardOptions options;
  options.gateway_secrets = kSecrets;
  open(options);
  EXPECT_EQ(ask_with("wrong", Method::kGet, "/livez").status, 200);
  EXPECT_EQ(ask(Method::kGet, "/readyz").status, 200);
  EXPECT_TRUE(brief_);
  EXPECT_EQ(ask(Method::kGet, "/readyz?verbose").status, 401);
  EXPECT_EQ(ask_with(admin, Method::kGet, "/readyz?verbose").status, 200);
  EXPECT_FALSE(brief_);
  // The gateway signs; the carrier has no secret and needs a key.
  EXPECT_EQ(ask(Method::kPost, "/answers", signature("1")).status, 200);
  EXPECT_EQ(ask_with(admin, Method::kPost, "/answers").status, 401);
  EXPECT_EQ(ask(Method::kPost, "/updates", signature("1")).status, 401);
  EXPECT_EQ(ask_with(admin, Method::kPost, "/updates").status, 200);
}

TEST_F(RequestGuardTest, WithoutItsSecretAGatewayNeedsAKeyAndACarrierWithOneDoesNot) {
  key("a", AccessRole::admin);
  RequestGuardOptions options;
  options.carrier_secrets = kSecrets;
  open(options);
  EXPECT_EQ(ask(Method::kPost, "/answers", signature("1")).status, 401);
  EXPECT_EQ(ask(Method::kPost, "/updates", signature("1")).status, 200);
}

TEST_F(RequestGuardTest, WrongKeysAreLimitedAndRightOnesAreNot) {
  const auto admin = key("a", AccessRole::admin);
  open();
  int refused = 0;
  for (int i = 0; i < 50; ++i) refused += ask_with("wrong").status == 401 ? 1 : 0;
  EXPECT_GE(refused, 10);
  EXPECT_LE(refused, 15);
  const auto limited = ask_with("wrong");
  EXPECT_EQ(limited.status, 429);
  EXPECT_NE(limited.header("Retry-After"), "");
  EXPECT_EQ(ask_with(admin).status, 200);
  EXPECT_EQ(ask(Method::kGet, "/orders").status, 401);  // a request without a credential is not a wrong guess
  std::string metrics;
  guard_->append_metrics(metrics);
  EXPECT_NE(metrics.find("ordo_access_closed 1\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("ordo_access_refused_total{reason=\"no_key\"} 1\n"), std::string::npos) << metrics;
}

TEST_F(RequestGuardTest, LimitsAreSaidInTheHeader) {
  const auto one = key("one", AccessRole::admin);
  const auto two = key("two", AccessRole::admin);
  RequestGuardOptions options;
  options.rate_limit = 3;
  open(options);
  const auto first = ask_with(one);
  EXPECT_EQ(first.header("RateLimit-Policy"), "\"key\";q=3;w=1");
  EXPECT_EQ(first.header("RateLimit"), "\"key\";r=2;t=1");
  Response last;
  for (int i = 0; i < 100 && last.status != 429; ++i) last = ask_with(one);
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.header("Retry-After"), "1");
  EXPECT_NE(last.header("RateLimit").find(";r=0;"), std::string_view::npos);
  EXPECT_EQ(ask_with(two).status, 200);
}

TEST_F(RequestGuardTest, AddressesAreLimitedOpenOrClosed) {
  RequestGuardOptions options;
  options.rate_limit_address = 2;
  open(options);
  Response last;
  for (int i = 0; i < 100 && last.status != 429; ++i) last = ask(Method::kGet, "/orders");
  EXPECT_EQ(last.status, 429);
  EXPECT_NE(last.header("RateLimit-Policy").find("\"address\";q=2;w=1"), std::string_view::npos);
  EXPECT_EQ(ask(Method::kGet, "/livez").status, 200);
  EXPECT_EQ(ask(Method::kGet, "/readyz").status, 200);
}

TEST_F(RequestGuardTest, BrowsersAreToldWhichPagesMayCall) {
  const auto admin = key("a", AccessRole::admin);
  RequestGuardOptions options;
  options.cors_origins = {"https://shop.example"};
  open(options);
  const std::pair<std::string, std::string> origin{"Origin", "https://shop.example"};
  const auto preflight = ask(Method::kOptions, "/orders", {origin, {"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_NE(preflight.header("Access-Control-Allow-Headers").find("Idempotency-Key"), std::string_view::npos);
  EXPECT_EQ(ask(Method::kGet, "/orders", {origin}).header("Access-Control-Allow-Origin"), "https://shop.example");
  const auto other =
      ask(Method::kOptions, "/orders", {{"Origin", "https://evil"}, {"Access-Control-Request-Method", "GET"}});
  EXPECT_EQ(other.header("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(other.header("Vary"), "Origin");
  EXPECT_EQ(ask_with(admin).header("Vary"), "Origin");
}

TEST_F(RequestGuardTest, ChangesAreWrittenDown) {
  const auto shop = key("shop", AccessRole::service);
  const auto reader = key("reader", AccessRole::read_only);
  RequestGuardOptions options;
  options.gateway_secrets = kSecrets;
  open(options);
  ask_with(shop);
  ask(Method::kPost, "/orders");
  ask_with(shop, Method::kPost, "/orders?secret=1");
  ask_with(reader, Method::kPost);
  ask_with("wrong", Method::kPost);
  ask(Method::kPost, "/answers", signature("1"));
  ask(Method::kPost, "/answers");
  auto lines = audit_lines();
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_NE(lines[0].find(R"("status":401,"reason":"no_key")"), std::string::npos) << lines[0];
  lines.erase(lines.begin());
  EXPECT_NE(lines[0].find(R"("name":"shop","role":"service","address":"192.0.2.7","method":"POST","route":"/orders",)"
                          R"("target":"/orders","status":200,)"),
            std::string::npos)
      << lines[0];
  EXPECT_NE(lines[1].find(R"("status":403)"), std::string::npos) << lines[1];
  EXPECT_EQ(lines[2].find("\"who\""), std::string::npos) << lines[2];
  EXPECT_NE(lines[2].find(R"("status":401)"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find(R"("who":"signed:gateway")"), std::string::npos) << lines[3];
  EXPECT_EQ(lines[4].find("\"who\""), std::string::npos) << lines[4];
  EXPECT_NE(lines[4].find(R"("status":401,"reason":"missing_signature")"), std::string::npos) << lines[4];
  for (const auto& line : lines) EXPECT_EQ(line.find("secret"), std::string::npos) << line;
}

TEST_F(RequestGuardTest, ReadsOfPersonalDataAreWrittenDownWhereThatIsWanted) {
  const auto reader = key("reader", AccessRole::read_only);
  RequestGuardOptions options;
  options.audit_reads = true;
  open(options);
  ask_with(reader);
  ask_with(reader, Method::kGet, "/readyz?verbose");
  ask(Method::kGet, "/orders");
  std::string metrics;
  guard_->append_metrics(metrics);
  EXPECT_NE(metrics.find("\nordo_audit_head "), std::string::npos);
  const auto lines = audit_lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find(R"("name":"reader","role":"read-only")"), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find(R"("status":401,"reason":"no_key")"), std::string::npos) << lines[1];
}

TEST_F(RequestGuardTest, WrongSignaturesAreLimitedAndRightOnesAreNot) {
  key("a", AccessRole::admin);
  RequestGuardOptions options;
  options.carrier_secrets = kSecrets;
  open(options);
  const auto stale = signature("old", now() - std::chrono::hours(1));
  auto wrong = signature("wrong");
  wrong[0].second = "another";
  std::size_t refused = 0;
  for (int i = 0; i < 50; ++i) {
    for (const auto& shown : {{}, stale, wrong}) {
      refused += ask(Method::kPost, "/updates", shown).status == 401 ? 1U : 0U;
    }
  }
  EXPECT_GE(refused, 10U);
  EXPECT_LE(refused, 15U);
  const auto limited = ask(Method::kPost, "/updates");
  EXPECT_EQ(limited.status, 429);
  EXPECT_NE(limited.header("Retry-After"), "");
  EXPECT_EQ(ask_with("wrong").status, 429) << "keys and signatures share what an address may get wrong";
  EXPECT_EQ(ask(Method::kPost, "/updates", signature("right")).status, 200);
  std::string metrics;
  guard_->append_metrics(metrics);
  for (const auto* reason : {"missing_signature", "bad_signature", "stale_signature"}) {
    EXPECT_EQ(metrics.find("{reason=\"" + std::string(reason) + "\"} 0\n"), std::string::npos) << metrics;
  }
}

TEST_F(RequestGuardTest, WhoHasNoSignatureWritesNearlyNothingFromHoweverManyAddresses) {
  key("a", AccessRole::admin);
  RequestGuardOptions options;
  options.carrier_secrets = kSecrets;
  open(options);
  for (int i = 0; i < 10'000; ++i) {
    peer_ = "2001:db8:0:" + std::to_string(i % 9000) + "::1";
    if (i == 5'000) {
      EXPECT_EQ(ask(Method::kPost, "/updates", signature("right")).status, 200);
    }
    ask(Method::kPost, "/updates?" + std::string(4000, 'x'));
  }
  EXPECT_GT(audit_->left_out(), 9'000U);
  const auto lines = audit_lines();
  std::size_t size = 0;
  std::size_t right = 0;
  for (const auto& line : lines) {
    size += line.size() + 1;
    right += line.find(R"("who":"signed:carrier")") != std::string::npos ? 1U : 0U;
  }
  EXPECT_LT(size, 64U * 1024);
  EXPECT_EQ(right, 1U);
  EXPECT_NE(lines.back().find("left out"), std::string::npos) << lines.back();
}

TEST_F(RequestGuardTest, AnOpenDoorAnswersOnlyToThisMachine) {
  RequestGuardOptions options;
  options.allowed_hosts = {"shop.internal"};
  open(options);
  for (const auto* host : {"localhost", "LocalHost:8080", "shop.localhost", "127.0.0.1", "127.8.9.1:80", "[::1]",
                           "[::1]:8080", "localhost:", "shop.internal", "Shop.Internal:1"}) {
    EXPECT_EQ(ask(Method::kGet, "/orders", {{"Host", host}}).status, 200) << host;
  }
  for (const auto* host :
       {"rebind.evil.example:18401", "localhost.evil.example", "notlocalhost", "127.0.0.1.evil.example", "10.0.0.1",
        "128.0.0.1", "127.1", "127.0.0.256", "[::2]", "shop.internal.evil.example", ""}) {
    for (const auto method : {Method::kGet, Method::kHead, Method::kPost, Method::kOptions}) {
      for (const auto* target : {"/orders", "/nothing", "/livez"}) {
        const auto answer = ask(method, target, {{"Host", host}});
        EXPECT_EQ(answer.status, 421) << host;
        EXPECT_NE(answer.body.find("wrong_host"), std::string::npos) << answer.body;
        EXPECT_EQ(passed_, "") << host;
      }
    }
  }
}

TEST_F(RequestGuardTest, AnOpenDoorTakesNothingFromForeignPages) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  RequestGuardOptions options;
  options.cors_origins = {"https://shop.example"};
  open(options);
  const auto status = [&](Method method, std::string_view target, Headers headers) {
    headers.emplace_back("Host", "localhost:8080");
    return ask(method, target, headers).status;
  };
  const Headers foreign[] = {{{"Origin", "http://evil.example"}},
                             {{"Origin", "null"}},
                             {{"Origin", ""}},
                             {{"Origin", "http://localhost:3000"}},
                             {{"Origin", "http://localhost:8080.evil.example"}},
                             {{"Origin", "ftp://localhost:8080"}},
                             {{"Origin", "http://localhost:8080"}, {"Origin", "http://evil.example"}},
                             {{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "same-origin"}},
                             {{"Sec-Fetch-Site", "cross-site"}},
                             {{"Sec-Fetch-Site", "same-site"}},
                             {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}}};
  for (const auto& headers : foreign) {
    for (const auto method : {Method::kGet, Method::kHead, Method::kPost, Method::kOptions}) {
      EXPECT_EQ(status(method, "/orders", headers), 403) << headers.front().first << " " << headers.front().second;
    }
  }
  const Headers own[] = {{},
                         {{"Origin", "http://localhost:8080"}, {"Sec-Fetch-Site", "same-origin"}},
                         {{"Origin", "https://localhost:8080"}},
                         {{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Mode", "navigate"}},
                         {{"Sec-Fetch-Site", "same-origin"}},
                         {{"Origin", "https://shop.example"}, {"Sec-Fetch-Site", "cross-site"}}};
  for (const auto& headers : own) EXPECT_EQ(status(Method::kPost, "/orders", headers), 200);
  const Headers link = {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}};
  EXPECT_EQ(status(Method::kGet, "/docs", link), 404) << "there is no such route here, but it was let through";
  EXPECT_EQ(status(Method::kPost, "/docs", link), 403);
}

TEST_F(RequestGuardTest, AnOpenDoorTakesNothingFromProxiesItDoesNotKnow) {
  open();
  for (const auto* field : {"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP"}) {
    const auto answer = ask(Method::kGet, "/orders", {{"Host", "localhost"}, {field, "203.0.113.9"}});
    EXPECT_EQ(answer.status, 403) << field;
    EXPECT_NE(answer.body.find("forwarded_without_keys"), std::string::npos) << answer.body;
  }
  by_proxy_ = true;
  EXPECT_EQ(ask(Method::kGet, "/orders", {{"Host", "localhost"}, {"Via", "1.1 proxy"}}).status, 200);
}

TEST_F(RequestGuardTest, AClosedDoorTrustsTheKeyAlone) {
  const auto admin = key("a", AccessRole::admin);
  open();
  const auto answer = ask(Method::kPost, "/orders",
                          {{"Authorization", "Bearer " + admin},
                           {"Host", "shop.example"},
                           {"Origin", "https://evil.example"},
                           {"Sec-Fetch-Site", "cross-site"},
                           {"X-Forwarded-For", "203.0.113.9"}});
  EXPECT_EQ(answer.status, 200);
}

TEST(RouteRules, ARouteWithoutARuleIsNoStart) {
  const auto add = [](Router& router) {
    router.add(Method::kGet, "/orders", [](const Request&, const Respond&) {},
               {.tag = "T", .summary = "s", .answers = {{200, "t"}}});
  };
  Router fine;
  add(fine);
  fine.guard(nullptr, kRules, false);
  const auto forgotten = [&] {
    Router router;
    add(router);
    router.guard(nullptr, {}, false);
  };
  const auto left_over = [&] {
    Router router;
    add(router);
    router.guard(nullptr, kRules, true);
  };
  EXPECT_DEATH(forgotten(), "a route without a permission: GET /orders");
  EXPECT_DEATH(left_over(), "a permission without a route: POST /orders");
}

}  // namespace
}  // namespace ordo::http
