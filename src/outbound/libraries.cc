#include "outbound/libraries.h"

#include <curl/curl.h>

#include <sstream>

namespace ordo::outbound {

// libcurl lists its own libraries: "libcurl/7.88.1 OpenSSL/3.0.19 libpsl/0.21.2 (+libidn2/2.3.3) ...".
std::vector<Library> libraries() {
  std::vector<Library> found;
  std::istringstream words(curl_version());
  for (std::string word; words >> word;) {
    const auto slash = word.find('/');
    if (slash == std::string::npos || word.front() == '(') continue;
    found.push_back({(found.empty() ? "" : "libcurl's ") + word.substr(0, slash), word.substr(slash + 1)});
  }
  return found;
}

}  // namespace ordo::outbound
