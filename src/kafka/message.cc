#include "kafka/message.h"

namespace ordo::kafka {
namespace {

std::string to_string(const void* data, std::size_t size) {
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

// librdkafka's C structures use non-const pointers even for data that they only read.
void* writable(const std::string& text) {
  return const_cast<char*>(text.data());
}

}  // namespace

Record to_record(const rd_kafka_message_t& message, Topic topic, bool dlq) {
  Record record;
  record.at = {topic, message.partition, dlq};
  record.offset = message.offset;
  record.key = to_string(message.key, message.key_len);
  record.empty_key = message.key != nullptr && message.key_len == 0;
  record.value = to_string(message.payload, message.len);
  record.null_value = message.payload == nullptr;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const auto time = rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && time >= 0) record.appended_at = from_unix_ms(time);

  rd_kafka_headers_t* from = nullptr;  // the message's
  if (rd_kafka_message_headers(&message, &from) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  Headers headers;
  headers.reserve(rd_kafka_header_cnt(from));
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(from, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    if (value == nullptr) {
      headers.emplace_back(name, std::nullopt);
    } else {
      headers.emplace_back(name, to_string(value, size));
    }
  }
  record.envelope = from_headers(std::move(headers));
  return record;
}

HeadersPtr make_headers(const Envelope& envelope) {
  const auto from = to_headers(envelope);
  HeadersPtr headers(rd_kafka_headers_new(from.size() + 2));  // up to two more may be added: ce_sequence, ordo_proof
  for (const auto& [name, value, null] : from) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), null ? nullptr : value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  return headers;
}

rd_kafka_resp_err_t produce(rd_kafka_t* client, rd_kafka_topic_t* topic, const Record& record, HeadersPtr& headers,
                            Payload payload, void* opaque) {
  rd_kafka_vu_t arguments[7];
  arguments[0].vtype = RD_KAFKA_VTYPE_RKT;
  arguments[0].u.rkt = topic;
  arguments[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  arguments[1].u.i32 = record.at.partition;
  arguments[2].vtype = RD_KAFKA_VTYPE_KEY;
  arguments[2].u.mem = {record.key.empty() && !record.empty_key ? nullptr : writable(record.key), record.key.size()};
  arguments[3].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[3].u.mem = {record.null_value ? nullptr : writable(record.value), record.value.size()};
  arguments[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[4].u.i = payload == Payload::kCopied ? RD_KAFKA_MSG_F_COPY : 0;
  arguments[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
  arguments[5].u.ptr = opaque;
  arguments[6].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[6].u.headers = headers.get();
  rd_kafka_error_t* error = rd_kafka_produceva(client, arguments, std::size(arguments));
  if (error == nullptr) {
    (void)headers.release();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  const auto code = rd_kafka_error_code(error);
  rd_kafka_error_destroy(error);
  return code;
}

}  // namespace ordo::kafka
