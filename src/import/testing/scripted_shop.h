// A server for tests of whole imports: the routes that an import uses, without a log. Answers one request per wait().
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/uuid.h"
#include "client/http_client.h"
#include "records/json_pick.h"

namespace ordo::imports {

class ScriptedShop : public client::HttpCaller {
 public:
  void start(client::HttpRequest request, client::OnResponse on_response) override {
    if (request.target != "/metrics") requests.push_back(request);
    waiting_.emplace_back(std::move(request), std::move(on_response));
    most_in_flight = std::max(most_in_flight, waiting_.size());
  }
  std::size_t in_flight() const override { return waiting_.size(); }
  std::size_t window() const override { return 4; }
  void wait() override {
    if (waiting_.empty()) return;
    auto [request, on_response] = std::move(waiting_.front());
    waiting_.pop_front();
    on_response(answer(request));
  }

  static std::string header(const client::HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
      if (key == name) return value;
    }
    return {};
  }

  // The bodies of all requests of this kind, in their order.
  std::vector<std::string> sent(std::string_view method, std::string_view target) const {
    std::vector<std::string> bodies;
    for (const auto& request : requests) {
      if (request.method == method && request.target == target) bodies.push_back(request.body);
    }
    return bodies;
  }

  std::vector<client::HttpRequest> requests;  // without those for metrics
  std::size_t most_in_flight = 0;
  int answers_left = 1'000'000;                 // then the server is away
  std::set<std::string> unknown{"unknown"};     // products that it does not have
  std::map<std::string, std::string> statuses;  // id of an order -> status; others are reserved
  std::map<std::string, std::string> orders;    // id -> body of POST /v1/orders
  std::map<std::string, std::string> payments;  // id of the order -> body
  std::map<std::string, std::string> history;   // source and number -> body of POST /v1/imported-orders
  std::map<std::string, std::string> products;  // id -> body
  std::string metrics;                          // empty: 404
  int payments_not_ready = 0;                   // so many answers say that the order is not processed yet

 private:
  using Answer = Result<client::HttpResponse>;

  Answer answer(const client::HttpRequest& request) {
    if (answers_left == 0) return fail(ErrorCode::kUnavailable, "no_answer", "the server is away");
    --answers_left;
    const std::string_view target = request.target;
    if (target == "/metrics") return client::HttpResponse{metrics.empty() ? 404 : 200, metrics};
    if (request.method == "GET" && target.starts_with("/v1/orders/")) return show(std::string(target.substr(11)));
    if (request.method == "GET" && target.starts_with("/v1/products/")) {
      const auto product = products.find(std::string(target.substr(13)));
      if (product == products.end()) return problem(404, "unknown_product");
      return client::HttpResponse{200, product->second};
    }
    if (target == "/v1/orders") return place(request);
    if (target == "/v1/imported-orders") return write(request.body);
    if (target == "/v1/products") return add_product(request.body);
    if (target.ends_with("/payments")) return pay(std::string(target.substr(11, target.size() - 20)), request.body);
    return client::HttpResponse{404, "<html>"};
  }

  static client::HttpResponse problem(int status, const std::string& code, const std::string& errors = "") {
    return {status, R"({"code":")" + code + R"(","detail":"refused","errors":[)" + errors + "]}"};
  }

  // The errors for the lines whose product is unknown.
  std::string unknown_lines(const JsonTape& tape) const {
    std::string errors;
    const auto lines = *member(tape, 0, "lines");
    int index = 0;
    for (std::size_t at = lines + 1; at < tape[lines].end; at = tape[at].end, ++index) {
      if (!unknown.contains(std::string(text_of(tape, at, "product_id")))) continue;
      errors += std::string(errors.empty() ? "" : ",") + R"({"pointer":"/lines/)" + std::to_string(index) +
                R"(/product_id","detail":"there is no such product"})";
    }
    return errors;
  }

  Answer place(const client::HttpRequest& request) {
    const auto tape = JsonTape::parse(request.body);
    if (!tape) return problem(400, "malformed_json");
    if (const auto errors = unknown_lines(*tape); !errors.empty()) return problem(422, "unknown_product", errors);
    const auto id = uuid_v5("idempotency", header(request, "Idempotency-Key"));
    const auto [order, made] = orders.emplace(id, request.body);
    if (!made && order->second != request.body) return problem(422, "idempotency_key_reused");
    const auto count = (*tape)[*member(*tape, 0, "lines")].count;
    std::string lines;
    for (std::uint32_t i = 0; i < count; ++i) {
      lines += std::string(i > 0 ? "," : "") + R"({"unit_price":{"amount":255,"currency":"GBP"}})";
    }
    // As ordo's own server, which says the id twice.
    return client::HttpResponse{201, R"({"id":")" + id + R"(","lines":[)" + lines + "]}", "/v1/orders/" + id};
  }

  Answer show(const std::string& id) const {
    const auto found = orders.find(id);
    if (found == orders.end()) return problem(404, "unknown_order");
    const auto status = statuses.find(id);
    const std::string shown = status == statuses.end() ? "reserved" : status->second;
    return client::HttpResponse{200, R"({"id":")" + id + R"(","status":")" + shown + R"(","status_reason":")" +
                                         (shown == "rejected" ? "out_of_stock" : "") +
                                         R"(","total":{"amount":150,"currency":"GBP"},)" + found->second.substr(1)};
  }

  Answer pay(const std::string& id, const std::string& body) {
    if (!orders.contains(id)) return problem(404, "unknown_order");
    if (payments_not_ready > 0) {
      --payments_not_ready;
      return problem(503, "order_not_ready");
    }
    payments[id] = body;
    return client::HttpResponse{201, "{}"};
  }

  Answer write(const std::string& body) {
    const auto tape = JsonTape::parse(body);
    if (!tape) return problem(400, "malformed_json");
    if (const auto errors = unknown_lines(*tape); !errors.empty()) return problem(422, "invalid_fields", errors);
    const auto identity = std::string(text_of(*tape, 0, "source")) + "\n" + std::string(text_of(*tape, 0, "number"));
    const auto replace = member(*tape, 0, "replace");
    std::string content = body;
    if (replace) content.erase(content.find(R"("replace":true)"), 14);
    const client::HttpResponse answer{201, R"({"id":")" + uuid_v5("imported", identity) + R"("})"};
    const auto [order, made] = history.emplace(identity, content);
    if (made) return answer;
    const auto plain = [](std::string text) {
      std::erase(text, ',');
      return text;
    };
    const bool same = plain(order->second) == plain(content);
    if (!same && !replace) return problem(409, "order_changed", R"({"pointer":"/total","detail":"is 1.00, was 2.00"})");
    order->second = content;
    return client::HttpResponse{200, answer.body};
  }

  Answer add_product(const std::string& body) {
    const auto tape = JsonTape::parse(body);
    if (!tape) return problem(400, "malformed_json");
    const std::string id(text_of(*tape, 0, "id"));
    if (!products.emplace(id, body).second) return problem(409, "product_exists");
    const auto price = *member(*tape, 0, "price");
    return client::HttpResponse{201, R"({"id":")" + id + R"(","name":"n","category":"","price":{"amount":)" +
                                         std::string(text_of(*tape, price, "amount")) + R"(,"currency":")" +
                                         std::string(text_of(*tape, price, "currency")) +
                                         R"("},"status":"active","created_at":"2026-01-01T00:00:00.000Z",)"
                                         R"("updated_at":"2026-01-01T00:00:00.000Z","recent_changes":[],"rev":1})"};
  }

  std::deque<std::pair<client::HttpRequest, client::OnResponse>> waiting_;
};

}  // namespace ordo::imports
