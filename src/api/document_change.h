// Changes a document that remembers its recent changes, such as a product. Appends the record, and answers once the
// processor has decided.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/api_context.h"
#include "records/documents.h"
#include "records/schema.h"

namespace ordo::api {

// A requested change. The functions run on the pool.
struct DocumentChange {
  Collection collection = Collection::products;
  std::string id;
  std::string change_id;  // from change_id_for()
  Outgoing record;        // contains change_id
  // The domain's objection to the change of the present document. `current` is null when the document does not exist.
  std::function<Result<void>(const Document* current)> allowed;
  // Whether everything that the answer promises is visible. Empty: the document is enough.
  std::function<bool(const Document&)> visible;
  std::function<http::Response(const Document&)> applied;  // the answer
};

// "<hash of the Idempotency-Key>.<part of `body_hash`>". With it, a document's recent changes tell a retry from a
// reused key. Without a key, the id is new. kInvalid for a bad key.
Result<std::string> change_id_for(const http::Request& request, const std::string& body_hash);

// Appends the record, then answers `call`: with `applied`, with 202 when the decision takes longer, or with the reason
// of the refusal. Reads documents, so call it on the pool.
void change_document(ApiContext& context, const CallPtr& call, DocumentChange change);

// The answer 202 with {"id", "status"}. Stock movements, refunds and returns use it too.
http::Response pending_change(std::string_view id);
std::string pending_change_schema(SchemaSet& set);

}  // namespace ordo::api
