// ordo import seed: imports products, and on request orders, from a database of the Node.js system that ordo replaces.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/printable.h"
#include "cli/commands.h"
#include "cli/server_access.h"
#include "cli/setting_flags.h"
#include "domain/ids.h"
#include "import/questions.h"
#include "import/run.h"
#include "import/seed_table.h"
#include "mongo/database.h"
#include "records/json_text.h"
#include "settings/settings.h"

namespace ordo::cli {
namespace {

using imports::ImportKind;
using imports::OrderMode;
using imports::SeedOrders;

// The collections of that database.
constexpr const char* kProducts = "products";
constexpr const char* kOrders = "orders";

constexpr const char* kProductErrors = "seed.products.errors.csv";
constexpr const char* kOrderErrors = "seed.orders.errors.csv";
constexpr const char* kHistoryErrors = "seed.history.errors.csv";

// The flags of the command line.
struct SeedFlags {
  std::string mongo;
  std::string database;
  std::string source = "seed";
  std::string orders = "none";  // none, open, history, all
  std::vector<std::string> statuses;
  std::optional<std::string> currency;
  std::optional<std::string> guest;
  bool update = false;
  bool json = false;

  bool places_open() const { return orders == "open" || orders == "all"; }
  bool writes_history() const { return orders == "history" || orders == "all"; }
};

struct SeedImport {
  imports::ImportSummary products;
  std::optional<imports::ImportSummary> orders;   // pending ones, as new business
  std::optional<imports::ImportSummary> history;  // finished ones
  std::uint64_t left = 0;                         // orders that are not imported
};

Result<imports::NextDocument> documents_of(mongo::Database& database, const char* collection) {
  auto reader = mongo::ForeignReader::open(database, collection);
  if (!reader) return fail(std::move(reader.error()));
  return imports::NextDocument(
      [reader = std::shared_ptr<mongo::ForeignReader>(std::move(*reader))] { return reader->next(); });
}

// One run of the command: reads from the database, and sends to the server.
class SeedRun {
 public:
  SeedRun(const SeedFlags& flags, mongo::Database& database, Currency currency, ServerAccess& server)
      : flags_(flags), database_(database), currency_(currency), server_(server) {}

  Result<SeedImport> import_all();

 private:
  using MakeTable = std::function<std::unique_ptr<imports::Table>(imports::NextDocument)>;

  Result<imports::ImportOptions> options(ImportKind kind, const char* errors, MakeTable make) const;
  Result<imports::ImportSummary> run(const imports::ImportOptions& options);
  Result<imports::ImportSummary> import_products();
  Result<imports::ImportSummary> import_orders(SeedOrders which);
  Result<std::uint64_t> list_orders();

