#include "embedded/cursor_table.h"

#include <string>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "embedded/log_layout.h"
#include "records/json.h"

namespace ordo::embedded {
namespace {

std::optional<Owner> parse_owner(std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto processor = parse_processor(name.substr(0, slash));
  const auto number = parse_integer<std::int64_t>(name.substr(slash + 1));
  if (!processor || !number) return std::nullopt;
  return Owner{*processor, static_cast<int>(*number)};
}

void append_member(std::string_view name, std::int64_t value, std::string& out) {
  if (out.size() > 1) out.push_back(',');
  append_json_string(name, out);
  out += ":" + std::to_string(value);
}

// Calls member(name, value) for each member of an object of numbers; false when it is not one.
template <class Member>
bool read_numbers(std::string_view text, Member&& member) {
  auto tape = JsonTape::parse(text);
  if (!tape || (*tape)[0].kind != JsonNode::Kind::object) return false;
  for (std::size_t key = 1; key < (*tape)[0].end; key = (*tape)[key + 1].end) {
    const auto value = parse_integer<std::int64_t>((*tape)[key + 1].text);
    if (!value || !member((*tape)[key].text, *value)) return false;
  }
  return true;
}

// [[offset,"reason"],...]
std::string skip_text(const Cursor& cursor) {
  std::string out = "[";
  for (const auto& [offset, reason] : cursor.skip) {
    if (out.size() > 1) out.push_back(',');
    out += "[" + std::to_string(offset) + ",";
    append_json_string(reason, out);
    out += "]";
  }
  return out + "]";
}

bool read_skip(std::string_view text, Cursor& cursor) {
  if (text.empty()) return true;
  auto tape = JsonTape::parse(text);
  if (!tape || (*tape)[0].kind != JsonNode::Kind::array) return false;
  for (std::size_t pair = 1; pair < (*tape)[0].end; pair = (*tape)[pair].end) {
    const auto offset = parse_integer<std::int64_t>((*tape)[pair + 1].text);
    if (!offset || (*tape)[pair].end != pair + 3) return false;
    cursor.skip.emplace(*offset, (*tape)[pair + 2].text);
  }
  return true;
}

// A file from version 0.1.0 that no newer engine has opened has no column `skip`.
Result<Statement*> select_cursors(Connection& connection, const std::string& rest) {
  auto query = connection.cached("SELECT epoch, partitions, next, seen, sent, skip" + rest);
  if (!query) query = connection.cached("SELECT epoch, partitions, next, seen, sent, NULL" + rest);
  return query;
}

Result<void> widen_cursor_table(Connection& writer) {
  auto there = writer.prepare("SELECT 1 FROM pragma_table_info('cursors') WHERE name = 'skip'");
  if (!there) return fail(std::move(there.error()));
  const auto row = there->step();
  if (!row) return fail(row.error());
  return *row ? Result<void>() : writer.execute("ALTER TABLE cursors ADD COLUMN skip TEXT");
}

Result<Cursor> read_row(const Statement& row) {
  Cursor cursor;
  cursor.epoch = row.integer(0);
  cursor.partitions = static_cast<int>(row.integer(1));
  cursor.next = row.integer(2);
  const bool seen = read_numbers(row.text(3), [&](std::string_view source, std::int64_t sequence) {
    cursor.seen.emplace(source, sequence);
    return true;
  });
  const bool sent = read_numbers(row.text(4), [&](std::string_view name, std::int64_t sequence) {
    const auto at = parse_partition(name);
    if (at) cursor.sent.emplace(*at, sequence);
    return at.has_value();
  });
  if (!seen || !sent || !read_skip(row.text(5), cursor))
    return fail(ErrorCode::kCorrupt, "unreadable_cursor", "a stored cursor is not readable as JSON");
  return cursor;
}

}  // namespace

Result<void> create_cursor_table(Connection& writer) {
  auto made = writer.execute(
      "CREATE TABLE IF NOT EXISTS cursors(owner TEXT PRIMARY KEY NOT NULL, epoch INTEGER NOT NULL,"
      " partitions INTEGER NOT NULL, next INTEGER NOT NULL, seen TEXT NOT NULL, sent TEXT NOT NULL, skip TEXT)"
      " WITHOUT ROWID");
  return made ? widen_cursor_table(writer) : made;
}

Result<void> write_cursor(Connection& writer, const Owner& owner, const Cursor& cursor) {
  auto statement = writer.cached(
      "INSERT OR REPLACE INTO cursors(owner, epoch, partitions, next, seen, sent, skip) VALUES(?,?,?,?,?,?,?)");
  if (!statement) return fail(std::move(statement.error()));
  std::string seen = "{";
  for (const auto& [source, sequence] : cursor.seen) append_member(source, sequence, seen);
  seen += "}";
  std::string sent = "{";
  for (const auto& [at, sequence] : cursor.sent) append_member(name_of(at), sequence, sent);
  sent += "}";
  const std::string name = to_string(owner);
  (*statement)->bind(1, std::string_view(name));
  (*statement)->bind(2, cursor.epoch);
  (*statement)->bind(3, static_cast<std::int64_t>(cursor.partitions));
  (*statement)->bind(4, cursor.next);
  (*statement)->bind(5, std::string_view(seen));
  (*statement)->bind(6, std::string_view(sent));
  const std::string skip = cursor.skip.empty() ? std::string() : skip_text(cursor);
  if (skip.empty()) {
    (*statement)->bind_null(7);
  } else {
    (*statement)->bind(7, std::string_view(skip));
  }
  return (*statement)->run();
}

Result<Cursor> read_cursor(Connection& connection, const Owner& owner) {
  auto query = select_cursors(connection, " FROM cursors WHERE owner = ?");
  if (!query) return fail(std::move(query.error()));
  ResetAtEnd reset(**query);
  const std::string name = to_string(owner);
  (*query)->bind(1, std::string_view(name));
  auto row = (*query)->step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return Cursor{};
  return read_row(**query);
}

Result<std::map<Owner, Cursor>> read_cursors(Connection& connection) {
  auto query = select_cursors(connection, ", owner FROM cursors");
  if (!query) return fail(std::move(query.error()));
  ResetAtEnd reset(**query);
  std::map<Owner, Cursor> cursors;
  while (true) {
    auto row = (*query)->step();
    if (!row) return fail(std::move(row.error()));
    if (!*row) return cursors;
    const auto owner = parse_owner((*query)->text(6));
    auto cursor = read_row(**query);
    if (!cursor) return fail(std::move(cursor.error()));
    if (!owner) return fail(ErrorCode::kCorrupt, "unreadable_cursor", "a stored cursor has no known owner");
    cursors.emplace(*owner, std::move(*cursor));
  }
}

}  // namespace ordo::embedded
