#include "import/order_text.h"

#include "base/text.h"
#include "records/json_codec.h"

namespace ordo::imports {

// The object as the member of another one, which has a description.
struct MetadataObject {
  Metadata entries;
};
BOOST_DESCRIBE_STRUCT(MetadataObject, (), (entries))

namespace {

// Without control characters but those of `kept`. A text that is not UTF-8 gets "?" for each wrong byte.
std::string without_controls(std::string_view text, std::string_view kept, std::size_t most) {
  std::string clean;
  while (!text.empty() && clean.size() <= most) {
    const auto before = text;
    const auto character = take_character(text);
    if (!character) {
      clean.push_back('?');
      text.remove_prefix(1);
    } else if (is_control(*character) && kept.find(before.front()) == std::string_view::npos) {
      clean.push_back(' ');
    } else {
      clean += before.substr(0, before.size() - text.size());
    }
  }
  std::string cut = utf8_cut(clean, most);
  cut.erase(cut.find_last_not_of(' ') + 1);
  cut.erase(0, cut.find_first_not_of(' '));
  return cut;
}

}  // namespace

std::string line_text(std::string_view text, std::size_t most) {
  return without_controls(text, {}, most);
}

std::string block_text(std::string_view text, std::size_t most) {
  return without_controls(text, "\n\r\t", most);
}

std::string metadata_key(std::string_view heading) {
  std::string key = line_text(heading, kMaxMetadataKey - 4);  // room for a number
  for (auto& c : key) {
    if (c == '.' || c == '$') c = '_';
  }
  return key.empty() ? "column" : key;
}

bool add_metadata(Metadata& metadata, std::string_view heading, std::string_view value) {
  const auto key = metadata_key(heading);
  std::string rest = block_text(value, value.size() * 2);
  for (std::size_t part = 1; !rest.empty(); ++part) {
    const auto name = part == 1 ? key : key + " " + std::to_string(part);
    const auto known = metadata.find(name);
    if (known != metadata.end()) {
      if (part == 1 && known->second == rest) return true;
      continue;
    }
    if (metadata.size() >= kMaxMetadataEntries) return false;
    std::string text = utf8_cut(rest, kMaxMetadataValue);
    rest.erase(0, text.size());
    metadata.emplace(name, std::move(text));
  }
  return true;
}

bool add_metadata_object(Metadata& metadata, std::string_view json) {
  if (!json.starts_with('{')) return false;
  auto entries = from_json<MetadataObject>(R"({"entries":)" + std::string(json) + "}", Fields::lenient);
  if (!entries) return false;
  for (const auto& [key, value] : entries->entries) {
    if (metadata.size() >= kMaxMetadataEntries) return false;
    metadata.emplace(key, value);
  }
  return true;
}

}  // namespace ordo::imports
