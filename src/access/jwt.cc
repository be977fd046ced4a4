#include "access/jwt.h"

#include <cjose/cjose.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "access/api_key.h"
#include "access/strict_json.h"
#include "base/encoding.h"
#include "base/sha256.h"

namespace ordo::access {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxKeysInSet = 64;
constexpr std::size_t kMinSecretBits = 256;  // RFC 7518 3.2: as long as the hash
constexpr std::size_t kMinRsaBits = 2048;    // RFC 7518 3.3
constexpr std::size_t kMaxSubject = 256;
// Later than any clock.
constexpr double kLatest = 1e11;

struct FreeJwk {
  void operator()(cjose_jwk_t* jwk) const { cjose_jwk_release(jwk); }
};
struct FreeJws {
  void operator()(cjose_jws_t* jws) const { cjose_jws_release(jws); }
};
using Jwk = std::unique_ptr<cjose_jwk_t, FreeJwk>;
using Jws = std::unique_ptr<cjose_jws_t, FreeJws>;

struct VerifyingKey {
  std::string kid;
  std::string_view algorithm;  // the algorithm of this key: a token cannot choose another
  std::string thumbprint;
  Jwk jwk;
};

tl::unexpected<Error> bad_set(std::size_t index, std::string_view what) {
  return fail(ErrorCode::kInvalid, "bad_jwks", "/keys/" + std::to_string(index) + std::string(what));
}

tl::unexpected<Error> refuse(std::string reason, std::string message) {
  return fail(ErrorCode::kInvalid, std::move(reason), std::move(message));
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

// RFC 7515 2: without padding. libcjose does not check this. It aborts the process if the text is not a whole number of
// bytes, so only checked text reaches it.
bool is_base64url(std::string_view text) {
  return !text.empty() && from_base64url(text).has_value();
}

// Header, claims and signature (RFC 7515 7.1).
bool is_compact(std::string_view token) {
  for (int part = 0; part < 2; ++part) {
    const auto dot = token.find('.');
    if (dot == std::string_view::npos || !is_base64url(token.substr(0, dot))) return false;
    token.remove_prefix(dot + 1);
  }
  return is_base64url(token);
}

// Whether the members that are numbers or bytes (RFC 7518 6) are base64url.
bool is_readable(const json::object& key) {
  static constexpr std::string_view kBinary[] = {"k", "n", "e", "x", "y", "d", "p", "q", "dp", "dq", "qi"};
  return std::all_of(std::begin(kBinary), std::end(kBinary),
                     [&key](std::string_view name) { return !key.contains(name) || is_base64url(text_of(key, name)); });
}

// The algorithm of a key of this kind; empty for unknown kinds.
std::string_view algorithm_of(const json::object& key) {
  const auto kty = text_of(key, "kty");
  if (kty == "oct") return "HS256";
  if (kty == "RSA") return "RS256";
  if (kty == "EC" && text_of(key, "crv") == "P-256") return "ES256";
  return {};
}

// SHA-256 over the kid and the members of RFC 7638: the same for the same key in any order of members.
std::string thumbprint_of(const json::object& key) {
  json::object required;
  for (const auto* name : {"crv", "e", "k", "kid", "kty", "n", "x", "y"}) {
    if (key.contains(name)) required[name] = key.at(name);
  }
  return sha256_hex(json::serialize(required));
}

bool signs(const json::object& key, std::string_view algorithm) {
  if (algorithm.empty()) return false;
  if (key.contains("use") && text_of(key, "use") != "sig") return false;
  if (key.contains("alg") && text_of(key, "alg") != algorithm) return false;
  const auto* operations = key.if_contains("key_ops");
  if (operations == nullptr) return true;
  const auto* list = operations->if_array();
  return list != nullptr && std::any_of(list->begin(), list->end(), [](const json::value& operation) {
           const auto* name = operation.if_string();
           return name != nullptr && *name == "verify";
         });
}

}  // namespace

struct JwkSet::Keys {
  std::vector<VerifyingKey> list;
};

JwkSet::JwkSet(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
JwkSet::~JwkSet() = default;

std::size_t JwkSet::size() const {
  return keys_->list.size();
}

bool JwkSet::has(std::string_view thumbprint) const {
  return std::any_of(keys_->list.begin(), keys_->list.end(),
                     [&](const auto& key) { return key.thumbprint == thumbprint; });
}

bool JwkSet::holds_secrets() const {
  return std::any_of(keys_->list.begin(), keys_->list.end(), [](const auto& key) { return key.algorithm == "HS256"; });
}

Result<std::shared_ptr<const JwkSet>> JwkSet::parse(std::string_view text) {
  const auto document = parse_strict_json(text);
  if (!document) return fail(ErrorCode::kInvalid, "bad_jwks", "it is not JSON, or has two members with the same name");
  const auto* object = document->if_object();
  const auto* value = object != nullptr ? object->if_contains("keys") : nullptr;
  const auto* list = value != nullptr ? value->if_array() : nullptr;
  if (list == nullptr)
    return fail(ErrorCode::kInvalid, "bad_jwks", "it is not a JWK set: an object with a list `keys`");
  if (list->size() > kMaxKeysInSet) return fail(ErrorCode::kInvalid, "bad_jwks", "/keys has more than 64 keys");
  auto keys = std::make_unique<Keys>();
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto* key = (*list)[i].if_object();
    if (key == nullptr) return bad_set(i, " must be an object");
    const auto algorithm = algorithm_of(*key);
    if (!signs(*key, algorithm)) continue;
    // Anyone who reads it here could sign any token.
    if (key->contains("d"))
      return bad_set(i, "/d is a private key: create a new key, and put only its public part here");
    const std::string kid(text_of(*key, "kid"));
    const bool twice =
        std::any_of(keys->list.begin(), keys->list.end(), [&](const auto& known) { return known.kid == kid; });
    if (twice) return bad_set(i, "/kid is the same as that of another key");
    if (!is_readable(*key)) return bad_set(i, " has a member that is not base64url");
    const auto one = json::serialize(*key);
    cjose_err failed{};
    Jwk jwk(cjose_jwk_import(one.data(), one.size(), &failed));
    if (!jwk) return bad_set(i, " is not a usable key");
    const auto bits = cjose_jwk_get_keysize(jwk.get(), &failed);
    // guard: token-weak-secret
    if (algorithm == "HS256" && bits < kMinSecretBits) return bad_set(i, "/k has fewer than 32 bytes");
    // guard: token-weak-rsa
    if (algorithm == "RS256" && bits < kMinRsaBits) return bad_set(i, "/n has fewer than 2048 bits");
    keys->list.push_back({kid, algorithm, thumbprint_of(*key), std::move(jwk)});
  }
  if (keys->list.empty()) return fail(ErrorCode::kInvalid, "bad_jwks", "/keys has no key for HS256, RS256 or ES256");
  return std::shared_ptr<const JwkSet>(new JwkSet(std::move(keys)));
}

// The check of one token.
class TokenCheck {
 public:
  TokenCheck(const JwkSet& keys, const TokenOptions& options, Timestamp now)
      : keys_(keys), options_(options), now_s_(static_cast<double>(to_unix_ms(now)) / 1000) {}

