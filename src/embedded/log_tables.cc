#include "embedded/log_tables.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/encoding.h"
#include "base/text.h"
#include "records/json.h"

namespace ordo::embedded {
namespace {

constexpr const char* kRecordColumns =
    "offset, appended_at, key, type, source, sequence, previous, id, subject, time, traceparent, headers, value";

// The usual form of ids and subjects, which is therefore not stored.
bool has_derived_id(const Envelope& envelope) {
  if (!envelope.sequence || envelope.id.size() <= envelope.source.size()) return false;
  char digits[24];
  const auto* end = std::to_chars(digits, digits + sizeof digits, *envelope.sequence).ptr;
  const std::string_view id = envelope.id;
  const std::string_view tail(digits, static_cast<std::size_t>(end - digits));
  return id.size() == envelope.source.size() + 1 + tail.size() &&
         id.substr(0, envelope.source.size()) == envelope.source && id[envelope.source.size()] == ':' &&
         id.substr(envelope.source.size() + 1) == tail;
}

// [["name","value"],...]; a name or value that is not UTF-8 is {"hex":"00ff"}.
void append_header_text(std::string_view text, std::string& out) {
  if (is_utf8(text)) return append_json_string(text, out);
  out += R"({"hex":")";
  append_hex(text, out);
  out += "\"}";
}

void append_header(std::string_view name, std::string_view value, std::string& out) {
  if (out.back() != '[') out.push_back(',');
  out.push_back('[');
  append_header_text(name, out);
  out.push_back(',');
  append_header_text(value, out);
  out.push_back(']');
}

void append_headers(const Headers& headers, std::string& out) {
  for (const auto& [name, value, null] : headers) {
    if (!null) {
      append_header(name, value, out);
      continue;
    }
    if (out.back() != '[') out.push_back(',');
    out.push_back('[');
    append_header_text(name, out);
    out += ",null]";
  }
}

// The headers that have no column. The tables of older releases have none for the actor either.
void append_rest(const Envelope& envelope, std::string& out) {
  out.push_back('[');
  if (const auto& by = envelope.by) {
    append_header(kByKindHeader, enum_name(by->kind), out);
    append_header(kByIdHeader, by->id, out);
    if (by->name) append_header(kByNameHeader, *by->name, out);
  }
  append_headers(envelope.extra, out);
  out.push_back(']');
}

// The columns cannot represent it exactly: another content type, null headers or headers in another form, a null value,
// or an empty key.
bool is_unusual(const Record& record) {
  const Envelope& envelope = record.envelope;
  return record.null_value || record.empty_key || !envelope.as_came.empty() || !envelope.content_type.empty() ||
         std::any_of(envelope.extra.begin(), envelope.extra.end(), [](const Header& header) { return header.null; });
}

// All headers, and which parts of the record are null. ordo's own records never need it.
void append_wire_form(const Record& record, std::string& out) {
  out += R"({"wire":[)";
  append_headers(to_headers(record.envelope), out);
  out.push_back(']');
  if (record.null_value) out += R"(,"null_value":true)";
  if (record.empty_key) out += R"(,"empty_key":true)";
  out.push_back('}');
}

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

LogLayout::LogLayout(const Topology& topology) {
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    first_[i] = partitions_.size();
    counts_[i] = topology[topic].partitions;
    for (int p = 0; p < counts_[i]; ++p) partitions_.push_back({topic, p, false});
    partitions_.push_back({topic, 0, true});
  }
}

bool LogLayout::contains(const TopicPartition& at) const {
  return static_cast<std::size_t>(at.topic) < kTopics && at.partition >= 0 &&
         at.partition < partitions(at.topic, at.dlq);
}

std::size_t LogLayout::index(const TopicPartition& at) const {
  ORDO_CHECK(contains(at), to_string(at.topic), "/", at.partition);
  const auto topic = static_cast<std::size_t>(at.topic);
  return first_[topic] + static_cast<std::size_t>(at.dlq ? counts_[topic] : at.partition);
}

std::string log_table(const TopicPartition& at) {
  return "log_" + std::string(to_string(at.topic)) + (at.dlq ? "_dlq_" : "_") + std::to_string(at.partition);
}

