#include "cli/order_flags.h"

#include <CLI/CLI.hpp>
#include <fstream>

#include "base/number.h"
#include "cli/shop_rule_flags.h"
#include "records/json_codec.h"

namespace ordo::cli {
namespace {

// The largest body that a server can be set to accept.
constexpr std::size_t kMaxInput = 64 * 1024 * 1024;

tl::unexpected<Error> wrong_flag(const std::string& expected, const std::string& text) {
  return fail(ErrorCode::kInvalid, "bad_flag", "expected " + expected + ", but got \"" + text + "\"");
}

Result<std::string> read_stream(std::istream& in, const std::string& name) {
  std::string text;
  char block[64 * 1024];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxInput) return fail(ErrorCode::kInvalid, "file_too_large", name + " is larger than 64 MiB");
  }
  return text;
}

Result<std::string> read_input(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, "no_file", "there is no file " + path);
  return read_stream(file, path);
}

// `what` names the text in errors.
template <class T>
Result<T> read_typed(const std::string& text, const std::string& what) {
  auto value = from_json<T>(text, Fields::strict);
  if (value) return value;
  auto error = std::move(value.error());
  error.message = what + ": " + error.message;
  return fail(std::move(error));
}

Result<Address> address_of(const std::string& text, const std::string& flag) {
  if (!text.starts_with('@')) return read_typed<Address>(text, flag);
  const auto content = read_input(text.substr(1));
  if (!content) return fail(content.error());
  return read_typed<Address>(*content, text.substr(1));
}

// Reads the amounts of one order: in the currency that each names, or in that of the order. All have the same.
class Amounts {
 public:
  explicit Amounts(std::optional<Currency> currency) : currency_(currency) {}

  Result<Money> read(const std::string& text);
  const std::optional<Currency>& currency() const { return currency_; }

 private:
  std::optional<Currency> currency_;
};

Result<Money> Amounts::read(const std::string& text) {
  const bool names_one = !text.empty() && text.back() >= 'A' && text.back() <= 'Z';
  if (!names_one) {
    if (!currency_) {
      return fail(ErrorCode::kInvalid, "bad_flag",
                  "the amount \"" + text + "\" needs a currency: set --currency, or write it as 12.50EUR");
    }
    auto money = parse_money(text, *currency_);
    if (!money) return wrong_flag("an amount in " + std::string(currency_->code()) + ", such as 12.50", text);
    return money;
  }
  auto money = parse_price(text);
  if (!money) return money;
  if (currency_ && *currency_ != money->currency) {
    return wrong_flag("an amount in " + std::string(currency_->code()) + ", the currency of the order", text);
  }
  currency_ = money->currency;
  return money;
}

// Splits at the last "=", because names may contain one, then at the "@" before the price.
Result<StatedLine> line_of(LineKind kind, const std::string& text, Amounts& amounts) {
  const bool product = kind == LineKind::product;
  const std::string expected = product ? "PRODUCT=QUANTITY or PRODUCT=QUANTITY@PRICE, for example mug-red=2@12.50"
                                       : "NAME=QUANTITY@PRICE, for example Engraving=1@4.90";
  const auto split = text.rfind('=');
  if (split == std::string::npos || split == 0) return wrong_flag(expected, text);
  const auto rest = std::string_view(text).substr(split + 1);
  const auto at = rest.find('@');
  const auto quantity = parse_integer<std::int64_t>(rest.substr(0, at));
  if (!quantity || (!product && at == std::string_view::npos)) return wrong_flag(expected, text);
  StatedLine line;
  line.quantity = *quantity;
  if (product) {
    line.product_id = ProductId(text.substr(0, split));
  } else {
    line.kind = kind;
    line.name = text.substr(0, split);
  }
  if (at == std::string_view::npos) return line;
  const auto price = amounts.read(std::string(rest.substr(at + 1)));
  if (!price) return fail(price.error());
  line.unit_price = *price;
  return line;
}

Result<StatedDiscount> discount_of(const std::string& text, Amounts& amounts) {
  StatedDiscount discount;
  discount.target = DiscountTarget::order;
  if (text.ends_with('%')) {
    const auto percent = parse_percent(text.substr(0, text.size() - 1));
    if (!percent) return fail(percent.error());
    discount.value_type = DiscountValue::percent;
    discount.value = *percent;
    return discount;
  }
  const auto amount = amounts.read(text);
  if (!amount) return fail(amount.error());
  discount.value_type = DiscountValue::fixed;
  discount.value = amount->amount;
  return discount;
}

