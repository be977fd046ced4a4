// ordo orders export, ordo products export, ordo customers export.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "app/process_end.h"
#include "base/printable.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "export/output_file.h"
#include "export/run.h"

namespace ordo::cli {
namespace {

struct ExportFlags {
  exports::ExportOptions options;
  std::string path;  // empty: standard output
  std::optional<exports::ExportFormat> format;
};

// Fills in the format. kInvalid when the flags do not fit together.
Result<void> choose_format(ExportFlags& flags) {
  if (!flags.format && !flags.path.empty()) {
    flags.format = exports::format_of(flags.path);
    if (!flags.format) {
      return fail(ErrorCode::kInvalid, "bad_flag",
                  "the name " + printable(flags.path) + " does not say the format: add --format csv or ndjson");
    }
  }
  auto& options = flags.options;
  options.format = flags.format.value_or(exports::ExportFormat::csv);
  const bool csv_only = options.byte_order_mark || options.texts == exports::CsvTexts::unchanged;
  if (csv_only && options.format != exports::ExportFormat::csv) {
    return fail(ErrorCode::kInvalid, "bad_flag", "--raw and --bom are for CSV; NDJSON is as the API gives it");
  }
  return {};
}

Result<void> print_piece(std::string_view piece) {
  if (std::cout << piece << std::flush) return {};
  return fail(ErrorCode::kIo, "cannot_write", "cannot write to standard output");
}

Result<exports::ExportSummary> export_to_file(client::HttpCaller& server, const ExportFlags& flags) {
  auto file = exports::OutputFile::create(flags.path);
  if (!file) return fail(std::move(file.error()));
  auto summary = exports::run_export(server, flags.options, [&](std::string_view piece) { return file->write(piece); });
  if (!summary) return summary;
  if (auto done = file->commit(); !done) return fail(std::move(done.error()));
  return summary;
}

void report_waiting(client::HttpCaller& server) {
  const auto waiting = exports::records_waiting(server);
  if (!waiting || *waiting == 0) return;
  std::cerr << "ordo: " << grouped(*waiting) << " accepted records wait to be processed: what they change may be "
            << "missing here\n";
}

int run_export_command(const settings::Settings& settings, ExportFlags flags) {
  if (auto chosen = choose_format(flags); !chosen) {
    report_error(chosen.error());
    return kExitUsage;
  }
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  // A service inside this process already handles the signals.
  std::optional<app::ProcessEnd> end;
  if (!server->inside()) end.emplace(settings.stop_timeout);
  flags.options.stop = [&] { return end ? end->wanted() : server->ending(); };
  report_waiting(server->caller());
  const auto summary = flags.path.empty() ? exports::run_export(server->caller(), flags.options, print_piece)
                                          : export_to_file(server->caller(), flags);
  if (!summary) {
    const int code = report_error(summary.error());
    std::cerr << (flags.path.empty() ? "The output is incomplete.\n"
                                     : printable(flags.path) + " was not written. Run the command again.\n");
    return code;
  }
  std::cerr << exports::summary_text(flags.options, *summary, printable(flags.path));
  return summary->unreadable > 0 ? kExitPartly : kExitOk;
}

void add_stock_flag(CLI::App& command, exports::ExportOptions& options) {
  using exports::StockShown;
  command
      .add_option_function<std::string>(
          "--stock",
          [&options](const std::string& name) {
            options.stock = name == "sum" ? StockShown::sum : name == "none" ? StockShown::none : StockShown::locations;
          },
          "locations: a row for each location of a product (default). sum: one row for a product. none: no stock, and "
          "no need for the permission stock:read")
      ->check(CLI::IsMember({"locations", "sum", "none"}));
}

void add_export_flags(CLI::App& command, ExportFlags& flags) {
  command
      .add_option_function<std::string>(
          "--format",
          [&flags](const std::string& name) {
            flags.format = name == "csv" ? exports::ExportFormat::csv : exports::ExportFormat::ndjson;
          },
          "csv or ndjson. Default: by the ending of --output, else csv")
      ->check(CLI::IsMember({"csv", "ndjson"}));
  command.add_option("-o,--output", flags.path, "The file to write or replace. Default: standard output")
      ->type_name("FILE");
  command.add_flag_callback(
      "--raw", [&flags] { flags.options.texts = exports::CsvTexts::unchanged; },
      "CSV with texts as they are. A spreadsheet may run some of them as formulas");
  command.add_flag("--bom", flags.options.byte_order_mark,
                   "CSV that begins with a byte order mark. Excel needs it for letters beyond English");
}

std::string footer_of(exports::Exported what) {
  const std::string command = "  ordo " + std::string(to_string(what)) + " export";
  const std::string file = " -o " + std::string(to_string(what));
  return "Examples:\n" + command + file + ".csv\n" + command + file + ".ndjson --from 2026-01-01 --to 2026-02-01\n\n" +
         "The file appears as a whole, or not at all. docs/exporting.md explains the columns.\n\n"
         "Exit codes: 0 done; 1 refused, interrupted, or cannot write; 2 wrong flags; 3 done, but the server could\n"
         "not read some documents; 6 no answer\n";
}

}  // namespace

void add_export(CLI::App& kind, CommandLine& line, exports::Exported what) {
  const std::string name(to_string(what));
  auto* command = kind.add_subcommand("export", "Write all " + name + " to a file, as CSV or NDJSON");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto flags = std::make_shared<ExportFlags>();
  flags->options.what = what;
  add_export_flags(*command, *flags);
  switch (what) {
    case exports::Exported::orders:
      add_order_filters(*command, flags->options.filters);
      break;
    case exports::Exported::products:
      add_product_filters(*command, flags->options.filters);
      add_stock_flag(*command, flags->options);
      break;
    case exports::Exported::customers:
      add_customer_filters(*command, flags->options.filters);
      break;
  }
  command->footer(footer_of(what));
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_export_command(settings, *flags); };
  });
}

}  // namespace ordo::cli
