// ordo tax-rates, shipping-methods, promotions: list, show, add, set, end; promotions redemptions.
#include <CLI/CLI.hpp>
#include <memory>

#include "base/encoding.h"
#include "cli/change_command.h"
#include "cli/commands.h"
#include "cli/list_command.h"
#include "cli/setting_flags.h"
#include "cli/shop_rule_flags.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

// The body of a request. `id` is for a POST, `clear` for a PATCH.
struct TaxRateBody : TaxRateDetails {
  std::optional<std::string> id;
  std::optional<std::vector<std::string>> clear;
};
BOOST_DESCRIBE_STRUCT(TaxRateBody, (TaxRateDetails), (id, clear))

struct ShippingMethodBody : ShippingMethodDetails {
  std::optional<std::string> id;
  std::optional<std::vector<std::string>> clear;
};
BOOST_DESCRIBE_STRUCT(ShippingMethodBody, (ShippingMethodDetails), (id, clear))

struct PromotionBody : PromotionDetails {
  std::optional<std::string> id;
  std::optional<std::vector<std::string>> clear;
};
BOOST_DESCRIBE_STRUCT(PromotionBody, (PromotionDetails), (id, clear))

Result<Timestamp> time_of(const std::string& text) {
  return parse_timestamp(text);
}

// Each kind: its words, its filters and its flags. The targets of flags outlive the parse.
struct TaxRateCommands {
  using Body = TaxRateBody;
  static constexpr auto kListed = client::Listed::tax_rates;
  static constexpr const char* kName = "tax-rates";
  static constexpr const char* kOne = "tax rate";
  static constexpr const char* kAdd =
      "  ordo tax-rates add de --country DE --percent 19 --label \"VAT 19 %\" --code VAT\n";
  static constexpr const char* kSet = "  ordo tax-rates set de --valid-to 2026-12-31T23:00:00Z\n";

  static void add_filters(CLI::App& command, ListOptions& options) {
    add_filter(command, options.filters, "country", "Only of this country");
    add_filter(command, options.filters, "tax_class", "Only of this class of goods");
  }
  static void add_flags(CLI::App& command, Body& body) {
    command.add_option("--country", body.country, "Country of the destination, ISO 3166-1 alpha-2");
    command.add_option("--region", body.region, "State, province or county. Default: the whole country");
    command.add_option("--tax-class", body.tax_class, "Class of the goods. Default: standard");
    add_parsed(command, "--percent", body.rate_ppm, parse_percent, "The rate in percent, such as 8.875");
    command.add_option("--label", body.label, "Name for people");
    command.add_option("--code", body.code, "Short name on invoices, such as VAT");
    add_parsed(command, "--reason", body.reason, parse_name<TaxReason>, "Why the rate is what it is");
    add_parsed(command, "--valid-from", body.valid_from, time_of, "Begin, such as 2026-01-31T08:05:00Z");
    add_parsed(command, "--valid-to", body.valid_to, time_of, "End");
    command.add_option("--price-includes-tax", body.price_includes_tax, "true: prices are stated with the tax");
    command.add_option("--applies-to-shipping", body.applies_to_shipping, "true: shipping is taxed too");
  }
};

struct ShippingMethodCommands {
  using Body = ShippingMethodBody;
  static constexpr auto kListed = client::Listed::shipping_methods;
  static constexpr const char* kName = "shipping-methods";
  static constexpr const char* kOne = "shipping method";
  static constexpr const char* kAdd =
      "  ordo shipping-methods add parcel --name Parcel --price 4.90EUR --countries DE,AT\n"
      "  ordo shipping-methods add freight --name Freight --by weight --step 1000=4.90EUR --step =9.90EUR\n";
  static constexpr const char* kSet = "  ordo shipping-methods set parcel --free-from 50EUR\n";

  static void add_filters(CLI::App& /*command*/, ListOptions& /*options*/) {}

