// ordo import: imports products and orders from files of shops, marketplaces and ERP systems.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/import_flags.h"
#include "cli/import_progress_line.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "import/preview.h"
#include "import/questions.h"
#include "records/json_text.h"
#include "settings/settings.h"

namespace ordo::cli {
namespace {

using imports::ImportKind;

// Nothing was done yet, so a file or flag that cannot be used counts as wrong usage.
int refuse_usage(const Error& error) {
  const int code = report_error(error);
  return error.code == ErrorCode::kInvalid ? kExitUsage : code == kExitNotFound ? kExitFailed : code;
}

int show_only(const imports::PreparedImport& prepared, bool json) {
  if (json) {
    std::cout << JsonObject().add("preview", imports::preview_json(prepared.survey, prepared.questions)).text() << "\n";
  } else {
    std::cout << imports::preview_text(prepared.survey);
  }
  std::cout << std::flush;
  return prepared.questions.empty() ? kExitOk : refuse_usage(imports::as_one(prepared.questions));
}

int import_exit_code(const imports::ImportSummary& summary) {
  if (imports::orders_not_decided(summary) > 0) return kExitFailed;
  return imports::is_partial(summary) ? kExitPartly : kExitOk;
}

int run_import_command(const settings::Settings& settings, const ImportFlags& flags) {
  auto options = import_options_of(flags, settings);
  if (!options) {
    report_error(options.error());
    return kExitUsage;
  }
  const auto prepared = imports::prepare_import(*options);
  if (!prepared) return refuse_usage(prepared.error());
  if (flags.dry_run) return show_only(*prepared, flags.json);
  std::cerr << imports::preview_text(prepared->survey) << std::flush;
  if (!prepared->questions.empty()) return refuse_usage(imports::as_one(prepared->questions));
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  options->stop = [&server] { return server->ending(); };
  ImportProgressLine progress(flags.json);
  auto summary = imports::run_import(*options, *prepared, server->caller(), progress.on_tick());
  progress.clear();
  if (!summary) {
    const int code = report_error(summary.error());
    if (code == kExitUnavailable) std::cerr << "Run the same command again: it continues where it stopped.\n";
    return code == kExitNotFound ? kExitFailed : code;
  }
  summary->unused = imports::unused_text(prepared->survey);
  std::cout << (flags.json ? imports::summary_json(*summary, imports::preview_json(prepared->survey, {}))
                           : imports::summary_text(*summary))
            << std::flush;
  return import_exit_code(*summary);
}

constexpr const char* kImportExitCodes =
    "\nExit codes: 0 all accepted; 1 failed; 2 flags or answers are missing, nothing was sent; 3 some refused, the\n"
    "errors file says which; 6 no answer, run it again\n";

void add_kind(CLI::App& import, CommandLine& line, ImportKind kind, const char* help, const std::string& footer) {
  auto* command = import.add_subcommand(std::string(imports::to_string(kind)), help);
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto flags = std::make_shared<ImportFlags>();
  flags->kind = kind;
  add_import_flags(*command, *flags);
  command->footer(footer + kImportExitCodes);
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_import_command(settings, *flags); };
  });
}

}  // namespace

void add_import(CLI::App& app, CommandLine& line) {
  auto* import =
      app.add_subcommand("import", "Import products and orders from files, or from the earlier Node.js system");
  import->require_subcommand(1);
  add_kind(*import, line, ImportKind::products, "Import products: one for each distinct id",
           "Before the first row, ordo says what the file is and what each column means. --dry-run does only that.\n"
           "The first good row of a product counts. Existing products stay as they are without --update.\n\n"
           "Examples:\n"
           "  ordo import products products_export.csv --dry-run\n"
           "  ordo import products products.csv --currency EUR --stock 100\n"
           "  ordo import products prices.csv --update --map product=Artikel --map price=Preis\n");
  add_kind(*import, line, ImportKind::orders, "Import orders: rows with the same number make one order",
           "Before the first row, ordo says what the file is and what each column means. --dry-run does only that.\n"
           "All rows of an order are taken, or none. Run an interrupted import again: it continues where it stopped,\n"
           "and imports nothing twice.\n\n"
           "Examples:\n"
           "  ordo import orders orders_export.csv --as history --zone Europe/Berlin\n"
           "  ordo import orders orders_export.csv --as open --wait\n"
           "  ordo import orders sales.csv --map order=Belegnr --map product=Artikel --guest guest\n");
  add_import_formats(*import, line);
  add_import_seed(*import, line);
}

}  // namespace ordo::cli
