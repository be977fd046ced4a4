#include "api/api.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "api/testing/test_api.h"
#include "http/testing/test_client.h"

namespace ordo::api {
namespace {

TEST_F(ApiTest, HealthAndMetrics) {
  EXPECT_EQ(client_->get("/livez").status, 200);
  EXPECT_EQ(client_->get("/readyz").body, "{\"status\":\"ready\"}");
  EXPECT_EQ(member(client_->get("/readyz?verbose").body, "checks.0.name"), "log");
  checks_[0].ok = false;
  EXPECT_EQ(client_->get("/readyz").status, 503);
  add_product("mug", 1, 1);
  order("mug", 1);
  const auto metrics = client_->get("/metrics");
  EXPECT_NE(metrics.body.find("\nordo_orders_accepted_total 1\n"), std::string::npos) << metrics.body;
  EXPECT_NE(metrics.body.find("backend_metric 1\n"), std::string::npos);
  EXPECT_NE(metrics.body.find("\nordo_ready 0\n"), std::string::npos);
  EXPECT_NE(metrics.body.find("\nordo_ready_check{check=\"log\"} 0\n"), std::string::npos) << metrics.body;
  checks_[0].ok = true;
  EXPECT_NE(client_->get("/metrics").body.find("\nordo_ready 1\n"), std::string::npos);
  EXPECT_NE(client_->get("/").body.find("POST /v1/orders"), std::string::npos);
}

TEST_F(ApiTest, MetricsShowWhatTheServerCounts) {
  http::TestClient client(serve());
  EXPECT_EQ(client.get("/livez").status, 200);
  checks_[0].ok = false;
  EXPECT_EQ(client.get("/readyz").status, 503);
  const auto metrics = client.get("/metrics");
  EXPECT_NE(metrics.body.find("ordo_http_responses_total{class=\"5xx\"} 1\n"), std::string::npos) << metrics.body;
  EXPECT_NE(metrics.body.find("ordo_http_request_duration_seconds_bucket{le=\"+Inf\"} 2\n"), std::string::npos);
}

TEST_F(ApiTest, DescribesItself) {
  for (const auto* path : {"/openapi.json", "/asyncapi.json", "/docs"}) {
    const auto document = client_->get(path);
    EXPECT_EQ(document.status, 200) << path;
    const auto again = client_->request("GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nIf-None-Match: " +
                                        std::string(document.header("ETag")) + "\r\n\r\n");
    EXPECT_EQ(again.status, 304) << path;
    EXPECT_NE(client_->get("/").body.find("\"GET " + std::string(path) + "\""), std::string::npos) << path;
  }
  EXPECT_EQ(client_->get("/docs").header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(member(client_->get("/openapi.json").body, "openapi"), "3.1.0");
}

TEST_F(ApiTest, AFullQueueOfReadsIs503) {
  ApiOptions options;
  options.read_threads = 1;
  options.max_queued_reads = 1;
  restart(options);
  engine_.block_reads(true);
  std::vector<http::DirectClient::Pending> reads;
  reads.reserve(4);
  for (int i = 0; i < 4; ++i) reads.push_back(client_->begin(http::get_request("/v1/orders/x")));
  // Another request is served while the reads hang.
  EXPECT_EQ(client_->get("/livez").status, 200);
  engine_.block_reads(false);
  int refused = 0;
  for (auto& read : reads) refused += read.get().status == 503 ? 1 : 0;
  EXPECT_GE(refused, 2);
}

TEST_F(ApiTest, StoppingEndsTheWaiting) {
  add_product("mug", 100, 3);
  engine_.pause(true);
  auto waiting = client_->begin(http::json_request("POST", "/v1/orders",
                                                   R"({"customer_id":"c","lines":[{"product_id":"mug","quantity":1}]})",
                                                   "Prefer: wait=30\r\n"));
  while (client_->get("/metrics").body.find("ordo_http_waiting 1\n") == std::string::npos) std::this_thread::yield();
  api_->stop();
  const auto answer = waiting.get();
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(member(answer.body, "status"), "pending");
}

}  // namespace
}  // namespace ordo::api
