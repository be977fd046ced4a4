#include "cli/shop_rule_flags.h"

#include "base/number.h"

namespace ordo::cli {
namespace {

tl::unexpected<Error> bad_flag(const std::string& expected, const std::string& text) {
  return fail(ErrorCode::kInvalid, "bad_flag", "expected " + expected + ", but got \"" + text + "\"");
}

}  // namespace

Result<Money> parse_price(const std::string& text) {
  constexpr std::size_t kCode = 3;
  const std::string_view all = text;
  if (all.size() <= kCode) return bad_flag("an amount and a currency, such as 12.50EUR", text);
  const auto currency = Currency::parse(all.substr(all.size() - kCode));
  auto number = all.substr(0, all.size() - kCode);
  while (number.ends_with(' ')) number.remove_suffix(1);
  if (!currency) return bad_flag("an amount and a currency, such as 12.50EUR", text);
  auto money = parse_money(number, *currency);
  if (!money) return bad_flag("an amount in " + std::string(currency->code()) + ", such as 12.50EUR", text);
  return money;
}

Result<std::int64_t> parse_percent(const std::string& text) {
  constexpr std::size_t kDecimals = 4;
  const auto point = std::min(text.find('.'), text.size());
  std::string digits = text.substr(0, point);
  std::string decimals = point < text.size() ? text.substr(point + 1) : std::string();
  const bool fits = !digits.empty() && digits.size() <= kDecimals && decimals.size() <= kDecimals &&
                    (point == text.size() || !decimals.empty());
  decimals.resize(kDecimals, '0');
  const auto ppm = fits ? parse_natural<std::int64_t>(digits + decimals) : std::nullopt;
  if (!ppm) return bad_flag("percents with at most four decimals, such as 8.875", text);
  return *ppm;
}

Result<ShippingStep> parse_step(const std::string& text) {
  constexpr const char* kExpected = "LIMIT=PRICE, such as 1000=4.90EUR, or =9.90EUR without a limit";
  const auto split = text.find('=');
  if (split == std::string::npos) return bad_flag(kExpected, text);
  ShippingStep step;
  if (split > 0) {
    step.up_to = parse_natural<std::int64_t>(std::string_view(text).substr(0, split));
    if (!step.up_to) return bad_flag(kExpected, text);
  }
  const auto amount = parse_price(text.substr(split + 1));
  if (!amount) return bad_flag(kExpected, text);
  step.amount = *amount;
  return step;
}

void add_list(CLI::App& command, const std::string& flag, std::optional<std::vector<std::string>>& target,
              const std::string& help) {
  command
      .add_option_function<std::vector<std::string>>(
          flag, [&target](const std::vector<std::string>& values) { target = values; }, help)
      ->delimiter(',')
      ->allow_extra_args(false);
}

}  // namespace ordo::cli
