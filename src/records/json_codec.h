// Typed JSON from the descriptions. Read errors name the field. Writing needs no intermediate tree.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "records/describe.h"
#include "records/json.h"
#include "records/json_buffer.h"
#include "records/seed_casts.h"

namespace ordo {

enum class Fields {
  strict,   // requests of the API: unknown and missing fields are errors
  lenient,  // records of the log: unknown fields are additions of other programs
  seed,     // as lenient; values of another kind are cast by the rules of records/seed_casts.h
  stored,   // ordo's documents: a missing field did not exist when the document was written
};

// The path to the present value, linked through the stack. It becomes a JSON pointer only when there is an error.
struct JsonPath {
  const JsonPath* parent = nullptr;
  std::string_view name = {};
  std::size_t index = 0;
  bool is_index = false;

  std::string pointer() const;
};

struct JsonReading {
  const JsonTape& tape;
  Fields fields;
  std::vector<Violation> violations;

  void refuse(const JsonPath& path, std::string detail);
  // "expected a string, found a number"
  void refuse_kind(const JsonPath& path, std::string_view expected, const JsonNode& found);
  void refuse_unknown(const JsonPath& parent, std::string_view key, const std::vector<std::string_view>& known);
};

// --- reading ---------------------------------------------------------------------------------------------------------

void read_json(JsonReading& in, std::size_t at, const JsonPath& path, bool& out);
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::int64_t& out);
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::string& out);
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, Timestamp& out);
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, Currency& out);
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, Decimal& out);
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::map<std::string, std::string>& out);

template <class Tag>
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, Id<Tag>& out) {
  std::string text;
  read_json(in, at, path, text);
  out = Id<Tag>(std::move(text));
}

template <class E>
requires std::is_enum_v<E>
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, E& out) {
  const JsonNode& node = in.tape[at];
  if (node.kind != JsonNode::Kind::string) return in.refuse_kind(path, "a string", node);
  if (!enum_from_name(node.text, out)) in.refuse(path, "\"" + std::string(node.text) + "\" is not one of its values");
}

template <class T>
requires kDescribed<T>
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, T& out);

template <class T>
inline constexpr bool kIsNumber = std::is_same_v<T, std::int64_t> || std::is_same_v<T, Decimal>;

template <class T>
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::optional<T>& out) {
  if (in.tape[at].kind == JsonNode::Kind::null) return;
  if (kIsNumber<T> && in.fields == Fields::seed && says_no_number(in.tape[at])) return;
  read_json(in, at, path, out.emplace());
}

template <class T>
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, std::vector<T>& out) {
  const JsonNode& node = in.tape[at];
  if (node.kind != JsonNode::Kind::array) return in.refuse_kind(path, "an array", node);
  out.reserve(node.count);
  std::size_t element = at + 1;
  for (std::size_t i = 0; i < node.count; ++i, element = in.tape[element].end) {
    const JsonPath here{&path, {}, i, true};
    read_json(in, element, here, out.emplace_back());
  }
}

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
// An empty map means the same as none.
template <class T>
inline constexpr bool kMayBeAbsent = kIsOptional<T> || std::is_same_v<T, std::map<std::string, std::string>>;

// Whether `text` is the name of the member. Its size is known when this is compiled, so no call compares the bytes.
template <class Descriptor>
bool is_text(std::string_view text) {
  constexpr std::string_view kName = member_name_of<Descriptor>();
  return text.size() == kName.size() && std::memcmp(text.data(), kName.data(), kName.size()) == 0;
}

template <class T>
requires kDescribed<T>
void read_json(JsonReading& in, std::size_t at, const JsonPath& path, T& out) {
  const JsonNode& object = in.tape[at];
  if (object.kind != JsonNode::Kind::object) return in.refuse_kind(path, "an object", object);
  // Members usually come in the order of the description. So the search for each begins where the last one ended. It
  // is over when every key is found: absent members then cost nothing.
  std::size_t cursor = at + 1;
  std::size_t found = 0;
  const auto next = [&](std::size_t key) { return in.tape[key + 1].end; };
  for_each_descriptor(out, [&]<class Descriptor, class M>(Descriptor, M& member) {
    constexpr std::string_view name = member_name_of<Descriptor>();
    for (std::size_t tried = 0; tried < object.count && found < object.count; ++tried) {
      if (cursor == object.end) cursor = at + 1;
      const std::size_t key = cursor;
      cursor = next(key);
      if (is_text<Descriptor>(in.tape[key].text) || is_old_name<T>(in.tape[key].text, name)) {
        const JsonPath here{&path, name};
        read_json(in, key + 1, here, member);
        ++found;
        return;
      }
    }
    if constexpr (!kMayBeAbsent<M>) {
      if (in.fields != Fields::stored) in.refuse(JsonPath{&path, name}, "is required");
    }
  });
  if (in.fields == Fields::strict && found < object.count) {
    std::vector<std::string_view> known;
    for_each_member(out, [&](std::string_view name, const auto&) { known.push_back(name); });
    for (std::size_t key = at + 1; key < object.end; key = next(key)) in.refuse_unknown(path, in.tape[key].text, known);
  }
}

// Reads a T. kInvalid "malformed_json", or "invalid_fields" with a violation for each wrong field.
template <class T>
Result<T> from_json(std::string_view text, Fields fields) {
  auto tape = JsonTape::parse(text);
  if (!tape) return fail(std::move(tape.error()));
  JsonReading in{*tape, fields, {}};
  T out;
  read_json(in, 0, JsonPath{}, out);
  if (!in.violations.empty()) {
    return fail(Error{ErrorCode::kInvalid, "invalid_fields", "some fields are wrong", std::move(in.violations)});
  }
  return out;
}

// --- writing ---------------------------------------------------------------------------------------------------------

