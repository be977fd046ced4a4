#include "base/csv_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ordo {
namespace {

// Whether a spreadsheet reads the value as a formula, apart from any ' at its start.
bool begins_formula(std::string_view value) {
  // The last four are full-width forms of the first four. Some programs treat them alike.
  static constexpr std::array<std::string_view, 11> kSigns = {"=",  "+",      "-",      "@",      "\t",    "\r",
                                                              "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
  value.remove_prefix(std::min(value.find_first_not_of('\''), value.size()));
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) { return value.starts_with(sign); });
}

// Browsers send the line ends of a note as CR and LF.
std::string with_plain_line_ends(std::string_view text) {
  std::string out(text);
  for (auto at = out.find("\r\n"); at != std::string::npos; at = out.find("\r\n", at)) out.erase(at, 1);
  return out;
}

}  // namespace

void append_csv(std::string_view value, std::string& out) {
  // Any delimiter that a reader might guess, not only the comma.
  if (value.find_first_of(",;|\"\r\n\t") == std::string_view::npos) {
    out += value;
    return;
  }
  out.push_back('"');
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line.push_back(',');
    append_csv(fields[i], line);
  }
  line.push_back('\n');
  return line;
}

std::string csv_text(std::string_view value) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    auto rest = value;
    const auto c = take_character(rest);
    if (!c) rest.remove_prefix(1);
    if (c && is_control(*c) && *c != '\n' && *c != '\t') {
      out.append("\\u00").append({kHex[*c / 16], kHex[*c % 16]});
    } else {
      out += value.substr(0, value.size() - rest.size());
    }
    value = rest;
  }
  return out;
}

std::string spreadsheet_text(std::string_view value) {
  return begins_formula(value) ? "'" + std::string(value) : std::string(value);
}

std::string_view without_guard(std::string_view value) {
  return value.starts_with('\'') && begins_formula(value) ? value.substr(1) : value;
}

void append_harmless_csv(std::string_view text, std::string& out) {
  // guard: export-formula
  const auto harmless = spreadsheet_text(with_plain_line_ends(text));
  append_csv(csv_text(harmless), out);
}

}  // namespace ordo
