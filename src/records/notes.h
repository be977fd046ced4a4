// Texts and examples for the schemas in the API documents. They stand beside the descriptions; a type needs none.
#pragma once

#include <array>
#include <string_view>

#include "records/describe.h"

namespace ordo {

// Additions to the schema that the C++ types do not give. All of it is static text.
struct Note {
  std::string_view member;  // empty: the note is about the type itself
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
  return std::array{Note{"number", "short, for people", R"("1042")"},
                    Note{"location", "whose stock it takes"},
                    Note{"status_reason", "why it was rejected or cancelled", R"("out_of_stock")"},
                    Note{"captures", "captures that came with an id"},
                    Note{"payments", "recorded payments of a manual order, oldest first"},
                    Note{"overcharged", "captured beyond the total; absent if nothing was"},
                    Note{"rev", "how many records changed it; also its ETag"}};
}
constexpr auto notes(NotesOf<Refund>) {
  return std::array{Note{"by_hand", "of a manual order: people pay it, and record that they did"},
                    Note{"reference", "of the payment by hand"}};
}
constexpr auto notes(NotesOf<PricedLine>) {
  return std::array{Note{"unit_price", "when the order was placed; absent for an unknown product"}};
}
constexpr auto notes(NotesOf<OrderLine>) {
  return std::array{Note{"unit_price", "when the order was placed; absent for an unknown product"},
                    Note{"shipped", "part of quantity; goods that were lost and sent again count once"},
                    Note{"cancelled", "part of quantity that was not shipped and never will be"},
                    Note{"lost", "part of shipped that was lost and not sent again"},
                    Note{"returned", "part of shipped"}};
}
constexpr auto notes(NotesOf<HistoryEntry>) {
  return std::array{Note{"type", "type of the record that caused the change", R"("ordo.order.created.v1")"},
                    Note{"source", "the writer of that record", R"("/ordo/intake/0/0")"}};
}
constexpr auto notes(NotesOf<Product>) {
  return std::array{Note{"rev", "how many records changed it; also its ETag"}};
}
constexpr auto notes(NotesOf<StockLevel>) {
  return std::array{Note{"", "One product at one location: on_hand = counted + adjusted - shipped + returned."},
                    Note{"reserved", "reserved for orders"}, Note{"counted", "the last count"},
                    Note{"adjusted", "since the last count, like shipped and returned"}};
}

}  // namespace ordo
