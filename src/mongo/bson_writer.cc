#include "mongo/bson_writer.h"

#include <charconv>
#include <type_traits>

#include "base/check.h"

namespace ordo::mongo {

template <class Integer>
void BsonWriter::little_endian(Integer value) {
  auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  char bytes[sizeof bits];
  for (char& byte : bytes) {
    byte = static_cast<char>(bits & 0xffU);
    bits = static_cast<decltype(bits)>(bits >> 8U);
  }
  out_.append(bytes, sizeof bytes);
}

void BsonWriter::head(char type, std::string_view name) {
  out_.push_back(type);
  out_.append(name);
  out_.push_back('\0');
}

BsonWriter::Mark BsonWriter::begin() {
  const Mark mark = out_.size();
  out_.append(4, '\0');  // the length, filled in at the end
  return mark;
}

BsonWriter::Mark BsonWriter::begin_nested(char type, std::string_view name) {
  head(type, name);
  return begin();
}

void BsonWriter::end(Mark mark) {
  out_.push_back('\0');
  const std::size_t length = out_.size() - mark;
  ORDO_CHECK(length <= 0x7fffffff, "a BSON document of ", length, " bytes");
  for (std::size_t i = 0; i < 4; ++i) out_[mark + i] = static_cast<char>((length >> (8 * i)) & 0xffU);
}

void BsonWriter::text(std::string_view name, std::string_view value) {
  ORDO_CHECK(value.size() < 0x7fffffff, "a string of ", value.size(), " bytes");
  head(0x02, name);
  little_endian(static_cast<std::int32_t>(value.size() + 1));
  out_.append(value);
  out_.push_back('\0');
}

void BsonWriter::int64(std::string_view name, std::int64_t value) {
  head(0x12, name);
  little_endian(value);
}

void BsonWriter::int32(std::string_view name, std::int32_t value) {
  head(0x10, name);
  little_endian(value);
}

void BsonWriter::boolean(std::string_view name, bool value) {
  head(0x08, name);
  out_.push_back(value ? '\1' : '\0');
}

void BsonWriter::date(std::string_view name, Timestamp value) {
  head(0x09, name);
  little_endian(std::int64_t{to_unix_ms(value)});
}

void BsonWriter::binary(std::string_view name, std::string_view value) {
  ORDO_CHECK(value.size() < 0x7fffffff, "a binary of ", value.size(), " bytes");
  head(0x05, name);
  little_endian(static_cast<std::int32_t>(value.size()));
  out_.push_back('\0');
  out_.append(value);
}

std::string_view ArrayIndex::operator()(std::size_t index) {
  const char* end = std::to_chars(digits_, digits_ + sizeof digits_, index).ptr;
  return {digits_, static_cast<std::size_t>(end - digits_)};
}

}  // namespace ordo::mongo
