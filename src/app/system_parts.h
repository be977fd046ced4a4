// What the API's routes of the system use, according to the settings.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/key_store.h"
#include "api/system/system_ports.h"
#include "app/check_runner.h"
#include "app/listener.h"
#include "effects/effect_runner.h"
#include "outbound/webhook_sender.h"
#include "settings/settings.h"

namespace ordo::app {

// Outlives the API that uses its ports.
class SystemParts {
 public:
  // Both references outlive it. `started_at` of the ports is the time of this call.
  SystemParts(const settings::Settings& settings, Listener& listener);
  SystemParts(const SystemParts&) = delete;
  SystemParts& operator=(const SystemParts&) = delete;

  // `queues`: those of the backend, of this process.
  api::SystemPorts ports(std::function<std::vector<api::QueueFigure>()> queues);

  // Ends a running check, and waits for it.
  void stop() { checks_.stop(); }

 private:
  const settings::Settings& settings_;
  const Timestamp started_at_;
  std::unique_ptr<access::KeyStore> keys_;  // null without a guard
  CheckRunner checks_;
};

// Effects and webhook deliveries that wait for their time, in this process. A part that is null does not run here.
std::vector<api::QueueFigure> waiting_work(const effects::EffectRunner* effects,
                                           const outbound::WebhookSender* webhooks);

// The bytes of the files in a directory, and what its file system has left. Nothing when it cannot be read.
std::optional<api::DiskFigures> disk_figures(const std::string& directory);

}  // namespace ordo::app
