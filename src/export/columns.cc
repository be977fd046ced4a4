#include "export/columns.h"

#include "base/csv_text.h"

namespace ordo::exports {

void append_cell(const Cell& cell, CsvTexts texts, std::string& out) {
  if (cell.is_number || texts == CsvTexts::unchanged) return append_csv(cell.text, out);
  append_harmless_csv(cell.text, out);
}

}  // namespace ordo::exports
