#include "access/host_field.h"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

#include "base/text.h"

namespace ordo::access {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_character(char c) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=%";
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.find(c) != std::string_view::npos;
}

bool is_address_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

}  // namespace

std::string_view host_name(std::string_view host) {
  const auto end = host.starts_with('[') ? host.find(']') : host.find(':');
  return host.substr(0, end != std::string_view::npos && host[end] == ']' ? end + 1 : end);
}

bool is_host(std::string_view host) {
  const auto name = host_name(host);
  const auto rest = host.substr(name.size());
  if (!rest.empty() && (rest.front() != ':' || !std::all_of(rest.begin() + 1, rest.end(), is_digit))) return false;
  if (!name.starts_with('[')) return !name.empty() && std::all_of(name.begin(), name.end(), is_name_character);
  return name.size() > 2 && name.back() == ']' && std::all_of(name.begin() + 1, name.end() - 1, is_address_character);
}

bool names_this_machine(std::string_view name) {
  constexpr std::string_view kLocal = "localhost";
  constexpr std::string_view kBelow = ".localhost";
  if (equals_ignoring_case(name, kLocal) || name == "[::1]") return true;
  if (name.size() > kBelow.size() && equals_ignoring_case(name.substr(name.size() - kBelow.size()), kBelow))
    return true;
  in_addr address{};
  return name.starts_with("127.") && inet_pton(AF_INET, std::string(name).c_str(), &address) == 1;
}

}  // namespace ordo::access
