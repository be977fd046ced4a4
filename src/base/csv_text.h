// Writes fields of CSV according to RFC 4180. client/csv.h reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ordo {

// Appends `value` as a field, with quotes if necessary. A reader then gets the same value back.
void append_csv(std::string_view value, std::string& out);
std::string csv_line(const std::vector<std::string>& fields);

// `value` for a reader who views a CSV file in a terminal. Control characters except line feeds and tabs become \u00XX.
// Otherwise a name could move the cursor or hide text.
std::string csv_text(std::string_view value);

// `value` for spreadsheets: puts ' before a value that they would read as a formula. That changes the value, so it is
// only done where a person opens the file. See "CSV Injection" of OWASP. A value that only looks as if that had been
// done gets a ' too, so that without_guard() gives every value back.
std::string spreadsheet_text(std::string_view value);

// The value before spreadsheet_text(): without the ' in "'=1", but with that in "'s-Hertogenbosch".
std::string_view without_guard(std::string_view value);

// Appends a text as a field that no spreadsheet runs and no terminal obeys: spreadsheet_text() and csv_text(), with
// plain line ends. Every CSV file that ordo writes for people has its texts from here.
void append_harmless_csv(std::string_view text, std::string& out);

}  // namespace ordo
