// Changing a document that remembers its last changes, a product, a customer or a webhook: the record, and the answer
// once its processor has decided.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/api_context.h"
#include "records/documents.h"
#include "records/schema.h"

namespace ordo::http {

// A change asked for. The functions are called on the pool.
struct DocumentChange {
  Collection collection = Collection::products;
  std::string id;
  std::string change_id;  // of change_id_for()
  Outgoing record;        // carries change_id
  // What the domain has against it, for a document as it stands; null: there is none.
  std::function<Result<void>(const Document* current)> allowed;
  // Whether all that the answer promises can be seen; empty: the document says it all.
  std::function<bool(const Document&)> visible;
  std::function<Response(const Document&)> applied;  // the answer
};

// "<hash of the Idempotency-Key>.<part of `body_hash`>", so that a document's recent changes tell a retry from a reuse
// of the key; fresh without a key. kInvalid for a bad key.
Result<std::string> change_id_for(const Request& request, const std::string& body_hash);

// Appends the record and answers `call`: as `applied` says, 202 when the decision takes longer, or why it was refused.
// Reads documents: on the pool.
void change_document(ApiContext& context, const CallPtr& call, DocumentChange change);

// Of the 202: {"id", "status"}. Also of a movement of stock, a refund and a return.
Response pending_change(std::string_view id);
std::string pending_change_schema(SchemaSet& set);

}  // namespace ordo::http
