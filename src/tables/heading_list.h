// The headings of a file while they are found, each once, and their columns.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ordo::imports {

class HeadingList {
 public:
  HeadingList() = default;
  explicit HeadingList(const std::vector<std::string>& names);

  // Adds a heading of CSV: "column 7" for an empty one, "price#2" for one that is there already.
  void add_column(std::string name);
  // Adds the path of a member unless it is there. The last of kMaxHeadings is kOtherMembers, for all that have no
  // place.
  void add_path(std::string_view path);

  std::optional<std::size_t> find(std::string_view name) const;
  const std::vector<std::string>& names() const { return names_; }

  // Puts the value of a member into the cell of its path, unless that has a value. A path without a heading is listed
  // in the cell of kOtherMembers. `cells` has one cell for each heading.
  void put(std::string_view path, std::string_view value, std::vector<std::string>& cells) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  void add(std::string name);

  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> columns_;
};

}  // namespace ordo::imports
