// ordo import seed: imports products, and on request open orders, from a database of the Node.js system that ordo
// replaces.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/printable.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "domain/ids.h"
#include "import/report.h"
#include "import/run.h"
#include "import/seed_rows.h"
#include "mongo/database.h"
#include "settings/settings.h"

namespace ordo::cli {
namespace {

// The collections of that database.
constexpr const char* kProducts = "products";
constexpr const char* kOrders = "orders";

constexpr const char* kProductErrors = "seed.products.errors.csv";
constexpr const char* kOrderErrors = "seed.orders.errors.csv";

// The flags of the command line.
struct SeedFlags {
  std::string mongo;
  std::string database;
  std::string source = "seed";
  std::optional<std::string> currency;
  std::optional<std::string> guest;
  bool open_orders = false;
  bool update = false;
  bool json = false;
};

struct SeedImport {
  imports::ImportSummary products;
  std::optional<imports::ImportSummary> orders;
  std::uint64_t history = 0;  // orders that are not imported
};

Result<imports::NextDocument> documents_of(mongo::Database& database, const char* collection) {
  auto reader = mongo::ForeignReader::open(database, collection);
  if (!reader) return fail(std::move(reader.error()));
  return imports::NextDocument(
      [reader = std::shared_ptr<mongo::ForeignReader>(std::move(*reader))] { return reader->next(); });
}

using Rows = std::unique_ptr<imports::RowReader> (*)(imports::NextDocument);

imports::ImportOptions options_for(imports::ImportKind kind, const SeedFlags& flags, mongo::Database& database,
                                   Currency currency) {
  imports::ImportOptions options;
  options.rows.kind = kind;
  options.products.currency = currency;
  options.orders.guest = flags.guest;
  options.update = flags.update;
  options.source = flags.source;
  const bool orders = kind == imports::ImportKind::orders;
  options.errors_path = orders ? kOrderErrors : kProductErrors;
  options.progress_path = "seed." + std::string(to_string(kind)) + ".progress";
  const Rows rows = orders ? imports::seed_order_rows : imports::seed_product_rows;
  const char* collection = orders ? kOrders : kProducts;
  options.open = [&database, collection, rows]() -> Result<std::unique_ptr<imports::RowReader>> {
    auto next = documents_of(database, collection);
    if (!next) return fail(std::move(next.error()));
    return rows(std::move(*next));
  };
  return options;
}

// Lists every order in the report. Returns their number.
Result<std::uint64_t> list_history(mongo::Database& database) {
  auto next = documents_of(database, kOrders);
  if (!next) return fail(std::move(next.error()));
  auto report = imports::RefusalReport::create(kOrderErrors);
  if (!report) return fail(std::move(report.error()));
  while (true) {
    auto document = (*next)();
    if (!document) return fail(std::move(document.error()));
    if (!*document) break;
    report->add({report->rows() + 1, (*document)->id, imports::history_stays()});
  }
  const auto count = report->rows();
  if (auto finished = report->finish(); !finished) return fail(std::move(finished.error()));
  return count;
}

Result<SeedImport> import_all(const SeedFlags& flags, mongo::Database& database, Currency currency,
                              ServerAccess& server) {
  SeedImport done;
  const auto run = [&](imports::ImportKind kind) {
    auto options = options_for(kind, flags, database, currency);
    options.stop = [&server] { return server.ending(); };
    return imports::run_import(options, server.caller(), {});
  };
  auto products = run(imports::ImportKind::products);
  if (!products) return fail(std::move(products.error()));
  done.products = std::move(*products);
  if (flags.open_orders) {
    auto orders = run(imports::ImportKind::orders);
    if (!orders) return fail(std::move(orders.error()));
    done.orders = std::move(*orders);
    return done;
  }
  const auto history = list_history(database);
  if (!history) return fail(history.error());
  done.history = *history;
  return done;
}

void print(const SeedImport& done, bool json) {
  if (json) {
    // Removes the line end, which is the last character of a summary.
    const auto object = [](const std::string& text) { return text.substr(0, text.size() - 1); };
    std::cout << "{\"products\":" << object(imports::summary_json(done.products, std::nullopt));
    if (done.orders) std::cout << ",\"orders\":" << object(imports::summary_json(*done.orders, std::nullopt));
    std::cout << ",\"orders_left\":" << done.history << "}\n";
    return;
  }
  std::cout << imports::summary_text(done.products, std::nullopt);
  if (done.orders) std::cout << imports::summary_text(*done.orders, std::nullopt);
  if (done.history > 0) {
    std::cout << grouped(done.history) << " orders are history and are not imported; they are listed in "
              << kOrderErrors << "\n";
  }
}

int run_import_seed(const settings::Settings& settings, const SeedFlags& flags) {
  const auto currency = flags.currency ? Currency::parse(*flags.currency) : settings.currency;
  mongo::Options options;
  options.uri = flags.mongo;
  options.database = flags.database;
  auto database = mongo::Database::open(options);
  if (!currency || !database) {
    report_error(currency ? database.error() : currency.error());
    return kExitUsage;
  }
  // Before the first write: an unreachable database must not look like an empty one.
  if (const auto answers = (*database)->ping(); !answers) return report_error(answers.error());
  auto server = ServerAccess::open(settings);
  if (!server) return report_error(server.error());
  const auto done = import_all(flags, **database, *currency, *server);
  if (!done) {
    const int code = report_error(done.error());
    if (code == kExitUnavailable) std::cerr << "Run the same command again: nothing is imported twice.\n";
    return code == kExitNotFound ? kExitFailed : code;
  }
  if (done->products.rows == 0 && !(done->orders && done->orders->rows > 0) && done->history == 0) {
    std::cerr << "ordo: " << (*database)->address() << " has no products and no orders. --database names another one; "
              << "if the URI names none, the Node.js system used \"test\".\n";
    return kExitFailed;
  }
  print(*done, flags.json);
  std::cout << std::flush;
  const bool refused = done->products.refused_rows > 0 || (done->orders && done->orders->refused_rows > 0);
  return refused ? kExitPartly : kExitOk;
}

}  // namespace

void add_import_seed(CLI::App& import, CommandLine& line) {
  auto* command = import.add_subcommand("seed", "Import from a database of the Node.js system that ordo replaces");
  line.flags.add(*command, settings::SettingScope::kClient);
  auto flags = std::make_shared<SeedFlags>();
  command
      ->add_option("--mongo", flags->mongo, "The URI of its database, mongodb://... or mongodb+srv://... (read only)")
      ->required();
  command->add_option("--database", flags->database, "Name of the database, if the URI has none");
  command
      ->add_option_function<std::string>(
          "--orders", [flags](const std::string& which) { flags->open_orders = which == "open"; },
          "none: import no orders. open: place the pending ones as new orders")
      ->check(CLI::IsMember({"none", "open"}));
  command->add_option("--currency", flags->currency, "Currency of its prices. Default: the setting currency");
  command->add_option("--guest", flags->guest, "Customer for orders that have none")->check([](const std::string& id) {
    return std::string(new_customer_id_problem(id));
  });
  command->add_option("--source", flags->source, "Name of the source. The same source is imported only once")
      ->capture_default_str();
  command->add_flag("--update", flags->update, "Also update name, category and price of existing products");
  command
      ->add_option_function<std::string>(
          "-o,--output", [flags](const std::string& name) { flags->json = name == "json"; },
          "Format of the summary: text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "Products keep their ids and their stock. Orders are history: the Node.js system took no stock and no\n"
      "payment for them, and ordo would do both. So ordo does not import them; it lists them in\n"
      "seed.orders.errors.csv. With --orders open, ordo places the pending ones at the catalogue's prices.\n"
      "Refused documents are listed with their _id and the reason in seed.products.errors.csv and\n"
      "seed.orders.errors.csv. You may repeat the command: it imports nothing twice.\n\n"
      "Examples:\n"
      "  ordo import seed --mongo mongodb://127.0.0.1:27017/shop --currency VND\n"
      "  ordo import seed --mongo \"$DATABASE_URL\" --database shop --orders open\n\n"
      "Exit codes: 0 all accepted; 1 failed; 2 wrong flags; 3 some documents refused; 6 no answer, run it again\n");
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_import_seed(settings, *flags); };
  });
}

}  // namespace ordo::cli
