#include "export/product_stock.h"

#include <optional>

#include "base/encoding.h"
#include "client/answer.h"
#include "records/json_pick.h"

namespace ordo::exports {
namespace {

Result<std::vector<StockAt>> levels_of(const Result<client::HttpResponse>& answer) {
  if (!answer) return fail(answer.error());
  if (answer->status != 200) return fail(client::problem_of(*answer));
  const auto corrupt = [] { return fail(ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer"); };
  const auto tape = JsonTape::parse(answer->body);
  const auto list = tape ? member(*tape, 0, "levels") : std::nullopt;
  if (!list || (*tape)[*list].kind != JsonNode::Kind::array) return corrupt();
  std::vector<StockAt> levels;
  for (std::size_t at = *list + 1; at < (*tape)[*list].end; at = (*tape)[at].end) {
    const auto on_hand = whole_of(*tape, at, "on_hand");
    if (!on_hand) return corrupt();
    levels.push_back({std::string(text_of(*tape, at, "location")), *on_hand});
  }
  return levels;
}

}  // namespace

Result<std::vector<std::vector<StockAt>>> read_stock(client::HttpCaller& server,
                                                     std::span<const std::string> products) {
  std::vector<std::vector<StockAt>> found(products.size());
  std::optional<Error> problem;  // the first one
  for (std::size_t i = 0; i < products.size() && !problem; ++i) {
    while (server.in_flight() >= server.window()) server.wait();
    server.start({"GET", "/v1/products/" + percent_encoded(products[i]) + "/stock", {}, {}},
                 [&, i](const Result<client::HttpResponse>& answer) {
                   auto levels = levels_of(answer);
                   if (levels) {
                     found[i] = std::move(*levels);
                   } else if (!problem) {
                     problem = std::move(levels.error());
                   }
                 });
  }
  while (server.in_flight() > 0) server.wait();
  if (problem) return fail(std::move(*problem));
  return found;
}

std::vector<StockAt> stock_in_all(const std::vector<StockAt>& levels) {
  if (levels.empty()) return {};
  StockAt sum;
  for (const auto& level : levels) sum.on_hand += level.on_hand;
  return {sum};
}

}  // namespace ordo::exports
