#include "http/docs_page.h"
namespace ordo::http {
std::string docs_page(std::string_view, std::string_view) {
  return {};
}
}  // namespace ordo::http
