// How the columns of a file write times: evidence while it is read, and the decision at its end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/order_facts.h"
#include "import/survey.h"

namespace ordo::imports {

class TimeSurvey {
 public:
  // `columns` and `choices` outlive it. An order that was placed long before `today` is old.
  TimeSurvey(const Columns& columns, const ValueChoices& choices, Timestamp today);

  // kInvalid "unknown_zone".
  Result<void> begin();
  void add(const Row& row);
  // Notes when the row's order was placed.
  void note(const Row& row, OrderFacts& facts);
  // Sets style, first and last time, or asks.
  void decide(Survey& survey) const;

 private:
  // One of the two ways to read 05/03/2024, and what follows from it.
  struct Reading {
    TimeStyle style;
    std::optional<Timestamp> read;  // the last cell
    std::optional<Timestamp> first;
    std::optional<Timestamp> last;
  };
  void read(Reading& reading) const;

  const Columns& columns_;
  const ValueChoices& choices_;
  const Timestamp old_;
  std::vector<std::size_t> days_;  // the columns with times
  TimeEvidence evidence_;
  Reading day_first_;
  Reading month_first_;
  std::string date_;  // the last cells that were read
  std::string time_;
  std::string zone_;
};

}  // namespace ordo::imports
