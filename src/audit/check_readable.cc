#include "audit/check_readable.h"

#include <utility>

#include "engine/page_walk.h"

namespace ordo::audit {

Result<std::optional<Document>> ReadableDocuments::get(Collection collection, std::string_view id) {
  auto document = documents_.get(collection, id);
  if (document || document.error().reason != kUnreadableDocument) return document;
  remember(std::move(document.error().message));
  return std::nullopt;
}

Result<Page> ReadableDocuments::list(const Query& query) {
  auto page = documents_.list(query);
  if (!page) return page;
  listed_.insert(query.collection);
  read_ += page->documents.size() + page->unreadable.size();
  for (auto& text : page->unreadable) remember(std::move(text));
  page->unreadable.clear();
  return page;
}

void ReadableDocuments::remember(std::string text) {
  if (unreadable_.size() < kMaxRemembered) unreadable_.insert(std::move(text));
}

Result<Invariant> ReadableDocuments::finish(std::size_t samples) {
  for (std::size_t i = 0; i < kCollections; ++i) {
    const auto collection = static_cast<Collection>(i);
    if (listed_.contains(collection)) continue;
    auto scanned = each_document(*this, collection, [](const Document&) { return Result<void>(); });
    if (!scanned) return fail(std::move(scanned.error()));
  }
  Invariant invariant;
  invariant.name = "documents_readable";
  invariant.title = "every document can be read";
  invariant.checked = read_;
  invariant.violated = unreadable_.size();
  for (const auto& text : unreadable_) {
    if (invariant.samples.size() == samples) break;
    invariant.samples.push_back(text);
  }
  return invariant;
}

}  // namespace ordo::audit