  Result<Principal> run(std::string_view token) {
    if (auto signature = check_signature(token); !signature) return fail(std::move(signature.error()));
    if (auto times = check_times(); !times) return fail(std::move(times.error()));
    if (auto names = check_names(); !names) return fail(std::move(names.error()));
    return principal();
  }

 private:
  Result<void> check_signature(std::string_view token);
  static Result<void> check_header(std::string_view encoded);
  Result<void> check_times();
  Result<void> check_names();
  Result<Principal> principal();
  const VerifyingKey* key_named(std::string_view kid) const;
  std::optional<double> seconds(std::string_view name) const;
  std::optional<json::value> claim(const std::string& name) const;
  std::optional<AccessRole> role() const;

  const JwkSet& keys_;
  const TokenOptions& options_;
  const double now_s_;
  json::object claims_;
  std::string signed_by_;
  double expires_ = 0;
};

const VerifyingKey* TokenCheck::key_named(std::string_view kid) const {
  const auto& list = keys_.keys_->list;
  // A token without a kid does not select a key, so the set must have exactly one.
  if (kid.empty()) return list.size() == 1 ? list.data() : nullptr;
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& key) { return key.kid == kid; });
  return found != list.end() ? &*found : nullptr;
}

Result<void> TokenCheck::check_header(std::string_view encoded) {
  std::uint8_t* plain = nullptr;
  std::size_t size = 0;
  cjose_err failed{};
  if (!cjose_base64url_decode(encoded.data(), encoded.size(), &plain, &size, &failed)) {
    return refuse("bad_token", "the token is not a signed JSON Web Token");
  }
  const auto header = parse_strict_json({reinterpret_cast<const char*>(plain), size});
  cjose_get_dealloc()(plain);
  if (!header || !header->is_object()) {
    return refuse("bad_token", "the token's header is not an object, or has two members with the same name");
  }
  // Extensions that must be understood are refused: ordo knows none (RFC 7515 4.1.11).
  // guard: token-critical
  if (header->as_object().contains("crit")) {
    return refuse("bad_token", "the token requires extensions that are not supported");
  }
  return {};
}

