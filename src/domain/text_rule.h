// The rule for texts that come from outside and are shown to people.
#pragma once

#include <string_view>

namespace ordo {

// as_written: ordo's own records were checked on input, by the release that wrote them. They are accepted as they are.
enum class TextRule { enforced, as_written };

// The problem of a text of one line, such as a name or a reference, or an empty view. Control characters (C0, C1, DEL)
// are refused. No one means them, and as JSON each takes six bytes.
std::string_view line_problem(std::string_view text);

// The same for a text of several lines, a reason or a note: line feeds and tabs are allowed.
std::string_view text_problem(std::string_view text);

// As line_problem, for an e-mail address: it must have an @. Only a mail to it can prove more.
std::string_view email_problem(std::string_view text);

}  // namespace ordo
