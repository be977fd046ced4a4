#include "audit/rebuild_compare.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/printable.h"
#include "records/json_copy.h"
#include "records/json_pick.h"

namespace ordo::audit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kShown = 60;  // characters shown of a value

// Reads a collection as a list, page by page.
class Listing {
 public:
  Listing(DocumentReader& reader, Collection collection) : reader_(reader) {
    query_.collection = collection;
    query_.limit = Query::kMaxPage;
  }

  // Null at the end.
  Result<const Document*> peek() {
    while (at_ == page_.documents.size()) {
      if (begun_ && !page_.next) return nullptr;
      query_.after = begun_ ? std::move(page_.next) : std::nullopt;
      auto page = reader_.list(query_);
      if (!page) return fail(std::move(page.error()));
      // If it counted as missing, the swap would put another document beside it.
      if (!page->unreadable.empty()) {
        return fail(ErrorCode::kCorrupt, std::string(kUnreadableDocument), page->unreadable.front());
      }
      page_ = std::move(*page);
      begun_ = true;
      at_ = 0;
    }
    return &page_.documents[at_];
  }
  void advance() { ++at_; }

 private:
  DocumentReader& reader_;
  Query query_;
  Page page_;
  std::size_t at_ = 0;
  bool begun_ = false;
};

// The order of lists, see CollectionSpec.
bool stands_before(const Document& left, const Document& right) {
  if (spec_of(collection_of(left)).time_path.empty()) return id_of(left) < id_of(right);
  const auto left_sort = index_entries(left).sort;
  const auto right_sort = index_entries(right).sort;
  return left_sort != right_sort ? left_sort > right_sort : id_of(left) > id_of(right);
}

std::string shown(const JsonTape& tape, std::size_t at) {
  std::string text;
  append_json(tape, at, -1, text);
  return printable(text, kShown);
}

// True when they differ; `told` then describes the first difference.
bool differ(const JsonTape& live, std::size_t a, const JsonTape& rebuilt, std::size_t b, const std::string& path,
            std::string& told) {
  const auto tell = [&](const std::string& where, std::string_view what) {
    told = (where.empty() ? "/" : where) + std::string(what);
    return true;
  };
  const auto kind = live[a].kind;
  const bool nested = kind == JsonNode::Kind::object || kind == JsonNode::Kind::array;
  if (kind != rebuilt[b].kind || !nested) {
    const auto is = shown(live, a);
    const auto should = shown(rebuilt, b);
    const bool same =
        kind == rebuilt[b].kind && live[a].text == rebuilt[b].text && live[a].boolean == rebuilt[b].boolean;
    return !same && tell(path, " is " + is + " but should be " + should);
  }
  if (kind == JsonNode::Kind::array) {
    if (live[a].count != rebuilt[b].count) {
      return tell(path, " has " + std::to_string(live[a].count) + " elements, but should have " +
                            std::to_string(rebuilt[b].count));
    }
    std::size_t left = a + 1;
    std::size_t right = b + 1;
    for (std::size_t i = 0; i < live[a].count; ++i, left = live[left].end, right = rebuilt[right].end) {
      if (differ(live, left, rebuilt, right, path + "/" + std::to_string(i), told)) return true;
    }
    return false;
  }
  for (std::size_t key = b + 1; key < rebuilt[b].end; key = rebuilt[key + 1].end) {
    const std::string where = path + "/" + std::string(rebuilt[key].text);
    const auto there = member(live, a, rebuilt[key].text);
    if (!there) return tell(where, " is missing, but should be " + shown(rebuilt, key + 1));
    if (differ(live, *there, rebuilt, key + 1, where, told)) return true;
  }
  for (std::size_t key = a + 1; key < live[a].end; key = live[key + 1].end) {
    if (!member(rebuilt, b, live[key].text)) {
      return tell(path + "/" + std::string(live[key].text), " is " + shown(live, key + 1) + " but should not exist");
    }
  }
  return false;
}

class Comparison {
 public:
  Comparison(const CheckSources& live, DocumentReader& rebuilt, Refold& refold, Collection collection,
             const CompareOptions& options, const std::function<Result<void>(Difference)>& each)
      : live_(live), rebuilt_(rebuilt), refold_(refold), collection_(collection), options_(options), each_(each) {
    result_.collection = collection;
  }

  Result<ComparedCollection> run();

 private:
  // A document that differed once.
  struct Suspect {
    std::string id;
    bool from_rebuilt = false;  // found in the list of rebuilt documents
    std::int64_t live_rev = -1;
    std::int64_t rebuilt_rev = -1;
    int looks = 0;  // how often in a row it looked the same
  };
  enum class Verdict { equal, different, wait };

  Result<void> suspect(const Document& document, bool from_rebuilt);
  Result<void> settle();
  Result<Verdict> look(Suspect& suspect);
  Result<void> count(Difference difference);

  const CheckSources& live_;
  DocumentReader& rebuilt_;
  Refold& refold_;
  const Collection collection_;
  const CompareOptions& options_;
  const std::function<Result<void>(Difference)>& each_;
  std::vector<Suspect> suspects_;
  ComparedCollection result_;
};