Result<StatedShipping> shipping_of(const std::string& text, Amounts& amounts) {
  const auto split = text.rfind('=');
  if (split == std::string::npos || split == 0) return wrong_flag("NAME=PRICE, for example Courier=9.90", text);
  const auto price = amounts.read(text.substr(split + 1));
  if (!price) return fail(price.error());
  StatedShipping shipping;
  shipping.name = text.substr(0, split);
  shipping.price = *price;
  return shipping;
}

// Adds what `read` makes of each text.
template <class T, class Read>
Result<void> add_each(const std::vector<std::string>& texts, std::vector<T>& list, Read&& read) {
  for (const auto& text : texts) {
    auto one = read(text);
    if (!one) return fail(std::move(one.error()));
    list.push_back(std::move(*one));
  }
  return {};
}

// The list, if something will be added to it. An absent list stays absent else: an empty one has a meaning of its own.
template <class T>
std::vector<T>& list_for(const std::vector<std::string>& texts, std::optional<std::vector<T>>& list,
                         std::vector<T>& none) {
  if (list) return *list;
  return texts.empty() ? none : list.emplace();
}
template <class T, class Read>
Result<void> add_each(const std::vector<std::string>& texts, std::optional<std::vector<T>>& list, Read&& read) {
  std::vector<T> none;
  return add_each(texts, list_for(texts, list, none), std::forward<Read>(read));
}

void add_texts(const std::vector<std::string>& texts, std::optional<std::vector<std::string>>& list) {
  if (texts.empty()) return;
  if (!list) list.emplace();
  list->insert(list->end(), texts.begin(), texts.end());
}

template <class T, class From>
void replace(std::optional<T>& member, const std::optional<From>& flag) {
  if (flag) member = T(*flag);
}

void replace_terms(const OrderFlags& flags, OrderBody& body) {
  replace(body.customer_id, flags.customer);
  replace(body.currency, flags.currency);
  replace(body.location, flags.location);
  replace(body.shipping_method, flags.shipping_method);
  replace(body.reference, flags.reference);
  replace(body.customer_note, flags.note);
  replace(body.channel, flags.channel);
  replace(body.locale, flags.locale);
  replace(body.payment_method, flags.payment_method);
  replace(body.payment_terms, flags.payment_terms);
  replace(body.quote, flags.quote);
  if (flags.ship_before_payment) body.ship_before_payment = true;
  if (flags.contact != Contact()) {
    if (!body.contact) body.contact.emplace();
    replace(body.contact->name, flags.contact.name);
    replace(body.contact->email, flags.contact.email);
    replace(body.contact->phone, flags.contact.phone);
  }
  add_texts(flags.codes, body.codes);
  add_texts(flags.tags, body.tags);
}

Result<void> replace_addresses(const OrderFlags& flags, OrderBody& body) {
  if (!flags.ship_to.empty()) {
    auto address = address_of(flags.ship_to, "--ship-to");
    if (!address) return fail(std::move(address.error()));
    body.shipping_address = std::move(*address);
  }
  if (!flags.bill_to.empty()) {
    auto address = address_of(flags.bill_to, "--bill-to");
    if (!address) return fail(std::move(address.error()));
    body.billing_address = std::move(*address);
  }
  return {};
}

Result<void> add_amounts(const OrderFlags& flags, OrderBody& body) {
  std::optional<Currency> currency;
  if (body.currency) {
    const auto parsed = Currency::parse(*body.currency);
    if (!parsed) return fail(parsed.error());
    currency = *parsed;
  }
  Amounts amounts(currency);
  const auto add_lines = [&](const std::vector<std::string>& texts, LineKind kind) {
    return add_each(texts, body.lines, [&](const std::string& text) { return line_of(kind, text, amounts); });
  };
  if (auto added = add_lines(flags.lines, LineKind::product); !added) return added;
  if (auto added = add_lines(flags.custom, LineKind::custom); !added) return added;
  if (auto added = add_lines(flags.fees, LineKind::fee); !added) return added;
  auto added =
      add_each(flags.shipping, body.shipping, [&](const std::string& text) { return shipping_of(text, amounts); });
  if (!added) return added;
  added =
      add_each(flags.discounts, body.discounts, [&](const std::string& text) { return discount_of(text, amounts); });
  if (!added) return added;
  if (flags.expected_total) {
    const auto total = amounts.read(*flags.expected_total);
    if (!total) return fail(total.error());
    body.expected_total = *total;
  }
  // An amount of a discount has no currency in the body.
  if (amounts.currency()) body.currency = std::string(amounts.currency()->code());
  return {};
}

