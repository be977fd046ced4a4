#include "embedded/document_writer.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/fnv1a.h"

namespace ordo::embedded {
namespace {

// Hashes values and separators: UTF-8 never contains the byte 0xff.
std::int64_t hash_of(const std::vector<std::string_view>& values) {
  std::uint64_t hash = kFnvBasis;
  for (const auto value : values) hash = fnv1a("\xff", fnv1a(value, hash));
  return static_cast<std::int64_t>(hash);
}

}  // namespace

DocumentWriter::DocumentWriter(Connection& writer, Collection collection)
    : connection_(writer), collection_(collection), schema_(collection) {
  const std::size_t filters = schema_.spec().filters.size();
  ORDO_CHECK(filters < 30, "filters of ", schema_.spec().name);
  columns_.values.resize(filters);
  columns_.numbers.resize(filters);
  insert_many_.resize(filters);
  delete_many_.resize(filters);
}

Result<DocumentWriter> DocumentWriter::open(Connection& writer, Collection collection) {
  DocumentWriter self(writer, collection);
  const DocumentSchema& schema = self.schema_;
  const auto filters = schema.spec().filters;
  std::string columns;
  std::string marks;
  std::string same;
  const auto add = [&](const std::string& column) {
    columns += ", " + column;
    marks += ",?";
    same += " AND " + column + " IS ?";
  };
  if (schema.has_updated()) add("updated");
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (schema.has_column(i)) add(schema.column(i));
  }
  const auto prepare = [&writer](Statement& out, const std::string& sql) -> Result<void> {
    auto statement = writer.prepare(sql);
    if (!statement) return fail(std::move(statement.error()));
    out = std::move(*statement);
    return {};
  };
  const std::string table = schema.table();
  auto ready = prepare(self.insert_,
                       "INSERT INTO " + table + "(id, sort, rev, body" + columns + ") VALUES(?,?,?,?" + marks + ")");
  if (ready) {
    ready = prepare(self.replace_body_, "UPDATE " + table + " SET rev = ?, body = ? WHERE id = ? AND sort = ?" + same);
  }
  if (ready) ready = prepare(self.columns_of_, "SELECT sort" + columns + " FROM " + table + " WHERE id = ?");
  if (ready) ready = prepare(self.body_of_, "SELECT body FROM " + table + " WHERE id = ?");
  if (ready) ready = prepare(self.erase_, "DELETE FROM " + table + " WHERE id = ?");
  for (std::size_t i = 0; ready && i < filters.size(); ++i) {
    if (!filters[i].many) continue;
    // An existing entry is correct: a lost document may have left it.
    ready = prepare(self.insert_many_[i],
                    "INSERT OR IGNORE INTO " + schema.filter_index(i) + "(value, sort, id) VALUES(?,?,?)");
    if (!ready) break;
    ready = prepare(self.delete_many_[i],
                    "DELETE FROM " + schema.filter_index(i) + " WHERE value = ? AND sort = ? AND id = ?");
  }
  if (!ready) return fail(std::move(ready.error()));
  return self;
}

void DocumentWriter::derive_columns(const Document& document) {
  columns_.entries = index_entries(document);
  for (auto& values : columns_.values) values.clear();
  for (const auto& [filter, value] : columns_.entries.values) columns_.values[filter].push_back(value);
  for (const auto& [filter, number] : columns_.entries.numbers) columns_.numbers[filter] = number;
  for (std::size_t i = 0; i < columns_.values.size(); ++i) {
    if (!schema_.spec().filters[i].many) continue;
    auto& values = columns_.values[i];
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    columns_.numbers[i] = hash_of(values);
  }
}

bool DocumentWriter::is_number(std::size_t filter) const {
  const IndexField& field = schema_.spec().filters[filter];
  return field.many || field.is_number();
}

int DocumentWriter::bind_columns(Statement& statement, int index) {
  if (schema_.has_updated()) statement.bind(index++, columns_.entries.updated);
  for (std::size_t i = 0; i < schema_.spec().filters.size(); ++i) {
    if (schema_.has_column(i)) bind_filter(statement, index++, i);
  }
  return index;
}