  static ShippingPrice& price_of(Body& body) {
    if (!body.price) body.price.emplace();
    return *body.price;
  }
  static void add_price(CLI::App& command, Body& body) {
    const auto checked = [](const std::string& flag, const auto& value) {
      if (!value) throw CLI::ValidationError(flag, value.error().message);
      return *value;
    };
    command.add_option_function<std::string>(
        "--price",
        [&body, checked](const std::string& text) { price_of(body).amount = checked("--price", parse_price(text)); },
        "Price, such as 4.90EUR. With --by item: of each piece");
    command
        .add_option_function<std::string>(
            "--by",
            [&body](const std::string& text) {
              price_of(body).kind = text == "item"     ? ShippingPriceKind::per_item
                                    : text == "weight" ? ShippingPriceKind::by_weight
                                                       : ShippingPriceKind::by_value;
            },
            "What the price depends on. Default: nothing")
        ->check(CLI::IsMember({"item", "weight", "value"}));
    command
        .add_option_function<std::vector<std::string>>(
            "--step",
            [&body, checked](const std::vector<std::string>& texts) {
              auto& steps = price_of(body).steps.emplace();
              for (const auto& text : texts) steps.push_back(checked("--step", parse_step(text)));
            },
            "LIMIT=PRICE, repeatable, ascending: up to so many grams, or minor units of the goods")
        ->allow_extra_args(false);
  }
  static void add_flags(CLI::App& command, Body& body) {
    command.add_option("--name", body.name, "Name for people");
    add_list(command, "--countries", body.countries, "Destinations, separated by commas. Default: everywhere");
    add_price(command, body);
    add_parsed(command, "--free-from", body.free_from, parse_price, "Value of the goods from which it costs nothing");
    command.add_option("--tax-class", body.tax_class, "Class of its tax. Default: standard");
    command.add_option("--price-includes-tax", body.price_includes_tax, "true: the price is stated with the tax");
    command.add_option("--carrier", body.carrier, "The carrier");
    command.add_option("--service", body.service, "The carrier's name of the service");
  }
};

struct PromotionCommands {
  using Body = PromotionBody;
  static constexpr auto kListed = client::Listed::promotions;
  static constexpr const char* kName = "promotions";
  static constexpr const char* kOne = "promotion";
  static constexpr const char* kAdd =
      "  ordo promotions add spring --label \"Spring sale\" --code SPRING --percent 10\n"
      "  ordo promotions add three --label \"Three for two\" --buy 2 --get 1 --products tea,mug-red\n";
  static constexpr const char* kSet = "  ordo promotions set spring --usage-limit 500\n";

  static void add_filters(CLI::App& command, ListOptions& options) {
    add_filter(command, options.filters, "code", "Only with this code, in upper or lower case");
  }

