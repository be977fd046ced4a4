// OpenSSL deprecates the functions of single hashes in favour of functions that look up an algorithm. Those allocate
// for every record. They take up to twice the processor time (610 against 750 to 1,680 ns for 900 bytes, OpenSSL 3.0).
#define OPENSSL_SUPPRESS_DEPRECATED
#include "records/proof.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <cstring>

#include "base/check.h"
#include "records/dead_letter.h"

namespace ordo {
namespace {

constexpr std::string_view kDomain = "ordo record proof 1";
constexpr std::size_t kBlock = 64;  // of SHA-256, and of the key of its HMAC
constexpr std::size_t kProofBytes = 16;

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
using ProofText = std::array<char, 2 * kProofBytes>;

bool is_claim(std::string_view header) {
  return header == kOriginHeader || header == kReplayOfHeader || header == kClaimedTimeHeader ||
         header == kRepeatedHeader || header == kForeignSourceHeader;
}

// Writes each part after its length, so that no two records are framed alike. Small parts are gathered, because many
// short updates cost as much as the hash itself.
class Framer {
 public:
  explicit Framer(SHA256_CTX& hash) : hash_(hash) {}
  ~Framer() { flush(); }
  Framer(const Framer&) = delete;
  Framer& operator=(const Framer&) = delete;

  void number(std::uint64_t value) {
    std::array<char, 8> bytes;
    for (auto& byte : bytes) {
      byte = static_cast<char>(value & 0xffU);
      value >>= 8U;
    }
    put({bytes.data(), bytes.size()});
  }
  void number(const std::optional<std::int64_t>& value) {
    number(value ? std::uint64_t{1} : std::uint64_t{0});
    number(static_cast<std::uint64_t>(value.value_or(0)));
  }
  void text(std::string_view value) {
    number(std::uint64_t{value.size()});
    put(value);
  }

 private:
  void put(std::string_view bytes) {
    if (bytes.size() > gathered_.size() - used_) flush();
    if (bytes.size() > gathered_.size()) {
      SHA256_Update(&hash_, bytes.data(), bytes.size());
      return;
    }
    std::memcpy(gathered_.data() + used_, bytes.data(), bytes.size());
    used_ += bytes.size();
  }
  void flush() {
    SHA256_Update(&hash_, gathered_.data(), used_);
    used_ = 0;
  }

  SHA256_CTX& hash_;
  std::array<char, 512> gathered_;
  std::size_t used_ = 0;
};

void frame(const Record& record, SHA256_CTX& hash) {
  Framer out(hash);
  const Envelope& envelope = record.envelope;
  out.text(kDomain);
  out.text(to_string(record.at.topic));
  out.number(std::uint64_t{record.at.dlq ? 1U : 0U});
  // guard: proof-covers-partition
  out.number(static_cast<std::uint64_t>(record.at.partition));
  out.text(envelope.source);
  out.number(envelope.sequence);
  out.number(envelope.previous);
  out.text(envelope.id);
  out.text(envelope.type);
  out.text(envelope.subject);
  std::uint64_t claims = 0;
  for (const auto& header : envelope.extra) claims += is_claim(header.name) ? 1 : 0;
  out.number(claims);
  for (const auto& header : envelope.extra) {
    if (!is_claim(header.name)) continue;
    out.text(header.name);
    out.text(header.value);
  }
  out.text(record.key);
  out.number(std::uint64_t{record.null_value ? 1U : 0U});
  out.text(record.value);
  // Last, and only when there is one: the proofs of records without it stay the same.
  // guard: proof-covers-by
  if (envelope.by) {
    out.text(enum_name(envelope.by->kind));
    out.text(envelope.by->id);
    out.number(std::uint64_t{envelope.by->name ? 1U : 0U});
    out.text(envelope.by->name.value_or(""));
  }
}

}  // namespace

// The two hashes of an HMAC, already keyed.
struct RecordProof::Keyed {
  SHA256_CTX inner;
  SHA256_CTX outer;

  explicit Keyed(std::string_view secret) {
    const auto begin = [&secret](SHA256_CTX& hash, unsigned char pad) {
      std::array<unsigned char, kBlock> block;
      block.fill(pad);
      for (std::size_t i = 0; i < secret.size(); ++i) block[i] ^= static_cast<unsigned char>(secret[i]);
      SHA256_Init(&hash);
      SHA256_Update(&hash, block.data(), block.size());
      OPENSSL_cleanse(block.data(), block.size());
    };
    begin(inner, 0x36);
    begin(outer, 0x5c);
  }
  ~Keyed() {
    OPENSSL_cleanse(&inner, sizeof inner);
    OPENSSL_cleanse(&outer, sizeof outer);
  }
  Keyed(const Keyed&) = delete;
  Keyed& operator=(const Keyed&) = delete;

  // The HMAC of what `write` puts into a hash.
  template <class Write>
  Digest hmac(Write write) const {
    SHA256_CTX hash = inner;
    write(hash);
    Digest digest;
    SHA256_Final(digest.data(), &hash);
    hash = outer;
    SHA256_Update(&hash, digest.data(), digest.size());
    SHA256_Final(digest.data(), &hash);
    OPENSSL_cleanse(&hash, sizeof hash);
    return digest;
  }

  ProofText prove(const Record& record) const {
    const auto digest = hmac([&record](SHA256_CTX& hash) { frame(record, hash); });
    constexpr std::string_view kDigits = "0123456789abcdef";
    ProofText text;
    for (std::size_t i = 0; i < kProofBytes; ++i) {
      text[2 * i] = kDigits[digest[i] >> 4U];
      text[2 * i + 1] = kDigits[digest[i] & 15U];
    }
    return text;
  }
};

bool claims_ordo(const Record& record) {
  if (is_ordo_source(record.envelope.source)) return true;
  for (const auto& header : record.envelope.extra) {
    if (is_claim(header.name)) return true;
  }
  return false;
}

RecordProof::RecordProof(std::string_view secret, Unproven unproven)
    : keyed_(std::make_unique<const Keyed>(secret)), unproven_(std::move(unproven)) {
  ORDO_CHECK(secret.size() == kSecretBytes, "a secret of ", secret.size(), " bytes");
}

RecordProof::~RecordProof() = default;

std::string RecordProof::make(const Record& record) const {
  const auto text = keyed_->prove(record);
  return {text.data(), text.size()};
}

std::string RecordProof::derived_key(std::string_view purpose) const {
  const auto digest = keyed_->hmac([purpose](SHA256_CTX& hash) {
    Framer out(hash);
    out.text("ordo derived key 1");
    out.text(purpose);
  });
  return {digest.begin(), digest.end()};
}

bool RecordProof::holds(const Record& record) const {
  const auto text = keyed_->prove(record);
  const auto& proof = record.envelope.proof;
  return proof.size() == text.size() && CRYPTO_memcmp(proof.data(), text.data(), text.size()) == 0;
}

bool RecordProof::needed(const Record& record) const {
  if (!claims_ordo(record)) return false;
  const auto before = unproven_.find(record.at);
  return before == unproven_.end() || record.offset >= before->second;
}

}  // namespace ordo
