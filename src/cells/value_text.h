// Texts of cells, brought to one form before they are read as a number, a time, a word or an id.
#pragma once

#include <string>
#include <string_view>

#include "base/fold_text.h"

namespace ordo::imports {

// One form for what programs write in many: every kind of blank is a space, every kind of hyphen and minus a "-", every
// kind of apostrophe a "'". Without blanks around it and without characters that have no width. Without the guards of
// unguarded().
std::string value_text(std::string_view cell);

// Without the guard that keeps a spreadsheet from reading a text as a number or a formula: one leading ', or ="...".
// For names, postal codes and other texts: "'02138" -> "02138".
std::string_view unguarded(std::string_view cell);

// Whether there is one of 0 to 9 in it.
bool has_digit(std::string_view text);

// Lower case in all scripts; marks stay.
std::string lower_text(std::string_view text);

// True for a cell that says that there is no value: empty, "-", "$ -", "n/a", "null", "none" and the like. For numbers,
// times, states and ids; a name or a country may be one of these words.
bool is_no_value(std::string_view cell);

}  // namespace ordo::imports
