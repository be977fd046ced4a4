#include "cli/import_flags.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/text.h"
#include "domain/ids.h"
#include "settings/settings.h"

namespace ordo::cli {
namespace {

using imports::ImportKind;
using imports::OrderMode;

void add_repeatable(CLI::App& command, const std::string& flag, std::vector<std::string>& target,
                    const std::string& help) {
  command.add_option(flag, target, help + ". Repeatable")->allow_extra_args(false);
}

void add_flags_of_files(CLI::App& command, ImportFlags& flags) {
  command.add_option("file", flags.file, "The file to import")->required()->check(CLI::ExistingFile);
  add_repeatable(command, "--map", flags.map,
                 "COLUMN=NAME: the file's name of a column that ordo does not recognize; a second one of a name is "
                 "NAME#2");
  add_repeatable(command, "--set", flags.set, "COLUMN=VALUE: the value of rows that have none in this column");
  command.add_option("--profile", flags.profile,
                     "The program that wrote the file, see ordo import formats. Default: ordo recognizes it");
  command.add_option("--format", flags.format, "csv, json or ndjson. Default: from the file's first bytes")
      ->check(CLI::IsMember({"csv", "json", "ndjson"}));
  command
      .add_option("--delimiter", flags.delimiter,
                  "Separator of the CSV fields. Default: that of a line sep=X, else ordo detects , ; tab or |")
      ->check([](const std::string& text) {
        return text.size() == 1 || text == "\\t" ? std::string() : std::string("must be one character, or \\t");
      });
  command.add_option("--encoding", flags.encoding,
                     "utf-8, utf-16, windows-1252 (latin1) or windows-1258. Default: from the byte order mark, else "
                     "utf-8");
}

void add_flags_of_values(CLI::App& command, ImportFlags& flags) {
  command.add_option("--decimal", flags.decimal, "The sign before decimals, . or , Default: from the file's numbers")
      ->check(CLI::IsMember({".", ","}));
  command.add_option("--zone", flags.zone, "Time zone of times that name none: Europe/Berlin, +07:00. Default: UTC");
  command.add_option("--date-order", flags.date_order, "day-first or month-first, for dates such as 05/03/2024")
      ->check(CLI::IsMember({"day-first", "month-first"}));
  add_repeatable(command, "--time-format", flags.time_formats,
                 "Format of times, as for strptime with %z: \"%m/%d/%Y %H:%M\"");
  command.add_option("--unit", flags.unit, "Size of one piece in the file's unit: 0.001 for grams of a file in kg");
}

void add_flags_of_runs(CLI::App& command, ImportFlags& flags) {
  command.add_flag("--dry-run", flags.dry_run, "Only say what the file is and what each column means");
  command.add_option("--errors", flags.errors,
                     "File for the refused rows. Default: FILE.products.errors.csv or FILE.orders.errors.csv");
  command.add_option("--progress", flags.progress,
                     "File that keeps the progress while the import runs. Default: FILE.products.progress or "
                     "FILE.orders.progress");
  command.add_option("--at", flags.at_location, "Location for rows that name none");
  command
      .add_option_function<std::string>(
          "-o,--output", [&flags](const std::string& name) { flags.json = name == "json"; },
          "Format of the summary: text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

void add_flags_of_orders(CLI::App& command, ImportFlags& flags) {
  command
      .add_option("--as", flags.as,
                  "history: orders of the past, as they were. open: paid elsewhere, and shipped by ordo. new: new "
                  "business. Default: new, unless the file has orders that are not")
      ->check(CLI::IsMember({"new", "open", "history"}));
  command.add_option("--source", flags.source, "The shop. The same source and number are the same order")
      ->capture_default_str();
  command.add_option("--lines", flags.lines, "File with the lines of the orders whose heads are in FILE")
      ->check(CLI::ExistingFile);
  add_repeatable(command, "--status", flags.statuses,
                 "WORD=STATE: what a word of the file means: --status Foo=completed");
  command.add_option("--quantity", flags.quantity, "Quantity of each row without one; short for --set quantity=N");
  command.add_option("--guest", flags.guest,
                     "Customer for orders that name none. Without it, these orders are refused");
  command.add_option("--currency", flags.currency, "Currency of orders that name none");
  command.add_flag("--partial", flags.partial, "Take orders without their bad rows. Default: all rows or none");
  command.add_flag("--accept-totals", flags.accept_totals,
                   "Keep the file's totals: a difference to the sum becomes a line or discount called rounding");
  command.add_flag("--replace", flags.replace, "Orders of history that were imported before take the file's content");
  command.add_flag("--announce", flags.announce, "Send webhooks for orders of history");
  command.add_flag("--collect", flags.collect, "Open orders that are not paid: ordo charges them");
  command.add_option("--wait", flags.wait_s, "Wait until all orders are decided, at most this many seconds")
      ->expected(0, 1)
      ->default_str("300")
      ->check(CLI::Range(1, 86'400));
}

void add_flags_of_products(CLI::App& command, ImportFlags& flags) {
  command.add_option("--currency", flags.currency,
                     "Currency of prices whose row names none. Default: the setting currency");
  command.add_option("--stock", flags.stock, "Stock of each new product whose row names none")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000'000}));
  command.add_flag("--update", flags.update, "Also change existing products: what the file has, except the stock");
  command.add_flag("--update-stock", flags.update_stock, "Also count the stock of existing products");
}

tl::unexpected<Error> wrong_import_flag(std::string message) {
  return fail(ErrorCode::kInvalid, "bad_flag", std::move(message));
}

Result<void> read_file_flags(const ImportFlags& flags, imports::ImportOptions& options) {
  options.path = flags.file;
  options.lines_path = flags.lines;
  if (!flags.format.empty()) {
    options.table.format = flags.format == "csv" ? imports::FileFormat::csv : imports::FileFormat::json;
  }
  options.table.delimiter = flags.delimiter.empty() ? '\0' : flags.delimiter == "\\t" ? '\t' : flags.delimiter.front();
  if (!flags.encoding.empty()) {
    const auto encoding = imports::parse_encoding(flags.encoding);
    if (!encoding) return wrong_import_flag("--encoding must be utf-8, utf-16, windows-1252, latin1 or windows-1258");
    options.table.encoding = *encoding;
  }
  for (const auto& map : flags.map) {
    if (auto added = imports::add_map(map, options.columns); !added) return added;
  }
  for (const auto& set : flags.set) {
    if (auto added = imports::add_set(set, options.columns); !added) return added;
  }
  if (!flags.quantity.empty()) options.columns.set[imports::Role::quantity] = flags.quantity;
  options.columns.update = flags.update || flags.update_stock;
  if (flags.profile.empty()) return {};
  options.columns.profile = imports::find_profile(flags.profile);
  if (options.columns.profile != nullptr) return {};
  std::vector<std::string_view> names;
  for (const auto& profile : imports::profiles()) names.push_back(profile.name);
  const auto near = nearest(flags.profile, names);
  return wrong_import_flag("there is no profile " + imports::shown(flags.profile) +
                           (near.empty() ? "" : ", did you mean " + std::string(near) + "?") +
                           " ordo import formats lists them");
}

Result<void> read_value_flags(const ImportFlags& flags, const settings::Settings& settings,
                              imports::ImportOptions& options) {
  imports::ValueChoices& values = options.values;
  values.decimal = flags.decimal.empty() ? '\0' : flags.decimal.front();
  values.time.zone = flags.zone;
  values.time.formats = flags.time_formats;
  if (!flags.date_order.empty()) {
    values.time.order = imports::parse_date_order(flags.date_order).value_or(imports::DateOrder::unknown);
  }
  if (!flags.unit.empty()) {
    const auto unit = imports::parse_decimal(flags.unit, {'.'});
    if (!unit || unit->units <= 0) return wrong_import_flag("--unit must be a number above 0, such as 0.001");
    values.unit = *unit;
  }
  for (const auto& status : flags.statuses) {
    if (auto added = imports::add_status(status, values.status); !added) return added;
  }
  values.shop_currency = settings.currency;
  if (!flags.currency) return {};
  const auto currency = Currency::parse(*flags.currency);
  if (!currency) return fail(currency.error());
  values.currency = *currency;
  return {};
}

Result<void> read_order_flags(const ImportFlags& flags, const settings::Settings& settings,
                              imports::ImportOptions& options) {
  if (!flags.as.empty()) {
    options.mode = flags.as == "history" ? OrderMode::history
                   : flags.as == "open"  ? OrderMode::open
                                         : OrderMode::new_business;
  }
  const bool history = options.mode == OrderMode::history;
  const bool open = options.mode == OrderMode::open;
  if (flags.replace && !history) return wrong_import_flag("--replace needs --as history");
  if (flags.announce && !history) return wrong_import_flag("--announce needs --as history");
  if (flags.collect && !open) return wrong_import_flag("--collect needs --as open");
  if (flags.accept_totals && !history && !open)
    return wrong_import_flag("--accept-totals needs --as history or --as open");
  const auto wrong = flags.guest ? new_customer_id_problem(*flags.guest) : std::string_view();
  if (!wrong.empty())
    return wrong_import_flag("--guest \"" + imports::shown(*flags.guest) + "\": an id " + std::string(wrong));
  if (flags.source.empty() || flags.source.size() > 64) return wrong_import_flag("--source must have 1 to 64 bytes");
  // The catalogue has the currency of new business; the file's figures need one.
  if ((history || open) && !options.values.currency) options.values.currency = settings.currency;
  auto& orders = options.orders;
  orders.source = flags.source;
  orders.guest = flags.guest;
  orders.location = flags.at_location;
  orders.partial = flags.partial;
  orders.accept_totals = flags.accept_totals;
  orders.announce = flags.announce;
  orders.replace = flags.replace;
  orders.collect = flags.collect;
  if (flags.wait_s > 0) options.wait = std::chrono::seconds(flags.wait_s);
  return {};
}

}  // namespace

void add_import_flags(CLI::App& command, ImportFlags& flags) {
  add_flags_of_files(command, flags);
  if (flags.kind == ImportKind::orders) {
    add_flags_of_orders(command, flags);
  } else {
    add_flags_of_products(command, flags);
  }
  add_flags_of_values(command, flags);
  add_flags_of_runs(command, flags);
}

Result<imports::ImportOptions> import_options_of(const ImportFlags& flags, const settings::Settings& settings) {
  imports::ImportOptions options;
  options.kind = flags.kind;
  if (auto read = read_file_flags(flags, options); !read) return fail(std::move(read.error()));
  if (auto read = read_value_flags(flags, settings, options); !read) return fail(std::move(read.error()));
  if (flags.kind == ImportKind::orders) {
    if (auto read = read_order_flags(flags, settings, options); !read) return fail(std::move(read.error()));
  }
  const auto wrong = flags.at_location ? id_problem(*flags.at_location) : std::string_view();
  if (!wrong.empty())
    return wrong_import_flag("--at \"" + imports::shown(*flags.at_location) + "\": an id " + std::string(wrong));
  options.products.currency = options.values.currency.value_or(settings.currency);
  options.products.stock = flags.stock;
  options.products.location = flags.at_location;
  options.products.update = flags.update;
  options.update_stock = flags.update_stock;
  // The kind is part of the name, because products and orders often come from the same file.
  const std::string beside = flags.file + "." + std::string(imports::to_string(flags.kind));
  options.errors_path = flags.errors.empty() ? beside + ".errors.csv" : flags.errors;
  options.progress_path = flags.progress.empty() ? beside + ".progress" : flags.progress;
  options.asks_waiting = flags.kind == ImportKind::orders;
  return options;
}

}  // namespace ordo::cli
