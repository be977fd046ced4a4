// The whole API with authentication: what each permission allows, and what a customer's token can see.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "access/key_file.h"
#include "access/testing/test_tokens.h"
#include "api/api_context.h"
#include "api/content_permissions.h"
#include "api/route_rules.h"
#include "api/testing/test_api.h"
#include "base/log.h"
#include "http/request_guard.h"
#include "http/testing/test_client.h"

namespace ordo::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecret = "0123456789abcdef0123456789abcdef";

class AuthTest : public ApiTest {
 protected:
  AuthTest() {
    std::string name = (fs::path(testing::TempDir()) / "ordo_auth_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    set_log_level(LogLevel::kOff);
    ::umask(022);  // files that others can write are refused
    std::ofstream(folder_ / "jwks") << R"({"keys":[{"kty":"oct","kid":"k1","k":")" << to_base64url(kSecret)
                                    << R"("}]})";
    access::AuthenticatorOptions who;
    who.key_file = folder_ / "keys";
    who.jwks_file = folder_ / "jwks";
    who.tokens = {"shop", "ordo"};
    authenticator_ = *access::Authenticator::open(who);
    guard_ = std::make_unique<http::RequestGuard>(http::RequestGuardOptions(), *authenticator_, nullptr);
    restart({});
  }
  ~AuthTest() override {
    fs::remove_all(folder_);
    set_log_level(LogLevel::kInfo);
  }

  static std::string token(const std::string& claims) {
    return "Authorization: Bearer " +
           access::hs256(R"({"alg":"HS256","kid":"k1"})",
                         R"({"iss":"shop","aud":"ordo","sub":"x","exp":)" +
                             std::to_string(to_unix_ms(now()) / 1000 + 3600) + "," + claims + "}",
                         kSecret) +
           "\r\n";
  }
  static std::string admin() { return token(R"("role":"admin")"); }
  static std::string scoped(const std::string& scope) { return token(R"("role":"admin","scope":")" + scope + "\""); }
  static std::string customer(const std::string& id) {
    return token(R"("role":"customer","customer_id":")" + id + "\"");
  }

  http::Answer ask(std::string_view method, const std::string& path, const std::string& who,
                   std::string_view body = "") {
    return body.empty() && method == "GET" ? client_->get(path, who) : client_->send_json(method, path, body, who);
  }

  std::string place(const std::string& who, const std::string& body) {
    const auto placed = ask("POST", "/v1/orders", who, body);
    EXPECT_EQ(placed.status, 201) << placed.body;
    engine_.settle();
    return member(placed.body, "id");
  }
  void stock_the_shop() {
    const auto made = ask("POST", "/v1/products", admin(),
                          R"({"id":"mug","name":"Mug","price":{"amount":500,"currency":"USD"},"stock":100})");
    EXPECT_EQ(made.status, 201) << made.body;
    for (const auto* id : {"ann", "bob"}) {
      const auto registered = ask("POST", "/v1/customers", admin(), R"({"id":")" + std::string(id) + R"("})");
      EXPECT_EQ(registered.status, 201) << registered.body;
    }
    engine_.settle();
  }

  fs::path folder_;
};

constexpr std::string_view kOneMug = R"([{"product_id":"mug","quantity":1}])";

TEST_F(AuthTest, AStreamNeedsThePermissionOfWhatItsTopicIsAbout) {
  const std::map<std::string, std::string> needed = {
      {"order_created", "orders:read"}, {"order_events", "orders:read"}, {"product_events", "products:read"},
      {"stock", "stock:read"},          {"payments", "payments:read"},   {"shipments", "shipments:read"},
      {"customers", "customers:read"},  {"pricing", "pricing:read"},     {"promotions", "orders:read pricing:read"}};
  ASSERT_EQ(needed.size(), kTopics - 1);  // events of webhooks are never shown
  for (const auto& [topic, permission] : needed) {
    const auto path = "/v1/events?topic=" + topic;
    const auto head = [&](const std::string& scope) {
      return client_->request("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n" + scoped(scope) + "\r\n");
    };
    const auto refused = head("events:read");
    EXPECT_EQ(refused.status, 403) << topic;
    EXPECT_NE(refused.head.find("scope=\"" + permission + "\""), std::string::npos) << refused.head;
    EXPECT_EQ(head("events:read " + permission).status, 200) << topic;
  }
  const auto redemptions = [&](const std::string& scopes) {
    return ask("GET", "/v1/promotions/spring/redemptions", scoped(scopes)).status;
  };
  EXPECT_EQ(redemptions("pricing:read"), 403) << "they name orders and customers";
  EXPECT_EQ(redemptions("orders:read"), 403);
  EXPECT_EQ(redemptions("pricing:read orders:read"), 200);
}

