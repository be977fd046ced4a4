// What the routes of the system use: figures of this process, its settings, keys, audit log and checks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/audit_page.h"
#include "access/audit_verify.h"
#include "access/key_store.h"
#include "base/result.h"
#include "base/time.h"

namespace ordo::api {

// Where the log and the documents are.
enum class ServerMode { embedded, kafka };

// Something that waits for its turn. The bound is absent when another one, such as that of the connections, limits it.
struct QueueFigure {
  std::string name;
  std::int64_t value = 0;
  std::optional<std::int64_t> bound = std::nullopt;
};

struct DiskFigures {
  std::int64_t bytes = 0;  // used by the data directory
  std::int64_t free = 0;   // left on its file system
};

struct ProcessFigures {
  std::vector<QueueFigure> queues;
  std::optional<DiskFigures> disk;  // absent without a data directory
  std::int64_t rss_bytes = 0;
};

// A setting as `ordo config show` shows it: secrets are masked.
struct ShownSetting {
  std::string name;
  std::string value;
  std::string source;  // "default", "flag", "file" or "environment"
  std::string text;    // what it does
};

enum class CheckStatus { running, done, failed };

// A check of the invariants.
struct CheckState {
  std::string id;
  CheckStatus status = CheckStatus::running;
  Timestamp started_at{};
  std::optional<Timestamp> ended_at = std::nullopt;
  std::optional<bool> clean = std::nullopt;          // of a check that is done
  std::optional<std::string> report = std::nullopt;  // as JSON, likewise
  std::optional<std::string> error = std::nullopt;   // why it failed
};

// The functions are called on threads of the API's pool, and may block for the disk. A part that is empty or null does
// not exist in this process. All of them outlive the API.
struct SystemPorts {
  ServerMode mode = ServerMode::embedded;
  Timestamp started_at{};
  std::function<ProcessFigures()> figures = nullptr;
  std::function<std::vector<ShownSetting>()> settings = nullptr;
  access::KeyStore* keys = nullptr;  // null: this process has no key file
  // Lines of the audit log before a place, and whether the log is complete and unchanged.
  std::function<Result<access::AuditPage>(const std::optional<access::AuditPlace>&, std::size_t limit)> audit_page =
      nullptr;
  std::function<Result<access::AuditVerdict>()> verify_audit = nullptr;
  // kConflict "check_running".
  std::function<Result<CheckState>()> start_check = nullptr;
  std::function<std::optional<CheckState>()> latest_check = nullptr;
};

}  // namespace ordo::api
