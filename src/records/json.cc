#include "records/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <functional>

namespace ordo {

namespace json = boost::json;

// The handler of Boost.JSON's event parser: appends nodes to a tape.
class JsonTapeBuilder {
 public:
  static constexpr std::size_t max_object_size = 100'000;
  static constexpr std::size_t max_array_size = 100'000;
  static constexpr std::size_t max_key_size = 1'024;
  static constexpr std::size_t max_string_size = 16 * 1024 * 1024;

  explicit JsonTapeBuilder(std::string_view input) : input_(input) {}

  JsonTape tape;
  std::string duplicate_key;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return open(JsonNode::Kind::object); }
  bool on_object_end(std::size_t count, json::error_code& ec) {
    const std::size_t head = close(count);
    if (has_duplicate_key(head, count)) {
      ec = json::make_error_code(json::error::syntax);
      return false;
    }
    return true;
  }
  bool on_array_begin(json::error_code&) { return open(JsonNode::Kind::array); }
  bool on_array_end(std::size_t count, json::error_code&) {
    close(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return keep(part); }
  bool on_key(json::string_view rest, std::size_t size, json::error_code&) { return text(rest, size); }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return keep(part); }
  bool on_string(json::string_view rest, std::size_t size, json::error_code&) { return text(rest, size); }
  bool on_number_part(json::string_view part, json::error_code&) { return keep(part); }
  bool on_int64(std::int64_t, json::string_view token, json::error_code&) { return number(token); }
  bool on_uint64(std::uint64_t, json::string_view token, json::error_code&) { return number(token); }
  bool on_double(double, json::string_view token, json::error_code&) { return number(token); }
  bool on_bool(bool value, json::error_code&) {
    JsonNode& node = push(JsonNode::Kind::boolean);
    node.boolean = value;
    return true;
  }
  bool on_null(json::error_code&) {
    push(JsonNode::Kind::null);
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  JsonNode& push(JsonNode::Kind kind) {
    auto& nodes = tape.nodes_;
    JsonNode& node = nodes.emplace_back();
    node.kind = kind;
    node.end = static_cast<std::uint32_t>(nodes.size());
    return node;
  }

  bool open(JsonNode::Kind kind) {
    push(kind);
    heads_.push_back(tape.nodes_.size() - 1);
    return true;
  }

  std::size_t close(std::size_t count) {
    const std::size_t head = heads_.back();
    heads_.pop_back();
    tape.nodes_[head].count = static_cast<std::uint32_t>(count);
    tape.nodes_[head].end = static_cast<std::uint32_t>(tape.nodes_.size());
    return head;
  }

  // Stores a piece of text that is not in the input in this form, because of an escape.
  bool keep(json::string_view part) {
    partial_.append(part.data(), part.size());
    return true;
  }

  // The parser unescapes into its own buffer, which ends with the parse. Only text of the input stays valid.
  bool lies_in_input(json::string_view part) const {
    const std::less<const char*> before;
    return !before(part.data(), input_.data()) && !before(input_.data() + input_.size(), part.data() + part.size());
  }

  std::string_view finish(json::string_view rest) {
    if (rest.empty() && partial_.empty()) return {};
    if (partial_.empty() && lies_in_input(rest)) return {rest.data(), rest.size()};
    partial_.append(rest.data(), rest.size());
    const std::string& kept = tape.unescaped_.emplace_back(std::move(partial_));
    partial_.clear();
    return kept;
  }

  bool text(json::string_view rest, std::size_t) {
    push(JsonNode::Kind::string).text = finish(rest);
    return true;
  }

  bool number(json::string_view token) {
    push(JsonNode::Kind::number).text = finish(token);
    return true;
  }

  // Equal keys have equal marks: one bit of 64.
  static std::uint64_t mark_of(std::string_view key) {
    if (key.empty()) return 1;
    const auto front = static_cast<unsigned char>(key.front());
    const auto back = static_cast<unsigned char>(key.back());
    return std::uint64_t{1} << ((front * 5u + back * 3u + key.size()) % 64);
  }

  bool has_duplicate_key(std::size_t head, std::size_t count) {
    const auto& nodes = tape.nodes_;
    keys_.clear();
    for (std::size_t i = head + 1, n = 0; n < count; ++n, i = nodes[i + 1].end) keys_.push_back(nodes[i].text);
    if (keys_.size() > 16) {
      std::sort(keys_.begin(), keys_.end());
      const auto twice = std::adjacent_find(keys_.begin(), keys_.end());
      if (twice == keys_.end()) return false;
      duplicate_key = *twice;
      return true;
    }
    // Keys differ in size or in a letter as a rule. Only one with the mark of an earlier key is compared with them.
    std::uint64_t marks = 0;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const std::uint64_t mark = mark_of(keys_[i]);
      if ((marks & mark) != 0) {
        for (std::size_t j = 0; j < i; ++j) {
          if (keys_[i] != keys_[j]) continue;
          duplicate_key = keys_[i];
          return true;
        }
      }
      marks |= mark;
    }
    return false;
  }

  const std::string_view input_;
  std::vector<std::size_t> heads_;
  std::vector<std::string_view> keys_;
  std::string partial_;
};

std::string_view to_string(JsonNode::Kind kind) {
  static constexpr std::string_view kNames[] = {"null", "a boolean", "a number", "a string", "an array", "an object"};
  return kNames[static_cast<int>(kind)];
}

// Of ordo's records, about. Room for the nodes is made once.
constexpr std::size_t kBytesPerNode = 10;

Result<JsonTape> JsonTape::parse(std::string_view text) {
  json::basic_parser<JsonTapeBuilder> parser(json::parse_options{}, text);
  parser.handler().tape.nodes_.reserve(std::clamp<std::size_t>(text.size() / kBytesPerNode, 32, 4'096));
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) {
    const auto rest = text.substr(read).find_first_not_of(" \t\r\n");
    if (rest != std::string_view::npos) error = json::make_error_code(json::error::extra_data);
  }
  if (error) {
    const auto& duplicate = parser.handler().duplicate_key;
    return fail(ErrorCode::kInvalid, "malformed_json",
                duplicate.empty() ? error.message() + " at byte " + std::to_string(read)
                                  : "the key \"" + duplicate + "\" occurs twice");
  }
  return std::move(parser.handler().tape);
}

}  // namespace ordo