  // An optional part of the body, which begins to exist with its first flag.
  template <class Part>
  static Part& part(std::optional<Part>& whole) {
    if (!whole) whole.emplace();
    return *whole;
  }
  static void add_action(CLI::App& command, std::optional<PromotionAction>& action) {
    const auto checked = [](const std::string& flag, const auto& value) {
      if (!value) throw CLI::ValidationError(flag, value.error().message);
      return *value;
    };
    command.add_option_function<std::string>(
        "--percent",
        [&action, checked](const std::string& text) {
          part(action).percent_ppm = checked("--percent", parse_percent(text));
        },
        "So many percent off");
    command.add_option_function<std::string>(
        "--amount",
        [&action, checked](const std::string& text) {
          part(action).kind = PromotionKind::fixed;
          part(action).amount = checked("--amount", parse_price(text));
        },
        "This amount off, such as 5EUR");
    command.add_flag_callback(
        "--free-shipping", [&action] { part(action).kind = PromotionKind::free_shipping; }, "Shipping costs nothing");
    const auto pieces = [&](const std::string& flag, std::optional<std::int64_t> PromotionAction::*member,
                            const std::string& help) {
      command.add_option_function<std::int64_t>(
          flag,
          [&action, member](std::int64_t count) {
            part(action).kind = PromotionKind::buy_x_get_y;
            part(action).*member = count;
          },
          help);
    };
    pieces("--buy", &PromotionAction::buy, "With --get: for so many pieces that are paid ...");
    pieces("--get", &PromotionAction::get, "... so many cost nothing, or --percent less");
    command.add_option_function<std::string>(
        "--target",
        [&action, checked](const std::string& text) {
          part(action).target = checked("--target", parse_name<PromotionTarget>(text));
        },
        "line or order: what a percentage or an amount is taken off. Default: order");
  }
  static void add_conditions(CLI::App& command, std::optional<PromotionConditions>& conditions) {
    const auto list = [&](const std::string& flag, std::optional<std::vector<std::string>> PromotionConditions::*member,
                          const std::string& help) {
      command
          .add_option_function<std::vector<std::string>>(
              flag,
              [&conditions, member](const std::vector<std::string>& values) { part(conditions).*member = values; },
              help)
          ->delimiter(',')
          ->allow_extra_args(false);
    };
    list("--products", &PromotionConditions::products, "Only these products, separated by commas");
    list("--categories", &PromotionConditions::categories, "Only products of these categories");
    list("--segments", &PromotionConditions::segments, "Only customers of these segments");
    command.add_option_function<std::int64_t>(
        "--min-items", [&conditions](std::int64_t count) { part(conditions).min_items = count; },
        "At least so many pieces");
    command.add_option_function<std::string>(
        "--min-value",
        [&conditions](const std::string& text) {
          const auto value = parse_price(text);
          if (!value) throw CLI::ValidationError("--min-value", value.error().message);
          part(conditions).min_value = *value;
        },
        "Goods of at least this value, such as 50EUR");
    command.add_flag_callback(
        "--first-order", [&conditions] { part(conditions).first_order = true; }, "Only a customer's first order");
  }
  static void add_flags(CLI::App& command, Body& body) {
    command.add_option("--label", body.label, "Name for people");
    command.add_option("--code", body.code, "What a customer enters. Default: it holds for all orders");
    add_action(command, body.action);
    add_conditions(command, body.conditions);
    add_parsed(command, "--starts", body.starts, time_of, "Begin, such as 2026-01-31T08:05:00Z");
    add_parsed(command, "--ends", body.ends, time_of, "End");
    command.add_option("--usage-limit", body.usage_limit, "How often it can be used");
    command.add_option("--per-customer-limit", body.per_customer_limit, "How often one customer can use it");
    command.add_option("--combinable", body.combinable, "true: together with other promotions");
  }
};

template <class Body>
struct RuleOptions {
  std::string id;
  Body body;
  client::OutputChoice output;
};

std::string path_to(const char* name, const std::string& id) {
  return "/v1/" + std::string(name) + "/" + percent_encoded(id);
}

int run_rule_change(const settings::Settings& settings, client::Listed listed, client::OutputChoice output,
                    client::HttpRequest request) {
  ChangeCommand change;
  change.request = std::move(request);
  change.request.headers = {{"Prefer", "wait=10"}, fresh_idempotency_key()};
  change.listed = listed;
  change.output = output;
  change.what = "the change";
  return run_change_command(settings, change);
}

CLI::App* add_rule_command(CLI::App& group, CommandLine& line, const char* name, const std::string& help) {
  auto* command = group.add_subcommand(name, help);
  line.flags.add(*command, settings::SettingScope::kClient);
  line.flags.add(*command, settings::SettingScope::kStorage);
  return command;
}

template <class Kind>
void add_rule_reads(CLI::App& group, CommandLine& line) {
  const std::string name = Kind::kName;
  auto* list = add_rule_command(group, line, "list", "List them, newest first");
  auto listed = std::make_shared<ListOptions>();
  listed->listed = Kind::kListed;
  listed->path = "/v1/" + name;
  add_filter(*list, listed->filters, "status", "Only with this status: active, ended");
  Kind::add_filters(*list, *listed);
  add_list_flags(*list, *listed);
  list->footer("Example:\n  ordo " + name + " list --status active\n" + std::string(kListExitCodes));
  list->callback([&line, listed] {
    line.run = [listed](const settings::Settings& settings) { return run_list(settings, *listed); };
  });
  auto* show = add_rule_command(group, line, "show", std::string("Show a ") + Kind::kOne);
  auto shown = std::make_shared<ShowOptions>();
  shown->listed = Kind::kListed;
  shown->path = "/v1/" + name + "/";
  show->add_option("id", shown->id, std::string("The id of the ") + Kind::kOne)->required();
  add_output_flag(*show, shown->output);
  show->footer("Example:\n  ordo " + name + " show ID -o json\n" + std::string(kShowExitCodes));
  show->callback([&line, shown] {
    line.run = [shown](const settings::Settings& settings) { return run_show(settings, *shown); };
  });
}

