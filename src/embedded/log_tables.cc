#include "embedded/log_tables.h"

#include "base/encoding.h"
#include "base/number.h"
#include "records/json.h"

namespace ordo::embedded {
namespace {

constexpr const char* kRecordColumns =
    "offset, appended_at, key, type, source, sequence, previous, id, subject, time, traceparent, headers, value";

std::string header_text(const JsonTape& tape, std::size_t at) {
  if (tape[at].kind == JsonNode::Kind::object) return from_hex(tape[at + 2].text).value_or(std::string());
  return std::string(tape[at].text);
}

Headers headers_at(const JsonTape& tape, std::size_t array) {
  Headers headers;
  for (std::size_t pair = array + 1; pair < tape[array].end; pair = tape[pair].end) {
    const std::size_t name = pair + 1;
    const std::size_t value = tape[name].end;
    if (tape[value].kind == JsonNode::Kind::null) {
      headers.emplace_back(header_text(tape, name), std::nullopt);
    } else {
      headers.emplace_back(header_text(tape, name), header_text(tape, value));
    }
  }
  return headers;
}

Result<void> read_headers(std::string_view text, Record& record) {
  auto tape = JsonTape::parse(text);
  if (!tape || ((*tape)[0].kind != JsonNode::Kind::array && (*tape)[0].kind != JsonNode::Kind::object)) {
    return fail(ErrorCode::kCorrupt, "unreadable_headers", "the headers of a stored record are not readable as JSON");
  }
  if ((*tape)[0].kind == JsonNode::Kind::array) {
    auto& envelope = record.envelope;
    envelope.extra = headers_at(*tape, 0);
    envelope.by = take_by(envelope.extra);
    return {};
  }
  for (std::size_t key = 1; key < (*tape)[0].end; key = (*tape)[key + 1].end) {
    if ((*tape)[key].text == "wire") record.envelope = from_headers(headers_at(*tape, key + 1));
    if ((*tape)[key].text == "null_value") record.null_value = true;
    if ((*tape)[key].text == "empty_key") record.empty_key = true;
  }
  return {};
}

Result<Record> read_row(const Statement& row, const TopicPartition& at) {
  Record record;
  record.at = at;
  record.offset = row.integer(0);
  record.appended_at = from_unix_ms(row.integer(1));
  record.key = row.text(2);
  Envelope& envelope = record.envelope;
  envelope.type = row.text(3);
  envelope.source = row.text(4);
  if (!row.is_null(5)) envelope.sequence = row.integer(5);
  if (!row.is_null(6)) envelope.previous = row.integer(6);
  if (row.is_null(7)) {
    envelope.id = envelope.source + ":" + std::to_string(envelope.sequence.value_or(0));
  } else {
    envelope.id = row.text(7);
  }
  envelope.subject = row.is_null(8) ? record.key : std::string(row.text(8));
  envelope.time = row.is_null(9) ? record.appended_at : from_unix_ms(row.integer(9));
  envelope.traceparent = row.text(10);
  if (!row.is_null(11)) {
    if (auto read = read_headers(row.text(11), record); !read) return fail(std::move(read.error()));
  }
  record.value = row.text(12);
  return record;
}

}  // namespace

std::string log_table(const TopicPartition& at) {
  return "log_" + std::string(to_string(at.topic)) + (at.dlq ? "_dlq_" : "_") + std::to_string(at.partition);
}

std::optional<TopicPartition> parse_log_table(std::string_view name) {
  constexpr std::string_view kStart = "log_";
  constexpr std::string_view kDlq = "_dlq";
  const auto line = name.rfind('_');
  if (!name.starts_with(kStart) || line < kStart.size() || line == std::string_view::npos) return std::nullopt;
  const auto number = parse_integer<int>(name.substr(line + 1));
  std::string_view topic = name.substr(kStart.size(), line - kStart.size());
  const bool dlq = topic.ends_with(kDlq);
  if (dlq) topic.remove_suffix(kDlq.size());
  const auto parsed = parse_topic(topic);
  if (!number || !parsed) return std::nullopt;
  return TopicPartition{*parsed, *number, dlq};
}

Result<LogRange> read_log_range(Connection& connection, const TopicPartition& at) {
  const std::string table = log_table(at);
  const auto there = connection.has_table(table);
  if (!there) return fail(there.error());
  if (!*there) return LogRange{};
  // Two subqueries, because min and max in one query would read the whole table.
  auto query =
      connection.cached("SELECT (SELECT min(offset) FROM " + table + "), (SELECT max(offset) FROM " + table + ")");
  if (!query) return fail(std::move(query.error()));
  ResetAtEnd reset(**query);
  auto row = (*query)->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row || (*query)->is_null(0)) return LogRange{};
  return LogRange{(*query)->integer(0), (*query)->integer(1) + 1};
}

Result<std::vector<Record>> read_log(Connection& connection, const TopicPartition& at, std::int64_t offset,
                                     ReadLimit limit) {
  auto query = connection.cached("SELECT " + std::string(kRecordColumns) + " FROM " + log_table(at) +
                                 " WHERE offset >= ? ORDER BY offset LIMIT ?");
  if (!query) return fail(std::move(query.error()));
  ResetAtEnd reset(**query);
  (*query)->bind(1, offset);
  (*query)->bind(2, static_cast<std::int64_t>(limit.records));
  std::vector<Record> records;
  std::size_t bytes = 0;
  while (bytes < limit.bytes) {
    auto row = (*query)->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) break;
    auto record = read_row(**query, at);
    if (!record) return fail(std::move(record.error()));
    bytes += footprint(*record);
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace ordo::embedded
