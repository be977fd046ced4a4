// Reads a list of the API page by page.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/http_client.h"
#include "records/json.h"

namespace ordo::client {

struct WantedList {
  std::string path;                                          // "/v1/orders"
  std::vector<std::pair<std::string, std::string>> filters;  // name and value, not escaped
  std::optional<std::uint64_t> limit;                        // elements, at least 1; none: all of them
};

// One page. Valid during the visit only.
struct ListPage {
  const JsonTape& tape;      // the answer
  std::size_t data = 0;      // the array of its elements
  std::uint64_t wanted = 0;  // the list's limit leaves room for so many elements; a server may return more
};

// Reads the pages up to the limit or the end of the list, and passes each to `visit`. Blocks for each page. Returns
// true when the list has more elements than the limit. Errors: those of ask(), kCorrupt for an answer that is no page,
// and the first error of `visit`, which ends the walk.
Result<bool> each_page(HttpCaller& server, const WantedList& list,
                       const std::function<Result<void>(const ListPage&)>& visit);

}  // namespace ordo::client
