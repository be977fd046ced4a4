#include "mongo/foreign_reader.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "mongo/bson_writer.h"
#include "mongo/driver.h"

namespace ordo::mongo {
namespace {

constexpr std::int32_t kBatch = 500;
constexpr int kDeepest = 16;  // the JSON's reader accepts at most 32

void append_type(std::string_view type, std::string& out) {
  out += R"({"$type":)";
  append_json_string(type, out);
  out.push_back('}');
}

template <class Number>
void append_number(Number value, std::string& out) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void append_text(std::string_view text, std::string& out) {
  if (!is_utf8(text)) return append_type("text that is no UTF-8", out);
  append_json_string(text, out);
}

std::string object_id_text(const bson_iter_t& at) {
  char digits[25];
  bson_oid_to_string(bson_iter_oid(&at), digits);
  return digits;
}

std::string decimal_text(const bson_iter_t& at) {
  bson_decimal128_t decimal;
  char text[BSON_DECIMAL128_STRING];
  bson_iter_decimal128(&at, &decimal);
  bson_decimal128_to_string(&decimal, text);
  return text;
}

std::string_view utf8_of(const bson_iter_t& at) {
  std::uint32_t size = 0;
  const char* text = bson_iter_utf8(&at, &size);
  return {text, size};
}

std::string type_name(bson_type_t type) {
  return "BSON type " + std::to_string(static_cast<int>(type));
}

void append_value(const bson_iter_t& at, int depth, std::string& out);

// Moves `at` to the end. Not by value, because an iterator needs stricter alignment than an argument has.
void append_members(bson_iter_t& at, bool names, int depth, std::string& out) {
  out.push_back(names ? '{' : '[');
  bool first = true;
  while (bson_iter_next(&at)) {
    const std::string_view name = bson_iter_key(&at);
    if (names && !is_utf8(name)) continue;
    if (!first) out.push_back(',');
    first = false;
    if (names) {
      append_json_string(name, out);
      out.push_back(':');
    }
    append_value(at, depth, out);
  }
  out.push_back(names ? '}' : ']');
}

void append_value(const bson_iter_t& at, int depth, std::string& out) {
  const auto type = bson_iter_type(&at);
  switch (type) {
    case BSON_TYPE_UTF8:
      return append_text(utf8_of(at), out);
    case BSON_TYPE_OID:
      return append_json_string(object_id_text(at), out);
    case BSON_TYPE_INT32:
      return append_number(bson_iter_int32(&at), out);
    case BSON_TYPE_INT64:
      return append_number(bson_iter_int64(&at), out);
    case BSON_TYPE_DOUBLE:
      if (const double value = bson_iter_double(&at); std::isfinite(value)) return append_number(value, out);
      return append_type("a number that is not finite", out);
    case BSON_TYPE_DECIMAL128:
      return append_json_string(decimal_text(at), out);
    case BSON_TYPE_BOOL:
      out += bson_iter_bool(&at) ? "true" : "false";
      return;
    case BSON_TYPE_DATE_TIME:
      return append_json_string(to_rfc3339(from_unix_ms(bson_iter_date_time(&at))), out);
    case BSON_TYPE_NULL:
    case BSON_TYPE_UNDEFINED:
      out += "null";
      return;
    case BSON_TYPE_DOCUMENT:
    case BSON_TYPE_ARRAY: {
      bson_iter_t inner;
      if (depth >= kDeepest || !bson_iter_recurse(&at, &inner)) return append_type("nested too deeply", out);
      return append_members(inner, type == BSON_TYPE_DOCUMENT, depth + 1, out);
    }
    default:
      return append_type(type_name(type), out);
  }
}

std::string foreign_id(const bson_t& bson) {
  bson_iter_t at;
  if (!bson_iter_init_find(&at, &bson, "_id")) return "(none)";
  const auto type = bson_iter_type(&at);
  if (type == BSON_TYPE_OID) return object_id_text(at);
  if (type == BSON_TYPE_UTF8 && is_utf8(utf8_of(at))) return std::string(utf8_of(at));
  if (type == BSON_TYPE_INT32 || type == BSON_TYPE_INT64) return std::to_string(bson_iter_as_int64(&at));
  return "(" + type_name(type) + ")";
}

std::string find_options() {
  std::string out;
  BsonWriter bson(out);
  const auto whole = bson.begin();
  const auto sort = bson.begin_document("sort");
  bson.int32("_id", 1);
  bson.end(sort);
  bson.int32("batchSize", kBatch);
  bson.end(whole);
  return out;
}

}  // namespace

ForeignDocument foreign_document(std::string_view bson) {
  const bson_t view = view_of(bson);
  ForeignDocument document;
  document.id = foreign_id(view);
  bson_iter_t at;
  if (bson_iter_init(&at, &view)) append_members(at, true, 0, document.json);
  return document;
}

struct ForeignReader::Reading {
  Lease lease;
  Handle<mongoc_collection_t> from;
  Handle<mongoc_cursor_t> cursor;
  std::string doing;
};

ForeignReader::ForeignReader(std::unique_ptr<Reading> reading) : reading_(std::move(reading)) {}
ForeignReader::~ForeignReader() = default;

Result<std::unique_ptr<ForeignReader>> ForeignReader::open(Database& database, std::string_view collection) {
  auto& driver = database.driver();
  auto lease = driver.lease(Purpose::read);
  if (!lease) return fail(std::move(lease.error()));
  auto from = driver.collection(*lease, collection);
  std::string everything;
  BsonWriter filter(everything);
  filter.end(filter.begin());
  const std::string options = find_options();
  const bson_t filter_bson = view_of(everything);
  const bson_t options_bson = view_of(options);
  Handle<mongoc_cursor_t> cursor(mongoc_collection_find_with_opts(from.get(), &filter_bson, &options_bson, nullptr));
  std::unique_ptr<Reading> reading(new Reading{std::move(*lease), std::move(from), std::move(cursor),
                                               "read " + std::string(collection) + " of " + database.address()});
  return std::unique_ptr<ForeignReader>(new ForeignReader(std::move(reading)));
}

Result<std::optional<ForeignDocument>> ForeignReader::next() {
  const auto bson = next_bson(*reading_->cursor, reading_->doing);
  if (!bson) return fail(bson.error());
  if (!*bson) return std::nullopt;
  return foreign_document(**bson);
}

}  // namespace ordo::mongo
