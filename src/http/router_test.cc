#include "http/router.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/text.h"
#include "http/problem.h"
#include "http/target.h"
#include "http/trace.h"

namespace ordo::http {
namespace {

class Caught final : public AnswerSink {
 public:
  void answer(std::uint64_t, std::uint64_t, Response response) override { got = std::move(response); }
  void more(std::uint64_t) override {}
  std::optional<Response> got;
};

Request make(Method method, std::string_view target) {
  Request request;
  request.method = method;
  request.set_target(target);
  return request;
}

const RouteDescription kSomething{.tag = "Tests", .summary = "Something", .answers = {{200, "It."}}};

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    const auto say = [](const std::string& what) {
      return [what](const Request& request, Respond respond) {
        Response response;
        response.body = what;
        for (const auto& parameter : request.path_parameters) response.body += "|" + parameter;
        respond(std::move(response));
      };
    };
    router_.add(Method::kGet, "/", say("index"), kSomething);
    router_.add(Method::kGet, "/orders", say("list"), kSomething);
    router_.add(Method::kPost, "/orders", say("create"), kSomething);
    router_.add(Method::kGet, "/orders/{id}", say("get"), kSomething);
    router_.add(Method::kGet, "/orders/latest", say("latest"), kSomething);
    router_.add(Method::kPost, "/orders/{id}/cancel", say("cancel"), kSomething);
    router_.add(Method::kPost, "/seed", say("seed"), kSomething, BodyType::kLenient);
  }

  Response run(Request request) {
    const auto sink = std::make_shared<Caught>();
    router_(std::move(request), Respond(sink, 0, 0));
    return sink->got.value();
  }

  Router router_;
};

TEST_F(RouterTest, FindsTheRouteAndDecodesParameters) {
  EXPECT_EQ(run(make(Method::kGet, "/")).body, "index");
  EXPECT_EQ(run(make(Method::kGet, "/orders?limit=5")).body, "list");
  EXPECT_EQ(run(make(Method::kGet, "/orders/a%20b%2Fc")).body, "get|a b/c");
  EXPECT_EQ(run(make(Method::kHead, "/orders/latest")).body, "latest");
  EXPECT_EQ(run(make(Method::kPost, "/orders/7/cancel")).body, "cancel|7");
}

TEST_F(RouterTest, UnknownPathsAre404) {
  for (const auto* path :
       {"/nothing", "/orders/", "/orders//cancel", "/orders/a/b", "/orders/%zz", "/orders/%00", "/orders/%ff"}) {
    EXPECT_EQ(run(make(Method::kGet, path)).status, 404) << path;
  }
  EXPECT_NE(run(make(Method::kGet, "/orders/")).body.find("without the slash"), std::string::npos);
}

TEST_F(RouterTest, WrongMethodsAre405WithAllow) {
  const auto response = run(make(Method::kDelete, "/orders"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.header("Allow"), "OPTIONS, GET, HEAD, POST");
  EXPECT_EQ(run(make(Method::kOther, "/orders")).status, 405);
  const auto options = run(make(Method::kOptions, "/orders/1/cancel"));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "OPTIONS, POST");
}

TEST_F(RouterTest, AConditionIsLookedAtOrRefused) {
  RouteDescription guarded = kSomething;
  guarded.parameters = {if_match_parameter()};
  router_.add(
      Method::kPut, "/orders/{id}", [](const Request&, Respond respond) { respond({}); }, guarded);
  const auto status = [&](Method method, std::string_view path, std::string_view condition) {
    auto request = make(method, path);
    request.add_header(condition, "\"3\"");
    return run(std::move(request)).status;
  };
  EXPECT_EQ(status(Method::kPost, "/orders/7/cancel", "If-Match"), 400);
  EXPECT_EQ(status(Method::kGet, "/orders/7", "If-Match"), 400);
  EXPECT_EQ(status(Method::kPost, "/orders/7/cancel", "If-None-Match"), 400);
  EXPECT_EQ(status(Method::kPut, "/orders/7", "If-None-Match"), 400);
  EXPECT_EQ(status(Method::kPut, "/orders/7", "If-Match"), 200);
  EXPECT_EQ(status(Method::kGet, "/orders/7", "If-None-Match"), 200);
}

TEST_F(RouterTest, EncodedBodiesAreNotTaken) {
  const auto answer = [&](std::string_view encoding) {
    auto request = make(Method::kPost, "/orders");
    request.body = "{}";
    request.add_header("Content-Type", "application/json");
    request.add_header("Content-Encoding", encoding);
    return run(std::move(request));
  };
  EXPECT_EQ(answer("gzip").status, 415);
  EXPECT_EQ(answer("gzip").header("Accept-Encoding"), "identity");
  EXPECT_EQ(answer("identity, gzip").status, 415);
  EXPECT_EQ(answer("Identity").status, 200);
}

