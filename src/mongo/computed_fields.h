// The values of computed filters, such as search terms. A document in the database has them as fields beside its own
// members. Readers of documents ignore them.
#pragma once

#include "mongo/bson_writer.h"
#include "mongo/driver.h"
#include "records/documents.h"

namespace ordo::mongo {

// Appends the computed fields of `document`. A list without values is an empty array, so that it is not missing.
void write_computed(const Document& document, BsonWriter& out);

// Adds the field of a computed filter to documents of a release that did not know it. In bounded steps; a later call
// continues after a failure. Safe from several processes at the same time. Reads the whole collection.
Result<void> fill_computed(Database::Driver& driver, const Lease& lease, Collection collection, std::size_t filter);

}  // namespace ordo::mongo
