#include "kafka/libraries.h"

#include "kafka/client.h"

namespace ordo::kafka {

std::vector<Library> libraries() {
  return {{"librdkafka", rd_kafka_version_str()}};
}

}  // namespace ordo::kafka
