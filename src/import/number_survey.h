// How the columns of a file write numbers: evidence while it is read, and the decision at its end.
#pragma once

#include <map>
#include <optional>

#include "import/survey.h"

namespace ordo::imports {

class NumberSurvey {
 public:
  // `columns` and `choices` outlive it.
  NumberSurvey(const Columns& columns, const ValueChoices& choices);

  void add(const Row& row);
  // A column of discounts whose cells all have a per cent sign is one of rates. Moves it in `columns`, and in here.
  void name_rates(Columns& columns);
  // Sets the styles of all columns, and asks about those that can be read in two ways. One column proves its style for
  // the others: a program writes all numbers alike. `exponent`: decimals of the file's currency.
  void decide(std::optional<int> exponent, Survey& survey) const;

 private:
  struct Column {
    NumberEvidence evidence;
    char lone = 0;  // of the first cell with one separator before three digits
    // Of discounts and rates, what their size says. Zeros say nothing.
    bool has_percent = false;  // a cell with a per cent sign
    bool has_above_one = false;
    bool has_one = false;
    std::string fraction;  // the first cell between 0 and 1
  };
  static void note_size(std::string_view cell, Column& column);
  std::optional<Error> question_about(Role role, const Column& column) const;
  Result<NumberStyle> decide(Role role, const Column& column, char other, std::optional<int> exponent) const;

  const Columns& columns_;
  const ValueChoices& choices_;
  std::map<Role, Column> found_;
};

}  // namespace ordo::imports
