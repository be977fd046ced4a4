#include "mongo/duplicate_key.h"

#include <algorithm>

#include "base/text.h"

namespace ordo::mongo {
namespace {

constexpr std::size_t kMaxValue = 80;
constexpr std::string_view kIndex = "index: ";
constexpr std::string_view kValue = " dup key: ";

std::string cut(std::string_view text) {
  if (text.size() <= kMaxValue) return std::string(text);
  return utf8_cut(text, kMaxValue) + "...";
}

// The values of the document as JSON: {"reference": "PO-1"} gives "PO-1"; several fields stay a whole document.
std::string value_text(const bson_iter_t& at) {
  std::uint32_t length = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_document(&at, &length, &data);
  bson_t bson;
  if (!bson_init_static(&bson, data, length)) return {};
  bson_iter_t field;
  if (bson_count_keys(&bson) == 1 && bson_iter_init(&field, &bson) && bson_iter_next(&field) &&
      BSON_ITER_HOLDS_UTF8(&field)) {
    return '"' + std::string(bson_iter_utf8(&field, nullptr)) + '"';
  }
  char* json = bson_as_relaxed_extended_json(&bson, nullptr);
  std::string text = json != nullptr ? json : "";
  bson_free(json);
  return text;
}

// "_id_" for {_id: 1}; else the name that the shell would use, "reference_1".
std::string index_of(const bson_iter_t& pattern) {
  bson_iter_t field;
  std::string name;
  if (!bson_iter_recurse(&pattern, &field)) return name;
  std::size_t fields = 0;
  for (; bson_iter_next(&field); ++fields) {
    if (!name.empty()) name += '_';
    name += bson_iter_key(&field);
    name += '_' + (BSON_ITER_HOLDS_UTF8(&field) ? std::string(bson_iter_utf8(&field, nullptr))
                                                : std::to_string(bson_iter_as_int64(&field)));
  }
  // guard: duplicate-by-key-pattern
  return fields == 1 && name.starts_with("_id_") ? "_id_" : name;
}

}  // namespace

// "E11000 duplicate key error collection: shop.orders index: reference_1 dup key: { reference: "PO-1" }". Before
// MongoDB 4.2 the value is "{ : "PO-1" }", and before 3.2 the index is "shop.orders.$reference_1".
DuplicateKey parse_duplicate_key(std::string_view errmsg) {
  DuplicateKey key;
  const auto value = errmsg.find(kValue);
  if (value != std::string_view::npos) key.value = cut(errmsg.substr(value + kValue.size()));
  const auto begin = errmsg.find(kIndex);
  if (begin == std::string_view::npos || begin > value) return key;
  auto index = errmsg.substr(begin + kIndex.size());
  index = index.substr(0, std::min(index.find(kValue), index.find(" collation: ")));
  if (const auto name = index.find(".$"); name != std::string_view::npos) index.remove_prefix(name + 2);
  while (index.ends_with(' ')) index.remove_suffix(1);
  key.index = cut(index);
  return key;
}

DuplicateKey read_duplicate_key(const bson_iter_t& entry) {
  DuplicateKey key;
  bson_iter_t at = entry;
  if (bson_iter_find(&at, "errmsg") && BSON_ITER_HOLDS_UTF8(&at)) {
    key = parse_duplicate_key(bson_iter_utf8(&at, nullptr));
  }
  at = entry;
  if (bson_iter_find(&at, "keyPattern") && BSON_ITER_HOLDS_DOCUMENT(&at)) {
    // The pattern identifies the index; the text has its name.
    const auto pattern = index_of(at);
    if (key.index.empty() || pattern == "_id_" || key.of_id()) key.index = pattern;
  }
  at = entry;
  if (bson_iter_find(&at, "keyValue") && BSON_ITER_HOLDS_DOCUMENT(&at)) {
    if (auto text = value_text(at); !text.empty()) key.value = cut(text);
  }
  return key;
}

Error unique_index(std::string_view collection, const DuplicateKey& key) {
  std::string message = "collection " + std::string(collection) + ", ";
  message += key.index.empty() ? "a unique index that the server does not name" : "index " + key.index;
  if (!key.value.empty()) message += ", value " + key.value;
  message += ": drop it or make it non-unique";
  return {ErrorCode::kUnavailable, "unique_index", std::move(message), {}};
}

}  // namespace ordo::mongo
