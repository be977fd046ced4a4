#include "database.h"

namespace ordo::simulation {

const Document* Database::find(Collection collection, std::string_view id) const {
  const auto& documents = all(collection);
  const auto found = documents.find(id);
  return found == documents.end() ? nullptr : &found->second;
}

bool Database::insert(const Document& document) {
  auto& documents = documents_[document.index()];
  const bool inserted = documents.try_emplace(id_of(document), document).second;
  if (inserted) note(document);
  return inserted;
}

void Database::replace(const Document& document, bool guarded) {
  auto& documents = documents_[document.index()];
  const auto found = documents.find(id_of(document));
  if (found == documents.end()) {
    documents.emplace(id_of(document), document);
  } else if (!guarded || rev_of(found->second) < rev_of(document)) {
    found->second = document;
  } else {
    return;
  }
  note(document);
}

void Database::note(const Document& document) {
  const auto collection = collection_of(document);
  if (collection != Collection::orders && collection != Collection::payments && collection != Collection::shipments)
    return;
  DocumentKey key{collection, id_of(document)};
  if (auto effect = effects::effect_of(document, rules_)) {
    waiting_.insert_or_assign(std::move(key), std::move(*effect));
  } else {
    waiting_.erase(key);
  }
}

}  // namespace ordo::simulation
