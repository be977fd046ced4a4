#include "app/kafka_lags.h"

#include <algorithm>

#include "http/metrics.h"

namespace ordo::app {
namespace {

constexpr std::chrono::seconds kAskOthersEvery{5};

}  // namespace

bool KafkaLags::measure(ProcessorKind processor, const std::map<int, std::int64_t>& owned, Figures& figures) {
  const auto inbox = inbox_of(processor);
  const auto heads = watch_.heads(inbox);
  if (!heads) return false;
  bool behind = false;
  for (std::size_t i = 0; i < heads->size(); ++i) {
    const Owner owner{processor, static_cast<int>(i)};
    const auto mine = owned.find(owner.partition);
    const auto next = std::max(mine != owned.end() ? mine->second : position_of(owner), (*heads)[i].begin);
    figures.lags[owner] = std::max<std::int64_t>((*heads)[i].end - next, 0);
    figures.held[owner] = 0;
    behind = behind || figures.lags[owner] > 0;
  }
  if (!behind) return true;
  const auto stable = source_.ranges(inbox, false);
  if (!stable) return true;
  for (std::size_t i = 0; i < std::min(heads->size(), stable->size()); ++i) {
    const auto held = (*heads)[i].end - (*stable)[i].end;
    figures.held[{processor, static_cast<int>(i)}] = std::max<std::int64_t>(held, 0);
  }
  return true;
}

std::int64_t KafkaLags::position_of(const Owner& owner) {
  auto& known = others_[owner];
  if (known.asked_at != Clock::time_point() && Clock::now() - known.asked_at < kAskOthersEvery) return known.next;
  known.asked_at = Clock::now();
  if (const auto cursor = reader_.cursor(owner)) known.next = cursor->next;
  return known.next;
}

void append_held(const std::map<Owner, std::int64_t>& held, const Topology& topology, std::string& out) {
  constexpr std::string_view kHeld = "ordo_log_held_records";
  http::append_head(kHeld, "gauge", "Records that an open transaction of another producer holds back.", out);
  for (const auto& [owner, records] : held) {
    const auto topic = topology.broker_name(inbox_of(owner.processor), false);
    const auto partition = std::to_string(owner.partition);
    http::append_sample(kHeld, {{"topic", topic}, {"partition", partition}}, static_cast<std::uint64_t>(records), out);
  }
}

void append_troubles(const kafka::Troubles& troubles, std::string& out) {
  std::string denied;
  std::string others;
  for (const auto& trouble : troubles.list()) {
    const bool right = trouble.right != kafka::Right::none;
    auto& to = right ? denied : others;
    to.append(right ? "ordo_kafka_denied{" : "ordo_kafka_trouble{").append(kafka::to_string(trouble.with));
    to.append("=\"").append(trouble.name).append("\"");
    if (right) to.append(",operation=\"").append(kafka::to_string(trouble.right)).append("\"");
    to.append("} 1\n");
  }
  out +=
      "# HELP ordo_kafka_denied A permission that this principal needs but does not have.\n# TYPE ordo_kafka_denied "
      "gauge\n" +
      denied;
  out +=
      "# HELP ordo_kafka_trouble A topic or group with unsuitable settings; the log has details.\n"
      "# TYPE ordo_kafka_trouble gauge\n" +
      others;
}

std::string grave_troubles(const kafka::Troubles& troubles) {
  std::string text;
  for (const auto& trouble : troubles.list()) {
    if (trouble.grave) text.append(text.empty() ? "" : "; ").append(to_string(trouble));
  }
  return text;
}

}  // namespace ordo::app
