// The gate before a router: who passes, what is said to whoever does not, what is written down.
#include "http/gate.h"

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
    {Method::kGet, "/livez", access::Permission::server_read, RouteDoor::kPublic},
    {Method::kGet, "/readyz", access::Permission::server_read, RouteDoor::kBrief},
    {Method::kPost, "/answers", access::Permission::payments_write, RouteDoor::kGateway},
    {Method::kPost, "/updates", access::Permission::shipments_write, RouteDoor::kCarrier},
});

class GateTest : public testing::Test {
 protected:
  GateTest() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_gate_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    set_log_level(LogLevel::kOff);
  }
  ~GateTest() override {
    router_.reset();
    gate_.reset();
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

  void open(GateOptions options = {}) {
    access::AuthenticatorOptions who;
    who.key_file = folder_ / "keys";
    authenticator_ = *access::Authenticator::open(who);
    audit_ = *access::AuditLog::open(folder_ / "audit.log", false);
    gate_ = std::make_unique<Gate>(std::move(options), *authenticator_, audit_.get());
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
    router_->guard(gate_.get(), kRules, true);
  }

  Response ask(Method method, std::string_view target,
               const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    Request request;
    request.method = method;
    request.set_target(target);
    request.peer = "192.0.2.7";
    for (const auto& [name, value] : headers) request.add_header(name, value);
    passed_.clear();
    const auto answered = std::make_shared<Answered>();
    (*router_)(std::move(request), Respond(answered, 0, 0));
    return answered->got;
  }
  Response ask_with(const std::string& shown, Method method = Method::kGet, std::string_view target = "/orders") {
    return ask(method, target, {{"Authorization", "Bearer " + shown}});
  }

  fs::path folder_;
  std::unique_ptr<access::Authenticator> authenticator_;
  std::unique_ptr<access::AuditLog> audit_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<Router> router_;
  std::string passed_;
  bool brief_ = false;
};

TEST_F(GateTest, AnOpenDoorAsksNothing) {
  open();
  EXPECT_FALSE(gate_->active());
  EXPECT_EQ(ask(Method::kGet, "/orders").status, 200);
  EXPECT_EQ(ask_with("nonsense").status, 200);
  EXPECT_EQ(ask(Method::kPost, "/orders").fields, "Own: 1\r\n");
  EXPECT_FALSE(fs::exists(folder_ / "audit.log"));
}

TEST_F(GateTest, AClosedDoorAsksForAKeyAndItsPermission) {
  const auto reader = key("reader", AccessRole::read_only);
  const auto shop = key("shop", AccessRole::service);
  open();
  EXPECT_TRUE(gate_->active());
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

TEST_F(GateTest, TheOlderRoutesSayItTheirWay) {
  key("a", AccessRole::admin);
  open();
  const auto refused = ask(Method::kPost, "/api/order");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.content_type, kJson);
  EXPECT_TRUE(refused.body.starts_with("{\"message\":\"this server answers only who shows a key\"")) << refused.body;
}

TEST_F(GateTest, SomeRoutesAreForEverybody) {
  const auto admin = key("a", AccessRole::admin);
  GateOptions options;
  options.gateway_signs = true;
  open(options);
  EXPECT_EQ(ask_with("wrong", Method::kGet, "/livez").status, 200);
  EXPECT_EQ(ask(Method::kGet, "/readyz").status, 200);
  EXPECT_TRUE(brief_);
  EXPECT_EQ(ask(Method::kGet, "/readyz?verbose").status, 401);
  EXPECT_EQ(ask_with(admin, Method::kGet, "/readyz?verbose").status, 200);
  EXPECT_FALSE(brief_);
  // The gateway signs; the carrier has no secret and needs a key.
  EXPECT_EQ(ask(Method::kPost, "/answers").status, 200);
  EXPECT_EQ(ask(Method::kPost, "/updates").status, 401);
  EXPECT_EQ(ask_with(admin, Method::kPost, "/updates").status, 200);
}

