#include "app/inside_service.h"

#include <algorithm>

namespace ordo::app {
namespace {

constexpr std::chrono::seconds kReadyWithin{30};
constexpr std::chrono::milliseconds kLook{5};

bool is_ok(const api::ReadinessCheck& check) {
  return check.ok;
}

}  // namespace

RunningService::RunningService(const settings::Settings& settings, std::unique_ptr<Auth> inside, std::string key)
    : key_(std::move(key)),
      end_(settings.stop_timeout),
      auth_(std::move(inside)),
      listener_(
          true, [this] { return service_ ? service_->readiness() : std::vector<api::ReadinessCheck>(); },
          [this](std::string& out) {
            if (service_) service_->metrics(out);
          },
          auth_->guard()) {}

Result<std::unique_ptr<RunningService>> RunningService::start(const settings::Settings& settings) {
  std::string key;
  auto inside = Auth::open_inside(settings, key);
  if (!inside) return fail(std::move(inside.error()));
  std::unique_ptr<RunningService> running(new RunningService(settings, std::move(*inside), std::move(key)));
  if (auto up = running->bring_up(settings); !up) return fail(std::move(up.error()));
  return running;
}

RunningService::~RunningService() {
  if (server_) server_->stop();
  if (service_) service_->stop();
  listener_.watch(nullptr);
}

std::string RunningService::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port());
}

Result<void> RunningService::bring_up(const settings::Settings& settings) {
  if (settings.embedded()) {
    service_ = make_embedded_service(settings, listener_, end_);
  } else {
    auto made = make_cluster_service(settings, listener_, end_);
    if (!made) return fail(std::move(made.error()));
    service_ = std::move(*made);
  }
  if (auto prepared = service_->prepare(); !prepared) return prepared;
  http::ServerOptions options;
  options.io_threads = 1;
  options.max_body = settings.max_body.bytes;
  options.drain = std::chrono::milliseconds(settings.stop_timeout) / 2;
  auto server = http::Server::start(options, listener_.handler());
  if (!server) return fail(std::move(server.error()));
  server_ = std::move(*server);
  listener_.watch(server_.get());
  service_->start();
  return wait_until_ready();
}

Result<void> RunningService::wait_until_ready() {
  const auto until = std::chrono::steady_clock::now() + kReadyWithin;
  while (true) {
    const auto checks = service_->readiness();
    const auto waiting = std::find_if_not(checks.begin(), checks.end(), is_ok);
    if (waiting == checks.end()) return {};
    if (end_.wait_for(kLook)) {
      if (auto failure = end_.failure()) return fail(std::move(*failure));
      return fail(ErrorCode::kUnavailable, "interrupted", "interrupted");
    }
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorCode::kUnavailable, "not_ready", waiting->name + " is not ready: " + waiting->detail);
    }
  }
}

}  // namespace ordo::app
