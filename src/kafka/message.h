// Between ordo's records and librdkafka's messages. Internal to this folder, as client.h.
#pragma once

#include "kafka/client.h"
#include "records/envelope.h"

namespace ordo::kafka {

// A message as it came, whoever wrote it: an absent key, value or header value is an empty one. `at` is what the
// message's topic stands for; the partition is the message's.
Record to_record(const rd_kafka_message_t& message, Topic topic, bool dlq);

// The envelope's headers, copied.
HeadersPtr make_headers(const Envelope& envelope);

enum class Payload {
  kCopied,
  kBorrowed,  // the value must stay until the delivery report
};

// Queues `record` for its partition. Never blocks. Takes the headers only when it succeeds.
rd_kafka_resp_err_t produce(rd_kafka_t* client, rd_kafka_topic_t* topic, const Record& record, HeadersPtr& headers,
                            Payload payload, void* opaque);

}  // namespace ordo::kafka