TEST_F(AuthTest, DeadLettersOfTopicsThatTheCallerMayNotReadAreHidden) {
  http::Request request;
  EXPECT_TRUE(hidden_letters(request).none());  // a server without keys
  auto principal = std::make_shared<access::Principal>();
  principal->permissions = {access::Permission::dlq_read, access::Permission::products_read};
  request.caller = std::make_shared<http::Caller>(http::Caller{principal, *authenticator_});
  const auto hidden = hidden_letters(request);
  EXPECT_FALSE(hidden[static_cast<std::size_t>(Topic::product_events)]);
  EXPECT_EQ(hidden.count(), kTopics - 1);
}

TEST_F(AuthTest, DeadLettersNeedThePermissionOfTheirTopicToo) {
  const auto refused = ask("GET", "/v1/dlq?topic=order_created", scoped("dlq:read orders:read"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("payments:read"), std::string::npos) << refused.body;
  EXPECT_EQ(ask("GET", "/v1/dlq?topic=order_created", scoped("dlq:read orders:read payments:read")).status, 200);
  EXPECT_EQ(ask("GET", "/v1/dlq", scoped("dlq:read")).status, 200);
  EXPECT_EQ(ask("GET", "/v1/dlq?topic=webhooks", token(R"("role":"read-only")")).status, 403);
  const auto some = scoped("dlq:read dlq:write stock:read");
  for (const auto& [method, path, body] :
       {std::tuple("GET", "/v1/dlq/customers:0", ""), std::tuple("POST", "/v1/dlq/customers:0/replay", "{}"),
        std::tuple("DELETE", "/v1/dlq/customers:0", ""),
        std::tuple("POST", "/v1/dlq/replay", R"({"topic":"customers"})"),
        std::tuple("POST", "/v1/dlq/drop", R"({"topic":"customers"})")}) {
    EXPECT_EQ(ask(method, path, some, body).status, 403) << method << " " << path;
  }
  EXPECT_EQ(ask("GET", "/v1/dlq/stock:0", some).status, 404);
  EXPECT_EQ(ask("POST", "/v1/dlq/drop", some, R"({"topic":"stock"})").status, 200);
}

TEST_F(AuthTest, PaymentTokensAreForWhoReadsPayments) {
  stock_the_shop();
  const auto id =
      place(admin(), R"({"customer_id":"ann","payment_method":"tok_1","lines":)" + std::string(kOneMug) + "}");
  for (const auto* path : {"/v1/orders", "/v1/orders/ID", "/v1/customers/ann"}) {
    std::string asked(path);
    if (const auto at = asked.find("ID"); at != std::string::npos) asked.replace(at, 2, id);
    EXPECT_NE(ask("GET", asked, admin()).body.find("tok_1"), std::string::npos) << asked;
    const auto without = ask("GET", asked, scoped("orders:read customers:read"));
    EXPECT_NE(without.body.find(id), std::string::npos) << without.body;
    EXPECT_EQ(without.body.find("tok_1"), std::string::npos) << asked;
  }
  const auto cancelled = ask("POST", "/v1/orders/" + id + "/cancel", scoped("orders:cancel"));
  EXPECT_EQ(cancelled.body.find("tok_1"), std::string::npos) << cancelled.body;
  const auto placed = ask("POST", "/v1/orders", scoped("orders:write"),
                          R"({"customer_id":"ann","payment_method":"tok_2","lines":)" + std::string(kOneMug) + "}");
  EXPECT_EQ(placed.status, 201);
  EXPECT_EQ(placed.body.find("tok_2"), std::string::npos) << placed.body;
}

TEST_F(AuthTest, PricesAreStatedByWhoMayStateThem) {
  stock_the_shop();
  const auto body = [](std::string_view line, std::string_view more) {
    return R"({"customer_id":"ann","lines":[{"product_id":"mug","quantity":1)" + std::string(line) + "}]" +
           std::string(more) + "}";
  };
  constexpr std::string_view kLower = R"(,"unit_price":{"amount":499,"currency":"USD"})";
  constexpr std::string_view kSame = R"(,"unit_price":{"amount":500,"currency":"USD"})";
  constexpr std::string_view kDiscount = R"(,"discounts":[{"target":"order","value_type":"fixed","value":1}])";
  const auto without = scoped("orders:write");
  EXPECT_EQ(ask("POST", "/v1/orders", without, body(kSame, "")).status, 201);
  EXPECT_EQ(member(ask("POST", "/v1/orders", without, body(kLower, "")).body, "code"), "price_not_allowed");
  EXPECT_EQ(member(ask("POST", "/v1/orders", without, body("", kDiscount)).body, "code"), "price_not_allowed");
  EXPECT_EQ(member(ask("POST", "/v1/orders", customer("ann"), body("", kDiscount)).body, "code"), "price_not_allowed");
  const auto with = scoped("orders:write orders:price");
  EXPECT_EQ(member(ask("POST", "/v1/orders", with, body(kLower, "")).body, "total.amount"), "499");
  EXPECT_EQ(member(ask("POST", "/v1/orders", with, body("", kDiscount)).body, "total.amount"), "499");
}

TEST_F(AuthTest, PaymentTokensInAStreamAreForWhoReadsPayments) {
  source_.append("o-1", "ordo.order.created.v1", R"({"id":"o-1","payment_method":"tok_1"})");
  const auto port = serve();
  const auto first = [&](const std::string& scope) {
    http::TestClient stream(port);
    stream.send("GET /v1/events?from=start HTTP/1.0\r\n" + scoped(scope) + "\r\n");
    stream.receive_until("event: ordo.order.created.v1");
    return stream.receive_until("\n\n");
  };
  EXPECT_NE(first("events:read orders:read payments:read").find("tok_1"), std::string::npos);
  const auto without = first("events:read orders:read");
  EXPECT_NE(without.find("o-1"), std::string::npos) << without;
  EXPECT_EQ(without.find("tok_1"), std::string::npos) << without;
}

TEST_F(AuthTest, RecordsAndHistorySayWhoAsked) {
  stock_the_shop();
  const auto id = place(customer("ann"), R"({"lines":)" + std::string(kOneMug) + "}");
  EXPECT_EQ(engine_.records(Topic::order_created).back().envelope.by, (Actor{ActorKind::customer, "ann"}));
  EXPECT_EQ(engine_.records(Topic::product_events).back().envelope.by, (Actor{ActorKind::token, "x"}));
  const auto cancelled = ask("POST", "/v1/orders/" + id + "/cancel", admin());
  ASSERT_EQ(cancelled.status, 200) << cancelled.body;
  const auto path = "/v1/orders/" + id + "/history";
  const auto shown = ask("GET", path, admin()).body;
  EXPECT_EQ(member(shown, "data.0.by.kind"), "customer") << shown;
  EXPECT_EQ(member(shown, "data.0.by.id"), "ann");
  EXPECT_NE(shown.find(R"("by":{"kind":"token","id":"x"})"), std::string::npos) << shown;
  // A customer does not learn who works in the shop.
  const auto own = ask("GET", path, customer("ann")).body;
  EXPECT_EQ(member(own, "data.0.by.id"), "ann") << own;
  EXPECT_EQ(own.find(R"("kind":"token")"), std::string::npos) << own;
}

TEST_F(AuthTest, AnActorIsAKeyATokenACustomerOrACommand) {
  http::Request request;
  EXPECT_FALSE(actor_of(request)) << "a server without keys";
  auto who = std::make_shared<access::Principal>();
  who->id = "4fQ0";
  who->name = "web shop";
  request.caller = std::make_shared<http::Caller>(http::Caller{who, *authenticator_});
  EXPECT_EQ(actor_of(request), (Actor{ActorKind::key, "4fQ0", "web shop"}));
  who->kind = access::Principal::Kind::token;
  EXPECT_EQ(actor_of(request), (Actor{ActorKind::token, "4fQ0"}));
  who->customer = "ann";
  EXPECT_EQ(actor_of(request), (Actor{ActorKind::customer, "ann"}));
  std::string key;
  const auto inside = *access::Authenticator::for_inside(key);
  request.caller = std::make_shared<http::Caller>(http::Caller{*inside->authenticate(key, now()), *inside});
  EXPECT_EQ(actor_of(request), (Actor{ActorKind::system, "cli"}));
}

TEST_F(AuthTest, ACustomerReadsPublicNotesOnly) {
  stock_the_shop();
  const auto id = place(customer("ann"), R"({"lines":)" + std::string(kOneMug) + "}");
  const auto note = [&](const std::string& who, const std::string& body) {
    return ask("POST", "/v1/orders/" + id + "/notes", who, body);
  };
  EXPECT_EQ(note(customer("ann"), R"({"text":"hello"})").status, 403);
  EXPECT_EQ(note(token(R"("role":"read-only")"), R"({"text":"hello"})").status, 403);
  EXPECT_EQ(note(token(R"("role":"support")"), R"({"text":"rude on the phone"})").status, 201);
  EXPECT_EQ(note(token(R"("role":"service")"), R"({"text":"we call you","public":true})").status, 201);
  engine_.settle();
  for (const auto& path : {"/v1/orders/" + id, std::string("/v1/orders"), std::string("/v1/customers/ann")}) {
    EXPECT_NE(ask("GET", path, admin()).body.find("rude on the phone"), std::string::npos) << path;
    const auto own = ask("GET", path, customer("ann")).body;
    EXPECT_EQ(own.find("rude"), std::string::npos) << own;
    EXPECT_NE(own.find("we call you"), std::string::npos) << own;
    EXPECT_EQ(own.find(R"("by")"), std::string::npos) << own;
  }
  const auto cancelled = ask("POST", "/v1/orders/" + id + "/cancel", customer("ann"), "{}").body;
  EXPECT_NE(cancelled.find("we call you"), std::string::npos) << cancelled;
  EXPECT_EQ(cancelled.find("rude"), std::string::npos) << cancelled;
}

TEST_F(AuthTest, ManyOrdersNeedThePermissionOfTheAction) {
  const auto refused = [&](const std::string& action, const std::string& scope) {
    const auto answer =
        ask("POST", "/v1/orders/bulk", scoped(scope),
            R"({"ids":["none"],"action":")" + action + "\"" + (action == "tag" ? R"(,"add":["x"]})" : "}"));
    return answer.status;
  };
  for (const auto& [action, permission] :
       {std::pair("cancel", "orders:cancel"), {"ship", "shipments:write"}, {"tag", "notes:write"}}) {
    EXPECT_EQ(refused(action, "orders:read " + std::string(permission)), 200) << action;
    EXPECT_EQ(refused(action, permission), 403) << action;
    for (const auto* other : {"orders:cancel", "shipments:write", "notes:write"}) {
      if (other != std::string_view(permission)) {
        EXPECT_EQ(refused(action, "orders:read " + std::string(other)), 403) << action << " " << other;
      }
    }
  }
}

