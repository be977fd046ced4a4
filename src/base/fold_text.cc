#include "base/fold_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace ordo {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string fold_text(std::string_view text) {
  if (is_ascii(text)) return to_lower(text);
  utf8proc_uint8_t* folded = nullptr;
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &folded, kOptions);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(folded, &std::free);
  if (size < 0) return to_lower(text);
  std::string out(reinterpret_cast<const char*>(folded), static_cast<std::size_t>(size));
  // The bar of "đ" is no mark in Unicode.
  static constexpr std::string_view kBarred = "đ";
  for (std::size_t at = out.find(kBarred); at != std::string::npos; at = out.find(kBarred, at)) {
    out.replace(at, kBarred.size(), "d");
  }
  return out;
}

}  // namespace ordo
