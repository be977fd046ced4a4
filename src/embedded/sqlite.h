// The part of SQLite that this folder uses, with errors as Result and with owned handles.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ordo::embedded {

// A prepared statement. Bound text must stay valid until reset() or run() has returned. Text that is read stays valid
// until the next step() or reset(). One thread.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view text);
  void bind_null(int index);

  // True when there is a row to read.
  Result<bool> step();
  // Runs a statement that returns no rows, and resets it.
  Result<void> run();
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Resets a statement at the end of a scope, so that its read transaction ends with the use of its rows.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(Statement& statement) : statement_(statement) {}
  ~ResetAtEnd() { statement_.reset(); }
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;

 private:
  Statement& statement_;
};

// A connection. One thread at a time.
class Connection {
 public:
  enum class Mode { kWriter, kReader };

  // A writer creates the file. A reader cannot change anything, not even with a checkpoint when it closes. `vfs` null:
  // the system's. kIo, kCorrupt, kNotFound "no_database".
  static Result<Connection> open(const std::string& path, Mode mode, const char* vfs = nullptr);

  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  // A statement cached by its text, for readers, whose statements vary. Valid until the next call.
  Result<Statement*> cached(const std::string& sql);

  // kPassive and kTruncate do not wait for readers; kWhole waits some seconds.
  enum class Checkpoint { kPassive, kTruncate, kWhole };
  // Moves the write-ahead log into the database file; false when a reader still needs a part of it.
  Result<bool> checkpoint(Checkpoint mode);

  // Closing then leaves the write-ahead log unchanged: for a writer whose disk has failed.
  void forbid_checkpoint();

  // Pages in the write-ahead log after the last commit of this connection.
  std::int64_t wal_pages() const { return *wal_pages_; }
  // Whether the file has a table of this name. A file that an older release wrote last lacks those that came later.
  Result<bool> has_table(const std::string& table);
  // Rows changed by the last INSERT, UPDATE or DELETE.
  std::int64_t changes() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Connection(sqlite3* database);
  Error last_error(int code) const;

  friend class TimeLimit;

  std::unique_ptr<std::int64_t> wal_pages_;  // SQLite's hook points to it, so its address must not change
  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string, Statement> statements_;  // after database_: finalized before it closes
};

// The reason of the error kUnavailable for a statement that reached a time limit.
inline constexpr std::string_view kInterrupted = "interrupted";

// While it lives, the connection's statements may run until `limit` has passed since its construction; 0: without a
// limit. Then they fail with kInterrupted. The thread of the connection.
class TimeLimit {
 public:
  TimeLimit(Connection& connection, std::chrono::milliseconds limit);
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  static int is_over(void* limit);

  Connection& connection_;
  const std::chrono::steady_clock::time_point end_;
};

}  // namespace ordo::embedded
