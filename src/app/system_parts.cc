#include "app/system_parts.h"

#include <filesystem>
#include <utility>

#include "app/process_metrics.h"
#include "http/request_guard.h"
#include "settings/setting_specs.h"

namespace ordo::app {

namespace fs = std::filesystem;

std::vector<api::QueueFigure> waiting_work(const effects::EffectRunner* effects,
                                           const outbound::WebhookSender* webhooks) {
  std::vector<api::QueueFigure> queues;
  if (effects != nullptr) queues.push_back({"effects", static_cast<std::int64_t>(effects->figures().waiting)});
  if (webhooks != nullptr) {
    queues.push_back({"webhook_deliveries", static_cast<std::int64_t>(webhooks->figures().waiting)});
  }
  return queues;
}

std::optional<api::DiskFigures> disk_figures(const std::string& directory) {
  std::error_code error;
  const auto space = fs::space(directory, error);
  if (error) return std::nullopt;
  api::DiskFigures figures{0, static_cast<std::int64_t>(space.available)};
  for (fs::directory_iterator file(directory, error), end; !error && file != end; file.increment(error)) {
    std::error_code gone;  // a file may be renamed or removed meanwhile
    if (!file->is_regular_file(gone) || gone) continue;
    const auto size = file->file_size(gone);
    if (!gone) figures.bytes += static_cast<std::int64_t>(size);
  }
  return figures;
}

namespace {

// The kinds of sources that load_settings() names.
std::string_view source_of(const settings::Settings& settings, const std::string& key) {
  const auto found = settings.origins.find(key);
  if (found == settings.origins.end()) return "default";
  if (found->second.starts_with("environment")) return "environment";
  return found->second.starts_with("file") ? "file" : "flag";
}

std::vector<api::ShownSetting> shown_settings(const settings::Settings& settings) {
  std::vector<api::ShownSetting> shown;
  for (const auto& spec : settings::setting_specs()) {
    shown.push_back({spec.key, spec.show(settings), std::string(source_of(settings, spec.key)), spec.help});
  }
  return shown;
}

}  // namespace

SystemParts::SystemParts(const settings::Settings& settings, Listener& listener)
    : settings_(settings), started_at_(now()), checks_(settings) {
  if (auto* guard = listener.guard()) {
    keys_ = std::make_unique<access::KeyStore>(settings.key_file(), guard->authenticator());
  }
}

api::SystemPorts SystemParts::ports(std::function<std::vector<api::QueueFigure>()> queues) {
  api::SystemPorts ports;
  ports.mode = settings_.embedded() ? api::ServerMode::embedded : api::ServerMode::kafka;
  ports.started_at = started_at_;
  ports.figures = [this, queues = std::move(queues)] {
    api::ProcessFigures figures{queues(), std::nullopt, resident_bytes()};
    if (settings_.embedded()) figures.disk = disk_figures(settings_.data_dir);
    return figures;
  };
  ports.settings = [this] { return shown_settings(settings_); };
  ports.keys = keys_.get();
  ports.audit_page = [this](const std::optional<access::AuditPlace>& place, std::size_t limit) {
    return access::read_audit_page(settings_.audit_file(), place, limit);
  };
  ports.verify_audit = [this] { return access::verify_audit_log(settings_.audit_file(), std::nullopt); };
  ports.start_check = [this] { return checks_.start(); };
  ports.latest_check = [this] { return checks_.latest(); };
  return ports;
}

}  // namespace ordo::app
