#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <thread>
#include <variant>

#include "app/auth.h"
#include "app/listener.h"
#include "app/process_end.h"
#include "app/service.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/setting_flags.h"
#include "settings/setting_values.h"

namespace ordo::cli {
namespace {

int exit_code_of(const Error& error) {
  return error.code == ErrorCode::kInvalid ? kExitUsage : kExitFailed;
}

int refuse(const Error& error) {
  std::cerr << "ordo: " << error.text() << '\n';
  return exit_code_of(error);
}

// The service, and the front listener that asks it for its readiness. The front listener exists first.
struct Running {
  Running(const settings::Settings& settings, app::ProcessEnd& end, http::RequestGuard* guard)
      : listener(
            settings.has_role(settings::Role::api),
            [this] { return service ? service->readiness() : std::vector<api::ReadinessCheck>(); },
            [this](std::string& out) {
              if (service) service->metrics(out);
            },
            guard) {
    if (settings.embedded()) {
      made = app::make_embedded_service(settings, listener, end);
    } else {
      made = app::make_cluster_service(settings, listener, end);
    }
    if (made) service = std::move(*made);
  }

  app::Listener listener;
  Result<std::unique_ptr<app::Service>> made;
  std::unique_ptr<app::Service> service;
  std::unique_ptr<http::Server> server;
};

Result<std::unique_ptr<http::Server>> listen(const settings::Settings& settings, app::Listener& listener) {
  http::ServerOptions options;
  options.address = settings.listen.host;
  options.port = settings.listen.port;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  options.io_threads = settings.io_threads > 0 ? settings.io_threads : std::clamp(cores, 1, 4);
  options.max_connections = settings.max_connections;
  options.max_connections_per_address = settings.max_connections_per_address;
  options.trusted_proxies = *access::TrustedProxies::parse(settings.trusted_proxies);
  options.tls_certificate = settings.tls_cert;
  options.tls_key = settings.tls_key;
  options.max_body = settings.max_body.bytes;
  options.max_answer_bytes = settings.max_answers.bytes;
  options.fields = http::security_fields(!settings.tls_cert.empty());
  // The server stops before the service. Together they must stop within stop_timeout.
  options.drain = std::chrono::milliseconds(settings.stop_timeout) / 2;
  return http::Server::start(options, listener.handler());
}

Result<void> announce(const settings::Settings& settings, const app::Auth& auth, std::uint16_t port) {
  if (!settings.port_file.empty()) {
    // A rename is atomic: a reader of the port file finds the whole number.
    const auto unfinished = settings.port_file + ".tmp";
    std::ofstream(unfinished) << port << '\n';
    if (std::rename(unfinished.c_str(), settings.port_file.c_str()) != 0) {
      return fail(ErrorCode::kIo, "no_port_file", "cannot write " + settings.port_file);
    }
  }
  std::cout << "listening on " << (settings.tls_cert.empty() ? "http://" : "https://")
            << settings::show_address({settings.listen.host, port}) << '\n'
            << auth.describe() << '\n';
  if (settings.has_role(settings::Role::payment) &&
      std::holds_alternative<settings::SimulatedGateway>(settings.gateway)) {
    std::cout << "Payments are simulated: no money moves. Set gateway to the URL of your payment gateway.\n";
  }
  std::cout << std::flush;
  return {};
}

Result<void> bring_up(const settings::Settings& settings, const app::Auth& auth, Running& running,
                      app::ProcessEnd& end) {
  if (auto prepared = running.service->prepare(); !prepared) return prepared;
  if (settings.has_role(settings::Role::api) || settings.origins.contains("listen")) {
    auto server = listen(settings, running.listener);
    if (!server) return fail(std::move(server.error()));
    running.server = std::move(*server);
    running.listener.watch(running.server.get());
    if (!settings.tls_cert.empty()) end.on_hangup([server = running.server.get()] { server->reload_tls(); });
    if (auto announced = announce(settings, auth, running.server->port()); !announced) return announced;
  }
  running.service->start();
  return {};
}

int serve(const settings::Settings& settings) {
  if (settings.embedded() && settings.roles.size() != settings::kRoles) {
    std::cerr << "ordo: with the embedded store, one process runs all roles: omit roles, or give --kafka and --mongo\n";
    return kExitUsage;
  }
  app::ProcessEnd end{settings.stop_timeout};
  log_info("starting", {{"version", ORDO_VERSION},
                        {"store", settings.embedded() ? "embedded" : "kafka and mongo"},
                        {"data_dir", settings.embedded() ? settings.data_dir : ""}});
  if (::geteuid() == 0) {
    log_warn("runs as root, which ordo never needs",
             {{"mend", "create a user for ordo and give it data_dir, as deploy/ordo.service does"}});
  }
  const auto auth = app::Auth::open(settings);
  if (!auth) return refuse(auth.error());
  Running running(settings, end, (*auth)->guard());
  if (!running.service) return refuse(running.made.error());
  const auto up = bring_up(settings, **auth, running, end);
  if (up) end.wait();
  end.on_hangup(nullptr);
  if (running.server) running.server->stop();
  running.service->stop();
  running.listener.watch(nullptr);
  int code = kExitOk;
  if (const auto failure = up ? end.failure() : std::optional(up.error())) {
    code = refuse(*failure);
  } else {
    log_info("stopped");
  }
  end.done(code);
  return code;
}

}  // namespace

void add_serve(CLI::App& app, CommandLine& line) {
  auto* command = app.add_subcommand("serve", "Run the shop back end, or some of its roles");
  line.flags.add(*command, settings::SettingScope::kStorage);
  line.flags.add(*command, settings::SettingScope::kServer);
  line.flags.add(*command, settings::SettingScope::kAccess);
  command->callback([&line] { line.run = serve; });
}

}  // namespace ordo::cli
