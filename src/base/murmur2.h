// Kafka's key hash: ordo, Java clients and the embedded log put a key into the same partition.
#pragma once

#include <cstdint>
#include <string_view>

namespace ordo {

// As org.apache.kafka.common.utils.Utils.murmur2.
std::uint32_t murmur2(std::string_view data);

// As Kafka's default partitioner for a record with a key. `partitions` > 0.
inline int partition_for(std::string_view key, int partitions) {
  return static_cast<int>((murmur2(key) & 0x7fffffffU) % static_cast<std::uint32_t>(partitions));
}

}  // namespace ordo
