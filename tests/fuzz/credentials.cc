// Authentication and its files: API keys, tokens, the key file, and the set of keys that sign tokens. The input's first
// line is what a client sends; the rest is a file.
#include <string>

#include "access/api_key.h"
#include "access/jwt.h"
#include "access/key_file.h"
#include "base/check.h"
#include "targets.h"

namespace ordo::fuzz {
namespace {

using namespace access;  // NOLINT(google-build-using-namespace): all of it is under fuzz

void check_shown(std::string_view shown) {
  if (const auto parts = access::parse_key_text(shown)) {
    ORDO_CHECK("ordo_" + std::string(parts->id) + "_" + std::string(parts->secret) == shown, shown);
    access::ApiKey key;
    key.hash = sha256("another secret");
    ORDO_CHECK(!access::fits(key, parts->secret), shown);
    key.hash = sha256(parts->secret);
    ORDO_CHECK(access::fits(key, parts->secret), shown);
  }
  // The fuzzer does not know this secret, so any accepted credential is forged.
  static const auto set =
      *access::JwkSet::parse(R"({"keys":[{"kty":"oct","kid":"k","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]})");
  ORDO_CHECK(!access::verify_token(*set, {"issuer", "audience"}, shown, from_unix_ms(1'790'000'000'000)), shown);
}

void check_files(std::string_view file) {
  if (const auto keys = access::parse_keys(file)) {
    const auto written = access::write_keys(*keys);
    const auto again = access::parse_keys(written);
    ORDO_CHECK(again.has_value() && access::write_keys(*again) == written, written);
    for (const auto& key : *keys) {
      ORDO_CHECK(access::permissions_of(key.role).contains_all(key.permissions()), key.name);
      ORDO_CHECK(!(key.revoked && key.live_at(Timestamp())), key.name);
    }
  }
  if (const auto set = access::JwkSet::parse(file))
    ORDO_CHECK((*set)->size() > 0 && (*set)->size() <= 64, (*set)->size());
}

}  // namespace

void credentials(std::string_view input) {
  const auto end = input.find('\n');
  check_shown(input.substr(0, end));
  if (end != input.npos) check_files(input.substr(end + 1));
}

}  // namespace ordo::fuzz
