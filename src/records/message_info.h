// The description of a type of record. It stands inside the struct that the record carries. From it follow reading,
// writing, the list of types in /asyncapi.json, and the processor that must handle it.
#pragma once

#include <array>
#include <string_view>

#include "records/topology.h"

namespace ordo {

struct MessageInfo {
  Topic topic = Topic::order_created;
  std::string_view type;  // ce_type
  std::string_view summary;
  // Names of processors; "api" is the HTTP API, "outside" any other producer. Unused places at the end are empty.
  std::array<std::string_view, 3> writers;
};

// The ce_type of the records that carry an M.
template <class M>
inline constexpr std::string_view kTypeOf = M::kMessage.type;

}  // namespace ordo
