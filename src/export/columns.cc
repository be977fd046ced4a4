#include "export/columns.h"

#include "client/csv.h"

namespace ordo::exports {
namespace {

// Browsers send the line ends of a note as CR and LF.
std::string with_plain_line_ends(std::string text) {
  for (auto at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at)) text.erase(at, 1);
  return text;
}

}  // namespace

void append_cell(const Cell& cell, CsvTexts texts, std::string& out) {
  if (cell.is_number || texts == CsvTexts::unchanged) return client::append_csv(cell.text, out);
  // guard: export-formula
  const auto text = client::spreadsheet_text(with_plain_line_ends(cell.text));
  client::append_csv(client::csv_text(text), out);
}

}  // namespace ordo::exports
