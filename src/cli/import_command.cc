// ordo import: products and orders out of CSV and NDJSON files.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

#include "base/log.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/import_report.h"
#include "cli/import_run.h"
#include "cli/output.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "cli/settings.h"
#include "domain/ids.h"

namespace ordo::cli {
namespace {

// The flags as they were given.
struct ImportFlags {
  ImportKind kind = ImportKind::orders;
  std::string file;
  std::string format;
  std::string map;
  std::string delimiter;
  std::string encoding = "utf-8";
  std::string source;
  std::string errors;
  std::optional<std::string> guest;
  std::optional<std::string> currency;
  std::optional<std::string> at_location;
  std::optional<std::int64_t> stock;
  std::string time_format;
  bool update = false;
  int wait_s = 0;
  bool json = false;
};

Result<ImportOptions> to_options(const ImportFlags& flags, const Settings& settings) {
  ImportOptions options;
  options.path = flags.file;
  options.rows.kind = flags.kind;
  options.rows.latin1 = flags.encoding == "latin1";
  if (flags.format.empty()) {
    const auto format = format_of(flags.file);
    if (!format) return fail(format.error());
    options.rows.format = *format;
  } else {
    options.rows.format = flags.format == "csv" ? ImportFormat::csv : ImportFormat::ndjson;
  }
  auto columns = parse_column_map(flags.map);
  if (!columns) return fail(std::move(columns.error()));
  options.rows.columns = std::move(*columns);
  options.rows.delimiter = flags.delimiter.empty() ? '\0' : flags.delimiter == "\\t" ? '\t' : flags.delimiter.front();
  for (const auto& id : {flags.guest, flags.at_location}) {
    if (!id) continue;
    if (const auto wrong = id_problem(*id); !wrong.empty()) {
      return fail(ErrorCode::kInvalid, "bad_id", "\"" + *id + "\": an id " + std::string(wrong));
    }
  }
  const auto currency = Currency::parse(flags.currency.value_or(settings.currency));
  if (!currency) return fail(currency.error());
  options.products = {*currency, flags.stock, flags.at_location};
  options.orders = {flags.guest, flags.currency, flags.at_location, flags.time_format};
  options.update = flags.update;
  options.source = flags.source.empty() ? std::filesystem::path(flags.file).filename().string() : flags.source;
  // Named by kind: products and orders often come out of the same file.
  const std::string beside = flags.file + "." + std::string(to_string(flags.kind));
  options.errors_path = flags.errors.empty() ? beside + ".errors.csv" : flags.errors;
  options.progress_path = beside + ".progress";
  options.wait = flags.wait_s > 0;
  return options;
}

// One line on a terminal, rewritten in place; nothing anywhere else.
class ProgressLine {
 public:
  explicit ProgressLine(ImportKind kind) : kind_(kind), visible_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  OnTick on_tick() {
    if (!visible_) return {};
    return [this](const ImportTick& tick) {
      drawn_ = true;
      std::cerr << "\r\x1b[K" << grouped(tick.rows) << " rows read, " << grouped(tick.sent) << ' ' << to_string(kind_)
                << " accepted, " << grouped(tick.refused_rows) << " rows refused" << std::flush;
    };
  }

  void clear() {
    if (drawn_) std::cerr << "\r\x1b[K" << std::flush;
    drawn_ = false;
  }

