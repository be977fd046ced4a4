// Protects a server without keys. It accepts programs of this machine, but no foreign web page and no unknown proxy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace ordo::http {

// Why a request is refused. All text has static lifetime.
struct Mistrust {
  int status = 403;
  std::string_view code;
  std::string_view detail;
  std::string_view hint;
};

// A value type; usable from any thread.
class BrowserGuard {
 public:
  // `hosts`: names, without a port, that the server answers to in addition to those of this machine.
  // `origins`: origins of pages that may call the server, as browsers send them.
  BrowserGuard(std::vector<std::string> hosts, std::vector<std::string> origins)
      : hosts_(std::move(hosts)), origins_(std::move(origins)) {}

  // Null: the request is accepted. Ask this for every request, whatever its method and route. A page whose name points
  // to this machine (DNS rebinding) could read answers. Any page can send requests that need no preflight.
  const Mistrust* judge(const Request& request) const;

 private:
  bool answers_to(std::string_view host) const;
  bool may_call(std::string_view origin, std::string_view host) const;

  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
};

// True when a web page caused the request. All browsers in use send a field that shows it (Fetch Standard, Fetch
// Metadata).
bool is_from_page(const Request& request);

}  // namespace ordo::http
