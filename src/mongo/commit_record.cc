#include "mongo/commit_record.h"

#include <bson/bson.h>
#include <zstd.h>

#include <limits>
#include <optional>

#include "base/check.h"
#include "mongo/bson_codec.h"
#include "mongo/bson_writer.h"

namespace ordo::mongo {
namespace {

void write_seen(BsonWriter& out, const Cursor& cursor) {
  ArrayIndex index;
  std::size_t i = 0;
  const auto array = out.begin_array("seen");
  for (const auto& [source, sequence] : cursor.seen) {
    const auto entry = out.begin_document(index(i++));
    out.text("source", source);
    out.int64("sequence", sequence);
    out.end(entry);
  }
  out.end(array);
}

void write_sent(BsonWriter& out, const Cursor& cursor) {
  ArrayIndex index;
  std::size_t i = 0;
  const auto array = out.begin_array("sent");
  for (const auto& [destination, sequence] : cursor.sent) {
    const auto entry = out.begin_document(index(i++));
    out.text("topic", to_string(destination.topic));
    out.int32("partition", destination.partition);
    out.boolean("dlq", destination.dlq);
    out.int64("sequence", sequence);
    out.end(entry);
  }
  out.end(array);
}

void write_log(BsonWriter& out, const LogIdentity& log) {
  if (log == LogIdentity{}) return;
  const auto nested = out.begin_document("log");
  if (!log.cluster.empty()) out.text("cluster", log.cluster);
  if (!log.topic.empty()) out.text("topic", log.topic);
  if (log.last.offset >= 0) {
    const auto last = out.begin_document("last");
    out.int64("offset", log.last.offset);
    out.date("time", log.last.appended_at);
    out.int64("crc", log.last.crc);
    out.end(last);
  }
  out.end(nested);
}

// Omitted without records to skip, as in nearly every commit record.
void write_skip(BsonWriter& out, const Cursor& cursor) {
  if (cursor.skip.empty()) return;
  ArrayIndex index;
  std::size_t i = 0;
  const auto array = out.begin_array("skip");
  for (const auto& [offset, reason] : cursor.skip) {
    const auto entry = out.begin_document(index(i++));
    out.int64("offset", offset);
    out.text("reason", reason);
    out.end(entry);
  }
  out.end(array);
}

// The fastest level: the documents of a step are very similar, so more effort gains little.
constexpr int kCompression = 1;

std::string compress(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const auto size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kCompression);
  ORDO_CHECK(ZSTD_isError(size) == 0, ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

// nullptr unless compress() made it from `size` bytes.
std::unique_ptr<const std::string> decompress(std::string_view compressed, std::int64_t size) {
  if (size < 0 || size > static_cast<std::int64_t>(kMaxCommitBytes)) return nullptr;
  auto out = std::make_unique<std::string>(static_cast<std::size_t>(size), '\0');
  const auto got = ZSTD_decompress(out->data(), out->size(), compressed.data(), compressed.size());
  if (ZSTD_isError(got) != 0 || got != out->size()) return nullptr;
  return out;
}

// Reads the fields of a commit record and keeps the first error.
class RecordReader {
 public:
  explicit RecordReader(const bson_t& bson) : bson_(bson) {}

  Result<CommitRecord> read() {
    CommitRecord record;
    read_top(record);
    if (problem_.empty()) read_changes(record);
    if (!problem_.empty()) {
      return fail(ErrorCode::kCorrupt, "unreadable_commit", "commit record \"" + id_ + "\": " + problem_);
    }
    return record;
  }

 private:
  void refuse(std::string where) {
    if (problem_.empty()) problem_ = std::move(where) + " is missing or invalid";
  }

  std::string_view text(const bson_iter_t& parent, const char* name) {
    bson_iter_t at = parent;
    if (!bson_iter_find(&at, name) || !BSON_ITER_HOLDS_UTF8(&at)) {
      refuse(name);
      return {};
    }
    std::uint32_t length = 0;
    const char* value = bson_iter_utf8(&at, &length);
    return {value, length};
  }

  // Any numeric type, so that a manually edited record stays readable.
  std::int64_t integer(const bson_iter_t& parent, const char* name) {
    bson_iter_t at = parent;
    if (!bson_iter_find(&at, name) || !BSON_ITER_HOLDS_NUMBER(&at)) {
      refuse(name);
      return 0;
    }
    return bson_iter_as_int64(&at);
  }

  int partition(const bson_iter_t& parent, const char* name) {
    const auto value = integer(parent, name);
    if (value < 0 || value > std::numeric_limits<int>::max()) refuse(name);
    return static_cast<int>(value);
  }

  bool boolean(const bson_iter_t& parent, const char* name) {
    bson_iter_t at = parent;
    return bson_iter_find(&at, name) && bson_iter_as_bool(&at);
  }

  // Calls f(entry) for each sub-document of the array `name`. Does nothing when there is none.
  template <class F>
  void each(const bson_iter_t& parent, const char* name, F&& f) {
    bson_iter_t at = parent;
    if (!bson_iter_find(&at, name)) return;
    bson_iter_t element;
    if (!BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &element)) return refuse(name);
    while (bson_iter_next(&element)) {
      bson_iter_t entry;
      if (!BSON_ITER_HOLDS_DOCUMENT(&element) || !bson_iter_recurse(&element, &entry)) return refuse(name);
      f(entry);
    }
  }

  // The fields of the sub-document `name`; false when there is none. Not returned by value, because an iterator needs
  // stricter alignment than a returned value has.
  bool nested(const bson_iter_t& parent, const char* name, bson_iter_t& fields) {
    bson_iter_t at = parent;
    if (!bson_iter_find(&at, name)) return false;
    if (BSON_ITER_HOLDS_DOCUMENT(&at) && bson_iter_recurse(&at, &fields)) return true;
    refuse(name);
    return false;
  }

  std::string text_if_any(const bson_iter_t& parent, const char* name) {
    bson_iter_t at = parent;
    return bson_iter_find(&at, name) ? std::string(text(parent, name)) : std::string();
  }

  void read_log(const bson_iter_t& top, LogIdentity& log) {
    bson_iter_t fields;
    if (!nested(top, "log", fields)) return;
    log.cluster = text_if_any(fields, "cluster");
    log.topic = text_if_any(fields, "topic");
    bson_iter_t last;
    if (!nested(fields, "last", last)) return;
    log.last.offset = integer(last, "offset");
    log.last.crc = static_cast<std::uint32_t>(integer(last, "crc"));
    bson_iter_t at = last;
    if (!bson_iter_find(&at, "time") || !BSON_ITER_HOLDS_DATE_TIME(&at)) return refuse("log.last.time");
    log.last.appended_at = from_unix_ms(bson_iter_date_time(&at));
  }

  void read_top(CommitRecord& record) {
    bson_iter_t top;
    if (!bson_iter_init(&top, &bson_)) return refuse("the record");
    id_ = text(top, "_id");
    record.cursor.epoch = integer(top, "epoch");
    record.cursor.partitions = partition(top, "partitions");
    record.cursor.next = integer(top, "next");
    record.token = text(top, "token");
    read_log(top, record.cursor.log);
    each(top, "seen", [&](const bson_iter_t& entry) {
      record.cursor.seen[std::string(text(entry, "source"))] = integer(entry, "sequence");
    });
    each(top, "sent", [&](const bson_iter_t& entry) {
      const auto topic = parse_topic(text(entry, "topic"));
      if (!topic) return refuse("sent.topic");
      record.cursor.sent[{*topic, partition(entry, "partition"), boolean(entry, "dlq")}] = integer(entry, "sequence");
    });
    each(top, "skip",
         [&](const bson_iter_t& entry) { record.cursor.skip[integer(entry, "offset")] = text(entry, "reason"); });
  }

  void read_changes(CommitRecord& record) {
    bson_iter_t at;
    bson_iter_t fields;
    if (!bson_iter_init_find(&at, &bson_, "changes")) return;  // it was read without `changes`
    if (!BSON_ITER_HOLDS_DOCUMENT(&at) || !bson_iter_recurse(&at, &fields)) return refuse("changes");
    const auto bytes = integer(fields, "bytes");
    const auto count = integer(fields, "count");
    at = fields;
    if (!bson_iter_find(&at, "zstd") || !BSON_ITER_HOLDS_BINARY(&at)) return refuse("changes.zstd");
    std::uint32_t length = 0;
    const std::uint8_t* data = nullptr;
    bson_iter_binary(&at, nullptr, &length, &data);
    record.bytes = decompress({reinterpret_cast<const char*>(data), length}, bytes);
    bson_t changes;
    bson_iter_t each_change;
    if (!record.bytes ||
        !bson_init_static(&changes, reinterpret_cast<const std::uint8_t*>(record.bytes->data()),
                          record.bytes->size()) ||
        !bson_validate(&changes, BSON_VALIDATE_NONE, nullptr) || !bson_iter_init(&each_change, &changes)) {
      return refuse("changes.zstd");
    }
    while (bson_iter_next(&each_change)) {
      bson_iter_t entry;
      if (!BSON_ITER_HOLDS_DOCUMENT(&each_change) || !bson_iter_recurse(&each_change, &entry)) {
        return refuse("changes.zstd");
      }
      record.changes.push_back(read_change(entry));
    }
    if (static_cast<std::int64_t>(record.changes.size()) != count) refuse("changes.count");
  }

  RecordedChange read_change(const bson_iter_t& entry) {
    RecordedChange change;
    const auto name = text(entry, "collection");
    bool known = false;
    for (std::size_t i = 0; i < kCollections; ++i) {
      if (to_string(static_cast<Collection>(i)) != name) continue;
      change.collection = static_cast<Collection>(i);
      known = true;
    }
    if (!known) refuse("changes.collection");
    change.id = text(entry, "id");
    change.rev = integer(entry, "rev");
    change.created = boolean(entry, "created");
    bson_iter_t at = entry;
    if (!bson_iter_find(&at, "document") || !BSON_ITER_HOLDS_DOCUMENT(&at)) {
      refuse("changes.document");
      return change;
    }
    std::uint32_t length = 0;
    const std::uint8_t* data = nullptr;
    bson_iter_document(&at, &length, &data);
    change.bson = {reinterpret_cast<const char*>(data), length};
    return change;
  }

  const bson_t& bson_;
  std::string id_;
  std::string problem_;
};

}  // namespace

EncodedChanges encode_changes(std::span<const Change> changes) {
  std::string bytes;
  bytes.reserve(16 + changes.size() * 1024);
  std::vector<std::pair<std::size_t, std::size_t>> extents;  // position and length of each document
  extents.reserve(changes.size());
  BsonWriter out(bytes);
  ArrayIndex index;
  const auto top = out.begin();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Document& document = *changes[i].document;
    const auto entry = out.begin_document(index(i));
    out.text("collection", to_string(collection_of(document)));
    out.text("id", id_of(document));
    out.int64("rev", rev_of(document));
    out.boolean("created", changes[i].created);
    out.document_head("document");
    const std::size_t offset = bytes.size();
    append_bson(document, bytes);
    extents.emplace_back(offset, bytes.size() - offset);
    out.end(entry);
  }
  out.end(top);

