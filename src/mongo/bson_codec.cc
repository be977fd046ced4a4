#include "mongo/bson_codec.h"

#include <bson/bson.h>

#include <cmath>
#include <type_traits>

#include "base/number.h"
#include "mongo/bson_writer.h"
#include "mongo/computed_fields.h"
#include "mongo/id_text.h"
#include "records/json_codec.h"

namespace ordo::mongo {
namespace {

// --- writing ---------------------------------------------------------------------------------------------------------

void write(BsonWriter& out, std::string_view name, bool value) {
  out.boolean(name, value);
}
void write(BsonWriter& out, std::string_view name, std::int64_t value) {
  out.int64(name, value);
}
void write(BsonWriter& out, std::string_view name, const std::string& value) {
  out.text(name, value);
}
void write(BsonWriter& out, std::string_view name, Timestamp value) {
  out.date(name, value);
}
void write(BsonWriter& out, std::string_view name, const Currency& value) {
  out.text(name, value.code());
}
void write(BsonWriter& out, std::string_view name, const std::map<std::string, std::string>& value) {
  const auto mark = out.begin_document(name);
  for (const auto& [key, text] : value) out.text(escape_key(key), text);
  out.end(mark);
}

template <class Tag>
void write(BsonWriter& out, std::string_view name, const Id<Tag>& value) {
  out.text(name, value.str());
}

template <class E>
requires std::is_enum_v<E>
void write(BsonWriter& out, std::string_view name, E value) {
  out.text(name, enum_name(value));
}

template <class T>
requires kDescribed<T>
void write(BsonWriter& out, std::string_view name, const T& value);
template <class T>
void write(BsonWriter& out, std::string_view name, const std::vector<T>& values);

template <class T>
void write(BsonWriter& out, std::string_view name, const std::optional<T>& value) {
  if (value) write(out, name, *value);
}

template <class T>
void write(BsonWriter& out, std::string_view name, const std::vector<T>& values) {
  const auto mark = out.begin_array(name);
  ArrayIndex index;
  for (std::size_t i = 0; i < values.size(); ++i) write(out, index(i), values[i]);
  out.end(mark);
}

template <class T>
requires kDescribed<T>
void write(BsonWriter& out, std::string_view name, const T& value) {
  const auto mark = out.begin_document(name);
  for_each_member(value, [&](std::string_view member, const auto& part) { write(out, member, part); });
  out.end(mark);
}

// The name of a top-level member.
std::string_view top_name(std::string_view member) {
  return member == "id" ? "_id" : member;
}

// --- reading ---------------------------------------------------------------------------------------------------------

// The first error: one wrong field makes the document unreadable.
struct Reading {
  std::string problem;