Result<void> TokenCheck::check_signature(std::string_view token) {
  const auto bad = [](std::string message) { return refuse("bad_token", std::move(message)); };
  if (token.size() > kMaxToken) return bad("the token is too long");
  cjose_err failed{};
  // guard: token-base64url
  const Jws jws(is_compact(token) ? cjose_jws_import(token.data(), token.size(), &failed) : nullptr);
  if (!jws) return bad("the token is not a signed JSON Web Token");
  if (auto checked = check_header(token.substr(0, token.find('.'))); !checked) return checked;
  auto* header = cjose_jws_get_protected(jws.get());
  const auto field = [&](const char* name) {
    cjose_err ignored{};
    const char* text = cjose_header_get(header, name, &ignored);
    return std::string_view(text != nullptr ? text : "");
  };
  const auto* key = key_named(field("kid"));
  if (key == nullptr) return refuse("unknown_token_key", "the token is signed with a key that is not in the key set");
  // guard: token-algorithm
  if (field("alg") != key->algorithm) return bad("the token's algorithm is not that of its key");
  // guard: token-signature
  if (!cjose_jws_verify(jws.get(), key->jwk.get(), &failed)) return bad("the token's signature is wrong");
  std::uint8_t* plain = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &plain, &size, &failed)) return bad("the token has no claims");
  auto claims = parse_strict_json({reinterpret_cast<const char*>(plain), size});
  if (!claims || !claims->is_object()) return bad("the token's claims are not an object, or two have the same name");
  claims_ = std::move(claims->as_object());
  signed_by_ = key->thumbprint;
  return {};
}

// A NumericDate; nothing when it is absent, NaN when it is invalid.
std::optional<double> TokenCheck::seconds(std::string_view name) const {
  const auto* value = claims_.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64()) return static_cast<double>(value->get_int64());
  if (value->is_uint64()) return static_cast<double>(value->get_uint64());
  return value->is_double() ? value->get_double() : std::nan("");
}

Result<void> TokenCheck::check_times() {
  const auto leeway = static_cast<double>(options_.leeway.count());
  const auto expires = seconds("exp");
  const auto begins = seconds("nbf").value_or(0);
  const auto issued = seconds("iat");
  // guard: token-for-ever
  if (!expires) return refuse("bad_token", "the token has no exp: it would be valid forever");
  // In this form the comparison refuses NaN.
  const auto is_time = [](double value) { return value >= 0 && value <= kLatest; };
  if (!is_time(*expires) || !is_time(begins) || !is_time(issued.value_or(0))) {
    return refuse("bad_token", "exp, nbf and iat must be numbers of seconds");
  }
  // guard: token-expires
  if (now_s_ >= *expires + leeway) return refuse("token_expired", "the token has expired");
  // guard: token-not-before
  if (now_s_ < begins - leeway) return refuse("token_not_yet_valid", "the token is not valid yet");
  const auto max_age = static_cast<double>(options_.max_age.count());
  // guard: token-max-age
  if (*expires - now_s_ > max_age + leeway || (issued && *expires - *issued > max_age)) {
    return refuse("token_too_long_valid", "the token is valid for longer than jwt_max_age");
  }
  expires_ = *expires + leeway;
  return {};
}

