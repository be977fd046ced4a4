#include "http/metrics.h"

#include <gtest/gtest.h>

namespace ordo::api {
namespace {

TEST(Metrics, LabelsAreEscaped) {
  std::string out;
  http::append_sample("m", {{"a", "say \"hi\"\\\n"}, {"b", ""}}, std::uint64_t{7}, out);
  http::append_sample("m", {}, 0.25, out);
  EXPECT_EQ(out,
            "m{a=\"say \\\"hi\\\"\\\\\\n\",b=\"\"} 7\n"
            "m 0.250\n");
}

TEST(Metrics, HistogramsAddUp) {
  Histogram histogram;
  histogram.observe(std::chrono::microseconds(250));  // still in the first bucket
  histogram.observe(std::chrono::microseconds(251));
  histogram.observe(std::chrono::seconds(31));
  histogram.observe(std::chrono::seconds(-1));  // a clock that was set back
  std::string out;
  http::append_histogram("m", {}, histogram.figures(), out);
  EXPECT_TRUE(out.starts_with("m_bucket{le=\"0.000250\"} 2\nm_bucket{le=\"0.000500\"} 3\n")) << out;
  EXPECT_TRUE(out.ends_with("m_bucket{le=\"30.000000\"} 3\nm_bucket{le=\"+Inf\"} 4\nm_sum 31.000501\nm_count 4\n"))
      << out;
  out.clear();
  http::append_histogram("m", {{"a", "b"}}, histogram.figures(), out);
  EXPECT_TRUE(out.starts_with("m_bucket{a=\"b\",le=\"0.000250\"} 2\n")) << out;
  EXPECT_TRUE(out.ends_with("m_sum{a=\"b\"} 31.000501\nm_count{a=\"b\"} 4\n")) << out;
}

}  // namespace
}  // namespace ordo::api
