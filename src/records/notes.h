// Words and examples beside the descriptions, for the schemas in the API's documents. A type has no need of them.
#pragma once

#include <array>
#include <string_view>

#include "records/describe.h"

namespace ordo {

// What a schema says beyond the C++ types. All of it static text.
struct Note {
  std::string_view member;  // empty: of the type itself
  std::string_view text;
  std::string_view example = {};  // as JSON
  std::string_view rules = {};    // a JSON object of further keywords: {"minimum":1}
};

// Notes are found where the type is described, in the type's own namespace:
//   constexpr auto notes(NotesOf<CancelBody>) { return std::array{Note{"reason", "shown in the history"}}; }
template <class T>
struct NotesOf {};

// --- the types of describe.h

constexpr auto notes(NotesOf<Money>) {
  return std::array{Note{"", "A whole number of minor units: 1250 USD is 12.50, 1250 VND is 1250, 1250 KWD is 1.250.",
                         R"({"amount":1250,"currency":"USD"})"},
                    Note{"amount", "minor units"}, Note{"currency", "ISO 4217", R"("USD")"}};
}
constexpr auto notes(NotesOf<Order>) {
  return std::array{Note{"number", "short, for people", R"("1042")"}, Note{"reference", "the shop's own number for it"},
                    Note{"location", "where its stock is"},
                    Note{"status_reason", "why it was rejected or cancelled", R"("out_of_stock")"},
                    Note{"rev", "how many records changed it; also its ETag"}};
}
constexpr auto notes(NotesOf<OrderLine>) {
  return std::array{Note{"unit_price", "when the order was placed; absent for a product nobody knew"}};
}
constexpr auto notes(NotesOf<HistoryEntry>) {
  return std::array{Note{"type", "of the record that did it", R"("ordo.order.created.v1")"},
                    Note{"source", "who wrote that record", R"("/ordo/intake/0/0")"}};
}
constexpr auto notes(NotesOf<Product>) {
  return std::array{Note{"rev", "how many records changed it; also its ETag"}};
}
constexpr auto notes(NotesOf<StockLevel>) {
  return std::array{Note{"", "One product at one location: on_hand = counted + adjusted - shipped + returned."},
                    Note{"reserved", "promised to orders"}, Note{"counted", "the last count"},
                    Note{"adjusted", "since the last count, as are shipped and returned"}};
}

}  // namespace ordo
