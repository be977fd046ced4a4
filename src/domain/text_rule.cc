#include "domain/text_rule.h"

namespace ordo {
namespace {

bool has_control(std::string_view text, std::string_view allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 || byte == 0x7f) && allowed.find(text[i]) == std::string_view::npos) return true;
    // U+0080 to U+009F, in UTF-8.
    if (byte != 0xc2 || i + 1 == text.size()) continue;
    const auto next = static_cast<unsigned char>(text[i + 1]);
    if (next >= 0x80 && next < 0xa0) return true;
  }
  return false;
}

}  // namespace

std::string_view line_problem(std::string_view text) {
  return has_control(text, {}) ? "must not have control characters" : std::string_view();
}

std::string_view text_problem(std::string_view text) {
  return has_control(text, "\n\r\t") ? "must not have control characters, except line feeds and tabs"
                                     : std::string_view();
}

std::string_view email_problem(std::string_view text) {
  return text.find('@') == std::string_view::npos ? "must be an address with an @" : line_problem(text);
}

}  // namespace ordo