Result<ComparedCollection> Comparison::run() {
  Listing left(live_.documents, collection_);
  Listing right(rebuilt_, collection_);
  while (true) {
    const auto live = left.peek();
    const auto rebuilt = right.peek();
    if (!live) return fail(live.error());
    if (!rebuilt) return fail(rebuilt.error());
    const Document* l = *live;
    const Document* r = *rebuilt;
    if (l == nullptr && r == nullptr) break;
    Result<void> done;
    if (l != nullptr && r != nullptr && id_of(*l) == id_of(*r)) {
      if (document_to_json(*l) != document_to_json(*r)) done = suspect(*l, false);
      left.advance();
      right.advance();
      ++result_.documents;
    } else if (r == nullptr || (l != nullptr && stands_before(*l, *r))) {
      done = suspect(*l, false);
      left.advance();
    } else {
      done = suspect(*r, true);
      right.advance();
      ++result_.documents;
    }
    if (!done) return fail(std::move(done.error()));
  }
  if (auto done = settle(); !done) return fail(std::move(done.error()));
  return std::move(result_);
}

Result<void> Comparison::suspect(const Document& document, bool from_rebuilt) {
  suspects_.push_back({id_of(document), from_rebuilt});
  return suspects_.size() < options_.max_suspects ? Result<void>() : settle();
}

// In a running system, a difference may come from a change in progress. It counts when both sides have the same `rev`.
// It also counts when it no longer changes while the fold is as far as the live owner.
Result<void> Comparison::settle() {
  const auto until = Clock::now() + options_.patience;
  bool first = true;
  while (!suspects_.empty()) {
    if (!live_.snapshot) {
      if (!first) std::this_thread::sleep_for(options_.pause);
      if (auto caught = refold_.catch_up(writer_of(collection_)); !caught) return caught;
    }
    first = false;
    std::vector<Suspect> waiting;
    for (auto& one : suspects_) {
      const auto verdict = look(one);
      if (!verdict) return fail(verdict.error());
      if (*verdict == Verdict::wait) waiting.push_back(std::move(one));
    }
    suspects_ = std::move(waiting);
    if (Clock::now() < until) continue;
    result_.unsettled += suspects_.size();
    suspects_.clear();
  }
  return {};
}

Result<Comparison::Verdict> Comparison::look(Suspect& suspect) {
  auto live = live_.documents.get(collection_, suspect.id);
  auto rebuilt = rebuilt_.get(collection_, suspect.id);
  if (!live) return fail(std::move(live.error()));
  if (!rebuilt) return fail(std::move(rebuilt.error()));
  const bool both = live->has_value() && rebuilt->has_value();
  const bool equal =
      both ? document_to_json(**live) == document_to_json(**rebuilt) : live->has_value() == rebuilt->has_value();
  if (equal) return Verdict::equal;
  const std::int64_t live_rev = *live ? rev_of(**live) : 0;
  const std::int64_t rebuilt_rev = *rebuilt ? rev_of(**rebuilt) : 0;
  if (!live_.snapshot && !(both && live_rev == rebuilt_rev)) {
    const bool still = live_rev == suspect.live_rev && rebuilt_rev == suspect.rebuilt_rev;
    suspect.live_rev = live_rev;
    suspect.rebuilt_rev = rebuilt_rev;
    suspect.looks = still ? suspect.looks + 1 : 1;
    if (suspect.looks < options_.still_looks) return Verdict::wait;
  }
  // A document with another position in the list appears in both lists. It counts only in the live list.
  if (both && suspect.from_rebuilt && index_entries(**live).sort != index_entries(**rebuilt).sort) {
    return Verdict::equal;
  }
  auto counted = count({{collection_, suspect.id}, std::move(*live), std::move(*rebuilt)});
  if (!counted) return fail(std::move(counted.error()));
  return Verdict::different;
}

Result<void> Comparison::count(Difference difference) {
  auto& kind = !difference.live ? result_.missing : !difference.rebuilt ? result_.surplus : result_.different;
  ++kind;
  if (result_.samples.size() < options_.samples) {
    std::string text = std::string(to_string(collection_)) + "/" + difference.key.id + ": ";
    if (!difference.live) {
      text += "is missing";
    } else if (!difference.rebuilt) {
      text += "does not come from the log";
    } else {
      text += first_difference(*difference.live, *difference.rebuilt);
    }
    result_.samples.push_back(std::move(text));
  }
  return each_ ? each_(std::move(difference)) : Result<void>();
}

}  // namespace

std::string first_difference(const Document& live, const Document& rebuilt) {
  const std::string live_text = document_to_json(live);
  const std::string rebuilt_text = document_to_json(rebuilt);
  const auto left = JsonTape::parse(live_text);
  const auto right = JsonTape::parse(rebuilt_text);
  std::string told;
  if (left && right) differ(*left, 0, *right, 0, "", told);
  return told;
}

Result<ComparedCollection> compare_collection(const CheckSources& live, DocumentReader& rebuilt, Refold& refold,
                                              Collection collection, const CompareOptions& options,
                                              const std::function<Result<void>(Difference)>& each) {
  return Comparison(live, rebuilt, refold, collection, options, each).run();
}

}  // namespace ordo::audit
