#include "embedded/sqlite.h"

#include <sqlite3.h>

#include <utility>

namespace ordo::embedded {
namespace {

constexpr std::size_t kCachedStatements = 128;
// Only a reader can meet a lock, briefly, while the writer resets or recovers the write-ahead log.
constexpr int kBusyTimeoutMs = 2000;

ErrorCode code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorCode::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::kCorrupt;
    case SQLITE_CONSTRAINT:
      return ErrorCode::kConflict;
    default:
      return ErrorCode::kIo;
  }
}

Error error_of(sqlite3* database, int result) {
  const char* text = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(result);
  if (result == SQLITE_INTERRUPT) {
    return Error{ErrorCode::kUnavailable, std::string(kInterrupted), "the read reached its time limit", {}};
  }
  const int extended = database != nullptr ? sqlite3_extended_errcode(database) : result;
  return Error{code_of(result), "sqlite", std::string(text) + " (SQLite code " + std::to_string(extended) + ")", {}};
}

int note_wal_pages(void* out, sqlite3* /*database*/, const char* /*name*/, int pages) {
  *static_cast<std::int64_t*>(out) = pages;
  return SQLITE_OK;
}

}  // namespace

// --- Statement -------------------------------------------------------------------------------------------------------

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
}

void Statement::bind(int index, std::string_view text) {
  // A null pointer would bind NULL, but empty text is not NULL.
  const char* data = text.data() != nullptr ? text.data() : "";
  sqlite3_bind_text(statement_.get(), index, data, static_cast<int>(text.size()), SQLITE_STATIC);
}

void Statement::bind_null(int index) {
  sqlite3_bind_null(statement_.get(), index);
}

Result<bool> Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return fail(error_of(sqlite3_db_handle(statement_.get()), result));
}

Result<void> Statement::run() {
  const int result = sqlite3_step(statement_.get());
  if (result != SQLITE_DONE && result != SQLITE_ROW) {
    Error error = error_of(sqlite3_db_handle(statement_.get()), result);
    sqlite3_reset(statement_.get());
    return fail(std::move(error));
  }
  sqlite3_reset(statement_.get());
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* data = sqlite3_column_blob(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

// --- Connection ------------------------------------------------------------------------------------------------------

void Connection::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Connection::Connection(sqlite3* database) : wal_pages_(std::make_unique<std::int64_t>(0)), database_(database) {}

Error Connection::last_error(int code) const {
  return error_of(database_.get(), code);
}

Result<Connection> Connection::open(const std::string& path, Mode mode, const char* vfs) {
  const bool writer = mode == Mode::kWriter;
  const int flags = SQLITE_OPEN_NOMUTEX | (writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* database = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &database, flags, vfs);
  Connection connection(database);
  if (result != SQLITE_OK) {
    Error error = connection.last_error(result);
    if (!writer && (result & 0xff) == SQLITE_CANTOPEN) {
      error.code = ErrorCode::kNotFound;
      error.reason = "no_database";
    }
    error.message = path + ": " + error.message;
    return fail(std::move(error));
  }
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  // Otherwise the last reader to close would write a checkpoint. SQLite 3.40.1 cannot handle two connections that do.
  sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, writer ? 0 : 1, nullptr);
  if (writer) {
    sqlite3_wal_hook(database, note_wal_pages, connection.wal_pages_.get());  // replaces the automatic checkpoint
  } else {
    sqlite3_wal_autocheckpoint(database, 0);
  }
  return connection;
}

Result<void> Connection::execute(const std::string& sql) {
  const int result = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return fail(last_error(result));
  return {};
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return fail(last_error(result));
  return Statement(statement);
}

Result<bool> Connection::has_table(const std::string& table) {
  auto known = cached("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
  if (!known) return fail(std::move(known.error()));
  ResetAtEnd reset(**known);
  (*known)->bind(1, std::string_view(table));
  return (*known)->step();
}

Result<Statement*> Connection::cached(const std::string& sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return &found->second;
  if (statements_.size() >= kCachedStatements) statements_.clear();
  auto statement = prepare(sql);
  if (!statement) return fail(std::move(statement.error()));
  return &statements_.emplace(sql, std::move(*statement)).first->second;
}

Result<bool> Connection::checkpoint(Checkpoint mode) {
  int in_log = 0;
  int moved = 0;
  if (mode != Checkpoint::kWhole) sqlite3_busy_timeout(database_.get(), 0);
  const int result = sqlite3_wal_checkpoint_v2(
      database_.get(), nullptr, mode == Checkpoint::kPassive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE,
      &in_log, &moved);
  sqlite3_busy_timeout(database_.get(), kBusyTimeoutMs);
  if ((result & 0xff) == SQLITE_BUSY) return false;
  if (result != SQLITE_OK) return fail(last_error(result));
  if (in_log == moved) *wal_pages_ = 0;
  return in_log == moved;
}

void Connection::forbid_checkpoint() {
  sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

std::int64_t Connection::changes() const {
  return sqlite3_changes(database_.get());
}

// --- TimeLimit -------------------------------------------------------------------------------------------------------

TimeLimit::TimeLimit(Connection& connection, std::chrono::milliseconds limit)
    : connection_(connection), end_(std::chrono::steady_clock::now() + limit) {
  constexpr int kInstructions = 20'000;  // of SQLite's machine, about a millisecond
  if (limit.count() > 0) sqlite3_progress_handler(connection_.database_.get(), kInstructions, &is_over, this);
}

TimeLimit::~TimeLimit() {
  sqlite3_progress_handler(connection_.database_.get(), 0, nullptr, nullptr);
}

int TimeLimit::is_over(void* limit) {
  return std::chrono::steady_clock::now() >= static_cast<TimeLimit*>(limit)->end_ ? 1 : 0;
}

}  // namespace ordo::embedded
