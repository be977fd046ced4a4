#include "import/time_survey.h"

#include <algorithm>

#include "columns/role_kinds.h"

namespace ordo::imports {
namespace {

TimeStyle with_order(TimeStyle style, DateOrder order) {
  if (style.order == DateOrder::unknown) style.order = order;
  return style;
}

// Whether the order of day and month matters: the cell begins with one or two digits before / . or -
bool depends_on_order(std::string_view cell) {
  const auto at = cell.find_first_of("/.-");
  return at == 1 || at == 2;
}

}  // namespace

TimeSurvey::TimeSurvey(const Columns& columns, const ValueChoices& choices, Timestamp today)
    : columns_(columns), choices_(choices), old_(today - kNewFor) {
  day_first_.style = with_order(choices.time, DateOrder::day_first);
  month_first_.style = with_order(choices.time, DateOrder::month_first);
  for (std::size_t i = 0; i < kRoles; ++i) {
    if (cell_kind(Role{static_cast<int>(i)}) != CellKind::day) continue;
    days_.insert(days_.end(), columns.of_role[i].begin(), columns.of_role[i].end());
  }
}

Result<void> TimeSurvey::begin() {
  const auto style = TimeEvidence().decide(choices_.time);
  return style ? Result<void>() : fail(style.error());
}

void TimeSurvey::add(const Row& row) {
  for (const auto index : days_) {
    if (index < row.cells.size() && !row.cells[index].empty()) evidence_.add(row.cells[index]);
  }
}

void TimeSurvey::read(Reading& reading) const {
  reading.read.reset();
  auto parsed = date_.empty()   ? parse_time(time_, reading.style, zone_)
                : time_.empty() ? parse_time(date_, reading.style, zone_)
                                : parse_date_and_time(date_, time_, reading.style, zone_);
  if (!parsed && !date_.empty() && !time_.empty()) parsed = parse_time(time_, reading.style, zone_);
  if (!parsed) return;
  reading.read = *parsed;
  reading.first = reading.first ? std::min(*reading.first, *parsed) : *parsed;
  reading.last = reading.last ? std::max(*reading.last, *parsed) : *parsed;
}

void TimeSurvey::note(const Row& row, OrderFacts& facts) {
  const auto date = columns_.value(row, Role::date);
  const auto time = columns_.value(row, Role::time);
  if (date.empty() && time.empty()) return;
  const auto zone = columns_.value(row, Role::time_zone);
  if (date != date_ || time != time_ || zone != zone_) {
    date_ = date;
    time_ = time;
    zone_ = zone;
    read(day_first_);
    if (depends_on_order(date) || depends_on_order(time)) {
      read(month_first_);
    } else {
      month_first_.read = day_first_.read;
      if (day_first_.read) {
        const auto at = *day_first_.read;
        month_first_.first = month_first_.first ? std::min(*month_first_.first, at) : at;
        month_first_.last = month_first_.last ? std::max(*month_first_.last, at) : at;
      }
    }
  }
  facts.timed = true;
  facts.old_if_day_first = day_first_.read && *day_first_.read < old_;
  facts.old_if_month_first = month_first_.read && *month_first_.read < old_;
}

void TimeSurvey::decide(Survey& survey) const {
  auto style = evidence_.decide(choices_.time);
  if (!style) {
    survey.questions.push_back({std::nullopt, std::move(style.error())});
    survey.time = choices_.time;
    return;
  }
  survey.time = std::move(*style);
  const auto& reading = survey.time.order == DateOrder::month_first ? month_first_ : day_first_;
  survey.first = reading.first;
  survey.last = reading.last;
}

}  // namespace ordo::imports
