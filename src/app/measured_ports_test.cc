#include "app/measured_ports.h"

#include <gtest/gtest.h>

namespace ordo::app {
namespace {

// Calls the ack within append().
class Log final : public RecordLog {
 public:
  void append(Record /*record*/, Ack ack) override { ack(answer); }
  Result<LogPosition> answer = LogPosition{};
};

std::string metrics_of(const PortTimes& times, const Histogram* commits = nullptr) {
  std::string text = "\n";
  times.append_metrics(text, commits);
  return text;
}

TEST(MeasuredLog, HandsEveryAnswerOnAndCountsThoseThatFailed) {
  PortTimes times;
  Log log;
  MeasuredLog measured(log, times);
  int good = 0;
  std::string reason;
  const auto ack = [&](const Result<LogPosition>& result) { result ? ++good : (reason = result.error().reason, 0); };
  measured.append({}, ack);
  log.answer = fail(ErrorCode::kBusy, "queue_full", "test");
  measured.append({}, ack);
  measured.append({}, ack);
  EXPECT_EQ(good, 1);
  EXPECT_EQ(reason, "queue_full");
  const auto text = metrics_of(times);
  EXPECT_NE(text.find("\nordo_log_seconds_count{operation=\"append\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nordo_appends_failed_total{reason=\"queue_full\"} 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nordo_appends_failed_total{reason=\"broker_unavailable\"} 0\n"), std::string::npos) << text;
}

TEST(MeasuredLog, ReasonsAreBounded) {
  PortTimes times;
  for (int i = 0; i < 100; ++i) {
    const Error error{ErrorCode::kUnavailable, "reason_" + std::to_string(i), "", {}};
    times.appended({}, &error);
  }
  EXPECT_NE(metrics_of(times).find("reason=\"other\"} 70\n"), std::string::npos) << metrics_of(times);
}

TEST(PortTimes, TheEmbeddedEngineHasItsOwnCommits) {
  PortTimes times;
  times.of(StoreOperation::get).observe(std::chrono::microseconds(900));
  Histogram commits;
  commits.observe(std::chrono::milliseconds(3));
  commits.observe(std::chrono::minutes(1));
  const auto text = metrics_of(times, &commits);
  EXPECT_NE(text.find("\nordo_store_seconds_bucket{operation=\"get\",le=\"0.001000\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nordo_store_seconds_bucket{operation=\"commit\",le=\"0.002500\"} 0\n"), std::string::npos);
  EXPECT_NE(text.find("\nordo_store_seconds_bucket{operation=\"commit\",le=\"30.000000\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("\nordo_store_seconds_bucket{operation=\"commit\",le=\"+Inf\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("\nordo_store_seconds_sum{operation=\"commit\"} 60.003000\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("operation=\"load\""), std::string::npos);
}

}  // namespace
}  // namespace ordo::app
