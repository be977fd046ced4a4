#include "http/signed_sender.h"

#include "access/api_key.h"

namespace ordo::http {

Result<void> SignedSender::check(const Request& request, Timestamp now) {
  const auto field = [&request](std::string_view name) { return std::string(request.header(name)); };
  const access::SignedHeaders headers{field(access::kIdHeader), field(access::kTimestampHeader),
                                      field(access::kSignatureHeader)};
  if (auto fits = access::verify(secrets_, headers, request.body, now); !fits) return fits;
  // A path contains no line feed.
  const auto content = sha256(std::string(request.path()) + "\n" + request.body);
  if (is_new_or_same(headers.id, content, now)) return {};
  return fail(
      ErrorCode::kConflict, "message_reused",
      "this webhook-id was used for another message; use a new id for each message, and the same id only for a retry");
}

bool SignedSender::is_new_or_same(const std::string& id, const Sha256& content, Timestamp now) {
  const std::lock_guard lock(mutex_);
  while (!ids_.empty() && (ids_.size() >= max_remembered_ || now - ids_.front().first > kRemembered)) {
    known_.erase(ids_.front().second);
    ids_.pop_front();
  }
  const auto [known, is_new] = known_.try_emplace(id, content);
  if (is_new) ids_.emplace_back(now, id);
  // guard: callback-once
  return is_new || known->second == content;
}

}  // namespace ordo::http