TEST_F(AuthTest, ACustomerDoesNotSeeTheNoteAboutIt) {
  stock_the_shop();
  const std::string path = "/v1/customers/ann";
  const auto written = ask("PATCH", path, admin(), R"({"note":"haggles\nalways"})");
  EXPECT_EQ(member(written.body, "note"), "haggles\nalways") << written.body;
  EXPECT_EQ(member(ask("GET", path, admin()).body, "note"), "haggles\nalways");
  EXPECT_EQ(member(ask("GET", path, customer("ann")).body, "note"), "(none)");
  const auto patched = ask("PATCH", path, customer("ann"), R"({"phone":"1"})");
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(member(patched.body, "note"), "(none)");
  const auto refused = ask("PATCH", path, customer("ann"), R"({"note":"kind"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(member(refused.body, "errors.0.pointer"), "/note");
}

TEST_F(AuthTest, ACustomersCancelIsTheCustomers) {
  stock_the_shop();
  const auto cancel = [&](const std::string& body) {
    const auto id = place(customer("ann"), R"({"lines":)" + std::string(kOneMug) + "}");
    return ask("POST", "/v1/orders/" + id + "/cancel", customer("ann"), body);
  };
  const auto refused = cancel(R"({"reason_code":"fraud"})");
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_EQ(member(refused.body, "errors.0.pointer"), "/reason_code");
  EXPECT_EQ(member(cancel("{}").body, "status_reason_code"), "customer");
  EXPECT_EQ(member(cancel(R"({"reason_code":"customer"})").body, "status_reason_code"), "customer");
}

TEST_F(AuthTest, ACustomersOrdersAreForWhoReadsOrders) {
  stock_the_shop();
  place(admin(), R"({"customer_id":"ann","lines":)" + std::string(kOneMug) + "}");
  EXPECT_EQ(member(ask("GET", "/v1/customers/ann", scoped("customers:read orders:read")).body, "recent_orders"), "1");
  const auto without = ask("GET", "/v1/customers/ann", scoped("customers:read"));
  EXPECT_EQ(without.status, 200);
  EXPECT_EQ(member(without.body, "recent_orders"), "(none)");
}

TEST_F(AuthTest, WhoDirectsEventsToAWebhookMayReadThem) {
  constexpr std::string_view kHook = R"({"url":"https://shop.example/hooks"})";
  EXPECT_EQ(ask("POST", "/v1/webhooks", scoped("webhooks:write"), kHook).status, 403);
  EXPECT_EQ(ask("PATCH", "/v1/webhooks/w", scoped("webhooks:write"), kHook).status, 403);
  EXPECT_EQ(ask("PATCH", "/v1/webhooks/w", scoped("webhooks:write"), R"({"description":"x"})").status, 404);
  EXPECT_EQ(ask("POST", "/v1/webhooks", scoped("webhooks:write orders:read"), kHook).status, 201);
}

TEST_F(AuthTest, WebhookTypesFitAnEvent) {
  const auto errors = [&](const std::string& types) {
    const auto answer =
        ask("POST", "/v1/webhooks", admin(), R"({"url":"https://shop.example/hooks","types":)" + types + "}");
    return std::to_string(answer.status) + " " + member(answer.body, "errors.0.detail");
  };
  EXPECT_EQ(errors(R"(["ordo.order.confrmed.v1"])"), "422 matches no event; did you mean ordo.order.confirmed.v1?");
  EXPECT_EQ(errors(R"(["ordo.order.*","com.example.*"])"), "422 matches no event of order_events");
  EXPECT_EQ(errors(R"(["*","ordo.payment.*","ordo.order.confirmed.v1"])"), "201 (none)");
}

TEST_F(AuthTest, ASearchHasTheKindsThatTheCallerMayRead) {
  stock_the_shop();
  place(admin(), R"({"customer_id":"mug-lover","lines":)" + std::string(kOneMug) + "}");
  const auto kinds = [&](const std::string& who) {
    const auto answer = ask("GET", "/v1/search?q=mug", who);
    std::string found;
    for (std::size_t i = 0; answer.status == 200 && i < std::stoul(member(answer.body, "data")); ++i) {
      found += member(answer.body, "data." + std::to_string(i) + ".kind") + " ";
    }
    return std::to_string(answer.status) + " " + found;
  };
  EXPECT_EQ(kinds(admin()), "200 order customer product ");
  EXPECT_EQ(kinds(scoped("server:read orders:read")), "200 order ");
  EXPECT_EQ(kinds(scoped("server:read products:read")), "200 product ");
  EXPECT_EQ(kinds(scoped("orders:read")), "403 ");
}

// --- tokens of customers

// The answers to a customer's token for its own documents, another customer's, and missing ones. {id} is the id of an
// order, a customer or a product, depending on the path.
struct Row {
  http::Method method;
  std::string_view path;
  int own;
  int other;
  int none;
  std::string_view body{};
};
constexpr auto kForCustomers = std::to_array<Row>({
    {http::Method::kPost, "/v1/orders", 201, 403, 403,
     R"({"customer_id":"ID","lines":[{"product_id":"mug","quantity":1}]})"},
    {http::Method::kPost, "/v1/quotes", 200, 403, 403,
     R"({"customer_id":"ID","lines":[{"product_id":"mug","quantity":1}]})"},
    {http::Method::kGet, "/v1/orders", 200, 200, 200},
    {http::Method::kGet, "/v1/orders/counts", 400, 400, 400},
    {http::Method::kGet, "/v1/orders/{id}", 200, 404, 404},
    {http::Method::kGet, "/v1/orders/{id}/history", 200, 404, 404},
    {http::Method::kPatch, "/v1/orders/{id}", 200, 404, 404, R"({"contact":{"email":"ann@example.com"}})"},
    {http::Method::kPost, "/v1/orders/{id}/cancel", 200, 404, 404, "{}"},
    {http::Method::kGet, "/v1/customers/{id}", 200, 404, 404},
    {http::Method::kPatch, "/v1/customers/{id}", 200, 404, 404, R"({"name":"Ann"})"},
    {http::Method::kGet, "/v1/products", 200, 200, 200},
    {http::Method::kGet, "/v1/products/{id}", 200, 200, 404},
    {http::Method::kGet, "/v1/me", 200, 200, 200},
    {http::Method::kGet, "/livez", 200, 200, 200},
    // The dashboard's files hold no data.
    {http::Method::kGet, "/admin", 307, 307, 307},
    {http::Method::kGet, "/admin/", 200, 200, 200},
    {http::Method::kGet, "/admin/{screen}", 200, 200, 200},
    {http::Method::kGet, "/admin/{screen}/{id}", 200, 200, 200},
    {http::Method::kGet, "/admin/{screen}/{id}/{part}", 200, 200, 200},
    {http::Method::kGet, "/admin/assets/{asset}", 404, 404, 404},
});
constexpr auto kShut = std::to_array<std::pair<http::Method, std::string_view>>({
    {http::Method::kPost, "/v1/orders/{id}/refunds"},
    {http::Method::kGet, "/v1/orders/{id}/refunds"},
    {http::Method::kPost, "/v1/orders/{id}/refunds/{refund_id}/paid"},
    {http::Method::kPost, "/v1/orders/{id}/payments"},
    {http::Method::kPost, "/v1/orders/{id}/returns"},
    {http::Method::kGet, "/v1/orders/{id}/returns"},
    {http::Method::kPost, "/v1/orders/{id}/shipments"},
    {http::Method::kPost, "/v1/orders/{id}/notes"},
    {http::Method::kPost, "/v1/orders/{id}/tags"},
    {http::Method::kPost, "/v1/orders/bulk"},
    {http::Method::kGet, "/v1/status"},
    {http::Method::kGet, "/v1/settings"},
    {http::Method::kGet, "/v1/keys"},
    {http::Method::kPost, "/v1/keys"},
    {http::Method::kPost, "/v1/keys/{id}/rotate"},
    {http::Method::kDelete, "/v1/keys/{id}"},
    {http::Method::kGet, "/v1/audit-log"},
    {http::Method::kGet, "/v1/audit-log/verification"},
    {http::Method::kPost, "/v1/checks"},
    {http::Method::kGet, "/v1/checks/latest"},
    {http::Method::kPost, "/v1/imported-orders"},
    {http::Method::kGet, "/v1/payments"},
    {http::Method::kGet, "/v1/payments/{order_id}"},
    {http::Method::kPost, "/v1/payments/{order_id}/answers"},
    {http::Method::kGet, "/v1/shipments"},
    {http::Method::kGet, "/v1/shipments/{id}"},
    {http::Method::kPost, "/v1/shipments/{id}/updates"},
    {http::Method::kPost, "/v1/customers"},
    {http::Method::kGet, "/v1/customers"},
    {http::Method::kDelete, "/v1/customers/{id}"},
    {http::Method::kPost, "/v1/products"},
    {http::Method::kPut, "/v1/products/{id}"},
    {http::Method::kPatch, "/v1/products/{id}"},
    {http::Method::kDelete, "/v1/products/{id}"},
    {http::Method::kGet, "/v1/products/{id}/stock"},
    {http::Method::kPost, "/v1/products/{id}/stock"},
    {http::Method::kGet, "/v1/stock"},
    {http::Method::kGet, "/v1/stock-movements"},
    {http::Method::kGet, "/v1/reservations"},
    {http::Method::kGet, "/v1/locations"},
    {http::Method::kGet, "/v1/search"},
    {http::Method::kGet, "/v1/days"},
    {http::Method::kPost, "/v1/tax-rates"},
    {http::Method::kGet, "/v1/tax-rates"},
    {http::Method::kGet, "/v1/tax-rates/{id}"},
    {http::Method::kPatch, "/v1/tax-rates/{id}"},
    {http::Method::kPost, "/v1/tax-rates/{id}/end"},
    {http::Method::kPost, "/v1/shipping-methods"},
    {http::Method::kGet, "/v1/shipping-methods"},
    {http::Method::kGet, "/v1/shipping-methods/{id}"},
    {http::Method::kPatch, "/v1/shipping-methods/{id}"},
    {http::Method::kPost, "/v1/shipping-methods/{id}/end"},
    {http::Method::kPost, "/v1/promotions"},
    {http::Method::kGet, "/v1/promotions"},
    {http::Method::kGet, "/v1/promotions/{id}"},
    {http::Method::kPatch, "/v1/promotions/{id}"},
    {http::Method::kPost, "/v1/promotions/{id}/end"},
    {http::Method::kGet, "/v1/promotions/{id}/redemptions"},
    {http::Method::kGet, "/v1/dlq"},
    {http::Method::kGet, "/v1/dlq/{id}"},
    {http::Method::kPost, "/v1/dlq/{id}/replay"},
    {http::Method::kDelete, "/v1/dlq/{id}"},
    {http::Method::kPost, "/v1/dlq/replay"},
    {http::Method::kPost, "/v1/dlq/drop"},
    {http::Method::kPost, "/v1/webhooks"},
    {http::Method::kGet, "/v1/webhooks"},
    {http::Method::kGet, "/v1/webhooks/{id}"},
    {http::Method::kPatch, "/v1/webhooks/{id}"},
    {http::Method::kDelete, "/v1/webhooks/{id}"},
    {http::Method::kPost, "/v1/webhooks/{id}/secret"},
    {http::Method::kPost, "/v1/webhooks/{id}/test"},
    {http::Method::kGet, "/v1/webhooks/{id}/deliveries"},
    {http::Method::kPost, "/v1/webhooks/{id}/deliveries/{delivery}/redeliver"},
    {http::Method::kPost, "/api/order"},
    {http::Method::kGet, "/api/order"},
    {http::Method::kPost, "/api/product"},
    {http::Method::kGet, "/api/product"},
    {http::Method::kPut, "/api/product/{id}"},
    {http::Method::kDelete, "/api/product/{id}"},
    {http::Method::kGet, "/v1/events"},
    {http::Method::kGet, "/"},
    {http::Method::kGet, "/readyz"},
    {http::Method::kGet, "/metrics"},
    {http::Method::kGet, "/openapi.json"},
    {http::Method::kGet, "/asyncapi.json"},
    {http::Method::kGet, "/docs"},
});

std::string with_ids(std::string_view text, const std::string& id) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool brace = text[at] == '{' && text.find('}', at) != std::string_view::npos && !text.starts_with("{");
    if (brace) {
      out += id;
      at = text.find('}', at) + 1;
    } else if (text.substr(at, 4) == "\"ID\"") {
      out += "\"" + id + "\"";
      at += 4;
    } else {
      out.push_back(text[at++]);
    }
  }
  return out;
}

