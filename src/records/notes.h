// Texts and examples for the schemas in the API documents. They stand beside the descriptions; a type needs none.
#pragma once

#include <array>
#include <string_view>

#include "domain/imported_order.h"
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
                    Note{"status_reason_code", "the same as one word; expired, declined and inventory are ordo's own"},
                    Note{"captures", "captures that came with an id"},
                    Note{"payments", "recorded payments of a manual order, oldest first"},
                    Note{"redemptions", "uses of promotions; pending orders wait for each"},
                    Note{"stock_reserved_at", "the stock was reserved, but the promotions were not all redeemed"},
                    Note{"overcharged", "captured beyond the total; absent if nothing was"},
                    Note{"imported", "of an order of the past; it takes notes, refunds by hand and returns only"},
                    Note{"rev", "how many records changed it; also its ETag"}};
}
constexpr auto notes(NotesOf<TaxTerms>) {
  return std::array{Note{"rate_ppm", "parts per million: 190000 is 19 %; absent: not known, and the amount was stated",
                         "190000", R"({"minimum":0,"maximum":1000000})"},
                    Note{"reason", "standard by default; a rate of 0 needs another one"}};
}
constexpr auto notes(NotesOf<LineTerms>) {
  return std::array{
      Note{"kind", "product by default; custom lines and fees have no product and no stock"},
      Note{"list_price", "of a piece, before it was reduced or agreed; only shown"},
      Note{"requires_shipping", "true by default; goods without it are handed over once the order is confirmed"},
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
constexpr auto notes(NotesOf<Refund>) {
  return std::array{Note{"by_hand", "of a manual order: people pay it, and record that they did"},
                    Note{"reference", "of the payment by hand"},
                    Note{"lines", "the pieces that it was for, if it was a refund of lines"},
                    Note{"shipping", "the part of amount that was for shipping"}};
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
constexpr auto notes(NotesOf<HistoryEntry>) {
  return std::array{Note{"type", "type of the record that caused the change", R"("ordo.order.created.v1")"},
                    Note{"source", "the writer of that record", R"("/ordo/intake/0/0")"},
                    Note{"by", "who caused it; of a source outside /ordo/, what that service says"}};
}
constexpr auto notes(NotesOf<ImportedFrom>) {
  return std::array{Note{"", "The system that an order of the past comes from."}, Note{"at", "of the first import"}};
}
// Of the body and the record of an order of the past.
constexpr Note kEndedAtNote{"ended_at", "placed_at by default; starts the retention of personal data"};
constexpr Note kCapturedNote{
    "captured", "by default the total of an order that is confirmed, fulfilled or completed, else what was refunded"};
constexpr Note kRefundedNote{"refunded", "by default nothing"};
constexpr Note kShippedNote{"shipped", "by default true if the order is fulfilled or completed; lines may say more"};
constexpr Note kDeliveredNote{"delivered", "by default true if the order is completed"};
constexpr Note kReplaceNote{"replace", "true: amends the order if it was imported before with other content"};
constexpr Note kAnnounceNote{"announce", "true: webhooks receive ordo.order.imported.v1 of this order"};
constexpr Note kShippedPiecesNote{
    "shipped", "pieces; by default all that were not cancelled, if the order was shipped", {}, R"({"minimum":0})"};
constexpr Note kCancelledPiecesNote{"cancelled", "pieces that never left", {}, R"({"minimum":0})"};
constexpr Note kReturnedPiecesNote{"returned", "part of the shipped pieces", {}, R"({"minimum":0})"};
constexpr auto notes(NotesOf<ImportedLine>) {
  return std::array{kShippedPiecesNote, kCancelledPiecesNote, kReturnedPiecesNote};
}
constexpr auto notes(NotesOf<Actor>) {
  return std::array{Note{"", "Who caused a record.", R"({"kind":"key","id":"4fQ0sTn2ZbLk","name":"web shop"})"},
                    Note{"kind", "system: a part of ordo, or a system that signs its requests"}};
}
constexpr auto notes(NotesOf<OrderNote>) {
  return std::array{Note{"public", "true: the customer may read it"}, Note{"by", "who wrote it"}};
}
constexpr Note kWeightNote{"weight_g", "grams; absent: 0", {}, R"({"minimum":0,"maximum":1000000000})"};
constexpr Note kRequiresShippingNote{"requires_shipping", "absent: true"};
constexpr auto notes(NotesOf<Product>) {
  return std::array{Note{"rev", "how many records changed it; also its ETag"}, kWeightNote, kRequiresShippingNote};
}
constexpr Note kRatePpmNote{"rate_ppm", "parts per million: 190000 is 19 %", "190000",
                            R"({"minimum":0,"maximum":1000000})"};
constexpr Note kTaxReasonNote{"reason", "why the rate is what it is, for invoices"};
constexpr Note kFreeFromNote{"free_from", "goods of this value are sent for nothing"};
constexpr Note kUsageLimitNote{"usage_limit", "of all orders together", {}, R"({"minimum":1,"maximum":1000000000000})"};
constexpr Note kCustomerLimitNote{
    "per_customer_limit", "of the orders of one customer", {}, R"({"minimum":1,"maximum":1000000000000})"};
// Of the bodies that create and change a rule of the shop.
constexpr Note kNewIdNote{"id", "ordo creates an id if you omit it", {}, R"({"minLength":1,"maxLength":128})"};
constexpr Note kClearNote{"clear", "optional members to remove", R"(["code"])", R"({"maxItems":20})"};
constexpr auto notes(NotesOf<TaxRate>) {
  return std::array{kRatePpmNote,
                    kTaxReasonNote,
                    Note{"valid_from", "inclusive"},
                    Note{"valid_to", "exclusive"},
                    Note{"price_includes_tax", "prices of goods of this class are stated with the tax"},
                    Note{"applies_to_shipping", "the price of shipping is taxed too"}};
}
constexpr auto notes(NotesOf<ShippingStep>) {
  return std::array{Note{"up_to",
                         "grams, or minor units of the goods' value; absent in the last step: no limit",
                         {},
                         R"({"minimum":1,"maximum":1000000000000000})"}};
}
constexpr auto notes(NotesOf<ShippingPrice>) {
  return std::array{Note{"", "flat and per_item have an amount, by_weight and by_value have steps.",
                         R"({"kind":"flat","amount":{"amount":490,"currency":"USD"}})"}};
}
constexpr auto notes(NotesOf<ShippingMethod>) {
  return std::array{Note{"countries", "absent: everywhere"}, kFreeFromNote};
}
constexpr auto notes(NotesOf<PromotionConditions>) {
  return std::array{Note{"min_items", "pieces", {}, R"({"minimum":1})"}, Note{"min_value", "value of the goods"},
                    Note{"first_order", "only for the first order of a customer"}};
}
constexpr auto notes(NotesOf<PromotionAction>) {
  return std::array{
      Note{"", "percent needs percent_ppm, fixed needs amount, buy_x_get_y needs buy and get.",
           R"({"kind":"percent","percent_ppm":100000})"},
      Note{"target", "of percent and fixed; absent: order"},
      Note{"percent_ppm", "parts per million: 100000 is 10 %", {}, R"({"minimum":1,"maximum":1000000})"},
      Note{"buy", "pieces to pay for", {}, R"({"minimum":1,"maximum":1000000})"},
      Note{
          "get", "pieces that cost percent_ppm less, or nothing without it", {}, R"({"minimum":1,"maximum":1000000})"}};
}
constexpr auto notes(NotesOf<Promotion>) {
  return std::array{Note{"code", "absent: for all orders that meet the conditions"},
                    Note{"starts", "inclusive"},
                    Note{"ends", "exclusive"},
                    Note{"used", "redemptions of orders that were not rejected, expired or cancelled"},
                    Note{"combinable", "together with other promotions"},
                    kUsageLimitNote,
                    kCustomerLimitNote};
}
constexpr auto notes(NotesOf<Redemption>) {
  return std::array{Note{"", "The use of one promotion by one order."},
                    Note{"status", "returned: the order was rejected, expired or cancelled"},
                    Note{"reason", "why it was refused"}};
}
constexpr auto notes(NotesOf<OrderRedemption>) {
  return std::array{Note{"status", "of the order's use of the promotion"}};
}
constexpr auto notes(NotesOf<StockLevel>) {
  return std::array{Note{"", "One product at one location: on_hand = counted + adjusted - shipped + returned."},
                    Note{"reserved", "reserved for orders"}, Note{"counted", "the last count"},
                    Note{"adjusted", "since the last count, like shipped and returned"}};
}

}  // namespace ordo
