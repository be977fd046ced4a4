// ordo import: imports products and orders from CSV and NDJSON files.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>

#include "base/log.h"
#include "base/printable.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "domain/ids.h"
#include "import/report.h"
#include "import/run.h"
#include "settings/settings.h"

namespace ordo::cli {
namespace {

// The flags of the command line.
struct ImportFlags {
  imports::ImportKind kind = imports::ImportKind::orders;
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

Result<imports::ImportOptions> to_options(const ImportFlags& flags, const settings::Settings& settings) {
  imports::ImportOptions options;
  options.path = flags.file;
  options.rows.kind = flags.kind;
  options.rows.latin1 = flags.encoding == "latin1";
  if (flags.format.empty()) {
    const auto format = imports::format_of(flags.file);
    if (!format) return fail(format.error());
    options.rows.format = *format;
  } else {
    options.rows.format = flags.format == "csv" ? imports::ImportFormat::csv : imports::ImportFormat::ndjson;
  }
  auto columns = imports::parse_column_map(flags.map);
  if (!columns) return fail(std::move(columns.error()));
  options.rows.columns = std::move(*columns);
  options.rows.delimiter = flags.delimiter.empty() ? '\0' : flags.delimiter == "\\t" ? '\t' : flags.delimiter.front();
  const auto wrong_guest = flags.guest ? new_customer_id_problem(*flags.guest) : std::string_view();
  const auto wrong_location = flags.at_location ? id_problem(*flags.at_location) : std::string_view();
  if (!wrong_guest.empty() || !wrong_location.empty()) {
    const auto& id = wrong_guest.empty() ? *flags.at_location : *flags.guest;
    const std::string wrong(wrong_guest.empty() ? wrong_location : wrong_guest);
    return fail(ErrorCode::kInvalid, "bad_id", "\"" + imports::shown(id) + "\": an id " + wrong);
  }
  const auto currency = flags.currency ? Currency::parse(*flags.currency) : settings.currency;
  if (!currency) return fail(currency.error());
  options.products = {*currency, flags.stock, flags.at_location};
  options.orders = {flags.guest, flags.currency, flags.at_location, flags.time_format};
  options.update = flags.update;
  options.source = flags.source.empty() ? std::filesystem::path(flags.file).filename().string() : flags.source;
  // The kind is part of the name, because products and orders often come from the same file.
  const std::string beside = flags.file + "." + std::string(to_string(flags.kind));
  options.errors_path = flags.errors.empty() ? beside + ".errors.csv" : flags.errors;
  options.progress_path = beside + ".progress";
  options.wait = flags.wait_s > 0;
  return options;
}

// Shows progress on one line of a terminal. Prints nothing when the output is not a terminal.
class ProgressLine {
 public:
  explicit ProgressLine(imports::ImportKind kind) : kind_(kind), visible_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  imports::OnTick on_tick() {
    if (!visible_) return {};
    return [this](const imports::ImportTick& tick) {
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
  const imports::ImportKind kind_;
  const bool visible_;
  bool drawn_ = false;
};

int run_import_command(const settings::Settings& settings, const ImportFlags& flags) {
  auto options = to_options(flags, settings);
  if (!options) {
    report_error(options.error());
    return kExitUsage;
  }
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  options->stop = [&server] { return server->ending(); };
  ProgressLine progress(flags.kind);
  auto summary = imports::run_import(*options, server->caller(), progress.on_tick());
  progress.clear();
  if (!summary) {
    const int code = report_error(summary.error());
    if (code == kExitUnavailable) std::cerr << "Run the same command again: it continues where it stopped.\n";
    return code == kExitNotFound ? kExitFailed : code;
  }
  std::optional<imports::DecidedOrders> decided;
  if (options->wait) {
    auto waited = imports::wait_until_decided(server->caller(), std::move(summary->order_ids),
                                              std::chrono::seconds(flags.wait_s));
    if (!waited) return report_error(waited.error());
    decided = std::move(*waited);
  }
  std::cout << (flags.json ? imports::summary_json(*summary, decided) : imports::summary_text(*summary, decided))
            << std::flush;
  if (decided && (decided->missing > 0 || decided->by_status.contains("pending"))) return kExitFailed;
  return summary->refused_rows > 0 ? kExitPartly : kExitOk;
}

void add_common_flags(CLI::App& command, ImportFlags& flags) {
  command.add_option("file", flags.file, "The file to import")->required()->check(CLI::ExistingFile);
  command.add_option("--format", flags.format, "csv or ndjson. Default: by the file's name")
      ->check(CLI::IsMember({"csv", "ndjson"}));
  command.add_option("--map", flags.map, "COLUMN=NAME,...: names of columns that ordo does not recognize");
  command.add_option("--delimiter", flags.delimiter, "Separator of the CSV fields. Default: ordo detects , ; tab or |")
      ->check([](const std::string& text) {
        return text.size() == 1 || text == "\\t" ? std::string() : std::string("must be one character, or \\t");
      });
  command.add_option("--encoding", flags.encoding, "Encoding of the file")->check(CLI::IsMember({"utf-8", "latin1"}));
  command.add_option(
      "--source", flags.source,
      "Name of the source. Importing an order twice from the same source makes one order. Default: the file's name");
  command.add_option("--errors", flags.errors,
                     "File for the refused rows. Default: FILE.products.errors.csv or FILE.orders.errors.csv");
  command.add_option("--at", flags.at_location, "Location for rows that name none");
  command
      .add_option_function<std::string>(
          "-o,--output", [&flags](const std::string& name) { flags.json = name == "json"; },
          "Format of the summary: text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

constexpr const char* kImportExitCodes =
    "\nExit codes: 0 all rows accepted; 1 failed; 2 wrong flags; 3 some rows refused; 6 no answer, run it again\n";

void add_import_products(CLI::App& import, CommandLine& line) {
  auto* command = import.add_subcommand("products", "Import products: one for each distinct id");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto flags = std::make_shared<ImportFlags>();
  flags->kind = imports::ImportKind::products;
  add_common_flags(*command, *flags);
  command->add_option("--stock", flags->stock, "Stock of each new product whose row names none")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000'000}));
  command->add_option("--currency", flags->currency,
                      "Currency of prices whose row names none. Default: the setting currency");
  command->add_flag("--update", flags->update, "Also update name, category and price of existing products");
  command->footer(
      std::string("Columns: product, name, price; category, currency, stock, location.\n"
                  "The first good row of a product counts. The summary counts products with other prices or names.\n\n"
                  "Examples:\n"
                  "  ordo import products products.csv --currency EUR --stock 100\n"
                  "  ordo import products sales.csv --map product=Artikel,name=Bezeichnung,price=Preis\n") +
      kImportExitCodes);
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_import_command(settings, *flags); };
  });
}

void add_import_orders(CLI::App& import, CommandLine& line) {
  auto* command = import.add_subcommand("orders", "Import orders: rows with the same order id make one order");
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  auto flags = std::make_shared<ImportFlags>();
  add_common_flags(*command, *flags);
  command->add_option("--guest", flags->guest,
                      "Customer for orders that name none. Without it, their rows are refused");
  command->add_option("--currency", flags->currency,
                      "Currency for orders that name none. Their products need a price in it");
  command->add_option("--time-format", flags->time_format, "Format of times, as for strptime: \"%m/%d/%Y %H:%M\"");
  command->add_option("--wait", flags->wait_s, "Wait until all orders are decided, at most this many seconds")
      ->expected(0, 1)
      ->default_str("300")
      ->check(CLI::Range(1, 86'400));
  command->footer(
      std::string(
          "Columns: order, product, quantity, customer; time, price, currency, location.\n"
          "An order consists of its good rows. The report lists each refused row with its line and the reason.\n"
          "The catalogue sets the prices; the summary counts rows with another price. Run an interrupted import\n"
          "again: it continues where it stopped, and imports nothing twice.\n\n"
          "Examples:\n"
          "  ordo import orders orders.csv\n"
          "  ordo import orders sales.csv --map order=InvoiceNo,product=StockCode --guest guest --wait\n") +
      kImportExitCodes);
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_import_command(settings, *flags); };
  });
}

}  // namespace

void add_import(CLI::App& app, CommandLine& line) {
  auto* import =
      app.add_subcommand("import", "Import products and orders from files, or from the earlier Node.js system");
  import->require_subcommand(1);
  add_import_products(*import, line);
  add_import_orders(*import, line);
  add_import_seed(*import, line);
}

}  // namespace ordo::cli
