// The body of an order of the past. Shared by the API and its clients. Includes the descriptions: for .cc files.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "domain/imported_order.h"
#include "domain/stated_order.h"
#include "records/describe.h"
#include "records/notes.h"

namespace ordo {

struct ImportedLineBody : StatedLine, ImportedPieces {};
BOOST_DESCRIBE_STRUCT(ImportedLineBody, (StatedLine, ImportedPieces), ())

constexpr auto notes(NotesOf<ImportedLineBody>) {
  return std::array{Note{"product_id", "required for a line of kind product; it need not be in the catalogue"},
                    Note{.member = "quantity", .text = {}, .rules = R"({"minimum":1,"maximum":1000000})"},
                    Note{"unit_price", "required"},
                    Note{"total", "ordo refuses the order as total_mismatch if the line comes to another sum"},
                    kShippedPiecesNote,
                    kCancelledPiecesNote,
                    kReturnedPiecesNote};
}

struct ImportedOrderBody : OrderTerms, StatedFigures, ImportedState {
  CustomerId customer_id;
  std::optional<LocationId> location;
  std::string currency;
  std::vector<ImportedLineBody> lines;
  std::optional<Money> expected_total;
  std::optional<bool> replace;
  std::optional<bool> announce;
};
BOOST_DESCRIBE_STRUCT(ImportedOrderBody, (OrderTerms, StatedFigures, ImportedState),
                      (customer_id, location, currency, lines, expected_total, replace, announce))
constexpr auto notes(NotesOf<ImportedOrderBody>) {
  return std::array{
      Note{"location", "where returned goods go back into stock; by default the server's own"},
      Note{"currency", "of all amounts", R"("USD")"},
      Note{"lines",
           "each with its unit_price; products need not be in the catalogue",
           {},
           R"({"minItems":1,"maxItems":1000})"},
      Note{"expected_total", "ordo refuses the order as total_mismatch if its parts come to another total"},
      kEndedAtNote,
      kCapturedNote,
      kRefundedNote,
      kShippedNote,
      kDeliveredNote,
      kReplaceNote,
      kAnnounceNote};
}

}  // namespace ordo