  EncodedChanges encoded;
  encoded.bytes = std::make_unique<const std::string>(std::move(bytes));
  encoded.changes.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const Document& document = *changes[i].document;
    encoded.changes.push_back({collection_of(document), id_of(document), rev_of(document), changes[i].created,
                               std::string_view(*encoded.bytes).substr(extents[i].first, extents[i].second)});
  }
  return encoded;
}

std::string encode_commit(const Owner& owner, const Cursor& cursor, std::string_view token,
                          const EncodedChanges& changes) {
  std::string bytes;
  BsonWriter out(bytes);
  const auto top = out.begin();
  out.text("_id", to_string(owner));
  out.int64("epoch", cursor.epoch);
  out.int32("partitions", cursor.partitions);
  out.int64("next", cursor.next);
  out.text("token", token);
  write_log(out, cursor.log);
  write_seen(out, cursor);
  write_sent(out, cursor);
  write_skip(out, cursor);
  const auto nested = out.begin_document("changes");
  out.int64("count", static_cast<std::int64_t>(changes.changes.size()));
  out.int64("bytes", static_cast<std::int64_t>(changes.bytes->size()));
  out.binary("zstd", compress(*changes.bytes));
  out.end(nested);
  out.end(top);
  return bytes;
}

Result<CommitRecord> decode_commit(std::string_view bytes) {
  bson_t bson;
  if (!bson_init_static(&bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) ||
      !bson_validate(&bson, BSON_VALIDATE_NONE, nullptr)) {
    return fail(ErrorCode::kCorrupt, "unreadable_commit", "a commit record is not BSON");
  }
  return RecordReader(bson).read();
}

}  // namespace ordo::mongo
