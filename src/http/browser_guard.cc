#include "http/browser_guard.h"

#include <algorithm>
#include <array>

#include "access/host_field.h"
#include "base/text.h"

namespace ordo::http {
namespace {

constexpr Mistrust kWrongHost{421, "wrong_host", "this server has no keys, so it answers only requests for localhost",
                              "create a key with ordo key create, or set allowed_hosts"};
constexpr Mistrust kForeignOrigin{403, "foreign_origin",
                                  "this server has no keys, so it refuses requests from pages of other sites",
                                  "create a key with ordo key create, or set cors_origins"};
constexpr Mistrust kForwarded{403, "forwarded_without_keys",
                              "this server has no keys, so it refuses requests that a proxy forwards",
                              "create a key with ordo key create, or name the proxy in trusted_proxies"};

constexpr std::array<std::string_view, 5> kForwardedFields = {"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via",
                                                              "X-Real-IP"};

// Any page may link to the description of the API.
bool opens_docs(const Request& request) {
  return request.method == Method::kGet && request.path() == "/docs" && request.header("Sec-Fetch-Mode") == "navigate";
}

bool is_of_another_site(std::string_view fetch_site) {
  return !fetch_site.empty() && fetch_site != "none" && fetch_site != "same-origin";
}

}  // namespace

const Mistrust* BrowserGuard::judge(const Request& request) const {
  const auto host = request.header("Host");
  // Every browser sends Host. The parser accepts only HTTP/1.0 requests without it.
  // guard: open-auth-host
  if (request.has_header("Host") && !answers_to(host)) return &kWrongHost;
  if (request.has_header("Origin")) {
    // guard: open-auth-origin
    if (request.count_header("Origin") > 1 || !may_call(request.header("Origin"), host)) return &kForeignOrigin;
  } else if (is_of_another_site(request.header("Sec-Fetch-Site")) && !opens_docs(request)) {
    return &kForeignOrigin;
  }
  const bool forwarded = std::any_of(kForwardedFields.begin(), kForwardedFields.end(),
                                     [&](std::string_view field) { return request.has_header(field); });
  // guard: open-auth-proxy
  return forwarded && !request.by_proxy ? &kForwarded : nullptr;
}

bool BrowserGuard::answers_to(std::string_view host) const {
  const auto name = access::host_name(host);
  return access::names_this_machine(name) || std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& allowed) {
           return equals_ignoring_case(allowed, name);
         });
}

// Every sandboxed page has the origin "null", so "null" identifies no page.
bool BrowserGuard::may_call(std::string_view origin, std::string_view host) const {
  if (std::find(origins_.begin(), origins_.end(), origin) != origins_.end()) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme) && equals_ignoring_case(origin.substr(scheme.size()), host)) return true;
  }
  return false;
}

bool is_from_page(const Request& request) {
  return request.has_header("Origin") || request.has_header("Sec-Fetch-Site");
}

}  // namespace ordo::http