  const SeedFlags& flags_;
  mongo::Database& database_;
  const Currency currency_;
  ServerAccess& server_;
};

Result<imports::ImportOptions> SeedRun::options(ImportKind kind, const char* errors, MakeTable make) const {
  imports::ImportOptions options;
  options.kind = kind;
  options.path = flags_.database.empty() ? "the database" : flags_.database;
  options.columns = imports::seed_columns(kind);
  options.columns.update = flags_.update;
  options.values.json = true;
  options.values.currency = options.values.shop_currency = currency_;
  for (const auto& status : flags_.statuses) {
    if (auto added = imports::add_status(status, options.values.status); !added) return fail(std::move(added.error()));
  }
  options.products.currency = currency_;
  options.products.update = flags_.update;
  options.orders.guest = flags_.guest;
  options.orders.source = flags_.source;
  options.orders.accept_totals = true;
  options.errors_path = errors;
  options.progress_path = std::string(errors) + ".progress";
  options.stop = [this] { return server_.ending(); };
  options.open = [this, kind, make = std::move(make)]() -> Result<std::unique_ptr<imports::Table>> {
    auto next = documents_of(database_, kind == ImportKind::orders ? kOrders : kProducts);
    if (!next) return fail(std::move(next.error()));
    return make(std::move(*next));
  };
  return options;
}

Result<imports::ImportSummary> SeedRun::run(const imports::ImportOptions& options) {
  const auto prepared = imports::prepare_import(options);
  if (!prepared) return fail(prepared.error());
  if (!prepared->questions.empty()) return fail(imports::as_one(prepared->questions));
  return imports::run_import(options, *prepared, server_.caller());
}

Result<imports::ImportSummary> SeedRun::import_products() {
  const auto made = options(ImportKind::products, kProductErrors, imports::seed_product_table);
  return made ? run(*made) : fail(made.error());
}

Result<imports::ImportSummary> SeedRun::import_orders(SeedOrders which) {
  imports::SeedPrices prices;
  if (which == SeedOrders::finished) {
    const auto next = documents_of(database_, kProducts);
    if (!next) return fail(next.error());
    auto read = imports::SeedPrices::read(*next);
    if (!read) return fail(std::move(read.error()));
    prices = std::move(*read);
  }
  const bool history = which == SeedOrders::finished;
  auto made = options(ImportKind::orders, history ? kHistoryErrors : kOrderErrors,
                      [this, which, &prices](imports::NextDocument next) {
                        return imports::seed_order_table(std::move(next), which, flags_.orders != "all", &prices);
                      });
  if (!made) return fail(std::move(made.error()));
  made->mode = history ? OrderMode::history : OrderMode::new_business;
  // The catalogue has the currency of new business.
  if (!history) made->values.currency.reset();
  return run(*made);
}

// Lists every order in the report. Returns their number.
Result<std::uint64_t> SeedRun::list_orders() {
  auto next = documents_of(database_, kOrders);
  if (!next) return fail(std::move(next.error()));
  imports::RefusalReport report(kOrderErrors);
  while (true) {
    auto document = (*next)();
    if (!document) return fail(std::move(document.error()));
    if (!*document) break;
    report.add({report.rows() + 1, (*document)->id, imports::history_stays()});
    if (auto written = report.problem(); !written) return fail(std::move(written.error()));
  }
  const auto count = report.rows();
  if (auto finished = report.finish(); !finished) return fail(std::move(finished.error()));
  return count;
}

Result<SeedImport> SeedRun::import_all() {
  SeedImport done;
  auto products = import_products();
  if (!products) return fail(std::move(products.error()));
  done.products = std::move(*products);
  if (flags_.writes_history()) {
    auto history = import_orders(SeedOrders::finished);
    if (!history) return fail(std::move(history.error()));
    done.history = std::move(*history);
  }
  if (flags_.places_open()) {
    auto orders = import_orders(SeedOrders::pending);
    if (!orders) return fail(std::move(orders.error()));
    done.orders = std::move(*orders);
  }
  if (done.history || done.orders) return done;
  const auto left = list_orders();
  if (!left) return fail(left.error());
  done.left = *left;
  return done;
}

void print(const SeedImport& done, bool json) {
  if (json) {
    // Removes the line end, which is the last character of a summary.
    const auto object = [](const imports::ImportSummary& summary) {
      const auto text = imports::summary_json(summary, "");
      return text.substr(0, text.size() - 1);
    };
    JsonObject out;
    out.add("products", object(done.products));
    if (done.history) out.add("history", object(*done.history));
    if (done.orders) out.add("orders", object(*done.orders));
    out.add("orders_left", std::to_string(done.left));
    std::cout << out.text() << "\n";
    return;
  }
  std::cout << imports::summary_text(done.products);
  if (done.history) std::cout << imports::summary_text(*done.history);
  if (done.orders) std::cout << imports::summary_text(*done.orders);
  if (done.left > 0) {
    std::cout << grouped(done.left) << " orders are not imported; they are listed in " << kOrderErrors << "\n";
  }
}

// The documents that an import of this database found.
std::uint64_t found(const std::optional<imports::ImportSummary>& summary) {
  return summary ? summary->rows : 0;
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
  const auto done = SeedRun(flags, **database, *currency, *server).import_all();
  if (!done) {
    const int code = report_error(done.error());
    if (code == kExitUnavailable) std::cerr << "Run the same command again: nothing is imported twice.\n";
    if (done.error().reason == "unknown_status") return kExitUsage;
    return code == kExitNotFound ? kExitFailed : code;
  }
  if (done->products.rows == 0 && found(done->orders) == 0 && found(done->history) == 0 && done->left == 0) {
    std::cerr << "ordo: " << (*database)->address() << " has no products and no orders. --database names another one; "
              << "if the URI names none, the Node.js system used \"test\".\n";
    return kExitFailed;
  }
  print(*done, flags.json);
  std::cout << std::flush;
  const bool refused = imports::is_partial(done->products) || (done->orders && imports::is_partial(*done->orders)) ||
                       (done->history && imports::is_partial(*done->history));
  return refused ? kExitPartly : kExitOk;
}

constexpr const char* kSeedFooter =
    "Products keep their ids and their stock. --orders history writes the finished orders as they were: no charge,\n"
    "no stock, no shipment. Their prices are those of the products; a difference to totalAmount is kept as rounding.\n"
    "--orders open places the pending ones as new orders, at the catalogue's prices. --orders all does both.\n"
    "Refused documents are listed with their _id and the reason in seed.products.errors.csv, seed.orders.errors.csv\n"
    "and seed.history.errors.csv. You may repeat the command: it imports nothing twice.\n\n"
    "Examples:\n"
    "  ordo import seed --mongo mongodb://127.0.0.1:27017/shop --currency VND\n"
    "  ordo import seed --mongo \"$DATABASE_URL\" --database shop --orders all\n\n"
    "Exit codes: 0 all accepted; 1 failed; 2 wrong flags; 3 some documents refused; 6 no answer, run it again\n";

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
      ->add_option("--orders", flags->orders,
                   "none: import no orders. open: place the pending ones as new orders. history: write the finished "
                   "ones as they were. all: both")
      ->check(CLI::IsMember({"none", "open", "history", "all"}))
      ->capture_default_str();
  command
      ->add_option("--status", flags->statuses,
                   "WORD=STATE: what a status of the orders means: --status Foo=completed. Repeatable")
      ->allow_extra_args(false);
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
  command->footer(kSeedFooter);
  command->callback([&line, flags] {
    line.run = [flags](const settings::Settings& settings) { return run_import_seed(settings, *flags); };
  });
}

}  // namespace ordo::cli
