// How a list is read: the SQL of a page and of a count, and which index it walks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "embedded/document_schema.h"
#include "embedded/sqlite.h"
#include "records/documents.h"

namespace ordo::embedded {

// SQL text and its parameters, built together.
struct Sql {
  using Value = std::variant<std::int64_t, std::string_view, std::string>;
  std::string text;
  std::vector<Value> values;

  void add(std::string_view part) { text += part; }
  void add(std::string_view part, Value value) {
    text += part;
    values.push_back(std::move(value));
  }
};

// The prepared statement with its parameters, which `sql` holds while it is used.
Result<Statement*> prepare(Connection& reader, const Sql& sql);

// Query and schema outlive the plan.
class ListPlan {
 public:
  ListPlan(const Query& query, const DocumentSchema& schema) : query_(query), schema_(schema) {}

  // kInvalid "unknown_filter", "bad_limit", "bad_number", "no_time".
  Result<void> check();
  Result<void> choose_driver(Connection& reader);
  // Rows of id, time, body: the documents of the page and one more.
  Sql page() const;
  // One row: how many documents there are, at most `most`.
  Sql count(std::int64_t most) const;

 private:
  struct Condition {
    std::size_t filter;
    std::string_view text;
    std::int64_t number = 0;
  };

  const IndexField& field(const Condition& condition) const { return schema_.spec().filters[condition.filter]; }
  bool by_updated() const { return query_.order == ListOrder::updated; }
  bool is_search(const Condition& condition) const { return field(condition).match == Match::prefix; }
  bool driven_by(bool (ListPlan::*kind)(const Condition&) const) const {
    return driver_ < conditions_.size() && (this->*kind)(conditions_[driver_]);
  }
  bool is_many(const Condition& condition) const { return field(condition).many; }
  std::string row() const;
  std::string time_of(const std::string& row) const { return row + (by_updated() ? ".updated" : ".sort"); }

  Sql probe(const Condition& condition) const;
  void add_source(Sql& sql) const;
  void add_found(Sql& sql, const Condition& condition) const;
  void add_position(Sql& sql, const std::string& row) const;
  void add_condition(Sql& sql, const Condition& condition) const;
  void add_order(Sql& sql, const std::string& row) const;

  const Query& query_;
  const DocumentSchema& schema_;
  std::vector<Condition> conditions_;
  std::size_t driver_ = 0;  // the condition whose index is used; conditions_.size(): none
};

}  // namespace ordo::embedded
