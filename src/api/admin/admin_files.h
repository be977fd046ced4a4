// The files of the dashboard, as web/build.mjs makes them. They are part of the program.
#pragma once

#include <span>
#include <string_view>

namespace ordo::api {

struct AdminFile {
  std::string_view name;  // "index.html", or the name of a file below /admin/assets
  std::string_view content_type;
  std::string_view etag;  // with its quotation marks
  std::string_view content;
  bool compressed = false;  // with gzip; the page is not, so that any client can read it
};

// Empty when the program was built without the dashboard. All text has static lifetime.
std::span<const AdminFile> admin_files();

}  // namespace ordo::api
