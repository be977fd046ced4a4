// The proof that this deployment wrote a record which claims to be ordo's. Anyone who may write to a topic can write
// any header. But only holders of the secret can write sequences and replay headers that ordo believes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "domain/text_rule.h"
#include "records/envelope.h"

namespace ordo {

// True for "/ordo/...", the sources of a deployment's records.
inline bool is_ordo_source(std::string_view source) {
  return source.starts_with("/ordo/");
}

// Whether ordo wrote the content: not that of a record of another service which ordo only forwarded or replayed.
inline bool is_by_ordo(const Envelope& envelope) {
  return is_ordo_source(envelope.source) &&
         std::none_of(envelope.extra.begin(), envelope.extra.end(),
                      [](const Header& header) { return header.name == kForeignSourceHeader; });
}

// Whether ordo says who caused the record. It also says so of a replay whose content it did not write.
inline bool names_known_actor(const Envelope& envelope) {
  bool is_known = is_ordo_source(envelope.source);
  for (const auto& header : envelope.extra) {
    if (header.name == kForeignSourceHeader) is_known = is_ordo_source(header.value);
  }
  return is_known;
}

inline TextRule text_rule_of(const Envelope& envelope) {
  return is_by_ordo(envelope) ? TextRule::as_written : TextRule::enforced;
}

// Whether the record makes a claim that only ordo may make. The claims are: ordo wrote it; it replays a dead letter,
// which changes the ids that are made from it; or it was forwarded for another service, or
// with a time that was not believed.
bool claims_ordo(const Record& record);

// Thread-safe.
class RecordProof {
 public:
  static constexpr std::size_t kSecretBytes = 32;
  // By partition: records below this offset were written before the deployment had a secret.
  using Unproven = std::map<TopicPartition, std::int64_t>;

  // `secret` has kSecretBytes.
  explicit RecordProof(std::string_view secret, Unproven unproven = {});
  ~RecordProof();
  RecordProof(const RecordProof&) = delete;
  RecordProof& operator=(const RecordProof&) = delete;

  // The text of the header `ordo_proof`: HMAC-SHA256, cut to 128 bits, in hexadecimal digits. It covers the partition,
  // source, sequence, previous, id, type, subject, who caused it, key, value and the headers that only ordo writes. It
  // does not cover ce_time: a time that RFC 3339 cannot express would not be read back unchanged. A copy of a record
  // with another time is dropped as a duplicate.
  std::string make(const Record& record) const;

  // A key for another purpose: 32 bytes that only holders of the secret can compute, and that tell nothing about it.
  std::string derived_key(std::string_view purpose) const;

  // Whether envelope.proof is the text of make(). Takes the same time, however much of it is wrong.
  bool holds(const Record& record) const;

  // Whether a record of the log counts only with a proof.
  bool needed(const Record& record) const;

  // Whether the record's claims are believed, if it makes any.
  bool believes(const Record& record) const { return !needed(record) || holds(record); }

 private:
  struct Keyed;

  const std::unique_ptr<const Keyed> keyed_;
  const Unproven unproven_;
};

}  // namespace ordo
