// Prometheus text format (0.0.4), written from counters. Each count costs one addition.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/histogram.h"
#include "http/server.h"

namespace ordo::http {

// "# HELP ...", "# TYPE ...": write it once, before the samples of a metric.
void append_head(std::string_view name, std::string_view kind, std::string_view help, std::string& out);

// A name and a value. The value is escaped; the number of different values must be bounded.
using Label = std::pair<std::string_view, std::string_view>;
void append_sample(std::string_view name, std::initializer_list<Label> labels, std::uint64_t value, std::string& out);
void append_sample(std::string_view name, std::initializer_list<Label> labels, double value, std::string& out);

// The samples of one histogram in seconds.
void append_histogram(std::string_view name, std::initializer_list<Label> labels, const Histogram::Figures& figures,
                      std::string& out);

// "# HELP ...", "# TYPE ..." and one sample without labels.
void append_metric(std::string_view name, std::string_view kind, std::string_view help, std::uint64_t value,
                   std::string& out);

void append_server_metrics(const ServerStats& stats, std::string& out);

}  // namespace ordo::http
