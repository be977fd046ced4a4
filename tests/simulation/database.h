// The simulated document store: documents, commit records, and which documents wait for an errand.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "errands/errand.h"
#include "process/ports.h"

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
    std::shared_ptr<const std::vector<Changed>> changes;  // shared with who applies them
  };

  explicit Database(const ErrandRules& rules) : rules_(rules) {}

  const Document* find(Collection collection, std::string_view id) const;
  template <class T>
  const T* find_as(Collection collection, std::string_view id) const {
    const Document* document = find(collection, id);
    return document != nullptr ? &std::get<T>(*document) : nullptr;
  }
  const Documents& all(Collection collection) const { return documents_[static_cast<std::size_t>(collection)]; }

  // False when there is one with its id.
  bool insert(const Document& document);
  // Replaces an older one, or inserts what is missing. Without the guard, anything.
  void replace(const Document& document, bool guarded);

  // What waits for something, in the order of keys.
  const std::map<DocumentKey, Errand>& waiting() const { return waiting_; }

  std::map<Owner, CommitRecord> commits;

 private:
  void note(const Document& document);

  const ErrandRules& rules_;
  std::array<Documents, kCollections> documents_;
  std::map<DocumentKey, Errand> waiting_;
};

}  // namespace ordo::simulation
