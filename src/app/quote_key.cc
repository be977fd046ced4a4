#include "app/quote_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "access/small_file.h"

namespace ordo::app {
namespace {

constexpr std::size_t kMostBytes = 256;

Error cannot(const char* what, const std::string& path) {
  return {ErrorCode::kIo, "quote_secret", std::string(what) + " " + path + ": " + std::strerror(errno), {}};
}

// Writes the file under another name first, so that no one reads half of it.
Result<void> create(const std::string& path) {
  const auto secret = access::new_secret();
  if (!secret) return fail(secret.error());
  const std::string temporary = path + ".new";
  const access::OpenFile file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.fd() < 0) return fail(cannot("cannot create", temporary));
  if (!access::write_all(file.fd(), *secret) || ::fsync(file.fd()) != 0) return fail(cannot("cannot write", temporary));
  if (::rename(temporary.c_str(), path.c_str()) != 0) return fail(cannot("cannot rename", temporary));
  return {};
}

}  // namespace

Result<access::SigningSecret> quote_secret_of(const std::string& data_dir) {
  const auto path = (std::filesystem::path(data_dir) / "quote-secret").string();
  auto text = access::read_small_file(path, kMostBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    if (auto created = create(path); !created) return fail(std::move(created.error()));
    text = access::read_small_file(path, kMostBytes);
  }
  if (!text) return fail(std::move(text.error()));
  return access::parse_secret(*text);
}

}  // namespace ordo::app
