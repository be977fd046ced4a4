#include "access/key_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "access/small_file.h"
#include "access/strict_json.h"
#include "base/private_directory.h"

namespace ordo::access {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxFile = 8 * 1024 * 1024;
constexpr std::size_t kMaxId = 64;
constexpr std::chrono::seconds kLockWait{10};
constexpr std::chrono::milliseconds kLockLook{10};

tl::unexpected<Error> bad(const std::string& where, std::string_view what) {
  return fail(ErrorCode::kInvalid, "bad_key_file", where + " " + std::string(what));
}

// Reads the members of one key and keeps the first error.
class KeyReader {
 public:
  KeyReader(const json::value& value, std::string where) : where_(std::move(where)) {
    object_ = value.if_object();
    if (object_ == nullptr) refuse("", "must be an object");
  }

  Result<ApiKey> read() {
    ApiKey key;
    for (const auto& [name, value] : object_ != nullptr ? *object_ : json::object()) {
      static constexpr std::string_view kKnown[] = {"id",     "name",    "role",    "scopes",
                                                    "sha256", "created", "expires", "revoked"};
      if (std::find(std::begin(kKnown), std::end(kKnown), std::string_view(name)) == std::end(kKnown)) {
        refuse("/" + std::string(name), "is not a member of a key");
      }
    }
    key.id = text("id");
    if (key.id.empty() || key.id.size() > kMaxId) refuse("/id", "must have 1 to 64 characters");
    key.name = text("name");
    if (const auto problem = name_problem(key.name); !problem.empty()) refuse("/name", problem);
    if (const auto role = parse_key_role(text("role"))) {
      key.role = *role;
    } else {
      refuse("/role", "must be one of admin, merchant, support, service, read-only");
    }
    if (const auto hash = sha256_from_hex(text("sha256"))) {
      key.hash = *hash;
    } else {
      refuse("/sha256", "must be 64 hexadecimal digits in lower case");
    }
    read_scopes(key);
    key.created = time("created").value_or(Timestamp());
    if (present("expires")) key.expires = time("expires");
    if (present("revoked")) key.revoked = time("revoked");
    if (!problem_.empty()) return fail(ErrorCode::kInvalid, "bad_key_file", problem_);
    return key;
  }

 private:
  void refuse(const std::string& member, std::string_view what) {
    if (problem_.empty()) problem_ = where_ + member + " " + std::string(what);
  }
  const json::value* find(std::string_view name) const {
    return object_ != nullptr ? object_->if_contains(name) : nullptr;
  }
  bool present(std::string_view name) const { return find(name) != nullptr && !find(name)->is_null(); }
  std::string text(std::string_view name) {
    const auto* value = find(name);
    const auto* string = value != nullptr ? value->if_string() : nullptr;
    if (string == nullptr) refuse("/" + std::string(name), "must be a string");
    return string != nullptr ? std::string(*string) : std::string();
  }
  std::optional<Timestamp> time(std::string_view name) {
    const auto parsed = parse_timestamp(text(name));
    if (parsed) return *parsed;
    refuse("/" + std::string(name), "must be a time such as 2026-01-31T08:05:00Z");
    return std::nullopt;
  }
  void read_scopes(ApiKey& key) {
    if (!present("scopes")) return;
    const auto* list = find("scopes")->if_array();
    if (list == nullptr) return refuse("/scopes", "must be a list of permissions");
    PermissionSet scopes;
    for (const auto& item : *list) {
      const auto* name = item.if_string();
      const auto permission = name != nullptr ? parse_permission(std::string_view(*name)) : std::nullopt;
      if (!permission) return refuse("/scopes", "has a permission that does not exist");
      scopes.add(*permission);
    }
    // guard: key-scopes-of-role
    if (!permissions_of(key.role).contains_all(scopes)) refuse("/scopes", "has a permission outside its role");
    key.scopes = scopes;
  }

