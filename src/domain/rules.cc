#include "domain/rules.h"

namespace ordo {
namespace ruled {

void check(std::string_view value, const Rule& rule, TextRule texts, std::vector<Violation>& found) {
  // guard: terms-texts-bounded
  if (value.size() < rule.least || value.size() > rule.most) {
    const auto least = rule.least == 0 ? "at most " : std::to_string(rule.least) + " to ";
    found.push_back({{}, "must be " + least + std::to_string(rule.most) + " bytes"});
  }
  if (texts == TextRule::as_written) return;
  if (const auto problem = rule.problem(value); !problem.empty()) found.push_back({{}, std::string(problem)});
}

void check(const Metadata& value, TextRule texts, std::vector<Violation>& found) {
  if (value.size() > kMaxMetadataEntries) found.push_back({{}, "may have at most 50 entries"});
  for (const auto& [key, text] : value) {
    if (key.empty() || key.size() > kMaxMetadataKey || key.find_first_of(".$") != std::string::npos ||
        key.find('\0') != std::string::npos) {
      found.push_back({{}, "keys are 1 to 64 bytes without dots and dollar signs"});
      return;
    }
    if (text.size() > kMaxMetadataValue) {
      found.push_back({"/" + key, "must be at most 512 bytes"});
      return;
    }
    if (texts == TextRule::enforced && !(line_problem(key).empty() && text_problem(text).empty())) {
      found.push_back({{}, "keys and values must not have control characters, except line feeds and tabs in values"});
      return;
    }
  }
}

bool check_count(std::size_t count, const Rule& rule, std::vector<Violation>& found) {
  if (count <= rule.entries) return true;
  found.push_back({{}, "may have at most " + std::to_string(rule.entries) + " entries"});
  return false;
}

void place(std::string_view name, std::size_t first, std::vector<Violation>& found) {
  for (std::size_t i = first; i < found.size(); ++i) {
    found[i].pointer.insert(0, name);
    found[i].pointer.insert(0, "/");
  }
}

}  // namespace ruled
}  // namespace ordo