class CustomersTest : public AuthTest {
 protected:
  CustomersTest() {
    stock_the_shop();
    for (const auto* who : {"ann", "bob"}) {
      orders_[who] =
          place(admin(), R"({"customer_id":")" + std::string(who) + R"(","lines":)" + std::string(kOneMug) + "}");
    }
  }

  // The value of {id}.
  std::string id_for(std::string_view path, const std::string& whose) {
    if (path.starts_with("/v1/orders/"))
      return whose == "nobody" ? "00000000-0000-7000-8000-000000000000" : orders_[whose];
    if (path.starts_with("/v1/products/")) return whose == "nobody" ? "cup" : "mug";
    return whose;
  }
  http::Answer ask_for(const Row& row, const std::string& whose) {
    const auto id = id_for(row.path, whose);
    return ask(to_string(row.method), with_ids(row.path, id), customer("ann"), with_ids(row.body, id));
  }

  std::map<std::string, std::string> orders_;
};

std::string without(std::string text, const std::string& part) {
  for (auto at = text.find(part); !part.empty() && at != std::string::npos; at = text.find(part))
    text.erase(at, part.size());
  return text;
}

TEST_F(CustomersTest, EveryRouteShowsTheirOwnOrNothing) {
  for (const auto& rule : route_rules()) {
    const auto where = std::string(to_string(rule.method)) + " " + std::string(rule.path);
    const auto row = std::find_if(kForCustomers.begin(), kForCustomers.end(),
                                  [&](const Row& one) { return one.method == rule.method && one.path == rule.path; });
    const bool shut = std::find(kShut.begin(), kShut.end(), std::pair(rule.method, rule.path)) != kShut.end();
    ASSERT_NE(row != kForCustomers.end(), shut) << "say in this test what customers may do with " << where;
    if (shut) {
      for (const auto* whose : {"ann", "bob", "nobody"}) {
        const auto answer = ask_for({rule.method, rule.path, 403, 403, 403}, whose);
        EXPECT_EQ(answer.status, 403) << where << " " << answer.body;
      }
      continue;
    }
    EXPECT_EQ(ask_for(*row, "ann").status, row->own) << where;
    const auto other = ask_for(*row, "bob");
    const auto none = ask_for(*row, "nobody");
    EXPECT_EQ(other.status, row->other) << where << " " << other.body;
    EXPECT_EQ(none.status, row->none) << where << " " << none.body;
    if (row->other != 404) continue;
    const auto said = [&](const http::Answer& answer, const std::string& whose) {
      return without(without(answer.body, id_for(row->path, whose)), member(answer.body, "trace_id"));
    };
    EXPECT_EQ(said(other, "bob"), said(none, "nobody")) << where;
  }
}

