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
  return std::array{Note{"number", "short, for people", R"("1042")"}, Note{"location", "whose stock it takes"},
                    Note{"status_reason", "why it was rejected or cancelled", R"("out_of_stock")"},
                    Note{"status_reason_code", "the same as one word; expired, declined and inventory are ordo's own"},
                    Note{"rev", "how many records changed it; also its ETag"}};
}
constexpr auto notes(NotesOf<TaxTerms>) {
  return std::array{
      Note{"rate_ppm", "parts per million: 190000 is 19 %", "190000", R"({"minimum":0,"maximum":1000000})"},
      Note{"reason", "standard by default; a rate of 0 needs another one"}};
}
constexpr auto notes(NotesOf<LineTerms>) {
  return std::array{
      Note{"kind", "product by default; custom lines and fees have no product and no stock"},
      Note{"list_price", "of a piece, before it was reduced or agreed; only shown"},
      Note{"requires_shipping", "true by default; goods without it are handed over when the order is paid"},
      Note{"weight_g", "of a piece, in grams"}};
}
constexpr auto notes(NotesOf<StatedLine>) {
  return std::array{Note{"product_id", "required for a line of kind product"},
                    Note{.member = "quantity", .text = {}, .rules = R"({"minimum":1,"maximum":1000000})"},
                    Note{"unit_price", "by default that of the catalogue"},
                    Note{"total", "ordo refuses the order as total_mismatch if the line comes to another sum"}};
}
constexpr auto notes(NotesOf<DiscountTerms>) {
  return std::array{Note{"value", "parts per million of a percentage, or minor units"}};
}
constexpr auto notes(NotesOf<OrderTotals>) {
  return std::array{Note{"", "total = items - discounts + shipping + fees + tax - tax_included"},
                    Note{"tax_included", "the part of tax that is in the prices"}};
}
constexpr auto notes(NotesOf<PricedLine>) {
  return std::array{Note{"unit_price", "when the order was placed; absent for an unknown product"},
                    Note{"total", "less discounts, with tax"}};
}
constexpr auto notes(NotesOf<OrderLine>) {
  return std::array{
      Note{"unit_price", "when the order was placed; absent for an unknown product"},
      Note{"total", "less discounts, with tax"},
      Note{"shipped", "part of quantity; goods that were lost and sent again count once"},
      Note{"cancelled", "part of quantity that was not shipped and never will be"},
      Note{"lost", "part of shipped that was lost and not sent again"},
      Note{"returned", "part of shipped"},
      Note{"refunded", "pieces whose price was refunded, and that were neither cancelled nor returned"},
      Note{"unrefunded", "part of returned whose price was not refunded"},
      Note{"given_back", "the price of all pieces that were cancelled, returned with a refund, or refunded"}};
}
constexpr auto notes(NotesOf<OrderPieces>) {
  return std::array{Note{"", "Pieces of an order, by line, by product, or by both.", R"({"line_id":"1","quantity":2})"},
                    Note{"product_id", "alone: the lines that have this product, the first one first"},
                    Note{.member = "quantity", .text = {}, .rules = R"({"minimum":1})"}};
}
constexpr auto notes(NotesOf<Refund>) {
  return std::array{Note{"lines", "the pieces that it was for, if it was a refund of lines"},
                    Note{"shipping", "the part of amount that was for shipping"}};
}
constexpr auto notes(NotesOf<HistoryEntry>) {
  return std::array{Note{"type", "type of the record that caused the change", R"("ordo.order.created.v1")"},
                    Note{"source", "the writer of that record", R"("/ordo/intake/0/0")"},
                    Note{"by", "who caused it; of a source outside /ordo/, what that service says"}};
}
constexpr auto notes(NotesOf<Actor>) {
  return std::array{Note{"", "Who caused a record.", R"({"kind":"key","id":"4fQ0sTn2ZbLk","name":"web shop"})"},
                    Note{"kind", "system: a part of ordo, or a system that signs its requests"}};
}
constexpr auto notes(NotesOf<OrderNote>) {
  return std::array{Note{"public", "true: the customer may read it"}, Note{"by", "who wrote it"}};
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
