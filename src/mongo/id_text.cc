#include "mongo/id_text.h"

#include "base/text.h"

namespace ordo::mongo {

std::string id_text(const bson_t& document) {
  constexpr std::size_t kMax = 80;
  bson_iter_t at;
  if (!bson_iter_init_find(&at, &document, "_id")) return "no _id";
  switch (bson_iter_type(&at)) {
    case BSON_TYPE_UTF8: {
      std::uint32_t length = 0;
      const char* text = bson_iter_utf8(&at, &length);
      return '"' + utf8_cut({text, length}, kMax) + '"';
    }
    case BSON_TYPE_OID: {
      char hex[25];
      bson_oid_to_string(bson_iter_oid(&at), hex);
      return "ObjectId(\"" + std::string(hex) + "\")";
    }
    case BSON_TYPE_INT32:
    case BSON_TYPE_INT64:
      return std::to_string(bson_iter_as_int64(&at));
    default:
      return "an _id of BSON type " + std::to_string(static_cast<int>(bson_iter_type(&at)));
  }
}

}  // namespace ordo::mongo
