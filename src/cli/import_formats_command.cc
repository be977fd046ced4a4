// ordo import formats: the files that ordo recognizes, and the names of the columns.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <span>
#include <string>

#include "cells/status_words.h"
#include "cli/commands.h"
#include "columns/import_tables.h"
#include "columns/profile.h"
#include "columns/roles.h"
#include "records/describe.h"
#include "records/json_text.h"

namespace ordo::cli {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(out.size(), width), ' ');
  return out;
}

void add_words(std::string_view of, std::span<const imports::StatusWord> words, JsonArray& out) {
  for (const auto& word : words) {
    JsonObject entry;
    entry.add_string("of", of).add_string("words", word.words);
    entry.add_string("status", enum_name(word.state.status)).add_string("payment", enum_name(word.state.payment));
    entry.add_string("fulfillment", enum_name(word.state.fulfillment));
    if (word.state.disputed) entry.add("disputed", "true");
    out.add(entry.text());
  }
}

// All of it, for the documentation and other programs.
std::string tables_json() {
  JsonArray statuses;
  add_words("order", imports::status_words(), statuses);
  add_words("payment", imports::payment_words(), statuses);
  add_words("fulfillment", imports::fulfillment_words(), statuses);
  return JsonObject(imports::import_tables_json()).add("statuses", statuses.text()).text();
}

void print_tables(std::ostream& out) {
  out << "Files that ordo recognizes (--profile NAME):\n";
  for (const auto& profile : imports::profiles()) {
    out << "  " << padded(profile.name, 28) << "  " << profile.title << "\n";
  }
  for (const auto kind : {imports::ImportKind::orders, imports::ImportKind::products}) {
    out << "\nColumns of " << imports::to_string(kind) << " (--map COLUMN=NAME, --set COLUMN=VALUE):\n";
    for (const auto& role : imports::roles()) {
      if (imports::has_role(kind, role.role)) out << "  " << padded(role.name, 28) << "  " << role.meaning << "\n";
    }
  }
}

}  // namespace

void add_import_formats(CLI::App& import, CommandLine& line) {
  auto* command = import.add_subcommand("formats", "List the files that ordo recognizes, and the names of columns");
  auto json = std::make_shared<bool>(false);
  command
      ->add_option_function<std::string>(
          "-o,--output", [json](const std::string& name) { *json = name == "json"; },
          "text or json; JSON also has the known headings and words for states")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([&line, json] {
    line.run = [json](const settings::Settings&) {
      if (*json) {
        std::cout << tables_json() << "\n";
      } else {
        print_tables(std::cout);
      }
      std::cout << std::flush;
      return kExitOk;
    };
  });
}

}  // namespace ordo::cli