 private:
  const ImportKind kind_;
  const bool visible_;
  bool drawn_ = false;
};

int run_import_command(const Settings& settings, const ImportFlags& flags) {
  auto options = to_options(flags, settings);
  if (!options) {
    report_error(options.error());
    return kExitUsage;
  }
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  options->stop = [&server] { return server->ending(); };
  ProgressLine progress(flags.kind);
  auto summary = run_import(*options, server->caller(), progress.on_tick());
  progress.clear();
  if (!summary) {
    const int code = report_error(summary.error());
    if (code == kExitUnavailable) std::cerr << "Run the same command again: it goes on where it was.\n";
    return code == kExitNotFound ? kExitFailed : code;
  }
  std::optional<DecidedOrders> decided;
  if (options->wait) {
    auto waited =
        wait_until_decided(server->caller(), std::move(summary->order_ids), std::chrono::seconds(flags.wait_s));
    if (!waited) return report_error(waited.error());
    decided = std::move(*waited);
  }
  std::cout << (flags.json ? summary_json(*summary, decided) : summary_text(*summary, decided)) << std::flush;
  if (decided && (decided->missing > 0 || decided->by_status.contains("pending"))) return kExitFailed;
  return summary->refused_rows > 0 ? kExitPartly : kExitOk;
}

void add_common_flags(CLI::App& command, ImportFlags& flags) {
  command.add_option("file", flags.file, "The file to import")->required()->check(CLI::ExistingFile);
  command.add_option("--format", flags.format, "csv or ndjson; without it the file's name says")
      ->check(CLI::IsMember({"csv", "ndjson"}));
  command.add_option("--map", flags.map, "Columns: COLUMN=NAME,... for those not found by their names");
  command.add_option("--delimiter", flags.delimiter, "Between the fields of CSV; without it , ; tab or | is found out")
      ->check([](const std::string& text) {
        return text.size() == 1 || text == "\\t" ? std::string() : std::string("must be one character, or \\t");
      });
  command.add_option("--encoding", flags.encoding, "Of the file")->check(CLI::IsMember({"utf-8", "latin1"}));
  command.add_option("--source", flags.source,
                     "Name of the source; importing the same order of the same source twice makes one order "
                     "(default: the file's name)");
  command.add_option("--errors", flags.errors,
                     "Where the refused rows go (default: FILE.products.errors.csv or FILE.orders.errors.csv)");
  command.add_option("--at", flags.at_location, "Location, where a row names none");
  command
      .add_option_function<std::string>(
          "-o,--output", [&flags](const std::string& name) { flags.json = name == "json"; },
          "Form of the summary: text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

constexpr const char* kImportExitCodes =
    "\nExit codes: 0 all rows accepted; 1 failed; 2 wrong flags; 3 some rows refused; 6 no answer, run it again\n";

void add_import_products(CLI::App& import, CommandLine& line) {
  auto* command = import.add_subcommand("products", "Import products: one for each distinct id");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto flags = std::make_shared<ImportFlags>();
  flags->kind = ImportKind::products;
  add_common_flags(*command, *flags);
  command->add_option("--stock", flags->stock, "Count this much of each new product, where a row says nothing")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000'000}));
  command->add_option("--currency", flags->currency,
                      "Of prices, where a row names none (default: the setting currency)");
  command->add_flag("--update", flags->update, "Products that exist take name, category and price of the file");
  command->footer(
      std::string("Columns: product, name, price; category, currency, stock, location.\n"
                  "The first good row of a product counts; other prices and names of it are noted in the summary.\n"
                  "\nExamples:\n"
                  "  ordo import products products.csv --currency EUR --stock 100\n"
                  "  ordo import products sales.csv --map product=Artikel,name=Bezeichnung,price=Preis\n") +
      kImportExitCodes);
  command->callback([&line, flags] {
    line.run = [flags](const Settings& settings) { return run_import_command(settings, *flags); };
  });
}

void add_import_orders(CLI::App& import, CommandLine& line) {
  auto* command = import.add_subcommand("orders", "Import orders: rows with the same order id are one order");
  line.flags.add(*command, SettingScope::kClient);
  line.flags.add(*command, SettingScope::kStorage);
  auto flags = std::make_shared<ImportFlags>();
  add_common_flags(*command, *flags);
  command->add_option("--guest", flags->guest,
                      "Customer of the orders that have none; without it their rows are refused");
  command->add_option("--currency", flags->currency, "Of orders that name none; their products must be priced in it");
  command->add_option("--time-format", flags->time_format, "Of times, as strptime takes it: \"%m/%d/%Y %H:%M\"");
  command->add_option("--wait", flags->wait_s, "Wait until all orders are decided, this many seconds at most")
      ->expected(0, 1)
      ->default_str("300")
      ->check(CLI::Range(1, 86'400));
  command->footer(
      std::string("Columns: order, product, quantity, customer; time, price, currency, location.\n"
                  "An order is made of its good rows; each row that is refused is reported with its line and why. "
                  "Prices\nare the catalogue's; rows with another price are counted in the summary. An interrupted "
                  "import goes on where\nit was when it is run again, and nothing is imported twice.\n"
                  "\nExamples:\n"
                  "  ordo import orders orders.csv\n"
                  "  ordo import orders sales.csv --map order=InvoiceNo,product=StockCode --guest guest --wait\n") +
      kImportExitCodes);
  command->callback([&line, flags] {
    line.run = [flags](const Settings& settings) { return run_import_command(settings, *flags); };
  });
}

}  // namespace

void add_import(CLI::App& app, CommandLine& line) {
  auto* import = app.add_subcommand("import", "Import products and orders from files");
  import->require_subcommand(1);
  add_import_products(*import, line);
  add_import_orders(*import, line);
}

}  // namespace ordo::cli