TEST_F(CustomersTest, ListsAreTheirOwnWhateverTheQuerySays) {
  for (const auto* query : {"", "?customer_id=bob", "?customer_id=ann", "?product_id=mug&limit=1"}) {
    const auto list = ask("GET", "/v1/orders" + std::string(query), customer("ann"));
    EXPECT_EQ(member(list.body, "data"), "1") << query;
    EXPECT_EQ(member(list.body, "data.0.id"), orders_["ann"]) << query;
  }
  for (const auto* query : {"", "&customer_id=bob"}) {
    const auto counts = ask("GET", "/v1/orders/counts?by=fulfillment_status" + std::string(query), customer("ann"));
    EXPECT_EQ(member(counts.body, "data.0.count"), "1") << counts.body;
  }
  EXPECT_EQ(member(ask("GET", "/v1/customers/ann", customer("ann")).body, "recent_orders"), "1");
}

TEST_F(CustomersTest, TheOrdersTheyPlaceAreTheirOwn) {
  const std::string body = R"({"lines":)" + std::string(kOneMug) + "}";
  const auto placed = ask("POST", "/v1/orders", customer("ann"), body);
  EXPECT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(member(placed.body, "customer_id"), "ann");
  EXPECT_EQ(ask("POST", "/v1/orders", admin(), body).status, 422);
}

