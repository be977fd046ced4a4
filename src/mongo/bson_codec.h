// Documents as BSON, derived from their descriptions: easy to read in Compass, and converted back exactly. The member
// `id` is `_id`, a time is a date, an int64 a long, an enum its name, money {amount, currency}. An absent optional is
// omitted.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "records/documents.h"

namespace ordo::mongo {

// Appends `document` as BSON to `out`. Pure.
void append_bson(const Document& document, std::string& out);

// The inverse. It tolerates missing fields, which did not exist when the document was written, and unknown fields. It
// also tolerates whole numbers of another numeric type, as left by manual edits. Anything else is kCorrupt
// "unreadable_document" with the document's id and the path of the field. `bson` is exactly one document.
Result<Document> document_from_bson(Collection collection, std::string_view bson);

// A map key as a BSON name, and back. The key is percent-encoded if it contains a percent sign or something that a
// database refuses in a name: a dot, a leading dollar, NUL, an empty key. An invalid escape stays unchanged.
std::string escape_key(std::string_view key);
std::string unescape_key(std::string_view name);

}  // namespace ordo::mongo
