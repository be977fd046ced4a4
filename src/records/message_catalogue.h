// All types of record in one table: their topic, their payload and their writers. /asyncapi.json follows from it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "records/message_info.h"
#include "records/schema.h"
#include "records/topology.h"

namespace ordo {

struct MessageType : MessageInfo {
  Schema payload = nullptr;
};

// In the order of the topics.
std::span<const MessageType> message_types();

// The description of a topic and of its key.
struct TopicNote {
  std::string_view about;
  std::string_view key;
};
TopicNote note_of(Topic topic);

// True on the topics where a record may come without any header.
bool takes_bare_records(Topic topic);

}  // namespace ordo