Result<void> create_log_tables(Connection& writer, const LogLayout& layout) {
  for (std::size_t i = 0; i < layout.size(); ++i) {
    auto created = writer.execute("CREATE TABLE IF NOT EXISTS " + log_table(layout[i]) +
                                  "(offset INTEGER PRIMARY KEY, appended_at INTEGER NOT NULL, key TEXT NOT NULL,"
                                  " type TEXT, source TEXT, sequence INTEGER, previous INTEGER, id TEXT, subject TEXT,"
                                  " time INTEGER, traceparent TEXT, headers TEXT, value TEXT NOT NULL)");
    if (!created) return created;
  }
  return {};
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
  if (!query) {
    const auto there = connection.has_table(log_table(at));
    // guard: log-of-later-release
    if (there && !*there) return std::vector<Record>();
    return fail(std::move(query.error()));
  }
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

Result<std::vector<RecordAge>> read_ages(Connection& connection, const TopicPartition& at, std::size_t max) {
  auto query = connection.cached("SELECT offset, appended_at FROM " + log_table(at) + " ORDER BY offset LIMIT ?");
  if (!query) return fail(std::move(query.error()));
  ResetAtEnd reset(**query);
  (*query)->bind(1, static_cast<std::int64_t>(max));
  std::vector<RecordAge> ages;
  while (true) {
    auto row = (*query)->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return ages;
    ages.push_back({(*query)->integer(0), from_unix_ms((*query)->integer(1))});
  }
}

Result<void> remove_log(Connection& writer, const TopicPartition& at, std::int64_t offset) {
  auto statement = writer.cached("DELETE FROM " + log_table(at) + " WHERE offset < ?");
  if (!statement) return fail(std::move(statement.error()));
  (*statement)->bind(1, offset);
  return (*statement)->run();
}

Result<LogWriter> LogWriter::open(Connection& writer, const LogLayout& layout) {
  LogWriter log;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    auto insert = writer.prepare("INSERT INTO " + log_table(layout[i]) + "(" + kRecordColumns +
                                 ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!insert) return fail(std::move(insert.error()));
    log.inserts_.push_back(std::move(*insert));
  }
  return log;
}

Result<void> LogWriter::append(std::size_t index, const Record& record) {
  Statement& insert = inserts_[index];
  const Envelope& envelope = record.envelope;
  const auto bind_unless = [&](bool left_out, int column, auto value) {
    if (left_out) {
      insert.bind_null(column);
    } else {
      insert.bind(column, value);
    }
  };
  insert.bind(1, record.offset);
  insert.bind(2, to_unix_ms(record.appended_at));
  insert.bind(3, std::string_view(record.key));
  bind_unless(envelope.type.empty(), 4, std::string_view(envelope.type));
  bind_unless(envelope.source.empty(), 5, std::string_view(envelope.source));
  bind_unless(!envelope.sequence, 6, envelope.sequence.value_or(0));
  bind_unless(!envelope.previous, 7, envelope.previous.value_or(0));
  bind_unless(has_derived_id(envelope), 8, std::string_view(envelope.id));
  bind_unless(envelope.subject == record.key, 9, std::string_view(envelope.subject));
  bind_unless(envelope.time == record.appended_at, 10, to_unix_ms(envelope.time));
  bind_unless(envelope.traceparent.empty(), 11, std::string_view(envelope.traceparent));
  extra_.clear();
  if (is_unusual(record)) {
    append_wire_form(record, extra_);
  } else if (envelope.by || !envelope.extra.empty()) {
    append_rest(envelope, extra_);
  }
  bind_unless(extra_.empty(), 12, std::string_view(extra_));
  insert.bind(13, std::string_view(record.value));
  return insert.run();
}

std::size_t footprint(const Record& record) {
  std::size_t bytes = sizeof(Record) + record.key.size() + record.value.size() + record.envelope.id.size() +
                      record.envelope.source.size() + record.envelope.type.size() + record.envelope.subject.size() +
                      record.envelope.traceparent.size();
  if (const auto& by = record.envelope.by) bytes += by->id.size() + (by->name ? by->name->size() : 0);
  for (const auto& [name, value, null] : record.envelope.extra) bytes += name.size() + value.size();
  for (const auto& [name, value, null] : record.envelope.as_came) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace ordo::embedded
