#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

#include "base/text.h"
#include "base/time.h"

namespace ordo {
namespace {

constexpr std::size_t kMaxValue = 1024;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  // Never destroyed, so that a thread that outlives main can still log. The lines are built here, because spdlog 1.10
  // does not escape JSON.
  static auto* instance = [] {
    auto* created = new spdlog::logger("ordo", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("%v");
    created->flush_on(spdlog::level::debug);
    return created;
  }();
  return *instance;
}

}  // namespace

void set_log_level(LogLevel level) {
  logger().set_level(to_spdlog(level));
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  static constexpr std::string_view kNames[] = {"debug", "info", "warn", "error", "off"};
  std::string line = "{\"time\":\"";
  append_rfc3339(now(), line);
  line += "\",\"level\":\"";
  line += kNames[static_cast<int>(level)];
  line += "\",\"event\":";
  append_json_string(event, line);
  for (const auto& field : fields) {
    line.push_back(',');
    append_json_string(field.name, line);
    line.push_back(':');
    if (field.quoted) {
      append_json_string(utf8_cut(field.value, kMaxValue), line);
    } else {
      line += field.value;
    }
  }
  line.push_back('}');
  logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace ordo
