// A note that the staff of the shop keeps with an order.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/actor.h"
#include "domain/rules.h"

namespace ordo {

struct OrderNote {
  std::string id;  // makes a repeated request harmless
  std::string text;
  bool public_ = false;  // the customer may read it
  Timestamp at;
  std::optional<Actor> by = std::nullopt;

  friend bool operator==(const OrderNote&, const OrderNote&) = default;
};
BOOST_DESCRIBE_STRUCT(OrderNote, (), (id, text, public_, at, by))

constexpr Rule kNoteText{"text", 1, 2'000, Privacy::personal, "the note; may have several lines", text_problem};
constexpr auto rules(RulesOf<OrderNote>) {
  return std::array{kNoteText};
}

}  // namespace ordo
