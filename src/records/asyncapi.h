// /asyncapi.json: AsyncAPI 3.0, put together from the catalogue of message types and the topology.
#pragma once

#include <string>

#include "records/topology.h"

namespace ordo {

// Channels are called as the topics canonically are; their addresses are the names on the broker.
std::string asyncapi_document(const Topology& topology);

}  // namespace ordo
