// A document's `_id` for people, with its type: a string in quotes, ObjectId("..."), 42, or the name of the BSON type.
#pragma once

#include <bson/bson.h>

#include <string>

namespace ordo::mongo {

// For the document's `_id`; "no _id" if it has none. About 100 bytes at most.
std::string id_text(const bson_t& document);

}  // namespace ordo::mongo
