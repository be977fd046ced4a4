// Converts libmongoc's errors, and reads errors from its replies.
#include <algorithm>

#include "mongo/bson_codec.h"
#include "mongo/driver.h"

namespace ordo::mongo {
namespace {

bool is_authentication(const bson_error_t& error) {
  switch (error.domain) {
    case MONGOC_ERROR_CLIENT:
      return error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE || error.code == MONGOC_ERROR_CLIENT_GETNONCE;
    case MONGOC_ERROR_SASL:
    case MONGOC_ERROR_SCRAM:
      return true;
    case MONGOC_ERROR_SERVER:
      // Unauthorized, AuthenticationFailed, and the code of hosted services.
      return error.code == 13 || error.code == 18 || error.code == 8000;
    default:
      return false;
  }
}

// Errors that the same request would always get again.
bool is_permanent(const bson_error_t& error) {
  if (error.domain == MONGOC_ERROR_BSON) return true;
  if (error.domain != MONGOC_ERROR_SERVER) return false;
  static constexpr std::uint32_t kCodes[] = {
      2,      // BadValue
      9,      // FailedToParse
      14,     // TypeMismatch
      22,     // InvalidBSON
      52,     // DollarPrefixedFieldName
      57,     // DottedFieldName
      59,     // CommandNotFound
      66,     // ImmutableField
      73,     // InvalidNamespace
      10334,  // BSONObjectTooLarge
      17419,  // a document that is too large after an update
      17420,  // the same
      17280,  // KeyTooLong
  };
  return std::find(std::begin(kCodes), std::end(kCodes), error.code) != std::end(kCodes);
}

constexpr std::uint32_t kDocumentValidation = 121;
constexpr std::uint32_t kMaxTimeExpired = 50;

// The content of an element of `writeErrors`, {index, code, errmsg}.
bson_error_t read_error(const bson_iter_t& entry) {
  bson_error_t error{MONGOC_ERROR_SERVER, 0, "a write failed"};
  bson_iter_t at = entry;
  if (bson_iter_find(&at, "code")) error.code = static_cast<std::uint32_t>(bson_iter_as_int64(&at));
  at = entry;
  if (bson_iter_find(&at, "errmsg") && BSON_ITER_HOLDS_UTF8(&at)) {
    bson_strncpy(error.message, bson_iter_utf8(&at, nullptr), sizeof error.message);
  }
  return error;
}

// Separates duplicate keys in `writeErrors` from other errors; the first of the others becomes the error of the bulk.
Result<void> read_write_errors(const bson_t& reply, std::string_view collection, std::string_view doing,
                               BulkOutcome& outcome) {
  bson_iter_t at;
  bson_iter_t element;
  if (!bson_iter_init_find(&at, &reply, "writeErrors") || !BSON_ITER_HOLDS_ARRAY(&at) ||
      !bson_iter_recurse(&at, &element)) {
    return {};
  }
  while (bson_iter_next(&element)) {
    bson_iter_t entry;
    if (!bson_iter_recurse(&element, &entry)) continue;
    const auto error = read_error(entry);
    if (error.code != kDuplicateKey) return fail(to_error(error, doing));
    auto key = read_duplicate_key(entry);
    // guard: duplicate-of-another-index
    if (!key.index.empty() && !key.of_id()) return fail(unique_index(collection, key));
    const auto position = bson_iter_find(&entry, "index") ? bson_iter_as_int64(&entry) : 0;
    outcome.duplicates.push_back({static_cast<std::size_t>(position), std::move(key)});
  }
  return {};
}

}  // namespace

std::string without_credentials(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("://"); at != std::string::npos; at = out.find("://", at)) {
    at += 3;
    const auto end = out.find_first_of(" /?\"'", at);
    const auto last = out.rfind('@', end);
    if (last != std::string::npos && last >= at) out.replace(at, last - at, "...");
  }
  return out;
}

Error to_error(const bson_error_t& error, std::string_view doing) {
  std::string message(doing);
  message += ": ";
  message += without_credentials(error.message);
  message += " (" + std::to_string(error.domain) + "/" + std::to_string(error.code) + ")";
  // Credentials may be fixed at the server, so a running process retries. At the start they are kInvalid.
  if (is_authentication(error)) message += "; check the user, password and authSource in the setting mongo";
  if (std::string_view(error.message).find("TLS handshake failed") != std::string_view::npos) {
    message +=
        "; check tls and tlsCAFile, the file of the CA that signed the server's certificate, in the setting mongo";
  }
  if (is_authentication(error)) return {ErrorCode::kUnavailable, "database_authentication", std::move(message), {}};
  if (error.domain == MONGOC_ERROR_SERVER && error.code == kDocumentValidation) {
    message += "; ordo needs no validator: remove it from that collection with collMod";
    return {ErrorCode::kUnavailable, "document_validation", std::move(message), {}};
  }
  if (error.domain == MONGOC_ERROR_SERVER && error.code == kMaxTimeExpired) {
    return {ErrorCode::kUnavailable, std::string(kTooSlow), std::move(message), {}};
  }
  if (is_permanent(error)) return {ErrorCode::kInvalid, "database_refused", std::move(message), {}};
  // Network errors, server selection, time-outs, a primary that steps down, and unknown codes. A retry is safe, and
  // giving up would stop an owner permanently.
  return {ErrorCode::kUnavailable, "database_unavailable", std::move(message), {}};
}

Result<BulkOutcome> outcome_of(const Reply& reply, bool ok, const bson_error_t& error, std::string_view collection,
                               std::string_view doing) {
  BulkOutcome outcome;
  if (auto read = read_write_errors(*reply, collection, doing, outcome); !read) return fail(std::move(read.error()));
  // guard: write-concern-errors
  if (reply.has_elements("writeConcernErrors")) {
    return fail(ErrorCode::kUnavailable, "database_unavailable",
                std::string(doing) + ": the write may not be on a majority of the servers");
  }
  // Only duplicates: the library reports the first of them as the error of the bulk.
  if (!ok && (outcome.duplicates.empty() || error.code != kDuplicateKey)) return fail(to_error(error, doing));
  outcome.inserted = reply.number("nInserted");
  outcome.matched = reply.number("nMatched");
  return outcome;
}

Result<BulkOutcome> execute(mongoc_bulk_operation_t& bulk, std::string_view collection, std::string_view doing) {
  Reply reply;
  bson_error_t error{};
  const bool ok = mongoc_bulk_operation_execute(&bulk, reply.receive(), &error) != 0;
  return outcome_of(reply, ok, error, collection, doing);
}

Result<std::optional<std::string_view>> next_bson(mongoc_cursor_t& cursor, std::string_view doing) {
  const bson_t* bson = nullptr;
  if (mongoc_cursor_next(&cursor, &bson)) return bytes_of(*bson);
  bson_error_t error{};
  if (mongoc_cursor_error(&cursor, &error)) return fail(to_error(error, doing));
  return std::nullopt;
}

Result<std::optional<Document>> next_document(mongoc_cursor_t& cursor, Collection collection) {
  const auto bson = next_bson(cursor, "read " + std::string(to_string(collection)));
  if (!bson) return fail(bson.error());
  if (!*bson) return std::nullopt;
  auto document = document_from_bson(collection, **bson);
  if (!document) return fail(std::move(document.error()));
  return std::optional<Document>(std::move(*document));
}

}  // namespace ordo::mongo