TEST_F(RouterTest, BodiesAreJson) {
  auto request = make(Method::kPost, "/orders");
  request.body = "{}";
  EXPECT_EQ(run(request).status, 415);
  request.add_header("content-type", "text/plain");
  EXPECT_EQ(run(request).status, 415);
  for (const auto* type : {"application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"}) {
    auto good = make(Method::kPost, "/orders");
    good.body = "{}";
    good.add_header("Content-Type", type);
    EXPECT_EQ(run(good).status, 200) << type;
  }
  auto seed = make(Method::kPost, "/seed");
  seed.body = "{}";
  EXPECT_EQ(run(seed).status, 200);
  for (const auto* sign : {"Origin", "Sec-Fetch-Site"}) {  // a page sends a Blob without a type, and needs no preflight
    auto page = make(Method::kPost, "/seed");
    page.body = "{}";
    page.add_header(sign, "same-origin");
    EXPECT_EQ(run(page).status, 415) << sign;
  }
  EXPECT_EQ(run(make(Method::kPost, "/orders")).status, 200);
  for (const auto method : {Method::kPost, Method::kGet}) {  // a form without a field
    auto form = make(method, "/orders");
    form.add_header("Content-Type", "application/x-www-form-urlencoded");
    EXPECT_EQ(run(form).status, method == Method::kPost ? 415 : 200);
  }
}

TEST_F(RouterTest, ProblemsCarryTheTraceId) {
  auto request = make(Method::kGet, "/nothing");
  request.add_header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_NE(run(request).body.find(R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736")"), std::string::npos);
  EXPECT_EQ(trace_id_of("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(trace_id_of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"), "");
  EXPECT_EQ(trace_id_of("00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(fresh_trace_id().size(), 32U);
  EXPECT_NE(fresh_trace_id(), fresh_trace_id());
}

TEST_F(RouterTest, AnswersAreUtf8WhateverThePathIs) {
  const auto body = run(make(Method::kGet, "/a\xff\xc3/" + std::string(189, 'x') + "\xc3\xa9")).body;
  EXPECT_NE(body.find("nothing at /a%FF%C3/x"), std::string::npos) << body;
  EXPECT_TRUE(is_utf8(body)) << body;
}

TEST(Problem, SaysWhatAndWhere) {
  Error error{
      ErrorCode::kInvalid, "invalid_order", "the order \"x\" is wrong", {{"/lines/0/quantity", "must be at least 1"}}};
  const auto response = problem(error, "t", "try 1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body,
            R"({"type":"/problems/invalid_order","title":"Unprocessable Content","status":422,"code":"invalid_order",)"
            R"("detail":"the order \"x\" is wrong","hint":"try 1","trace_id":"t",)"
            R"("errors":[{"pointer":"/lines/0/quantity","detail":"must be at least 1"}]})");
  EXPECT_EQ(problem(Error{ErrorCode::kBusy, "queue_full", "later", {}}, "t").header("Retry-After"), "1");
  EXPECT_EQ(problem(Error{ErrorCode::kInvalid, "malformed_json", "", {}}, "t").status, 400);
  // Details of internal errors stay private.
  EXPECT_EQ(problem(Error{ErrorCode::kIo, "disk", "/secret/path", {}}, "t").body.find("secret"), std::string::npos);
}

TEST(QueryString, ParsesAndRefuses) {
  const auto query = QueryString::parse("a=1&b=%C3%A4+x&&flag&c==");
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(*query->find("a"), "1");
  EXPECT_EQ(*query->find("b"), "\xC3\xA4 x");
  EXPECT_EQ(*query->find("flag"), "");
  EXPECT_EQ(*query->find("c"), "=");
  EXPECT_EQ(query->find("d"), nullptr);
  for (const auto* bad : {"a=%", "a=%4", "a=%zz", "a=1&a=2", "%ff=1"})
    EXPECT_FALSE(QueryString::parse(bad).has_value()) << bad;
  EXPECT_FALSE(QueryString::parse(std::string_view("a=\0", 3)).has_value());
}

TEST(Response, HeaderValuesCannotBreakOut) {
  Response response;
  response.add_header("Location", "/a\r\nSet-Cookie: x");
  EXPECT_EQ(response.fields, "Location: /a  Set-Cookie: x\r\n");
}

}  // namespace
}  // namespace ordo::http
