// Numbers, times, texts and ids as files have them. The style of a column is decided once, from all of its cells.
#pragma once

#include <optional>
#include <string_view>

#include "cells/id_values.h"
#include "cells/number_values.h"
#include "cells/time_values.h"
#include "cells/value_text.h"

namespace ordo::imports {

// "yes", "true", "1", "x", "published" and their opposites, in the languages of the vocabulary. -1 is no, as shops
// write it for a draft. nullopt for any other word.
std::optional<bool> parse_flag(std::string_view cell);

}  // namespace ordo::imports
