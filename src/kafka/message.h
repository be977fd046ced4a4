// Conversion between ordo's records and librdkafka's messages. Internal to this folder, like client.h.
#pragma once

#include "kafka/client.h"
#include "records/envelope.h"

namespace ordo::kafka {

// A message unchanged, from any writer; null parts stay null. `at` is the meaning of the message's topic; the partition
// is the message's.
Record to_record(const rd_kafka_message_t& message, Topic topic, bool dlq);

// The envelope's headers, copied.
HeadersPtr make_headers(const Envelope& envelope);

enum class Payload {
  kCopied,
  kBorrowed,  // the value must stay until the delivery report
};

// Queues `record` for its partition. Never blocks. Takes ownership of the headers only on success.
rd_kafka_resp_err_t produce(rd_kafka_t* client, rd_kafka_topic_t* topic, const Record& record, HeadersPtr& headers,
                            Payload payload, void* opaque);

}  // namespace ordo::kafka