  void refuse(const JsonPath& path, std::string_view detail) {
    if (problem.empty()) problem = path.pointer() + ": " + std::string(detail);
  }
  void refuse_type(const JsonPath& path, std::string_view expected, const bson_iter_t& found) {
    refuse(path, "expected " + std::string(expected) + ", found BSON type " + std::to_string(bson_iter_type(&found)));
  }
};

std::string_view text_at(const bson_iter_t& at) {
  std::uint32_t length = 0;
  const char* text = bson_iter_utf8(&at, &length);
  return {text, length};
}

void read(Reading& in, const bson_iter_t& at, const JsonPath& path, std::int64_t& out) {
  if (BSON_ITER_HOLDS_INT64(&at)) {
    out = bson_iter_int64(&at);
  } else if (BSON_ITER_HOLDS_INT32(&at)) {
    out = bson_iter_int32(&at);
  } else if (BSON_ITER_HOLDS_DOUBLE(&at)) {
    static constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double may lose its last digit
    const double value = bson_iter_double(&at);
    if (!(std::fabs(value) <= kExact) || std::trunc(value) != value) return in.refuse(path, "is not a whole number");
    out = static_cast<std::int64_t>(value);
  } else {
    in.refuse_type(path, "a whole number", at);
  }
}

void read(Reading& in, const bson_iter_t& at, const JsonPath& path, bool& out) {
  if (!BSON_ITER_HOLDS_BOOL(&at)) return in.refuse_type(path, "a boolean", at);
  out = bson_iter_bool(&at);
}

void read(Reading& in, const bson_iter_t& at, const JsonPath& path, std::string& out) {
  if (!BSON_ITER_HOLDS_UTF8(&at)) return in.refuse_type(path, "a string", at);
  out = text_at(at);
}

void read(Reading& in, const bson_iter_t& at, const JsonPath& path, Timestamp& out) {
  if (!BSON_ITER_HOLDS_DATE_TIME(&at)) return in.refuse_type(path, "a date", at);
  out = from_unix_ms(bson_iter_date_time(&at));
}

void read(Reading& in, const bson_iter_t& at, const JsonPath& path, Currency& out) {
  if (!BSON_ITER_HOLDS_UTF8(&at)) return in.refuse_type(path, "a currency code", at);
  const auto code = text_at(at);
  if (code == Currency().code()) return;  // "XXX": an order without priced lines
  const auto currency = Currency::parse(code);
  if (!currency) return in.refuse(path, currency.error().message);
  out = *currency;
}

void read(Reading& in, const bson_iter_t& at, const JsonPath& path, std::map<std::string, std::string>& out) {
  bson_iter_t child;
  if (!BSON_ITER_HOLDS_DOCUMENT(&at) || !bson_iter_recurse(&at, &child)) return in.refuse_type(path, "a document", at);
  while (bson_iter_next(&child)) {
    const std::string_view name(bson_iter_key(&child), bson_iter_key_len(&child));
    read(in, child, JsonPath{&path, name}, out[unescape_key(name)]);
  }
}

template <class Tag>
void read(Reading& in, const bson_iter_t& at, const JsonPath& path, Id<Tag>& out) {
  std::string text;
  read(in, at, path, text);
  out = Id<Tag>(std::move(text));
}

template <class E>
requires std::is_enum_v<E>
void read(Reading& in, const bson_iter_t& at, const JsonPath& path, E& out) {
  if (!BSON_ITER_HOLDS_UTF8(&at)) return in.refuse_type(path, "a string", at);
  if (!enum_from_name(text_at(at), out))
    in.refuse(path, "\"" + std::string(text_at(at)) + "\" is not one of its values");
}

template <class T>
requires kDescribed<T>
void read(Reading& in, const bson_iter_t& at, const JsonPath& path, T& out);

template <class T>
void read(Reading& in, const bson_iter_t& at, const JsonPath& path, std::vector<T>& out);

template <class T>
void read(Reading& in, const bson_iter_t& at, const JsonPath& path, std::optional<T>& out) {
  if (!BSON_ITER_HOLDS_NULL(&at)) read(in, at, path, out.emplace());
}

template <class T>
void read(Reading& in, const bson_iter_t& at, const JsonPath& path, std::vector<T>& out) {
  bson_iter_t child;
  if (!BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &child)) return in.refuse_type(path, "an array", at);
  for (std::size_t i = 0; bson_iter_next(&child); ++i) {
    read(in, child, JsonPath{&path, {}, i, true}, out.emplace_back());
  }
}

// Reads the members of a document; `begin` is before its first element. Elements usually have the order of the
// description. So each member is expected after the previous one, and only otherwise searched from the start.
template <class T>
void read_members(Reading& in, const bson_iter_t& begin, const JsonPath& path, bool top, T& out) {
  bson_iter_t at = begin;
  for_each_member(out, [&](std::string_view member, auto& part) {
    const auto name = top ? top_name(member) : member;
    bson_iter_t here = at;
    if (!bson_iter_next(&here) || name != std::string_view(bson_iter_key(&here), bson_iter_key_len(&here))) {
      here = begin;
      if (!bson_iter_find_w_len(&here, name.data(), static_cast<int>(name.size()))) return;
    }
    at = here;
    read(in, here, JsonPath{&path, name}, part);
  });
}

template <class T>
requires kDescribed<T>
void read(Reading& in, const bson_iter_t& at, const JsonPath& path, T& out) {
  bson_iter_t child;
  if (!BSON_ITER_HOLDS_DOCUMENT(&at) || !bson_iter_recurse(&at, &child)) return in.refuse_type(path, "a document", at);
  read_members(in, child, path, false, out);
}

tl::unexpected<Error> corrupt(Collection collection, std::string_view id, const std::string& problem) {
  return fail(ErrorCode::kCorrupt, "unreadable_document",
              std::string(to_string(collection)) + " " + std::string(id) + ": " + problem);
}

template <class T>
Result<Document> read_document(Collection collection, const bson_t& bson) {
  bson_iter_t begin;
  if (!bson_iter_init(&begin, &bson)) return corrupt(collection, "document", "is not BSON");
  T out;
  Reading in;
  read_members(in, begin, JsonPath{}, true, out);
  Document document(std::move(out));
  if (in.problem.empty() && id_of(document).empty()) in.problem = "/_id: is missing";
  if (!in.problem.empty()) return corrupt(collection, id_text(bson), in.problem);
  return document;
}

}  // namespace