void DocumentWriter::bind_filter(Statement& statement, int index, std::size_t filter) {
  if (is_number(filter)) {
    statement.bind(index, columns_.numbers[filter]);
  } else if (columns_.values[filter].empty()) {
    statement.bind_null(index);
  } else {
    statement.bind(index, columns_.values[filter].front());
  }
}

Result<void> DocumentWriter::put(const Document& document, bool created) {
  const std::string body = document_to_json(document);
  const std::string& id = id_of(document);
  derive_columns(document);
  if (created) {
    auto inserted = insert(id, rev_of(document), body);
    if (inserted || inserted.error().code != ErrorCode::kConflict) return inserted;
  }
  return replace(id, rev_of(document), body);
}

Result<void> DocumentWriter::refresh(const Document& document) {
  derive_columns(document);
  if (!refresh_) {
    std::string sql = "UPDATE " + schema_.table() + " SET sort = ?";
    if (schema_.has_updated()) sql += ", updated = ?";
    for (std::size_t i = 0; i < schema_.spec().filters.size(); ++i) {
      if (schema_.has_column(i)) sql += ", " + schema_.column(i) + " = ?";
    }
    auto statement = connection_.prepare(sql + " WHERE id = ?");
    if (!statement) return fail(std::move(statement.error()));
    refresh_ = std::move(*statement);
  }
  refresh_->bind(1, columns_.entries.sort);
  refresh_->bind(bind_columns(*refresh_, 2), std::string_view(id_of(document)));
  if (auto done = refresh_->run(); !done) return done;
  for (std::size_t i = 0; i < schema_.spec().filters.size(); ++i) {
    if (!schema_.spec().filters[i].many) continue;
    if (auto done = insert_many(id_of(document), i); !done) return done;
  }
  return {};
}

Result<void> DocumentWriter::insert(const std::string& id, std::int64_t rev, std::string_view body) {
  insert_.bind(1, std::string_view(id));
  insert_.bind(2, columns_.entries.sort);
  insert_.bind(3, rev);
  insert_.bind(4, body);
  const std::size_t filters = schema_.spec().filters.size();
  bind_columns(insert_, 5);
  if (auto done = insert_.run(); !done) return done;
  for (std::size_t i = 0; i < filters; ++i) {
    if (!schema_.spec().filters[i].many) continue;
    if (auto done = insert_many(id, i); !done) return done;
  }
  return {};
}

Result<void> DocumentWriter::replace(const std::string& id, std::int64_t rev, std::string_view body) {
  if (columns_stay_ > 0) {
    const auto replaced = replace_body(id, rev, body);
    if (!replaced) return fail(replaced.error());
    columns_stay_ = std::clamp(columns_stay_ + (*replaced ? 1 : -1), -kTrust, kTrust);
    if (*replaced) return {};
  }
  bool found = false;
  auto mask = changed_columns(id, found);
  if (!mask) return fail(std::move(mask.error()));
  if (found && columns_stay_ <= 0) {
    columns_stay_ = std::clamp(columns_stay_ + (*mask == 0 ? 1 : -1), -kTrust, kTrust);
  }
  if (!found) return insert(id, rev, body);
  const std::size_t filters = schema_.spec().filters.size();
  const bool moved = (*mask & kSortBit) != 0;
  // The old entries of a `many` filter can only be derived from the old body.
  for (std::size_t i = 0; i < filters; ++i) {
    if (!schema_.spec().filters[i].many || (!moved && (*mask & (Mask{1} << i)) == 0)) continue;
    if (auto done = delete_many(id, i); !done) return done;
    if (auto done = insert_many(id, i); !done) return done;
  }
  auto update = update_statement(*mask);
  if (!update) return fail(std::move(update.error()));
  int index = 0;
  (*update)->bind(++index, rev);
  (*update)->bind(++index, body);
  if (moved) (*update)->bind(++index, columns_.entries.sort);
  if ((*mask & kUpdatedBit) != 0) (*update)->bind(++index, columns_.entries.updated);
  for (std::size_t i = 0; i < filters; ++i) {
    if ((*mask & (Mask{1} << i)) != 0) bind_filter(**update, ++index, i);
  }
  (*update)->bind(++index, std::string_view(id));
  return (*update)->run();
}

