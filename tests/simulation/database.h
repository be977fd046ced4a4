// The simulated document store: documents, commit records, and the documents that wait for an effect.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "effects/effect.h"
#include "engine/ports.h"

namespace ordo::simulation {

class Database {
 public:
  using Documents = std::map<std::string, Document, std::less<>>;

  struct CommitRecord {
    struct Changed {
      Document document;
      bool created = false;
    };
    Cursor cursor;
    std::int64_t token = 0;                               // of the ownership that wrote it
    std::shared_ptr<const std::vector<Changed>> changes;  // shared with the process that applies them
  };

  explicit Database(const effects::EffectRules& rules) : rules_(rules) {}

  const Document* find(Collection collection, std::string_view id) const;
  template <class T>
  const T* find_as(Collection collection, std::string_view id) const {
    const Document* document = find(collection, id);
    return document != nullptr ? &std::get<T>(*document) : nullptr;
  }
  const Documents& all(Collection collection) const { return documents_[static_cast<std::size_t>(collection)]; }

  // False when a document with its id exists.
  bool insert(const Document& document);
  // Replaces an older document, or inserts a missing one. Without the guard, replaces any document.
  void replace(const Document& document, bool guarded);

  // The documents that wait for an effect, in the order of their keys.
  const std::map<DocumentKey, effects::Effect>& waiting() const { return waiting_; }

  std::map<Owner, CommitRecord> commits;

 private:
  void note(const Document& document);

  const effects::EffectRules& rules_;
  std::array<Documents, kCollections> documents_;
  std::map<DocumentKey, effects::Effect> waiting_;
};

}  // namespace ordo::simulation