  const json::object* object_ = nullptr;
  std::string where_;
  std::string problem_;
};

json::object describe(const ApiKey& key) {
  json::object object;
  object["id"] = key.id;
  object["name"] = key.name;
  object["role"] = to_string(key.role);
  if (key.scopes) {
    json::array scopes;
    for (std::size_t i = 0; i < kPermissions; ++i) {
      const auto permission = static_cast<Permission>(i);
      if (key.scopes->contains(permission)) scopes.emplace_back(to_string(permission));
    }
    object["scopes"] = std::move(scopes);
  }
  object["sha256"] = to_hex(key.hash);
  object["created"] = to_rfc3339(key.created);
  if (key.expires) object["expires"] = to_rfc3339(*key.expires);
  if (key.revoked) object["revoked"] = to_rfc3339(*key.revoked);
  return object;
}

std::string why() {
  return std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is
}

tl::unexpected<Error> cannot_write(const std::string& path) {
  return fail(ErrorCode::kIo, "cannot_write", "cannot write " + path + ": " + why());
}

Result<void> lock(const OpenFile& file, const std::string& path) {
  const auto until = std::chrono::steady_clock::now() + kLockWait;
  while (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return cannot_write(path);
    if (std::chrono::steady_clock::now() >= until) {
      return fail(ErrorCode::kBusy, "key_file_locked", "another command is changing " + path);
    }
    std::this_thread::sleep_for(kLockLook);
  }
  return {};
}

Result<void> replace(const std::string& path, std::string_view text) {
  const auto unfinished = path + ".tmp";
  ::unlink(unfinished.c_str());  // left by a killed command; we hold the lock
  {
    const OpenFile file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.fd() < 0) return cannot_write(unfinished);
    if (!write_all(file.fd(), text) || ::fsync(file.fd()) != 0) return cannot_write(unfinished);
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0) return cannot_write(path);
  const auto folder = std::filesystem::path(path).parent_path();
  const OpenFile directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.fd() < 0 || ::fsync(directory.fd()) != 0) return cannot_write(path);
  return {};
}

}  // namespace

Result<std::vector<ApiKey>> parse_keys(std::string_view text) {
  const auto document = parse_strict_json(text);
  if (!document) return bad("the text", "is not JSON, or has two members with the same name");
  const auto* object = document->if_object();
  if (object == nullptr) return bad("the text", "must be an object");
  const auto* version = object->if_contains("version");
  if (version == nullptr || !version->is_int64() || version->get_int64() != 1) return bad("/version", "must be 1");
  const auto* list_value = object->if_contains("keys");
  const auto* list = list_value != nullptr ? list_value->if_array() : nullptr;
  if (list == nullptr) return bad("/keys", "must be a list");
  if (list->size() > kMaxKeys) return bad("/keys", "has more than 10000 keys");
  std::vector<ApiKey> keys;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto key = KeyReader((*list)[i], "/keys/" + std::to_string(i)).read();
    if (!key) return fail(std::move(key.error()));
    ids.push_back(key->id);
    keys.push_back(std::move(*key));
  }
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) return bad("/keys", "has two keys with one id");
  return keys;
}

std::string write_keys(const std::vector<ApiKey>& keys) {
  // One key a line, readable for people and in diffs.
  std::string text = "{\"version\":1,\"keys\":[";
  for (const auto& key : keys) {
    text += &key == keys.data() ? "\n" : ",\n";
    text += json::serialize(describe(key));
  }
  return text + "\n]}\n";
}

Result<std::vector<ApiKey>> read_key_file(const std::string& path) {
  auto text = read_small_file(path, kMaxFile);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, "no_key_file", "there is no key file " + path);
  }
  if (!text) return fail(std::move(text.error()));
  auto keys = parse_keys(*text);
  if (!keys) keys.error().message = path + ": " + keys.error().message;
  return keys;
}

Result<void> change_key_file(const std::string& path, const std::function<Result<void>(std::vector<ApiKey>&)>& change) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  if (!folder.empty() && make_private_directory(folder)) {
    return fail(ErrorCode::kIo, "cannot_write", "cannot create the folder of " + path);
  }
  const auto lock_path = path + ".lock";
  const OpenFile guard(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (guard.fd() < 0) return cannot_write(lock_path);
  if (auto locked = lock(guard, path); !locked) return locked;
  auto keys = read_key_file(path);
  if (!keys && keys.error().code != ErrorCode::kNotFound) return fail(std::move(keys.error()));
  auto changed = keys ? std::move(*keys) : std::vector<ApiKey>();
  if (auto done = change(changed); !done) return done;
  return replace(path, write_keys(changed));
}

}  // namespace ordo::access
