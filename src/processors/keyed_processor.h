// The processors that keep one document for each key of their inbox.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.h"
#include "domain/past_change.h"
#include "engine/processor.h"

namespace ordo::processors {

// Finds the document of a record's key and folds the record into it. The document that is read beforehand and the one
// that the fold uses follow from one key, so they cannot disagree.
template <class T, ProcessorKind kOf>
class KeyedProcessor : public Processor {
 public:
  ProcessorKind kind() const final { return kOf; }

  void needs(const Incoming& in, Needs& needs) const final {
    const auto key = home_key(in.message);
    if (!key) return;
    if (is_new(in)) return needs.fresh(kCollectionOf<T>, *key);
    needs.existing(kCollectionOf<T>, *key);
  }
  void fold(const Incoming& in, Fold& fold) final {
    if (const auto key = home_key(in.message)) fold_into(find_as<T>(fold, *key), in, fold);
  }

 protected:
  // Whether the record says that no document can exist yet for its key.
  virtual bool is_new(const Incoming& /*in*/) const { return false; }
  // As fold(). `current`: the document of the record's key, null if there is none.
  virtual void fold_into(const T* current, const Incoming& in, Fold& fold) = 0;
};

// True when there is a problem with the member at `pointer`. The record is refused then.
inline bool refuse_problem(Fold& fold, std::string_view pointer, std::string_view problem) {
  if (problem.empty()) return false;
  fold.refuse({ErrorCode::kInvalid,
               "invalid_fields",
               "the record has wrong fields",
               {{std::string(pointer), std::string(problem)}}});
  return true;
}

// True when `id` cannot be an id. The record is refused then.
inline bool refuse_bad_id(Fold& fold, std::string_view pointer, std::string_view id) {
  return refuse_problem(fold, pointer, id_problem(id));
}

// Stores the decision on a change that a client requested. A client that gave the change an id looks up the outcome in
// the document, so a refusal is noted there. Other refusals become dead letters. `by`: who requested it.
template <class T>
void settle_change(const T* current, Result<T> next, const std::optional<std::string>& change_id,
                   const std::optional<Actor>& by, Fold& fold) {
  if (next) {
    if (current != nullptr && *next == *current) return;
    if (by && change_id) next->recent_changes.back().by = by;
    fold.put(std::move(*next));
    return;
  }
  if (current == nullptr || !change_id) return fold.refuse(next.error());
  T noted = *current;
  remember_change(noted.recent_changes, {*change_id, ChangeOutcome::refused, next.error().reason, by});
  fold.put(std::move(noted));
}

}  // namespace ordo::processors
