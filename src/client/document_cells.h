// Documents as rows of CSV. Their descriptions determine the columns. Includes the descriptions, so include it only in
// .cc files.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "records/customer_view.h"
#include "records/json_codec.h"

namespace ordo::client {

using Cells = std::vector<std::string>;

// Members of T that the API does not show.
template <class T>
bool hidden(std::string_view name) {
  if constexpr (std::is_same_v<T, Payment>) {
    return name == "history" || name == "calls_made" || name == "made" || name == "refunds";
  } else {
    return name == "history" || name == "request_hash" || name == "recent_changes" || name == "dispatch_hold_s" ||
           name == "dispatch_requested_at" || name == "cancelling_id" || name == "cancelling_lines";
  }
}

template <class T>
struct Plain {
  using type = T;
};
template <class T>
struct Plain<std::optional<T>> {
  using type = T;
};

inline void add_cells(const std::string& value, Cells& out) {
  out.push_back(value);
}
inline void add_cells(std::int64_t value, Cells& out) {
  out.push_back(std::to_string(value));
}
inline void add_cells(bool value, Cells& out) {
  out.emplace_back(value ? "true" : "false");
}
inline void add_cells(Timestamp value, Cells& out) {
  out.push_back(to_rfc3339(value));
}
inline void add_cells(const Money& value, Cells& out) {
  out.push_back(std::to_string(value.amount));
  out.emplace_back(value.currency.code());
}
template <class Tag>
void add_cells(const Id<Tag>& value, Cells& out) {
  out.push_back(value.str());
}
template <class E>
requires std::is_enum_v<E>
void add_cells(E value, Cells& out) {
  out.emplace_back(enum_name(value));
}
// Lists: their number of elements.
template <class T>
void add_cells(const std::vector<T>& values, Cells& out) {
  out.push_back(std::to_string(values.size()));
}
// Texts: separated by commas.
inline void add_cells(const std::vector<std::string>& values, Cells& out) {
  out.push_back(joined(values, ","));
}
// A structure: as JSON.
template <class T>
requires kDescribed<T>
void add_cells(const T& value, Cells& out) {
  out.push_back(to_json(value));
}
// A short list of figures: as JSON.
inline void add_cells(const std::vector<CustomerFigures>& values, Cells& out) {
  out.push_back(values.empty() ? "" : to_json(values));
}
template <class T>
void add_cells(const std::optional<T>& value, Cells& out) {
  if (value) return add_cells(*value, out);
  out.emplace_back();
  if constexpr (std::is_same_v<T, Money>) out.emplace_back();
}
inline void add_cells(const std::map<std::string, std::string>& value, Cells& out) {
  out.push_back(value.empty() ? "" : to_json(value));
}
inline void add_cells(const OrderCounts& counts, Cells& out) {
  for_each_member(counts, [&](std::string_view, std::int64_t count) { out.push_back(std::to_string(count)); });
}

template <class T>
Cells column_names() {
  Cells names;
  for_each_member(T{}, [&]<class M>(std::string_view name, const M&) {
    if (hidden<T>(name)) return;
    if constexpr (std::is_same_v<typename Plain<M>::type, Money>) {
      names.push_back(std::string(name) + "_amount");
      names.push_back(std::string(name) + "_currency");
    } else if constexpr (std::is_same_v<M, OrderCounts>) {
      for_each_member(M{}, [&](std::string_view inner, std::int64_t) {
        names.push_back(std::string(name) + "_" + std::string(inner));
      });
    } else {
      names.emplace_back(name);
    }
  });
  return names;
}

template <class T>
Cells cells_of(const T& document) {
  Cells cells;
  for_each_member(document, [&](std::string_view name, const auto& value) {
    if (!hidden<T>(name)) add_cells(value, cells);
  });
  return cells;
}

}  // namespace ordo::client
