#include "mongo/deployment.h"

#include <bson/bson.h>
#include <openssl/rand.h>

#include <array>

#include "base/log.h"
#include "mongo/bson_writer.h"
#include "mongo/driver.h"
#include "mongo/queries.h"

namespace ordo::mongo {
namespace {

constexpr std::string_view kId = "log";

tl::unexpected<Error> unreadable(const char* field) {
  return fail(ErrorCode::kCorrupt, "unreadable_deployment",
              "document \"log\" of the collection deployment: " + std::string(field) + " is missing or invalid");
}

Result<std::string> fresh_secret() {
  std::array<unsigned char, RecordProof::kSecretBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorCode::kIo, "no_randomness", "the system gave no random bytes for the deployment's secret");
  }
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// One entry of `unproven`; false when it is invalid. Unknown topics are ignored.
bool read_topic(const bson_iter_t& entry, RecordProof::Unproven& unproven) {
  bson_iter_t at = entry;
  if (!bson_iter_find(&at, "topic") || !BSON_ITER_HOLDS_UTF8(&at)) return false;
  std::uint32_t length = 0;
  const char* name = bson_iter_utf8(&at, &length);
  const auto topic = parse_topic({name, length});
  at = entry;
  bson_iter_t offset;
  if (!bson_iter_find(&at, "partitions") || !BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &offset)) {
    return false;
  }
  for (int partition = 0; bson_iter_next(&offset); ++partition) {
    if (!BSON_ITER_HOLDS_NUMBER(&offset)) return false;
    if (topic) unproven[{*topic, partition, false}] = bson_iter_as_int64(&offset);
  }
  return true;
}

// True when it was written; false when one exists.
Result<bool> insert(Database& database, const Deployment& deployment) {
  auto& driver = database.driver();
  const auto lease = driver.lease(Purpose::write);
  if (!lease) return fail(lease.error());
  const auto collection = driver.collection(*lease, kDeployment);
  const auto encoded = encode_deployment(deployment);
  const bson_t bson = view_of(encoded);
  Reply reply;
  bson_error_t error{};
  if (mongoc_collection_insert_one(collection.get(), &bson, nullptr, reply.receive(), &error)) return true;
  if (error.domain == MONGOC_ERROR_SERVER && error.code == kDuplicateKey) return false;
  return fail(to_error(error, "write the deployment's document"));
}

}  // namespace

std::string encode_deployment(const Deployment& deployment) {
  std::string bytes;
  BsonWriter out(bytes);
  const auto top = out.begin();
  out.text("_id", kId);
  out.binary("secret", deployment.secret);
  if (!deployment.unproven.empty()) {
    ArrayIndex index;
    ArrayIndex partition;
    std::size_t i = 0;
    const auto array = out.begin_array("unproven");
    for (auto it = deployment.unproven.begin(); it != deployment.unproven.end();) {
      const Topic topic = it->first.topic;
      const auto entry = out.begin_document(index(i++));
      out.text("topic", to_string(topic));
      const auto offsets = out.begin_array("partitions");
      for (int p = 0; it != deployment.unproven.end() && it->first.topic == topic; ++it, ++p) {
        for (; p < it->first.partition; ++p) out.int64(partition(static_cast<std::size_t>(p)), 0);
        out.int64(partition(static_cast<std::size_t>(p)), it->second);
      }
      out.end(offsets);
      out.end(entry);
    }
    out.end(array);
  }
  out.end(top);
  return bytes;
}

Result<Deployment> decode_deployment(std::string_view bytes) {
  bson_t bson;
  bson_iter_t at;
  if (!bson_init_static(&bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) ||
      !bson_validate(&bson, BSON_VALIDATE_NONE, nullptr) || !bson_iter_init_find(&at, &bson, "secret") ||
      !BSON_ITER_HOLDS_BINARY(&at)) {
    return unreadable("secret");
  }
  Deployment deployment;
  std::uint32_t length = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_binary(&at, nullptr, &length, &data);
  if (length != RecordProof::kSecretBytes) return unreadable("secret");
  deployment.secret.assign(reinterpret_cast<const char*>(data), length);
  if (!bson_iter_init_find(&at, &bson, "unproven")) return deployment;
  bson_iter_t element;
  if (!BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &element)) return unreadable("unproven");
  while (bson_iter_next(&element)) {
    bson_iter_t entry;
    if (!BSON_ITER_HOLDS_DOCUMENT(&element) || !bson_iter_recurse(&element, &entry) ||
        !read_topic(entry, deployment.unproven)) {
      return unreadable("unproven");
    }
  }
  return deployment;
}

Result<std::optional<Deployment>> find_deployment(Database& database) {
  auto& driver = database.driver();
  const auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(lease.error());
  const auto collection = driver.collection(*lease, kDeployment);
  const std::string filter = id_filter(kId);
  const std::string options = find_options(1, driver.max_time_ms, "");
  const bson_t filter_bson = view_of(filter);
  const bson_t options_bson = view_of(options);
  const Handle<mongoc_cursor_t> cursor(
      mongoc_collection_find_with_opts(collection.get(), &filter_bson, &options_bson, driver.primary.get()));
  const auto bson = next_bson(*cursor, "read the deployment's document");
  if (!bson) return fail(bson.error());
  if (!*bson) return std::nullopt;
  auto deployment = decode_deployment(**bson);
  if (!deployment) return fail(std::move(deployment.error()));
  return std::optional(std::move(*deployment));
}

Result<Deployment> ensure_deployment(Database& database,
                                     const std::function<Result<RecordProof::Unproven>()>& log_ends) {
  auto found = find_deployment(database);
  if (!found) return fail(std::move(found.error()));
  if (*found) return std::move(**found);
  auto secret = fresh_secret();
  if (!secret) return fail(std::move(secret.error()));
  auto ends = log_ends();
  if (!ends) return fail(std::move(ends.error()));
  const Deployment fresh{std::move(*secret), std::move(*ends)};
  if (auto inserted = insert(database, fresh); !inserted) return fail(std::move(inserted.error()));
  // Reads the stored one: another process may have been first.
  found = find_deployment(database);
  if (!found) return fail(std::move(found.error()));
  if (!*found) return fail(ErrorCode::kUnavailable, "no_deployment", "the deployment's document is gone again");
  if ((*found)->secret == fresh.secret) {
    log_info("the deployment has a secret for the proofs of its records", {{"unproven", fresh.unproven.size()}});
  }
  return std::move(**found);
}

}  // namespace ordo::mongo
