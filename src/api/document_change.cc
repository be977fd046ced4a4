#include "api/document_change.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/uuid.h"
#include "http/problem.h"
#include "records/json_codec.h"

namespace ordo::api {
namespace {

// Length of the first part of a change's id, which is "<hash of the key>.<hash of the request>".
constexpr std::size_t kKeyPart = 37;
constexpr std::size_t kBodyPart = 13;

enum class Earlier { none, same, other };

const std::vector<PastChange>& recent_changes(const Document& document) {
  const auto* changes = std::visit(
      []<class T>(const T& one) -> const std::vector<PastChange>* {
        if constexpr (requires { one.recent_changes; }) {
          return &one.recent_changes;
        } else {
          return nullptr;
        }
      },
      document);
  ORDO_CHECK(changes != nullptr, "collection ", to_string(collection_of(document)));
  return *changes;
}

Earlier find_earlier(const Document& document, const std::string& change_id, const PastChange*& found) {
  for (const auto& change : recent_changes(document)) {
    if (change.id == change_id) {
      found = &change;
      return Earlier::same;
    }
    if (change.id.size() > kKeyPart && change.id[kKeyPart - 1] == '.' &&
        change_id.starts_with(change.id.substr(0, kKeyPart))) {
      return Earlier::other;
    }
  }
  return Earlier::none;
}

// The name of a document in the reasons of refusals: "unknown_product".
std::string name_of(Collection collection) {
  if (collection == Collection::webhook_endpoints) return "webhook";
  std::string name(to_string(collection));
  name.pop_back();  // the plural
  return name;
}

void refuse_change(const CallPtr& call, Collection collection, const std::string& reason) {
  const std::string what = name_of(collection);
  std::string text = what;
  std::replace(text.begin(), text.end(), '_', ' ');
  if (reason == "stale_revision") {
    return call->refuse(412, reason, "the " + text + " was changed in the meantime",
                        "read it again, then repeat the change");
  }
  if (reason == what + "_exists") return call->refuse(409, reason, "there is a " + text + " with this id already");
  if (reason == what + "_ended") return call->refuse(409, reason, "the " + text + " has ended", "create a new one");
  if (reason == "code_taken") return call->refuse(409, reason, "another active promotion has this code");
  if (reason == "limit_below_used") {
    return call->refuse(409, reason, "more orders use the promotion than this limit",
                        "set usage_limit to at least used, or end the promotion");
  }
  if (reason == "unknown_" + what) return call->refuse(404, reason, "there is no such " + text);
  call->refuse(422, reason, "the change was refused");
}

// Answers with the result of the change, if it is decided.
bool answer_change(ApiContext& context, const CallPtr& call, const DocumentChange& change, bool last) {
  const auto found = context.ports.documents.get(change.collection, change.id);
  const PastChange* past = nullptr;
  if (found && *found && find_earlier(**found, change.change_id, past) == Earlier::same) {
    if (past->outcome == ChangeOutcome::refused) {
      refuse_change(call, change.collection, past->reason);
      return true;
    }
    const bool shown = last || !change.visible || change.visible(**found);
    if (shown) call->answer(change.applied(**found));
    return shown;
  }
  if (last) call->answer(pending_change(change.id));
  return last;
}

// Answers without asking the processor, if the outcome is known already. Returns true when the call was answered.
bool answered_early(const CallPtr& call, const DocumentChange& change, const Document* current) {
  const PastChange* past = nullptr;
  switch (current != nullptr ? find_earlier(*current, change.change_id, past) : Earlier::none) {
    case Earlier::same:
      if (past->outcome == ChangeOutcome::refused) {
        refuse_change(call, change.collection, past->reason);
      } else {
        call->answer(change.applied(*current));
      }
      return true;
    // guard: http-change-key-reused
    case Earlier::other:
      call->refuse(422, "idempotency_key_reused", "another request used this Idempotency-Key",
                   "use a new key for a new request, and the same body for a retry");
      return true;
    case Earlier::none:
      break;
  }
  const auto allowed = change.allowed(current);
  if (allowed) return false;
  if (allowed.error().code == ErrorCode::kInvalid) {
    call->refuse(allowed.error());
  } else {
    refuse_change(call, change.collection, allowed.error().reason);
  }
  return true;
}

struct PendingChange {
  std::string id;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(PendingChange, (), (id, status))
constexpr auto notes(NotesOf<PendingChange>) {
  return std::array{Note{"", "The change is durable, but not decided yet."}, Note{"status", "pending", R"("pending")"}};
}

}  // namespace

http::Response pending_change(std::string_view id) {
  return json_response(202, to_json(PendingChange{std::string(id), "pending"}));
}

std::string pending_change_schema(SchemaSet& set) {
  return schema_of<PendingChange>(set);
}

Result<std::string> change_id_for(const http::Request& request, const std::string& body_hash) {
  const auto key = idempotency_key(request);
  if (!key) return fail(key.error());
  return *key ? uuid_v5("idempotency", **key) + "." + body_hash.substr(0, kBodyPart) : uuid_v7(now());
}

void change_document(ApiContext& context, const CallPtr& call, DocumentChange change) {
  const auto found = context.ports.documents.get(change.collection, change.id);
  if (!found) return call->refuse(found.error());
  if (answered_early(call, change, *found ? &**found : nullptr)) return;
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  Outgoing record = std::exchange(change.record, {});
  context.append(*call, std::move(record),
                 [&context, call, change = std::move(change), wait](const Result<LogPosition>& position) {
                   if (!position) return call->refuse(position.error());
                   context.poll(wait, {change.collection, change.id}, [&context, call, change](bool last) {
                     return answer_change(context, call, change, last);
                   });
                 });
}

}  // namespace ordo::api
