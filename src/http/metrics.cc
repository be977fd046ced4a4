#include "http/metrics.h"

#include <charconv>

namespace ordo::http {
namespace {

void append_labels(std::initializer_list<Label> labels, std::string& out) {
  if (labels.size() == 0) return;
  char before = '{';
  for (const auto& [name, value] : labels) {
    out.push_back(before);
    before = ',';
    out.append(name).append("=\"");
    for (const char c : value) {
      if (c == '\\' || c == '"') out.push_back('\\');
      c == '\n' ? out.append("\\n") : out.append(1, c);
    }
    out.push_back('"');
  }
  out.push_back('}');
}

// Seconds in Prometheus's format: 0.0025.
std::string seconds(std::uint64_t microseconds) {
  std::string text = std::to_string(microseconds % 1'000'000);
  text.insert(0, 6 - text.size(), '0');
  return std::to_string(microseconds / 1'000'000) + "." + text;
}

void append_tls_metrics(const ServerStats& stats, std::string& out) {
  append_metric("ordo_tls_handshakes_total", "counter", "TLS handshakes that succeeded.", stats.tls_handshakes, out);
  append_metric("ordo_tls_sessions_resumed_total", "counter", "TLS handshakes that resumed a session.",
                stats.tls_resumed, out);
  append_metric("ordo_tls_handshake_failures_total", "counter",
                "TLS handshakes that failed or timed out, and connections without TLS.", stats.tls_failures, out);
  constexpr std::string_view kDays = "ordo_tls_certificate_days_left";
  append_head(kDays, "gauge", "Days until the certificate expires, negative afterwards.", out);
  out.append(kDays).append(" ").append(std::to_string(stats.tls_days_left)).append("\n");
}

}  // namespace

void append_head(std::string_view name, std::string_view kind, std::string_view help, std::string& out) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
  out.append(kind).append("\n");
}

void append_sample(std::string_view name, std::initializer_list<Label> labels, std::uint64_t value, std::string& out) {
  out.append(name);
  append_labels(labels, out);
  out.append(" ").append(std::to_string(value)).append("\n");
}

void append_sample(std::string_view name, std::initializer_list<Label> labels, double value, std::string& out) {
  out.append(name);
  append_labels(labels, out);
  char digits[64];
  const char* end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, 3).ptr;
  out.append(" ").append(std::string_view(digits, static_cast<std::size_t>(end - digits))).append("\n");
}

void append_histogram(std::string_view name, std::initializer_list<Label> labels, const Histogram::Figures& figures,
                      std::string& out) {
  std::string shown;
  append_labels(labels, shown);
  const std::string before = shown.empty() ? "{" : shown.substr(0, shown.size() - 1) + ",";
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < figures.buckets.size(); ++i) {
    count += figures.buckets[i];
    const auto bound = i < Histogram::kBounds.size() ? seconds(Histogram::kBounds[i]) : std::string("+Inf");
    out.append(name).append("_bucket").append(before).append("le=\"").append(bound).append("\"} ");
    out.append(std::to_string(count)).append("\n");
  }
  out.append(name).append("_sum").append(shown).append(" ").append(seconds(figures.sum_us)).append("\n");
  out.append(name).append("_count").append(shown).append(" ").append(std::to_string(count)).append("\n");
}

void append_metric(std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value,
                   std::string& out) {
  append_head(name, kind, help, out);
  out.append(name).append(" ").append(std::to_string(value)).append("\n");
}

void append_server_metrics(const ServerStats& stats, std::string& out) {
  append_metric("ordo_http_connections_total", "counter", "Connections accepted.", stats.connections_accepted, out);
  append_metric("ordo_http_connections_refused_total", "counter", "Connections over the limit.",
                stats.connections_refused, out);
  append_metric("ordo_http_answer_bytes", "gauge", "Bytes of answers that clients have not taken yet.",
                stats.answer_bytes, out);
  append_metric("ordo_http_connections_evicted_total", "counter", "Idle connections closed to make room for others.",
                stats.connections_evicted, out);
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
  append_head(kDuration, "histogram", "Time from the complete request to its written answer.", out);
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
