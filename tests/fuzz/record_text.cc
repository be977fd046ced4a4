#include "record_text.h"

#include <algorithm>

namespace ordo::fuzz {

Record record_of(std::string_view input) {
  Record record;
  Headers headers;
  record.offset = 17;
  while (!input.empty()) {
    const auto end = std::min(input.find('\n'), input.size());
    const auto line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    if (line.empty()) break;
    const auto colon = std::min(line.find(": "), line.size());
    const auto name = line.substr(0, colon);
    const auto value = line.substr(std::min(colon + 2, line.size()));
    if (name == "topic") {
      record.at.topic = parse_topic(value).value_or(Topic::order_created);
    } else if (name == "key") {
      record.key = value;
    } else if (name == "dlq") {
      record.at.dlq = true;
    } else {
      headers.emplace_back(name, value);
    }
  }
  record.envelope = from_headers(std::move(headers));
  record.value = input;
  return record;
}

}  // namespace ordo::fuzz
