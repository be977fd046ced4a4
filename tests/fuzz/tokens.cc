// Short texts that prove or request something: signatures and their secrets, entity tags, idempotency keys,
// preferences, traces. The input's first line is the value; the rest is the body of a message.
#include <algorithm>
#include <string>

#include "access/signature.h"
#include "api/header_values.h"
#include "base/check.h"
#include "http/trace.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using namespace http;  // NOLINT(google-build-using-namespace): all of it is under fuzz
using access::SignedHeaders;
using access::SigningSecret;

http::Request request_with(std::string_view name, std::string_view value) {
  http::Request request;
  request.set_target("/");
  request.add_header(name, value);
  return request;
}

// HMAC pads a short key with zeros (RFC 2104, section 2). So keys that differ only in zeros at the end are equal.
std::string_view without_padding(std::string_view key) {
  return key.substr(0, key.find_last_not_of('\0') + 1);
}

void check_signatures(std::string_view text, std::string_view body) {
  const std::vector<SigningSecret> ours = {{std::string(32, 'k')}};
  const auto at = from_unix_ms(1'790'000'000'123);
  const auto good = access::sign(ours, "msg_1", at, body);
  ORDO_CHECK(access::verify(ours, good, body, at).has_value(), good.signature);
  ORDO_CHECK(!access::verify(ours, good, std::string(body) + "x", at), good.signature);
  ORDO_CHECK(!access::verify(ours, good, body, at + std::chrono::hours(1)), good.signature);
  // Each of the three parts is replaced: only the right one may be accepted. The signature may stand among others.
  const std::string other(text);
  if (other != good.id) ORDO_CHECK(!access::verify(ours, {other, good.timestamp, good.signature}, body, at), other);
  if (const SignedHeaders dated{good.id, other, good.signature}; other != good.timestamp) {
    ORDO_CHECK(!access::verify(ours, dated, body, at), other);
  }
  const auto fits = access::verify(ours, {good.id, good.timestamp, other}, body, at).has_value();
  ORDO_CHECK(!fits || other.find(good.signature) != std::string::npos, other);
  if (const auto secret = access::parse_secret(text)) {
    ORDO_CHECK(secret->key.size() >= 24 && secret->key.size() <= 64, secret->key.size());
    const auto signed_by = access::sign({*secret}, "msg_2", at, body);
    ORDO_CHECK(access::verify({ours.front(), *secret}, signed_by, body, at).has_value(), text);
    const bool is_ours = without_padding(secret->key) == ours.front().key;
    ORDO_CHECK(access::verify(ours, signed_by, body, at).has_value() == is_ours, text);
  } else {
    // One of two messages, whatever the secret was.
    const auto complaint = secret.error().text();
    ORDO_CHECK(complaint == access::parse_secret("").error().text() ||
                   complaint == access::parse_secret("whsec_").error().text(),
               complaint);
  }
}

void check_tags(std::string_view text) {
  const auto asked = api::expected_revision(request_with("If-Match", text));
  if (asked && *asked) {
    const auto again = api::expected_revision(request_with("If-Match", api::etag_of(**asked)));
    ORDO_CHECK(again.has_value() && *again == *asked, text);
  }
  for (const auto rev : {std::int64_t(0), std::int64_t(7), std::int64_t(9'223'372'036'854'775'807)}) {
    const auto tag = api::etag_of(rev);
    const auto own = api::expected_revision(request_with("If-Match", tag));
    ORDO_CHECK(own.has_value() && *own == rev, tag);
    ORDO_CHECK(api::is_not_modified(request_with("If-None-Match", tag), tag) &&
                   api::is_not_modified(request_with("If-None-Match", "\"x\", W/" + tag), tag),
               tag);
    const bool named = text.find(tag) != text.npos || text.find('*') != text.npos;
    ORDO_CHECK(named || !api::is_not_modified(request_with("If-None-Match", text), tag), text);
  }
}

void check_asked(std::string_view text) {
  if (const auto wait = api::preferred_wait(request_with("Prefer", text))) {
    ORDO_CHECK(wait->count() >= 0 && *wait <= std::chrono::seconds(30), wait->count());
  }
  if (const auto key = api::idempotency_key(request_with("Idempotency-Key", text)); key && *key) {
    ORDO_CHECK(!(*key)->empty() && (*key)->size() <= 255, text);
    ORDO_CHECK(text.find(**key) != text.npos, text);
    for (const char c : **key) ORDO_CHECK(c >= 0x20 && c < 0x7f, text);
  }
  const auto trace = http::trace_id_of(text);
  ORDO_CHECK(trace.empty() || (trace.size() == 32 && trace.find_first_not_of("0123456789abcdef") == trace.npos), text);
  // Text from a client must not be able to add a header field.
  http::Response response;
  response.add_header("X-Said", text);
  ORDO_CHECK(response.fields.find_first_of("\r\n") == response.fields.size() - 2, text);
}

}  // namespace

void tokens(std::string_view input) {
  const auto end = input.find('\n');
  const auto first = input.substr(0, end);
  check_signatures(first, end == input.npos ? std::string_view() : input.substr(end + 1));
  check_tags(first);
  check_asked(first);
}

}  // namespace ordo::fuzz