Result<void> TokenCheck::check_names() {
  // guard: token-issuer
  if (text_of(claims_, "iss") != options_.issuer) return refuse("wrong_issuer", "the token is from another issuer");
  const auto* audience = claims_.if_contains("aud");
  const auto* list = audience != nullptr ? audience->if_array() : nullptr;
  const auto is_ours = [&](const json::value& value) {
    const auto* text = value.if_string();
    return text != nullptr && std::string_view(*text) == options_.audience;
  };
  const bool ours =
      list != nullptr ? std::any_of(list->begin(), list->end(), is_ours) : (audience != nullptr && is_ours(*audience));
  // guard: token-audience
  if (!ours) return refuse("wrong_audience", "the token is for another audience");
  return {};
}

// A claim, or the value at a JSON pointer.
std::optional<json::value> TokenCheck::claim(const std::string& name) const {
  const json::value* found = nullptr;
  const json::value whole(claims_);
  if (name.starts_with('/')) {
    json::error_code error;
    found = whole.find_pointer(name, error);
  } else {
    found = claims_.if_contains(name);
  }
  return found != nullptr ? std::optional(*found) : std::nullopt;
}

std::optional<AccessRole> TokenCheck::role() const {
  const auto claim = this->claim(options_.role_claim);
  if (!claim) return std::nullopt;
  if (const auto* text = claim->if_string()) return parse_access_role(std::string_view(*text));
  const auto* list = claim->if_array();
  for (const auto& item : list != nullptr ? *list : json::array()) {
    const auto* text = item.if_string();
    const auto known = text != nullptr ? parse_access_role(std::string_view(*text)) : std::nullopt;
    if (known) return known;
  }
  return std::nullopt;
}

Result<Principal> TokenCheck::principal() {
  Principal who;
  who.kind = Principal::Kind::token;
  const auto subject = text_of(claims_, "sub");
  const bool printable =
      std::all_of(subject.begin(), subject.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
  if (subject.empty() || subject.size() > kMaxSubject || !printable) {
    return refuse("bad_token", "sub must identify the caller, in 1 to 256 characters");
  }
  who.id = who.name = subject;
  const auto found = role();
  if (!found) {
    return refuse("token_without_role", "the token's claim " + options_.role_claim +
                                            " is none of admin, merchant, support, service, read-only, customer");
  }
  who.role = *found;
  who.permissions = permissions_of(*found);
  if (who.role == AccessRole::customer) {
    const auto customer = claim(options_.customer_claim);
    const auto* id = customer ? customer->if_string() : nullptr;
    if (id == nullptr || id->empty() || id->size() > kMaxSubject) {
      return refuse("token_without_customer",
                    "the token's claim " + options_.customer_claim + " does not name a customer");
    }
    who.customer = std::string(std::string_view(*id));
  }
  if (const auto* scope = claims_.if_contains("scope")) {
    const auto* text = scope->if_string();
    if (text == nullptr) return refuse("bad_token", "scope must be a string of names separated by spaces");
    // guard: token-scope
    who.permissions = who.permissions.both(parse_permissions(std::string_view(*text)));
  }
  who.expires = from_unix_ms(static_cast<std::int64_t>(expires_ * 1000));
  who.signed_by = signed_by_;
  return who;
}

Result<Principal> verify_token(const JwkSet& keys, const TokenOptions& options, std::string_view token, Timestamp now) {
  return TokenCheck(keys, options, now).run(token);
}

}  // namespace ordo::access
