// The usual metrics of a process, with the names of Prometheus's client libraries.
#pragma once

#include <cstdint>
#include <string>

namespace ordo::app {

// Appends process_* and ordo_build_info. Omits figures that the system does not provide.
void append_process_metrics(std::string& out);

// Resident memory of this process; 0 when the system does not say.
std::int64_t resident_bytes();

}  // namespace ordo::app
