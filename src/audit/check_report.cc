#include "audit/check_report.h"

#include "base/printable.h"
#include "base/text.h"

namespace ordo::audit {

std::string check_text(const CheckReport& report) {
  std::string out;
  for (const auto& invariant : report.invariants) {
    out += invariant.violated == 0 ? "ok        " : "VIOLATED  ";
    out += invariant.name + ": " + invariant.title + "\n          " + grouped(invariant.checked) + " checked";
    if (invariant.waiting > 0) out += ", " + grouped(invariant.waiting) + " still in progress";
    if (invariant.violated > 0) out += ", " + grouped(invariant.violated) + " violations";
    out += "\n";
    for (const auto& sample : invariant.samples) out += "            " + printable(sample, 300) + "\n";
    if (invariant.violated > invariant.samples.size()) {
      out += "            and " + grouped(invariant.violated - invariant.samples.size()) + " more\n";
    }
  }
  if (report.refunds_due.count > 0) {
    out += "due       " + grouped(report.refunds_due.count) + " refunds are to be paid by hand\n";
    for (const auto& sample : report.refunds_due.samples) out += "            " + printable(sample, 300) + "\n";
  }
  out += "lag       " + grouped(static_cast<std::uint64_t>(report.lag())) + " records not yet processed\n";
  for (const auto& [owner, lag] : report.lags) {
    if (lag > 0) out += "            " + to_string(owner) + ": " + grouped(static_cast<std::uint64_t>(lag)) + "\n";
  }
  for (const auto& [topic, count] : report.dead_letters) {
    out += "dead      " + grouped(static_cast<std::uint64_t>(count)) + " records of " + topic + " were refused\n";
  }
  return out;
}

std::string check_json(const CheckReport& report) {
  std::string out = "{\"clean\":" + std::string(report.clean() ? "true" : "false") +
                    ",\"lag\":" + std::to_string(report.lag()) + ",\"invariants\":[";
  for (const auto& invariant : report.invariants) {
    if (out.back() != '[') out.push_back(',');
    out += "{\"name\":";
    append_json_string(invariant.name, out);
    out += ",\"holds\":";
    append_json_string(invariant.title, out);
    out += ",\"checked\":" + std::to_string(invariant.checked) + ",\"waiting\":" + std::to_string(invariant.waiting) +
           ",\"violated\":" + std::to_string(invariant.violated) + ",\"samples\":[";
    for (std::size_t i = 0; i < invariant.samples.size(); ++i) {
      if (i > 0) out.push_back(',');
      append_json_string(invariant.samples[i], out);
    }
    out += "]}";
  }
  out += "],\"refunds_due\":{\"count\":" + std::to_string(report.refunds_due.count) + ",\"samples\":[";
  for (const auto& sample : report.refunds_due.samples) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(sample, out);
  }
  out += "]},\"lags\":{";
  for (const auto& [owner, lag] : report.lags) {
    if (out.back() != '{') out.push_back(',');
    append_json_string(to_string(owner), out);
    out += ":" + std::to_string(lag);
  }
  out += "},\"dead_letters\":{";
  for (const auto& [topic, count] : report.dead_letters) {
    if (out.back() != '{') out.push_back(',');
    append_json_string(topic, out);
    out += ":" + std::to_string(count);
  }
  return out + "}}\n";
}

}  // namespace ordo::audit