void add_many(CLI::App& command, const std::string& flag, std::vector<std::string>& target, const std::string& help) {
  command.add_option(flag, target, help + ". Repeatable")->allow_extra_args(false);
}

void add_goods_flags(CLI::App& command, OrderFlags& flags) {
  command.add_option("--from", flags.from, "File of a body as JSON, - for the standard input. Other flags add to it");
  command.add_option("--customer", flags.customer, "The customer's id");
  add_many(command, "--line", flags.lines,
           "Goods, PRODUCT=QUANTITY, or PRODUCT=QUANTITY@PRICE with a price of a piece (needs orders:price)");
  add_many(command, "--custom", flags.custom, "A line without a product, NAME=QUANTITY@PRICE (needs orders:price)");
  add_many(command, "--fee", flags.fees, "A fee, NAME=QUANTITY@PRICE (needs orders:price)");
  add_many(command, "--discount", flags.discounts, "A discount of the order, 10% or 5.00 (needs orders:price)");
  add_many(command, "--shipping", flags.shipping, "What shipping costs, NAME=PRICE (needs orders:price)");
  add_many(command, "--code", flags.codes, "Code of a promotion");
  command.add_option("--shipping-method", flags.shipping_method, "Id of a shipping method of the shop");
  command.add_option("--currency", flags.currency, "Currency of the order, and of amounts that name none");
  command.add_option("--expected-total", flags.expected_total, "Refuse the order if its total is another");
  command.add_option("--location", flags.location, "Location whose stock it takes. Default: the server's own");
  command.add_option("--quote", flags.quote, "A quote of the same cart. The order then has its figures");
}

void add_terms_flags(CLI::App& command, OrderFlags& flags) {
  command.add_option("--reference", flags.reference, "Your own number for the order");
  command.add_option("--note", flags.note, "What the buyer wrote with the order");
  command.add_option("--channel", flags.channel, "Where the order was taken: web, phone, a marketplace");
  command.add_option("--locale", flags.locale, "The buyer's language, such as vi or de-AT");
  add_many(command, "--tag", flags.tags, "Your own word for finding the order");
  command.add_option("--payment-method", flags.payment_method, "The payment gateway's token");
  add_parsed(command, "--payment-terms", flags.payment_terms, parse_name<PaymentTerms>,
             "gateway (the default), manual or none");
  command.add_flag("--ship-before-payment", flags.ship_before_payment,
                   "Confirm the order before it is paid. Only with --payment-terms manual");
  command.add_option("--contact-name", flags.contact.name, "Name of the buyer");
  command.add_option("--contact-email", flags.contact.email, "Mail address of the buyer");
  command.add_option("--contact-phone", flags.contact.phone, "Telephone number of the buyer");
  command.add_option("--ship-to", flags.ship_to, "Address for the goods, as JSON, or @FILE");
  command.add_option("--bill-to", flags.bill_to, "Address of the payer, as JSON, or @FILE");
}

}  // namespace

void add_order_flags(CLI::App& command, OrderFlags& flags) {
  add_goods_flags(command, flags);
  add_terms_flags(command, flags);
}

Result<OrderBody> order_body_of(const OrderFlags& flags, std::istream& in) {
  OrderBody body;
  if (!flags.from.empty()) {
    const auto text = flags.from == "-" ? read_stream(in, "the standard input") : read_input(flags.from);
    if (!text) return fail(text.error());
    auto read = read_typed<OrderBody>(*text, flags.from == "-" ? "the standard input" : flags.from);
    if (!read) return read;
    body = std::move(*read);
  }
  replace_terms(flags, body);
  if (auto replaced = replace_addresses(flags, body); !replaced) return fail(std::move(replaced.error()));
  if (auto added = add_amounts(flags, body); !added) return fail(std::move(added.error()));
  return body;
}

}  // namespace ordo::cli
