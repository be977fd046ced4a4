// Answers the requests of an export, by their targets.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "client/http_client.h"

namespace ordo::exports {

class ListServer final : public client::HttpCaller {
 public:
  using Bodies = std::map<std::string, std::string>;  // by target; other targets are 404
  explicit ListServer(Bodies bodies) : bodies_(std::move(bodies)) {}

  void start(client::HttpRequest request, client::OnResponse on_response) override {
    targets.push_back(request.target);
    client::HttpResponse response{404, R"({"code":"unknown_thing","detail":"there is no such thing"})"};
    if (const auto found = bodies_.find(request.target); found != bodies_.end()) response = {200, found->second};
    waiting_.emplace_back(std::move(on_response), std::move(response));
    most_in_flight = std::max(most_in_flight, waiting_.size());
  }
  std::size_t in_flight() const override { return waiting_.size(); }
  std::size_t window() const override { return 2; }
  // Answers the last request first: callers may not count on an order.
  void wait() override {
    if (waiting_.empty()) return;
    auto [on_response, response] = std::move(waiting_.back());
    waiting_.pop_back();
    on_response(std::move(response));
  }

  std::vector<std::string> targets;
  std::size_t most_in_flight = 0;

 private:
  Bodies bodies_;
  std::deque<std::pair<client::OnResponse, client::HttpResponse>> waiting_;
};

}  // namespace ordo::exports
