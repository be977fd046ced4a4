#include "access/trusted_proxies.h"

#include <gtest/gtest.h>

namespace ordo::access {
namespace {

TrustedProxies proxies(std::string_view list) {
  auto parsed = TrustedProxies::parse(list);
  EXPECT_TRUE(parsed.has_value()) << parsed.error().text();
  return *parsed;
}

TEST(TrustedProxies, AreAddressesAndNetworksOfBothFamilies) {
  const auto some = proxies("10.0.0.0/8, 192.0.2.7,fd00::/8, 198.51.100.128/25");
  for (const auto* trusted : {"10.1.2.3", "::ffff:10.1.2.3", "192.0.2.7", "fd12::1", "198.51.100.129"}) {
    EXPECT_TRUE(some.trusts(trusted)) << trusted;
  }
  for (const auto* other : {"11.0.0.1", "192.0.2.8", "fe80::1", "198.51.100.127", "", "somebody"}) {
    EXPECT_FALSE(some.trusts(other)) << other;
  }
  EXPECT_TRUE(proxies("").empty());
  EXPECT_TRUE(proxies("0.0.0.0/0").trusts("203.0.113.9"));
  EXPECT_FALSE(proxies("0.0.0.0/0").trusts("2001:db8::1"));
}

TEST(TrustedProxies, SaysWhatIsNone) {
  for (const auto* bad :
       {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.1,,", "/8"}) {
    const auto parsed = TrustedProxies::parse(bad);
    ASSERT_FALSE(parsed.has_value()) << bad;
    EXPECT_EQ(parsed.error().reason, "bad_proxy");
  }
}

TEST(TrustedProxies, TheClientIsTheRightMostThatIsNotTrusted) {
  const auto some = proxies("10.0.0.0/8");
  EXPECT_EQ(some.client_of("10.0.0.1", "203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(some.client_of("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2"), "203.0.113.9") << "the left was made up";
  EXPECT_EQ(some.client_of("10.0.0.1", "203.0.113.9:4711"), "203.0.113.9");
  EXPECT_EQ(some.client_of("10.0.0.1", "[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(some.client_of("10.0.0.1", "2001:DB8:0::1"), "2001:db8::1") << "one address has one spelling";
  EXPECT_EQ(some.client_of("10.0.0.1", "::ffff:203.0.113.9"), "203.0.113.9");
}

TEST(TrustedProxies, WithoutAUsableFieldItIsTheNearestKnown) {
  const auto some = proxies("10.0.0.0/8");
  EXPECT_EQ(some.client_of("10.0.0.1", ""), "10.0.0.1");
  EXPECT_EQ(some.client_of("10.0.0.1", "unknown"), "10.0.0.1");
  EXPECT_EQ(some.client_of("10.0.0.1", "203.0.113.9, garbage, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(some.client_of("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
  EXPECT_EQ(some.client_of("10.0.0.1", ", ,"), "10.0.0.1");
  EXPECT_EQ(some.client_of("10.0.0.1", "["), "10.0.0.1");
}

}  // namespace
}  // namespace ordo::access