Result<bool> DocumentWriter::replace_body(const std::string& id, std::int64_t rev, std::string_view body) {
  replace_body_.bind(1, rev);
  replace_body_.bind(2, body);
  replace_body_.bind(3, std::string_view(id));
  replace_body_.bind(4, columns_.entries.sort);
  bind_columns(replace_body_, 5);
  if (auto done = replace_body_.run(); !done) return fail(std::move(done.error()));
  return connection_.changes() > 0;
}

Result<DocumentWriter::Mask> DocumentWriter::changed_columns(const std::string& id, bool& found) {
  ResetAtEnd reset(columns_of_);
  columns_of_.bind(1, std::string_view(id));
  auto row = columns_of_.step();
  if (!row) return fail(std::move(row.error()));
  found = *row;
  if (!found) return Mask{0};
  Mask mask = columns_of_.integer(0) != columns_.entries.sort ? kSortBit : 0;
  int column = 0;
  if (schema_.has_updated() && columns_of_.integer(++column) != columns_.entries.updated) mask |= kUpdatedBit;
  for (std::size_t i = 0; i < schema_.spec().filters.size(); ++i) {
    if (schema_.has_column(i) && !is_same(i, ++column)) mask |= Mask{1} << i;
  }
  return mask;
}

// Whether the stored column, which is in the row of columns_of_, has the document's value.
bool DocumentWriter::is_same(std::size_t filter, int column) const {
  if (columns_of_.is_null(column)) return !is_number(filter) && columns_.values[filter].empty();
  if (is_number(filter)) return columns_of_.integer(column) == columns_.numbers[filter];
  return !columns_.values[filter].empty() && columns_of_.text(column) == columns_.values[filter].front();
}

Result<Statement*> DocumentWriter::update_statement(Mask mask) {
  if (const auto known = updates_.find(mask); known != updates_.end()) return &known->second;
  std::string sql = "UPDATE " + schema_.table() + " SET rev = ?, body = ?";
  if ((mask & kSortBit) != 0) sql += ", sort = ?";
  if ((mask & kUpdatedBit) != 0) sql += ", updated = ?";
  for (std::size_t i = 0; i < schema_.spec().filters.size(); ++i) {
    if ((mask & (Mask{1} << i)) != 0) sql += ", " + schema_.column(i) + " = ?";
  }
  auto statement = connection_.prepare(sql + " WHERE id = ?");
  if (!statement) return fail(std::move(statement.error()));
  return &updates_.emplace(mask, std::move(*statement)).first->second;
}

Result<void> DocumentWriter::insert_many(const std::string& id, std::size_t filter) {
  Statement& statement = insert_many_[filter];
  for (const auto value : columns_.values[filter]) {
    statement.bind(1, value);
    statement.bind(2, columns_.entries.sort);
    statement.bind(3, std::string_view(id));
    if (auto done = statement.run(); !done) return done;
  }
  return {};
}

Result<void> DocumentWriter::delete_many(const std::string& id, std::size_t filter) {
  auto old = load(id);
  if (!old) return fail(std::move(old.error()));
  if (!*old) return {};
  const IndexEntries entries = index_entries(**old);
  Statement& statement = delete_many_[filter];
  for (const auto& [field, value] : entries.values) {
    if (field != filter) continue;
    statement.bind(1, value);
    statement.bind(2, entries.sort);
    statement.bind(3, std::string_view(id));
    if (auto done = statement.run(); !done) return done;
  }
  return {};
}

Result<void> DocumentWriter::erase(const std::string& id) {
  for (std::size_t i = 0; i < schema_.spec().filters.size(); ++i) {
    if (!schema_.spec().filters[i].many) continue;
    if (auto done = delete_many(id, i); !done) return done;
  }
  erase_.bind(1, std::string_view(id));
  return erase_.run();
}

Result<std::optional<Document>> DocumentWriter::load(std::string_view id) {
  ResetAtEnd reset(body_of_);
  body_of_.bind(1, id);
  auto row = body_of_.step();
  if (!row) return fail(std::move(row.error()));
  if (!*row) return std::nullopt;
  auto document = document_from_json(collection_, body_of_.text(0));
  if (!document) return fail(std::move(document.error()));
  return std::optional<Document>(std::move(*document));
}

}  // namespace ordo::embedded