std::string escape_key(std::string_view key) {
  if (key.empty()) return "%";
  std::string out;
  out.reserve(key.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    switch (key[i]) {
      case '.':
        out += "%2E";
        break;
      case '%':
        out += "%25";
        break;
      case '\0':
        out += "%00";
        break;
      case '$':
        if (i == 0) {
          out += "%24";
          break;
        }
        [[fallthrough]];
      default:
        out.push_back(key[i]);
    }
  }
  return out;
}

std::string unescape_key(std::string_view name) {
  if (name == "%") return {};
  std::string out;
  out.reserve(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%' && i + 2 < name.size()) {
      if (const auto byte = parse_integer<unsigned>(name.substr(i + 1, 2), 16)) {
        out.push_back(static_cast<char>(*byte));
        i += 2;
        continue;
      }
    }
    out.push_back(name[i]);
  }
  return out;
}

void append_bson(const Document& document, std::string& out) {
  BsonWriter writer(out);
  const auto mark = writer.begin();
  std::visit(
      [&](const auto& value) {
        for_each_member(value,
                        [&](std::string_view member, const auto& part) { write(writer, top_name(member), part); });
      },
      document);
  write_computed(document, writer);
  writer.end(mark);
}

Result<Document> document_from_bson(Collection collection, std::string_view bytes) {
  bson_t bson;
  std::size_t offset = 0;
  if (!bson_init_static(&bson, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) ||
      !bson_validate(&bson, BSON_VALIDATE_NONE, &offset)) {
    return corrupt(collection, "document", "is not BSON at byte " + std::to_string(offset));
  }
  switch (collection) {
    case Collection::products:
      return read_document<Product>(collection, bson);
    case Collection::orders:
      return read_document<Order>(collection, bson);
    case Collection::stock_levels:
      return read_document<StockLevel>(collection, bson);
    case Collection::reservations:
      return read_document<Reservation>(collection, bson);
    case Collection::stock_movements:
      return read_document<StockMovement>(collection, bson);
    case Collection::payments:
      return read_document<Payment>(collection, bson);
    case Collection::shipments:
      return read_document<Shipment>(collection, bson);
    case Collection::customers:
      return read_document<Customer>(collection, bson);
    case Collection::webhook_endpoints:
      return read_document<Webhook>(collection, bson);
    case Collection::webhook_deliveries:
      return read_document<WebhookDelivery>(collection, bson);
    case Collection::tax_rates:
      return read_document<TaxRate>(collection, bson);
    case Collection::shipping_methods:
      return read_document<ShippingMethod>(collection, bson);
    case Collection::promotions:
      return read_document<Promotion>(collection, bson);
    case Collection::redemptions:
      return read_document<Redemption>(collection, bson);
    case Collection::promotion_buyers:
      return read_document<PromotionBuyer>(collection, bson);
    case Collection::order_hours:
      return read_document<OrderHour>(collection, bson);
  }
  return corrupt(collection, "document", "no such collection");
}

}  // namespace ordo::mongo