void put_json(std::string_view value, JsonBuffer& out);
void put_json(Timestamp value, JsonBuffer& out);
void put_json(const std::map<std::string, std::string>& value, JsonBuffer& out);

inline void put_json(bool value, JsonBuffer& out) {
  out.append(value ? "true" : "false");
}
inline void put_json(const std::string& value, JsonBuffer& out) {
  put_json(std::string_view(value), out);
}
inline void put_json(const Decimal& value, JsonBuffer& out) {
  out.append(value.text);
}

template <class Tag>
void put_json(const Id<Tag>& value, JsonBuffer& out) {
  put_json(std::string_view(value.str()), out);
}

// The names of an enum's values need no escapes.
template <class E>
requires std::is_enum_v<E>
void put_json(E value, JsonBuffer& out) {
  const std::string_view name = enum_name(value);
  char* to = out.room(name.size() + 2);
  *to++ = '"';
  std::memcpy(to, name.data(), name.size());
  to += name.size();
  *to++ = '"';
  out.ends_at(to);
}

template <class T>
requires kDescribed<T>
void put_json(const T& value, JsonBuffer& out);

template <class T>
void put_json(const std::vector<T>& values, JsonBuffer& out) {
  out.push_back('[');
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out.push_back(',');
    put_json(values[i], out);
  }
  out.push_back(']');
}

// ,"name": for a descriptor of Boost.Describe. Made at compile time, so that writing a key is one copy.
template <class Descriptor>
inline constexpr auto kJsonKey = [] {
  constexpr std::string_view kName = member_name_of<Descriptor>();
  std::array<char, kName.size() + 4> key{',', '"'};
  std::copy(kName.begin(), kName.end(), key.begin() + 2);
  key[kName.size() + 2] = '"';
  key[kName.size() + 3] = ':';
  return key;
}();

// The most bytes of a T as JSON, if it is made of whole numbers, flags and currencies; else 0.
template <class T>
constexpr std::size_t max_json_size() {
  if constexpr (std::is_same_v<T, std::int64_t>) {
    return 20;
  } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, Currency>) {
    return 5;
  } else if constexpr (kDescribed<T>) {
    std::size_t size = 2;
    bool bounded = true;
    boost::mp11::mp_for_each<AllMembers<T>>([&]<class Descriptor>(Descriptor) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*Descriptor::pointer)>;
      constexpr std::size_t kSize = max_json_size<Member>();
      bounded = bounded && kSize > 0;
      size += kJsonKey<Descriptor>.size() + kSize;
    });
    return bounded ? size : 0;
  } else {
    return 0;
  }
}

// Writes such a value at `to`, which has room for it, and returns its end.
inline char* put_json_at(bool value, char* to) {
  const std::string_view text = value ? "true" : "false";
  return std::copy(text.begin(), text.end(), to);
}
inline char* put_json_at(std::int64_t value, char* to) {
  return std::to_chars(to, to + max_json_size<std::int64_t>(), value).ptr;
}
inline char* put_json_at(const Currency& value, char* to) {
  *to++ = '"';
  to = std::copy(value.code().begin(), value.code().end(), to);
  *to++ = '"';
  return to;
}
template <class T>
requires kDescribed<T>
char* put_json_at(const T& value, char* to) {
  char* const begin = to;
  for_each_descriptor(value, [&]<class Descriptor, class M>(Descriptor, const M& member) {
    to = std::copy(kJsonKey<Descriptor>.begin(), kJsonKey<Descriptor>.end(), to);
    to = put_json_at(member, to);
  });
  if (to == begin) ++to;  // no members
  *begin = '{';           // in place of the first comma
  *to++ = '}';
  return to;
}

inline void put_json(std::int64_t value, JsonBuffer& out) {
  out.ends_at(put_json_at(value, out.room(max_json_size<std::int64_t>())));
}
inline void put_json(const Currency& value, JsonBuffer& out) {
  out.ends_at(put_json_at(value, out.room(max_json_size<Currency>())));
}

inline constexpr std::array<std::string_view, 0> kNoMembers{};

// The members but those in kHidden, which are known when this is compiled. Absent optional members are left out.
template <const auto& kHidden = kNoMembers, class T>
requires kDescribed<T>
void put_members(const T& value, JsonBuffer& out) {
  const std::size_t begin = out.size();
  for_each_descriptor(value, [&]<class Descriptor, class M>(Descriptor, const M& member) {
    constexpr std::string_view kName = member_name_of<Descriptor>();
    if constexpr (std::find(kHidden.begin(), kHidden.end(), kName) == kHidden.end()) {
      constexpr auto& kKey = kJsonKey<Descriptor>;
      if constexpr (kIsOptional<M>) {
        if (!member) return;
        out.append({kKey.data(), kKey.size()});
        put_json(*member, out);
      } else {
        out.append({kKey.data(), kKey.size()});
        put_json(member, out);
      }
    }
  });
  if (out.size() == begin) out.push_back('{');
  out[begin] = '{';  // in place of the first comma
  out.push_back('}');
}

template <class T>
requires kDescribed<T>
void put_json(const T& value, JsonBuffer& out) {
  // Amounts are most of an order's members. Each is written in one piece.
  if constexpr (constexpr std::size_t kSize = max_json_size<T>(); kSize > 0 && kSize <= 1'024) {
    out.ends_at(put_json_at(value, out.room(kSize)));
  } else {
    put_members(value, out);
  }
}

template <class T>
std::string to_json(const T& value) {
  JsonBuffer out;
  put_json(value, out);
  return std::string(out.text());
}

// At the end of `out`.
template <class T>
void write_json(const T& value, std::string& out) {
  JsonBuffer text;
  put_json(value, text);
  out += text.text();
}

}  // namespace ordo
