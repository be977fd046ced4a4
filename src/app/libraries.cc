#include "app/libraries.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <openssl/crypto.h>
#include <toml++/toml.h>

#include <CLI/Version.hpp>
#include <algorithm>

#include "access/libraries.h"
#include "embedded/libraries.h"
#include "kafka/libraries.h"
#include "mongo/libraries.h"
#include "outbound/libraries.h"

namespace ordo::app {
namespace {

// Looked up at run time, because the sanitizers replace the allocator.
std::vector<Library> allocator() {
  using Control = int (*)(const char*, void*, std::size_t*, void*, std::size_t);
  const auto control = reinterpret_cast<Control>(dlsym(RTLD_DEFAULT, "mallctl"));
  const char* version = nullptr;
  std::size_t size = sizeof version;
  if (control == nullptr || control("version", &version, &size, nullptr, 0) != 0) return {};
  return {{"jemalloc", version}};
}

}  // namespace

std::vector<Library> libraries() {
  std::vector<Library> all = {
      {"CLI11", CLI11_VERSION},
      {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"glibc", gnu_get_libc_version()},
      {"toml++",
       std::to_string(TOML_LIB_MAJOR) + "." + std::to_string(TOML_LIB_MINOR) + "." + std::to_string(TOML_LIB_PATCH)},
  };
  for (auto& some : {allocator(), ordo::libraries(), access::libraries(), embedded::libraries(), kafka::libraries(),
                     mongo::libraries(), outbound::libraries()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  std::sort(all.begin(), all.end(), [](const Library& a, const Library& b) { return a.name < b.name; });
  return all;
}

}  // namespace ordo::app
