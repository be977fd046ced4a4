// The stock of products, read from the API: a list of products does not have it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "client/http_client.h"

namespace ordo::exports {

// The pieces on hand at one location; with an empty location, at all of them together.
struct StockAt {
  std::string location;
  std::int64_t on_hand = 0;

  friend bool operator==(const StockAt&, const StockAt&) = default;
};

// The stock of each product, by location, in the order of `products`. Empty for one that was never counted. Asks about
// several products at a time, and waits. Errors: those of the server, kUnavailable, and kCorrupt for an answer that
// cannot be read.
Result<std::vector<std::vector<StockAt>>> read_stock(client::HttpCaller& server, std::span<const std::string> products);

// The sum over the locations; nothing for a product that was never counted.
std::vector<StockAt> stock_in_all(const std::vector<StockAt>& levels);

}  // namespace ordo::exports
