#include "http/request_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace ordo::http {
namespace {

using namespace std::string_view_literals;

// As in a session: unused bytes are passed again with more bytes after them.
RequestParser::State feed_in_pieces(RequestParser& parser, std::string_view bytes, std::size_t size) {
  std::string waiting;
  while (!bytes.empty() && parser.state() != RequestParser::State::kComplete) {
    waiting += bytes.substr(0, size);
    bytes.remove_prefix(std::min(size, bytes.size()));
    waiting.erase(0, parser.feed(waiting));
    if (parser.state() == RequestParser::State::kRefused) break;
  }
  return parser.state();
}

constexpr std::string_view kHead = "POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(RequestParser, TakesALastChunkInPiecesOfAnySize) {
  for (const std::string_view body : {"0\r\n\r\n", "0\r\nX: y\r\n\r\n", "000;a=b\r\nX: y\r\n\r\n",
                                      "3\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\nX: y\r\n\r\n"}) {
    for (std::size_t size = 1; size <= body.size(); ++size) {
      RequestParser parser({});
      ASSERT_EQ(parser.feed(kHead), kHead.size());
      ASSERT_EQ(feed_in_pieces(parser, body, size), RequestParser::State::kComplete) << body << " by " << size;
      const auto request = parser.take();
      EXPECT_EQ(request.body, body.front() == '3' ? "abc" : "");
      EXPECT_FALSE(request.has_header("X"));  // a trailer field is not a header field
    }
  }
}

TEST(RequestParser, AQuotedChunkExtensionIsRefusedAtOnce) {
  for (const std::string_view chunk : {"3", "0", "3\r\nabc\r\n3", "3\r\nabc\r\n0"}) {
    for (const auto quoted : {"b"sv, "\n"sv, "\r\n"sv, "\0"sv, "\x1b"sv, "\x7f"sv, "\\\n"sv}) {
      for (const std::string_view end : {"\"\r\nabc\r\n0\r\n\r\n", "\"", ""}) {
        const auto body = std::string(chunk) + ";a=\"" + std::string(quoted) + std::string(end);
        for (std::size_t size = 1; size <= body.size(); ++size) {
          RequestParser parser({});
          ASSERT_EQ(parser.feed(kHead), kHead.size());
          ASSERT_EQ(feed_in_pieces(parser, body, size), RequestParser::State::kRefused) << body << " by " << size;
          EXPECT_EQ(parser.refusal().code, "malformed_request");
        }
      }
    }
  }
}

TEST(RequestParser, AQuoteWithinAChunkIsData) {
  constexpr std::string_view kBody = "5;a=b\r\n\"a\"\r\n\r\n1\r\n\"\r\n0\r\nX: \"y\"\r\n\r\n";
  for (std::size_t size = 1; size <= kBody.size(); ++size) {
    RequestParser parser({});
    parser.feed(kHead);
    ASSERT_EQ(feed_in_pieces(parser, kBody, size), RequestParser::State::kComplete) << size;
    EXPECT_EQ(parser.take().body, "\"a\"\r\n\"");
  }
}

TEST(RequestParser, AHeadThatTricklesInIsLimitedToo) {
  constexpr std::size_t kLimit = 256;
  RequestParser parser({.header = kLimit});
  std::string waiting = "GET / HTTP/1.1\r\nHost: s\r\nA: " + std::string(kLimit / 2, 'a') + "\r\n";
  std::size_t given = waiting.size();
  waiting.erase(0, parser.feed(waiting));
  while (given <= kLimit) {
    constexpr std::string_view kLine = "a: 0123456789\r\n";
    waiting += kLine;
    given += kLine.size();
    waiting.erase(0, parser.feed(waiting));
  }
  ASSERT_EQ(parser.state(), RequestParser::State::kRefused);
  EXPECT_EQ(parser.refusal().code, "header_too_large");
}

TEST(RequestParser, ALengthBesideAnEncodingIsRefused) {
  for (const std::string_view framing :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"}) {
    RequestParser parser({});
    parser.feed("POST / HTTP/1.1\r\nHost: s\r\n" + std::string(framing) + "\r\n");
    EXPECT_EQ(parser.state(), RequestParser::State::kRefused) << framing;
  }
}

}  // namespace
}  // namespace ordo::http
