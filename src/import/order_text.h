// Texts of files within the rules for texts of orders.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "domain/rules.h"

namespace ordo::imports {

// `text` as one line of at most `most` bytes: control characters become spaces. Cut between two characters.
std::string line_text(std::string_view text, std::size_t most);
// The same with several lines.
std::string block_text(std::string_view text, std::size_t most);

// `heading` as a key of metadata.
std::string metadata_key(std::string_view heading);

// Adds a value, in parts if it is long: "note", "note 2", "note 3". False if not all of it has room.
bool add_metadata(Metadata& metadata, std::string_view heading, std::string_view value);

// Adds the entries of a JSON object of texts, as ordo's own export has them. False if it is none.
bool add_metadata_object(Metadata& metadata, std::string_view json);

}  // namespace ordo::imports
