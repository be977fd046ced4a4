// For a program without the dashboard, see cmake/Admin.cmake.
#include "api/admin/admin_files.h"

namespace ordo::api {

std::span<const AdminFile> admin_files() {
  return {};
}

}  // namespace ordo::api
