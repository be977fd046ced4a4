// For tests: an API over a TestEngine, whose handler is called as a function.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/testing/test_engine.h"
#include "api/testing/test_log.h"
#include "http/request_guard.h"
#include "http/server.h"
#include "http/testing/direct_client.h"
#include "records/json.h"

namespace ordo::api {

// The text of a member of a JSON object, or of an inner one ("price.amount"). "(none)" when it does not exist.
inline std::string member(std::string_view json, std::string_view path) {
  const auto tape = JsonTape::parse(json);
  if (!tape) return "(not JSON)";
  std::size_t at = 0;
  while (!path.empty()) {
    const auto name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    const auto& node = (*tape)[at];
    std::size_t child = at + 1;
    const bool is_array = node.kind == JsonNode::Kind::array;
    if (is_array) {
      for (std::size_t i = 0; i < std::stoul(std::string(name)); ++i) child = (*tape)[child].end;
      if (child >= node.end) return "(none)";
      at = child;
      continue;
    }
    while (child < node.end && (*tape)[child].text != name) child = (*tape)[child + 1].end;
    if (child >= node.end) return "(none)";
    at = child + 1;
  }
  const auto& node = (*tape)[at];
  if (node.kind == JsonNode::Kind::array || node.kind == JsonNode::Kind::object) return std::to_string(node.count);
  if (node.kind == JsonNode::Kind::boolean) return node.boolean ? "true" : "false";
  return node.kind == JsonNode::Kind::null ? "null" : std::string(node.text);
}

class ApiTest : public testing::Test {
 protected:
  ApiTest() { start({}); }
  ~ApiTest() override { stop(); }

  // With `signers`, there is a guard without keys that checks the signers' signatures.
  void start(ApiOptions options, const http::RequestGuardOptions& signers = {}) {
    if (!signers.gateway_secrets.empty() || !signers.carrier_secrets.empty()) {
      authenticator_ = *access::Authenticator::open({});
      guard_ = std::make_unique<http::RequestGuard>(signers, *authenticator_, nullptr);
    }
    options.topology = engine_.topology;
    options.currency = *Currency::parse("USD");
    options.location = LocationId("main");
    options.source = "/ordo/api/test";
    options.quote_secret = {std::string(32, 'q')};
    api_ = std::make_unique<Api>(
        options, ApiPorts{engine_, source_, engine_, engine_, engine_, [this] { return checks_; },
                          [this] { return server_ ? server_->stats() : http::ServerStats(); },
                          [](std::string& out) { out += "backend_metric 1\n"; }, guard_.get(), nullptr,
                          [this] { return server_ && server_->answers_full(); }, system_, &engine_.waits});
    client_ = std::make_unique<http::DirectClient>(api_->handler());
  }
  // For what only a server does: starts one for the API, which runs until stop(). Returns its port. Call it while no
  // request is under way.
  std::uint16_t serve(const http::ServerOptions& options = {}) {
    server_ = *http::Server::start(options, api_->handler());
    return server_->port();
  }
  void restart(const ApiOptions& options, const http::RequestGuardOptions& signers = {}) {
    stop();
    start(options, signers);
  }
  void stop() {
    engine_.pause(false);
    engine_.block_reads(false);
    client_.reset();
    if (server_) server_->stop();
    api_->stop();
    engine_.settle();
    server_.reset();
    api_.reset();
  }

  void add_product(const std::string& id, int cents, int stock) {
    const auto answer =
        client_->send_json("POST", "/v1/products",
                           R"({"id":")" + id + R"(","name":"Product )" + id + R"(","price":{"amount":)" +
                               std::to_string(cents) + R"(,"currency":"USD"},"stock":)" + std::to_string(stock) + "}");
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  http::Answer order(const std::string& product, int quantity, std::string_view headers = {}) {
    return client_->send_json("POST", "/v1/orders",
                              R"({"customer_id":"c1","lines":[{"product_id":")" + product + R"(","quantity":)" +
                                  std::to_string(quantity) + "}]}",
                              headers);
  }

  // The id of an order after the stock decision and, if a gateway pays, after its answer.
  std::string settled_order(const std::string& product, int quantity, std::string_view more = {}) {
    const auto created =
        client_->send_json("POST", "/v1/orders",
                           R"({"customer_id":"c1","lines":[{"product_id":")" + product + R"(","quantity":)" +
                               std::to_string(quantity) + "}]" + std::string(more) + "}");
    EXPECT_EQ(created.status, 201) << created.body;
    engine_.settle();
    return member(created.body, "id");
  }
  std::string status_of(const std::string& order) { return member(client_->get("/v1/orders/" + order).body, "status"); }
  http::Answer post(std::string_view target, std::string_view body, std::string_view headers = {}) {
    return client_->send_json("POST", target, body, headers);
  }

  TestLog source_;
  TestEngine engine_;
  SystemPorts system_;  // for the next start
  std::vector<ReadinessCheck> checks_{{"log", true, "fine"}};
  std::unique_ptr<access::Authenticator> authenticator_;
  std::unique_ptr<http::RequestGuard> guard_;  // for the next start; null: none
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::Server> server_;  // null without serve()
  std::unique_ptr<http::DirectClient> client_;
};

}  // namespace ordo::api
