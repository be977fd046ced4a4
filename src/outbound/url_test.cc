#include "outbound/url.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "outbound/address.h"

namespace ordo::outbound {
namespace {

std::string complaint(std::string_view text, const UrlRules& rules = {}) {
  const auto url = parse_url(text, rules);
  if (url) return "";
  EXPECT_EQ(url.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(url.error().reason, "bad_url");
  return url.error().violations.at(0).detail;
}

TEST(Url, IsTakenApartAndNormalised) {
  const auto url = parse_url("HTTPS://Shop.Example.com/hooks/a?token=secret#part");
  ASSERT_TRUE(url.has_value()) << url.error().text();
  EXPECT_EQ(url->text, "https://Shop.Example.com/hooks/a?token=secret");
  EXPECT_EQ(url->host, "shop.example.com");
  EXPECT_EQ(url->origin, "https://shop.example.com:443");
  EXPECT_TRUE(url->https);
  EXPECT_EQ(parse_url("http://[::1]:8080/")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:8080/")->origin, "http://[::1]:8080");
  // Other ways to write 127.0.0.1.
  for (const auto* loopback : {"http://2130706433/", "http://0x7f.1/", "http://017700000001/", "http://127.1/"}) {
    const auto read = parse_url(loopback);
    ASSERT_TRUE(read.has_value()) << loopback;
    EXPECT_EQ(read->host, "127.0.0.1") << loopback;
  }
}

TEST(Url, ComplainsOfWhatIsWrong) {
  EXPECT_EQ(complaint(""), "must not be empty");
  EXPECT_EQ(complaint("https://" + std::string(2'048, 'a') + ".com/"), "must not be longer than 2048 bytes");
  for (const auto* text : {"ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "example.com/hook"}) {
    EXPECT_EQ(complaint(text), "must begin with https:// or http://") << text;
  }
  EXPECT_NE(complaint("https://example.com/a b").find("space"), std::string::npos);
  EXPECT_NE(complaint("https://example.com/\r\nHost: x").find("control"), std::string::npos);
  for (const auto* text : {"https://example.com:0/", "https://example.com:65536/", "https://example.com:x/"}) {
    EXPECT_EQ(complaint(text), "the port must be a number from 1 to 65535") << text;
  }
  for (const auto* text : {"https://", "https:///path", "https:/example.com/"}) {
    EXPECT_EQ(complaint(text), "must name a host") << text;
  }
  EXPECT_EQ(complaint("http://example.com/", {.require_https = true}), "must begin with https://");
}

// libcurl would check "%32" as a name and call 0.0.0.2.
TEST(Url, TheHostIsNotEscaped) {
  for (const auto* text :
       {"https://%32/", "https://%31%32%37.0.0.1/", "https://ex%61mple.com:443/", "https://u@%32?a"}) {
    EXPECT_EQ(complaint(text, {.allow_userinfo = true}), "must name a host in plain letters, with no % in it") << text;
  }
  EXPECT_EQ(complaint("https://u%40v@example.com/a%20b?c=%25#%", {.allow_userinfo = true}), "");
  EXPECT_EQ(parse_url("http://[fe80::1%25eth0]/")->host, "fe80::1");
}

TEST(Url, UserNamesAndPasswordsAreForTheOperator) {
  const UrlRules operators{.allow_userinfo = true};
  for (const auto* text :
       {"https://user@example.com/", "https://user:pa55@example.com/", "https://:pa55@example.com/"}) {
    EXPECT_EQ(complaint(text), "must hold no user name and no password") << text;
    const auto url = parse_url(text, operators);
    ASSERT_TRUE(url.has_value()) << text;
    EXPECT_EQ(url->origin, "https://example.com:443");
  }
  EXPECT_EQ(parse_url("https://user:pa55@[bad/").error().text().find("pa55"), std::string::npos);
}

TEST(Url, PrivateHostsAreRefusedWhenAsked) {
  const UrlRules users{.allow_private = false};
  for (const auto* text :
       {"http://127.0.0.1/", "http://2130706433/", "http://localhost:8080/", "http://a.LOCALHOST./", "http://[::1]/",
        "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest", "http://0/"}) {
    EXPECT_NE(complaint(text, users).find("private network"), std::string::npos) << text;
    EXPECT_EQ(complaint(text), "") << text;
  }
  EXPECT_EQ(complaint("http://8.8.8.8/", users), "");
  EXPECT_EQ(complaint("https://localhost.example.com/", users), "");
  EXPECT_EQ(complaint("https://mylocalhost/", users), "");
}

bool is_public(const char* text) {
  const auto known = is_public_literal(text);
  EXPECT_TRUE(known.has_value()) << text;
  return known.value_or(false);
}

TEST(Address, PrivateAndPublicOnesAreToldApart) {
  for (const auto* text : {"0.0.0.0",
                           "10.1.2.3",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.1.1.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:192.168.0.1",
                           "::127.0.0.1",
                           "64:ff9b::a00:1",
                           "64:ff9b:1::1",
                           "fe80::1",
                           "fe80::1%eth0",
                           "fec0::1",
                           "fc00::1",
                           "fd12:3456::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::1",
                           "2002:c0a8:101::1",
                           "3fff::1",
                           "100::1",
                           "5f00::1"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
  for (const auto* text : {"1.1.1.1",
                           "8.8.8.8",
                           "9.255.255.255",
                           "11.0.0.0",
                           "100.63.255.255",
                           "100.128.0.0",
                           "126.1.1.1",
                           "128.0.0.1",
                           "169.253.1.1",
                           "172.15.255.255",
                           "172.32.0.0",
                           "192.167.1.1",
                           "198.17.1.1",
                           "198.20.0.1",
                           "223.255.255.255",
                           "::ffff:8.8.8.8",
                           "64:ff9b::808:808",
                           "2002:808:808::1",
                           "2001:4860:4860::8888",
                           "2606:4700::1111",
                           "2a00:1450::1"}) {
    EXPECT_TRUE(is_public(text)) << text;
  }
  EXPECT_FALSE(is_public_literal("example.com").has_value());
}

}  // namespace
}  // namespace ordo::outbound
