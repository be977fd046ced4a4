#include "cells/values.h"

#include <algorithm>
#include <string>

namespace ordo::imports {

std::optional<bool> parse_flag(std::string_view cell) {
  static constexpr std::string_view kYes[] = {
      "1",         "1.0",       "yes",    "y",      "true",     "t",         "on",       "x",
      "✓",         "✔",         "☑",      "active", "enabled",  "published", "visible",  "online",
      "available", "ja",        "wahr",   "aktiv",  "sichtbar", "oui",       "vrai",     "actif",
      "si",        "verdadero", "activo", "co",     "dung",     "dang ban",  "hien thi", "hoat dong"};
  static constexpr std::string_view kNo[] = {
      "0",        "0.0",      "-1",           "no",          "n",           "false",    "f",
      "off",      "inactive", "disabled",     "draft",       "unpublished", "archived", "hidden",
      "private",  "offline",  "discontinued", "unavailable", "nein",        "falsch",   "inaktiv",
      "entwurf",  "non",      "faux",         "inactif",     "brouillon",   "falso",    "inactivo",
      "borrador", "khong",    "sai",          "ngung ban",   "an",          "nhap"};
  const std::string text = fold_text(value_text(cell));
  if (std::find(std::begin(kYes), std::end(kYes), text) != std::end(kYes)) return true;
  if (std::find(std::begin(kNo), std::end(kNo), text) != std::end(kNo)) return false;
  return std::nullopt;
}

}  // namespace ordo::imports
