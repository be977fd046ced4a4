// Prometheus text format (0.0.4), written by hand from counters that cost an addition each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/server.h"

namespace ordo::http {

// "# HELP ...", "# TYPE ..." and one sample without labels.
void append_metric(std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value,
                   std::string& out);

void append_server_metrics(const ServerStats& stats, std::string& out);

}  // namespace ordo::http
