// Documents as BSON, from the descriptions: pleasant to read in Compass, and read back exactly. The member `id` is
// `_id`, a time is a date, an int64 a long, an enum its name, money {amount, currency}; an absent optional is left out.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "records/documents.h"

namespace ordo::mongo {

// Appends the BSON of `document` to `out`. Pure.
void append_bson(const Document& document, std::string& out);

// The inverse. Tolerates fields that are missing (they did not exist when the document was written), fields nobody
// knows, and whole numbers of another numeric type, as an edit by hand leaves them. Anything else is kCorrupt
// "unreadable_document" with the document's id and the path of the field. `bson` is one document, no more.
Result<Document> document_from_bson(Collection collection, std::string_view bson);

// A key of a map as a BSON name and back: where a key holds what a database refuses in a name (a dot, a leading dollar,
// NUL, nothing at all), or a percent sign, it is percent-encoded. An escape that is none is taken as it stands.
std::string escape_key(std::string_view key);
std::string unescape_key(std::string_view name);

}  // namespace ordo::mongo