template <class Kind>
void add_rule_write(CLI::App& group, CommandLine& line, bool add) {
  using Options = RuleOptions<typename Kind::Body>;
  const std::string one = Kind::kOne;
  auto* command = add ? add_rule_command(group, line, "add", "Add a " + one)
                      : add_rule_command(group, line, "set", "Change some members of a " + one + ". The rest stays");
  auto options = std::make_shared<Options>();
  auto* id = command->add_option("id", options->id, add ? "Its id. Default: ordo makes one" : "Its id");
  if (!add) id->required();
  Kind::add_flags(*command, options->body);
  if (!add) add_list(*command, "--clear", options->body.clear, "Optional members to remove, separated by commas");
  add_output_flag(*command, options->output);
  command->footer(std::string("Example:\n") + (add ? Kind::kAdd : Kind::kSet) +
                  "\nExit codes: 0 done; 1 refused; 2 wrong flags; 4 not found; 6 no answer\n");
  command->callback([&line, options, add] {
    line.run = [options, add](const settings::Settings& settings) {
      if (!add) {
        return run_rule_change(settings, Kind::kListed, options->output,
                               {"PATCH", path_to(Kind::kName, options->id), {}, to_json(options->body)});
      }
      auto body = options->body;
      body.id = unless_empty(options->id);
      return run_rule_change(settings, Kind::kListed, options->output,
                             {"POST", "/v1/" + std::string(Kind::kName), {}, to_json(body)});
    };
  });
}

template <class Kind>
void add_rule_end(CLI::App& group, CommandLine& line) {
  auto* command =
      add_rule_command(group, line, "end", std::string("End a ") + Kind::kOne + ". Orders keep their prices");
  auto options = std::make_shared<ShowOptions>();
  command->add_option("id", options->id, std::string("The id of the ") + Kind::kOne)->required();
  add_output_flag(*command, options->output);
  command->footer("Example:\n  ordo " + std::string(Kind::kName) +
                  " end ID\n\nExit codes: 0 ended; 1 refused; 2 wrong flags; 4 not found; 6 no answer\n");
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) {
      return run_rule_change(settings, Kind::kListed, options->output,
                             {"POST", path_to(Kind::kName, options->id) + "/end", {}, {}});
    };
  });
}

void add_redemptions(CLI::App& promotions, CommandLine& line) {
  struct Options : ListOptions {
    std::string promotion;
  };
  auto* command = add_rule_command(promotions, line, "redemptions", "List the orders that use a promotion");
  auto options = std::make_shared<Options>();
  options->listed = client::Listed::redemptions;
  command->add_option("id", options->promotion, "The id of the promotion")->required();
  add_filter(*command, options->filters, "status", "Only with this status: held, refused, returned");
  add_filter(*command, options->filters, "order_id", "Only of this order");
  add_list_flags(*command, *options);
  command->footer("Example:\n  ordo promotions redemptions spring --status held\n" + std::string(kListExitCodes));
  command->callback([&line, options] {
    line.run = [options](const settings::Settings& settings) {
      options->path = path_to("promotions", options->promotion) + "/redemptions";
      return run_list(settings, *options);
    };
  });
}

template <class Kind>
CLI::App& add_rules(CLI::App& app, CommandLine& line) {
  auto* group = app.add_subcommand(Kind::kName, "List, show, add, change and end " + std::string(Kind::kOne) + "s");
  group->require_subcommand(1);
  add_rule_reads<Kind>(*group, line);
  add_rule_write<Kind>(*group, line, true);
  add_rule_write<Kind>(*group, line, false);
  add_rule_end<Kind>(*group, line);
  return *group;
}

}  // namespace

void add_shop_rules(CLI::App& app, CommandLine& line) {
  add_rules<TaxRateCommands>(app, line);
  add_rules<ShippingMethodCommands>(app, line);
  add_redemptions(add_rules<PromotionCommands>(app, line), line);
}

}  // namespace ordo::cli
