#include "access/authenticator.h"

#include <cstring>
#include <utility>

#include "access/file_exposure.h"
#include "access/key_file.h"
#include "base/log.h"

namespace ordo::access {
namespace {

constexpr std::size_t kMaxJwks = 1024 * 1024;
constexpr std::string_view kInsideName = "ordo, inside a command";

}  // namespace

std::size_t Authenticator::DigestHash::operator()(const Sha256& digest) const {
  std::size_t hash = 0;  // any part of a digest works as a hash
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

Authenticator::Authenticator(AuthenticatorOptions options)
    : options_(std::move(options)), keys_(std::make_shared<const KeyTable>()) {}

Authenticator::~Authenticator() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

Result<std::unique_ptr<Authenticator>> Authenticator::open(AuthenticatorOptions options) {
  std::unique_ptr<Authenticator> made(new Authenticator(std::move(options)));
  made->key_stamp_ = stamp_of(made->options_.key_file);
  if (made->key_stamp_ != FileStamp()) {
    // guard: key-broken-file
    if (auto loaded = made->load_keys(); !loaded) return fail(std::move(loaded.error()));
  }
  if (made->takes_tokens()) {
    made->jwks_stamp_ = stamp_of(made->options_.jwks_file);
    if (auto loaded = made->load_jwks(); !loaded) return fail(std::move(loaded.error()));
  }
  made->watcher_ = std::thread([at = made.get()] { at->watch(); });
  return made;
}

Result<std::unique_ptr<Authenticator>> Authenticator::for_inside(std::string& key_text) {
  std::unique_ptr<Authenticator> made(new Authenticator(AuthenticatorOptions()));
  ApiKey key;
  key.name = kInsideName;
  key.role = AccessRole::admin;
  auto text = issue(key);
  if (!text) return fail(std::move(text.error()));
  key_text = std::move(*text);
  made->keys_ = table_of({std::move(key)}, true);
  made->closed_ = true;
  return made;
}

std::shared_ptr<const Authenticator::KeyTable> Authenticator::table_of(std::vector<ApiKey> keys, bool inside) {
  auto table = std::make_shared<KeyTable>();
  table->by_id.reserve(keys.size());
  for (auto& key : keys) {
    const auto principal = std::make_shared<const Principal>(
        Principal{Principal::Kind::key, key.id, key.name, key.role, key.permissions(), key.expires, {}, inside, {}});
    auto id = key.id;
    table->by_id.emplace(std::move(id), KnownKey{std::move(key), principal});
  }
  return table;
}

std::shared_ptr<const Authenticator::KeyTable> Authenticator::keys() const {
  const std::shared_lock lock(files_mutex_);
  return keys_;
}

std::shared_ptr<const JwkSet> Authenticator::jwks() const {
  const std::shared_lock lock(files_mutex_);
  return jwks_;
}

Result<void> Authenticator::reload_keys() {
  return options_.key_file.empty() ? Result<void>() : load_keys();
}

Result<void> Authenticator::load_keys() {
  const std::lock_guard loading(load_mutex_);
  auto read = read_key_file(options_.key_file);
  if (!read) return fail(std::move(read.error()));
  warn_of_readers(options_.key_file, "the file of API keys");
  auto table = table_of(std::move(*read));
  {
    const std::unique_lock lock(files_mutex_);
    keys_ = std::move(table);
  }
  closed_ = true;
  return {};
}

Result<void> Authenticator::load_jwks() {
  auto text = read_small_file(options_.jwks_file, kMaxJwks);
  if (!text) return fail(ErrorCode::kInvalid, "bad_jwks", text.error().message);
  auto set = JwkSet::parse(*text);
  if (!set) return fail(ErrorCode::kInvalid, "bad_jwks", options_.jwks_file + ": " + set.error().message);
  if ((*set)->holds_secrets()) warn_of_readers(options_.jwks_file, "a secret that signs tokens");
  {
    const std::unique_lock lock(files_mutex_);
    jwks_ = std::move(*set);
  }
  {
    // Signatures of the old keys must be checked again.
    const std::lock_guard lock(cache_mutex_);
    // guard: token-key-gone
    cache_.clear();
  }
  closed_ = true;
  return {};
}

std::size_t Authenticator::live_keys(Timestamp now) const {
  std::size_t live = 0;
  const auto table = keys();
  for (const auto& [id, known] : table->by_id) live += known.key.live_at(now) ? 1 : 0;
  return live;
}

Result<PrincipalPtr> Authenticator::authenticate(std::string_view credential, Timestamp now) {
  if (const auto text = parse_key_text(credential)) return authenticate_key(*text, now);
  if (takes_tokens() && credential.find('.') != std::string_view::npos) return authenticate_token(credential, now);
  return fail(ErrorCode::kInvalid, "invalid_key", "this is not a key of this server");
}

Result<PrincipalPtr> Authenticator::authenticate_key(const KeyText& text, Timestamp now) const {
  const auto table = keys();
  const auto found = table->by_id.find(std::string(text.id));
  // Ids are not secret, so a lookup may take different times.
  // guard: key-secret-fits
  if (found == table->by_id.end() || !fits(found->second.key, text.secret)) {
    return fail(ErrorCode::kInvalid, "invalid_key", "there is no such key");
  }
  const auto& key = found->second.key;
  // guard: key-revoked
  if (key.revoked) return fail(ErrorCode::kInvalid, "key_revoked", "the key " + key.id + " was revoked");
  if (!key.live_at(now)) return fail(ErrorCode::kInvalid, "key_expired", "the key " + key.id + " has expired");
  return found->second.principal;
}

Result<PrincipalPtr> Authenticator::authenticate_token(std::string_view token, Timestamp now) {
  if (token.size() > kMaxToken) return fail(ErrorCode::kInvalid, "bad_token", "the token is too long");
  const auto digest = sha256(token);
  {
    const std::lock_guard lock(cache_mutex_);
    const auto found = cache_.find(digest);
    if (found != cache_.end()) {
      if (now < *found->second->expires) return found->second;
      cache_.erase(found);
    }
  }
  const auto set = jwks();
  auto verified = verify_token(*set, options_.tokens, token, now);
  if (!verified) return fail(std::move(verified.error()));
  auto principal = std::make_shared<const Principal>(std::move(*verified));
  remember(digest, principal, set, now);
  return principal;
}

void Authenticator::remember(const Sha256& digest, const PrincipalPtr& principal,
                             const std::shared_ptr<const JwkSet>& set, Timestamp now) {
  const std::lock_guard lock(cache_mutex_);
  // Not cached if the set was replaced meanwhile: the token was checked against the old one; see load_jwks().
  if (jwks() != set) return;
  if (cache_.size() >= options_.max_cached_tokens) {
    std::erase_if(cache_, [now](const auto& entry) { return now >= *entry.second->expires; });
    // All entries are valid. Clearing them only costs later checks.
    if (cache_.size() >= options_.max_cached_tokens) cache_.clear();
  }
  cache_.emplace(digest, principal);
}

bool Authenticator::still_valid(const Principal& principal, Timestamp now) const {
  if (principal.expires && now >= *principal.expires) return false;
  if (principal.kind == Principal::Kind::token) {
    const auto set = jwks();
    // guard: token-key-replaced
    return set != nullptr && set->has(principal.signed_by);
  }
  const auto table = keys();
  const auto found = table->by_id.find(principal.id);
  return found != table->by_id.end() && found->second.key.live_at(now) &&
         found->second.principal->permissions == principal.permissions;
}

void Authenticator::watch() {
  std::unique_lock lock(stop_mutex_);
  while (!stop_changed_.wait_for(lock, options_.look, [this] { return stopping_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

// Tries each version of a file once, so that a damaged file does not fill the log.
void Authenticator::look() {
  const auto look_at = [](const std::string& path, FileStamp& known, const auto& load) {
    const auto stamp = stamp_of(path);
    if (stamp == known) return;
    known = stamp;
    const Result<void> loaded = load();
    if (loaded) {
      log_info("who may enter was read again", {{"file", path}});
    } else {
      log_error("who may enter cannot be read; what was read last stays",
                {{"file", path}, {"error", loaded.error().text()}});
    }
  };
  look_at(options_.key_file, key_stamp_, [this] { return load_keys(); });
  if (takes_tokens()) look_at(options_.jwks_file, jwks_stamp_, [this] { return load_jwks(); });
}

}  // namespace ordo::access
