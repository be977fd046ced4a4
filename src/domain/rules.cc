#include "domain/rules.h"

namespace ordo {
namespace ruled {

void check(std::string_view value, const Rule& rule, TextRule texts, std::vector<Violation>& found) {
  // guard: terms-texts-bounded
  if (value.size() < rule.least || value.size() > rule.most) {
    found.push_back({{}, "must be " + std::to_string(rule.least) + " to " + std::to_string(rule.most) + " bytes"});
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

void check(const std::vector<std::string>& values, const Rule& rule, TextRule texts, std::vector<Violation>& found) {
  if (values.size() > rule.entries) {
    found.push_back({{}, "may have at most " + std::to_string(rule.entries) + " entries"});
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t first = found.size();
    check(values[i], rule, texts, found);
    place(std::to_string(i), first, found);
  }
}

void place(std::string_view name, std::size_t first, std::vector<Violation>& found) {
  for (std::size_t i = first; i < found.size(); ++i) {
    found[i].pointer.insert(0, name);
    found[i].pointer.insert(0, "/");
  }
}

}  // namespace ruled
}  // namespace ordo