TEST_F(GateTest, WithoutItsSecretAGatewayNeedsAKeyAndACarrierWithOneDoesNot) {
  key("a", AccessRole::admin);
  GateOptions options;
  options.carrier_signs = true;
  open(options);
  EXPECT_EQ(ask(Method::kPost, "/answers").status, 401);
  EXPECT_EQ(ask(Method::kPost, "/updates").status, 200);
}

TEST_F(GateTest, WrongKeysAreLimitedAndRightOnesAreNot) {
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
  EXPECT_EQ(ask(Method::kGet, "/orders").status, 401);  // who shows nothing has guessed nothing
  std::string metrics;
  gate_->append_metrics(metrics);
  EXPECT_NE(metrics.find("ordo_access_closed 1\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("ordo_access_refused_total{reason=\"no_key\"} 1\n"), std::string::npos) << metrics;
}

TEST_F(GateTest, LimitsAreSaidInTheHeader) {
  const auto one = key("one", AccessRole::admin);
  const auto two = key("two", AccessRole::admin);
  GateOptions options;
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

TEST_F(GateTest, AddressesAreLimitedOpenOrClosed) {
  GateOptions options;
  options.rate_limit_address = 2;
  open(options);
  EXPECT_TRUE(gate_->active());
  Response last;
  for (int i = 0; i < 100 && last.status != 429; ++i) last = ask(Method::kGet, "/orders");
  EXPECT_EQ(last.status, 429);
  EXPECT_NE(last.header("RateLimit-Policy").find("\"address\";q=2;w=1"), std::string_view::npos);
  EXPECT_EQ(ask(Method::kGet, "/livez").status, 200);
  EXPECT_EQ(ask(Method::kGet, "/readyz").status, 200);
}

TEST_F(GateTest, BrowsersAreToldWhichPagesMayCall) {
  const auto admin = key("a", AccessRole::admin);
  GateOptions options;
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

TEST_F(GateTest, ChangesAreWrittenDown) {
  const auto shop = key("shop", AccessRole::service);
  const auto reader = key("reader", AccessRole::read_only);
  GateOptions options;
  options.gateway_signs = true;
  open(options);
  ask_with(shop);
  ask(Method::kPost, "/orders");
  ask_with(shop, Method::kPost, "/orders?secret=1");
  ask_with(reader, Method::kPost);
  ask_with("wrong", Method::kPost);
  ask(Method::kPost, "/answers");
  router_.reset();
  gate_.reset();
  audit_.reset();  // writes what waits
  std::ifstream stream(folder_ / "audit.log");
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_NE(lines[0].find(R"("name":"shop","role":"service","address":"192.0.2.7","method":"POST","route":"/orders",)"
                          R"("target":"/orders","status":200,)"),
            std::string::npos)
      << lines[0];
  EXPECT_NE(lines[1].find(R"("status":403)"), std::string::npos) << lines[1];
  EXPECT_EQ(lines[2].find("\"who\""), std::string::npos) << lines[2];
  EXPECT_NE(lines[2].find(R"("status":401)"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find(R"("who":"signed:gateway")"), std::string::npos) << lines[3];
  for (const auto& line : lines) EXPECT_EQ(line.find("secret"), std::string::npos) << line;
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

TEST(RouteRules, StandOnceEach) {
  for (const auto& rule : route_rules())
    EXPECT_EQ(find_rule(route_rules(), rule.method, rule.path), &rule) << rule.path;
  // What changes something needs more than to read.
  for (const auto& rule : route_rules()) {
    if (rule.method == Method::kGet) continue;
    EXPECT_FALSE(access::to_string(rule.permission).ends_with(":read")) << rule.path;
    EXPECT_NE(rule.door, RouteDoor::kPublic) << rule.path;
  }
}

}  // namespace
}  // namespace ordo::http
