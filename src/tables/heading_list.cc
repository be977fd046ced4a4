#include "tables/heading_list.h"

#include <utility>

#include "tables/table.h"
#include "tables/text_decoding.h"

namespace ordo::imports {

HeadingList::HeadingList(const std::vector<std::string>& names) {
  for (const auto& name : names) add(name);
}

void HeadingList::add(std::string name) {
  columns_.emplace(name, names_.size());
  names_.push_back(std::move(name));
}

void HeadingList::add_column(std::string name) {
  if (name.empty()) name = "column " + std::to_string(names_.size() + 1);
  std::string unique = name;
  for (int i = 2; find(unique); ++i) unique = name + "#" + std::to_string(i);
  add(std::move(unique));
}

void HeadingList::add_path(std::string_view path) {
  static constexpr std::size_t kMaxPath = 512;
  if (find(path)) return;
  if (path.size() <= kMaxPath && names_.size() + 1 < kMaxHeadings) {
    add(std::string(path));
  } else if (!find(kOtherMembers)) {
    add(std::string(kOtherMembers));
  }
}

std::optional<std::size_t> HeadingList::find(std::string_view name) const {
  const auto found = columns_.find(name);
  return found == columns_.end() ? std::nullopt : std::optional(found->second);
}

void HeadingList::put(std::string_view path, std::string_view value, std::vector<std::string>& cells) const {
  static constexpr std::size_t kMaxList = 1'000;
  if (const auto column = find(path); column && path != kOtherMembers) {
    std::string& cell = cells[*column];
    if (!cell.empty()) return;
    cell.assign(value);
    if (!clean_text(cell)) cell.clear();
    return cut_cell(cell);
  }
  const auto others = find(kOtherMembers);
  if (!others || value.empty()) return;
  std::string& list = cells[*others];
  const std::string_view name = path == kOtherMembers ? value : path;
  if (list.size() + name.size() > kMaxList) return;
  if (!list.empty()) list += ", ";
  list += name;
}

}  // namespace ordo::imports
