// The types of record in one table: which topic they are on, what they carry and who writes them. /asyncapi.json
// follows from it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "records/schema.h"
#include "records/topology.h"

namespace ordo {

struct MessageType {
  Topic topic = Topic::order_created;
  std::string_view type;  // ce_type
  std::string_view summary;
  Schema payload = nullptr;
  // Names of processors; "api" is the HTTP API, "outside" whoever else writes to the topic. Empty views at the end.
  std::array<std::string_view, 3> writers;
};

// In the order of the topics.
std::span<const MessageType> message_types();

// What the records of a topic are about, and what their key is.
struct TopicNote {
  std::string_view about;
  std::string_view key;
};
TopicNote note_of(Topic topic);

// True on the topics where a record without any header is legal too.
bool takes_bare_records(Topic topic);

}  // namespace ordo