TEST_F(CustomersTest, DoNotDecideWhetherTheyPay) {
  for (const auto* terms : {R"("payment_terms":"none")", R"("payment_terms":"manual")",
                            R"("payment_terms":"manual","ship_before_payment":true)"}) {
    const auto body = "{" + std::string(terms) + R"(,"lines":)" + std::string(kOneMug) + "}";
    EXPECT_EQ(ask("POST", "/v1/orders", customer("ann"), body).status, 403) << terms;
  }
  const auto usual = R"({"payment_terms":"gateway","lines":)" + std::string(kOneMug) + "}";
  EXPECT_EQ(ask("POST", "/v1/orders", customer("ann"), usual).status, 201);
}

TEST_F(CustomersTest, TheSameIdempotencyKeyIsAnotherForAnother) {
  const auto place_with_key = [&](const std::string& id) {
    const auto placed = ask("POST", "/v1/orders", customer(id) + "Idempotency-Key: cart-1\r\n",
                            R"({"lines":)" + std::string(kOneMug) + "}");
    EXPECT_EQ(placed.status, 201) << placed.body;
    return member(placed.body, "id");
  };
  const auto first = place_with_key("ann");
  engine_.settle();
  EXPECT_EQ(place_with_key("ann"), first);
  EXPECT_NE(place_with_key("bob"), first);
}

TEST_F(CustomersTest, ATokenWithoutACustomerIsNone) {
  const auto refused = ask("GET", "/v1/orders", token(R"("role":"customer")"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(member(refused.body, "code"), "token_without_customer");
}

TEST(RouteRules, StandOnceEach) {
  for (const auto& rule : route_rules())
    EXPECT_EQ(http::find_rule(route_rules(), rule.method, rule.path), &rule) << rule.path;
  // A route that changes something needs more than a read permission.
  for (const auto& rule : route_rules()) {
    if (rule.method == http::Method::kGet || rule.path == "/v1/checks") continue;
    EXPECT_FALSE(access::to_string(rule.permission).ends_with(":read")) << rule.path;
    EXPECT_NE(rule.auth, http::RouteAuth::kPublic) << rule.path;
  }
}

}  // namespace
}  // namespace ordo::api
