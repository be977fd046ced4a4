#include "domain/ids.h"

#include <algorithm>

namespace ordo {

std::string_view id_problem(std::string_view id) {
  if (id.empty()) return "must not be empty";
  if (id.size() > 128) return "must be at most 128 characters";
  if (id.front() == ' ' || id.back() == ' ') return "must not begin or end with a space";
  const bool clean = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:~@+- ").find(c) != std::string_view::npos;
  });
  if (!clean) return "may hold letters, digits, spaces and . _ : ~ @ + - only";
  return {};
}

}  // namespace ordo
