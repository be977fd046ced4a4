// The usual metrics of a process, with the names of Prometheus's client libraries.
#pragma once

#include <string>

namespace ordo::app {

// Appends process_* and ordo_build_info. Omits figures that the system does not provide.
void append_process_metrics(std::string& out);

}  // namespace ordo::app
