// Trace ids, which identify a request in logs and traces.
#pragma once

#include <string>
#include <string_view>

namespace ordo::http {

// The trace id of a W3C traceparent header; empty when it is absent or invalid.
std::string_view trace_id_of(std::string_view traceparent);

// 32 random hex digits. Thread-safe.
std::string fresh_trace_id();

}  // namespace ordo::http
