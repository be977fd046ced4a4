#include "client/page_walk.h"

#include <algorithm>

#include "base/encoding.h"
#include "client/answer.h"
#include "records/json_pick.h"

namespace ordo::client {
namespace {

constexpr std::uint64_t kPage = 500;  // most elements of a page

std::string target_of(const WantedList& list, std::uint64_t limit, std::string_view cursor) {
  std::string target = list.path + "?limit=" + std::to_string(limit);
  for (const auto& [name, value] : list.filters) target += "&" + name + "=" + percent_encoded(value);
  if (!cursor.empty()) target += "&cursor=" + percent_encoded(cursor);
  return target;
}

}  // namespace

Result<bool> each_page(HttpCaller& server, const WantedList& list,
                       const std::function<Result<void>(const ListPage&)>& visit) {
  std::uint64_t read = 0;
  std::string cursor;
  while (true) {
    const std::uint64_t wanted = list.limit ? std::min(kPage, *list.limit - read) : kPage;
    const auto answered = ask(server, {"GET", target_of(list, wanted, cursor), {}, {}});
    if (!answered) return fail(answered.error());
    const JsonTape& tape = answered->tape;
    const auto data = member(tape, 0, "data");
    if (!data || tape[*data].kind != JsonNode::Kind::array) {
      return fail(ErrorCode::kCorrupt, "bad_answer", "cannot read the server's answer");
    }
    if (auto done = visit({tape, *data, wanted}); !done) return fail(std::move(done.error()));
    read += std::min<std::uint64_t>(wanted, tape[*data].count);
    std::string next(text_of(tape, 0, "next_cursor"));
    if (next.empty() || (list.limit && read >= *list.limit)) return !next.empty();
    if (next == cursor) return fail(ErrorCode::kCorrupt, "bad_answer", "the server returned the same cursor again");
    cursor = std::move(next);
  }
}

}  // namespace ordo::client
