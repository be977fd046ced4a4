#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/door.h"
#include "cli/front_door.h"
#include "cli/process_end.h"
#include "cli/service.h"
#include "cli/setting_flags.h"
#include "cli/setting_values.h"

namespace ordo::cli {
namespace {

int exit_code_of(const Error& error) {
  return error.code == ErrorCode::kInvalid ? kExitUsage : kExitFailed;
}

int refuse(const Error& error) {
  std::cerr << "ordo: " << error.text() << '\n';
  return exit_code_of(error);
}

// The service behind a door that exists before it: the door asks it for its readiness.
struct Running {
  Running(const Settings& settings, ProcessEnd& end, http::Gate* gate)
      : door(
            settings.has_role(Role::api),
            [this] { return service ? service->readiness() : std::vector<http::ReadinessCheck>(); },
            [this](std::string& out) {
              if (service) service->metrics(out);
            },
            gate) {
    if (settings.embedded()) {
      made = make_embedded_service(settings, door, end);
    } else {
      made = make_cluster_service(settings, door, end);
    }
    if (made) service = std::move(*made);
  }

  FrontDoor door;
  Result<std::unique_ptr<Service>> made;
  std::unique_ptr<Service> service;
  std::unique_ptr<http::Server> server;
};

Result<std::unique_ptr<http::Server>> listen(const Settings& settings, FrontDoor& door) {
  const auto address = *read_address(settings.listen);
  http::ServerOptions options;
  options.address = address.host;
  options.port = address.port;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  options.io_threads = settings.io_threads > 0 ? static_cast<int>(settings.io_threads) : std::clamp(cores, 1, 4);
  options.max_connections = static_cast<std::size_t>(settings.max_connections);
  options.max_connections_per_address = static_cast<std::size_t>(settings.max_connections_per_address);
  options.trusted_proxies = *http::TrustedProxies::parse(settings.trusted_proxies);
  options.tls_certificate = settings.tls_cert;
  options.tls_key = settings.tls_key;
  options.max_body = static_cast<std::size_t>(settings.max_body_bytes);
  options.fields = http::security_fields(!settings.tls_cert.empty());
  // The service has to stop after it, within the same bound.
  options.drain = std::chrono::milliseconds(settings.stop_timeout_s * 1000 / 2);
  return http::Server::start(options, door.handler());
}

Result<void> announce(const Settings& settings, const Door& entrance, std::uint16_t port) {
  if (!settings.port_file.empty()) {
    // Whoever waits for the file finds the whole number in it.
    const auto unfinished = settings.port_file + ".tmp";
    std::ofstream(unfinished) << port << '\n';
    if (std::rename(unfinished.c_str(), settings.port_file.c_str()) != 0) {
      return fail(ErrorCode::kIo, "no_port_file", "cannot write " + settings.port_file);
    }
  }
  const Address address{read_address(settings.listen)->host, port};
  std::cout << "listening on " << (settings.tls_cert.empty() ? "http://" : "https://") << show_address(address) << '\n'
            << entrance.describe() << '\n';
  if (settings.has_role(Role::payment) && settings.gateway == "simulated") {
    std::cout << "Payments are simulated: no money moves; the setting gateway names who is to move it.\n";
  }
  std::cout << std::flush;
  return {};
}

Result<void> bring_up(const Settings& settings, const Door& entrance, Running& running, ProcessEnd& end) {
  if (auto prepared = running.service->prepare(); !prepared) return prepared;
  if (settings.has_role(Role::api) || settings.origins.contains("listen")) {
    auto server = listen(settings, running.door);
    if (!server) return fail(std::move(server.error()));
    running.server = std::move(*server);
    running.door.watch(running.server.get());
    if (!settings.tls_cert.empty()) end.on_hangup([server = running.server.get()] { server->reload_tls(); });
    if (auto announced = announce(settings, entrance, running.server->port()); !announced) return announced;
  }
  running.service->start();
  return {};
}

int serve(const Settings& settings) {
  if (settings.embedded() && settings.roles.size() != kRoles) {
    std::cerr << "ordo: the embedded store is served by one process with all roles: leave out roles, or give --kafka "
                 "and --mongo\n";
    return kExitUsage;
  }
  ProcessEnd end{std::chrono::seconds(settings.stop_timeout_s)};
  log_info("starting", {{"version", ORDO_VERSION},
                        {"store", settings.embedded() ? "embedded" : "kafka and mongo"},
                        {"data_dir", settings.embedded() ? settings.data_dir : ""}});
  const auto entrance = Door::open(settings);
  if (!entrance) return refuse(entrance.error());
  Running running(settings, end, (*entrance)->gate());
  if (!running.service) return refuse(running.made.error());
  const auto up = bring_up(settings, **entrance, running, end);
  if (up) end.wait();
  end.on_hangup(nullptr);
  if (running.server) running.server->stop();
  running.service->stop();
  running.door.watch(nullptr);
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
  line.flags.add(*command, SettingScope::kStorage);
  line.flags.add(*command, SettingScope::kServer);
  line.flags.add(*command, SettingScope::kAccess);
  command->callback([&line] { line.run = serve; });
}

}  // namespace ordo::cli
