#include "http/metrics.h"

namespace ordo::http {
namespace {

void append_head(std::string_view name, std::string_view kind, std::string_view help, std::string& out) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
  out.append(kind).append("\n");
}

// Seconds as Prometheus likes them: 0.0025.
std::string seconds(std::uint64_t microseconds) {
  std::string text = std::to_string(microseconds % 1'000'000);
  text.insert(0, 6 - text.size(), '0');
  return std::to_string(microseconds / 1'000'000) + "." + text;
}

void append_tls_metrics(const ServerStats& stats, std::string& out) {
  append_metric("ordo_tls_handshakes_total", "counter", "TLS handshakes that succeeded.", stats.tls_handshakes, out);
  append_metric("ordo_tls_sessions_resumed_total", "counter", "Of these, those that took up an earlier session.",
                stats.tls_resumed, out);
  append_metric("ordo_tls_handshake_failures_total", "counter",
                "TLS handshakes that failed, took too long or were none.", stats.tls_failures, out);
  constexpr std::string_view kDays = "ordo_tls_certificate_days_left";
  append_head(kDays, "gauge", "Days until the certificate expires, negative afterwards.", out);
  out.append(kDays).append(" ").append(std::to_string(stats.tls_days_left)).append("\n");
}

}  // namespace

void append_metric(std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value,
                   std::string& out) {
  append_head(name, kind, help, out);
  out.append(name).append(" ").append(std::to_string(value)).append("\n");
}

void append_server_metrics(const ServerStats& stats, std::string& out) {
  append_metric("ordo_http_connections_total", "counter", "Connections accepted.", stats.connections_accepted, out);
  append_metric("ordo_http_connections_refused_total", "counter", "Connections over the limit.",
                stats.connections_refused, out);
  append_metric("ordo_http_connections_refused_by_address_total", "counter",
                "Connections over the limit of their address.", stats.connections_refused_by_address, out);
  append_metric("ordo_http_connections", "gauge", "Open connections.", stats.connections_open, out);
  append_metric("ordo_http_refusals_total", "counter", "Requests that were unreadable, too large or too slow.",
                stats.refusals, out);
  append_head("ordo_http_responses_total", "counter", "Responses by class of status.", out);
  for (std::size_t i = 0; i < stats.responses.size(); ++i) {
    out += "ordo_http_responses_total{class=\"" + std::to_string(i + 1) + "xx\"} " +
           std::to_string(stats.responses[i]) + "\n";
  }
  if (stats.tls) append_tls_metrics(stats, out);
  constexpr std::string_view kDuration = "ordo_http_request_duration_seconds";
  append_head(kDuration, "histogram", "From the whole request read to its answer written.", out);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < stats.durations.size(); ++i) {
    count += stats.durations[i];
    const auto bound = i < kDurationBounds.size() ? seconds(kDurationBounds[i]) : std::string("+Inf");
    out.append(kDuration)
        .append("_bucket{le=\"")
        .append(bound)
        .append("\"} ")
        .append(std::to_string(count))
        .append("\n");
  }
  out.append(kDuration).append("_sum ").append(seconds(stats.duration_sum_us)).append("\n");
  out.append(kDuration).append("_count ").append(std::to_string(count)).append("\n");
}

}  // namespace ordo::http
