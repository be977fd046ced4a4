#include "cells/number_values.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace ordo::imports {
namespace {

constexpr NumberStyle kDot{'.'};
constexpr NumberStyle kComma{','};
constexpr NumberStyle kUnknown{};

Currency currency(std::string_view code) {
  return *Currency::parse(code);
}

// The amount in minor units, or the reason of the error.
std::string amount_of(std::string_view cell, NumberStyle style, std::string_view code = "EUR") {
  const auto money = parse_amount(cell, style, currency(code));
  return money ? std::to_string(money->amount) : money.error().reason;
}

std::string decimal_text(std::string_view cell, NumberStyle style) {
  const auto number = parse_decimal(cell, style);
  return number ? std::to_string(number->units) + "e-" + std::to_string(number->decimals) : number.error().reason;
}

std::string pieces_of(std::string_view cell, NumberStyle style, std::optional<Decimal> unit = {}) {
  const auto pieces = parse_quantity(cell, style, unit);
  return pieces ? std::to_string(*pieces) : pieces.error().reason;
}

// The decimal sign of a column, "" for none, or the message of the error.
std::string decided(const std::vector<std::string>& cells, NumberEvidence::Kind kind = NumberEvidence::Kind::amount,
                    std::optional<int> exponent = 2, char given = 0) {
  NumberEvidence evidence(kind);
  for (const auto& cell : cells) evidence.add(cell);
  const auto style = evidence.decide(given, exponent);
  if (!style) return style.error().message;
  return style->decimal == 0 ? "" : std::string(1, style->decimal);
}

TEST(NumberValues, TheSameAmountInEveryForm) {
  for (const std::string_view cell : {"1250.5",        "1250.50",
                                      "1,250.50",      "1 250.50",
                                      "1'250.50",      "1’250.50",
                                      "1\u00a0250.50", "1\u202f250.50",
                                      "1\u2009250.50", "€1,250.50",
                                      "1,250.50 €",    "EUR 1,250.50",
                                      "1,250.50eur",   "+1250.50",
                                      "'1250.50",      "=\"1,250.50\"",
                                      " 1250.50 ",     "1250.5000",
                                      "001250.50",     "1.2505E+3",
                                      "125050e-2",     "\u200e1,250.50\u00a0€"}) {
    EXPECT_EQ(amount_of(cell, kDot), "125050") << cell;
  }
  for (const std::string_view cell : {"1250,5", "1.250,50", "1 250,50", "1'250,50", "1.250,50 €", "1,2505E+3"}) {
    EXPECT_EQ(amount_of(cell, kComma), "125050") << cell;
  }
}

TEST(NumberValues, ANegativeAmountHasItsMinusAnywhere) {
  for (const std::string_view cell : {"-1.00", "1.00-", "(1.00)", "-$1.00", "$-1.00", "$1.00-", "($1.00)", "$(1.00)",
                                      "1.00- $", "−1.00", "–1.00", "- 1.00", "1.00 -", "-1.00 USD", "(1.00) $"}) {
    EXPECT_EQ(amount_of(cell, kDot, "USD"), "-100") << cell;
  }
  for (const std::string_view cell : {"--1.00", "-1.00-", "(-1.00)", "(1.00", "1.00)", ")1.00(", "+-1.00", "1.00+"}) {
    EXPECT_EQ(amount_of(cell, kDot, "USD"), "not_a_number") << cell;
  }
}

TEST(NumberValues, ADashBehindASeparatorIsNoMinus) {
  for (const std::string_view cell : {"12.-", "12.--", "12.—", "12.", "CHF 12.-", "Fr. 12.–"}) {
    EXPECT_EQ(amount_of(cell, kDot, "CHF"), "1200") << cell;
  }
  EXPECT_EQ(amount_of("12,- €", kComma), "1200");
  EXPECT_EQ(amount_of("1.250,-", kComma), "125000");
  EXPECT_EQ(amount_of("0,60-", kComma), "-60");
}

TEST(NumberValues, GroupsHaveThreeDigitsOrTheIndianForm) {
  EXPECT_EQ(amount_of("1,23,456.00", kDot, "INR"), "12345600");
  EXPECT_EQ(amount_of("₹12,34,567.89", kDot, "INR"), "123456789");
  EXPECT_EQ(amount_of("1,00,00,000", kDot, "INR"), "1000000000");
  EXPECT_EQ(amount_of("1,250,000", kDot), "125000000");
  for (const std::string_view cell :
       {"1,25,00", "12,34.00", "1,2,345.00", "1234,567.00", "1,,234.00", ",234,567.00", "1 25", "5 10", "1'25",
        "1'234 567.00", "1,234.567.00", "1.2.3", "1,234 567.00"}) {
    EXPECT_EQ(amount_of(cell, kDot), "not_a_number") << cell;
  }
}

TEST(NumberValues, ANumberThatContradictsTheColumnIsRefused) {
  EXPECT_EQ(amount_of("12,50", kDot), "ambiguous_number");
  EXPECT_EQ(amount_of("1.250,00", kDot), "ambiguous_number");
  EXPECT_EQ(amount_of("1.250.000", kDot), "ambiguous_number");
  EXPECT_EQ(amount_of("12.50", kComma), "ambiguous_number");
  EXPECT_EQ(amount_of("1.250", kDot), "125");
  EXPECT_EQ(amount_of("1.250", kComma), "125000");
  EXPECT_EQ(amount_of("1,250", kDot), "125000");
}

TEST(NumberValues, WithoutAStyleOnlyAClearNumberIsRead) {
  EXPECT_EQ(amount_of("12,50", kUnknown), "1250");
  EXPECT_EQ(amount_of("12.50", kUnknown), "1250");
  EXPECT_EQ(amount_of("0.500", kUnknown), "50");
  EXPECT_EQ(amount_of("1.250", kUnknown), "ambiguous_number");
  EXPECT_EQ(parse_amount("29.000", kUnknown, currency("EUR")).error().message,
            "\"29.000\" can be 29 or 29000; say --decimal , or --decimal .");
}

TEST(NumberValues, TheDecimalsFitTheCurrency) {
  EXPECT_EQ(amount_of("34.000000", kDot), "3400");
  EXPECT_EQ(amount_of("34.005", kDot), "too_many_decimals");
  EXPECT_EQ(amount_of("29.000đ", kComma, "VND"), "29000");
  EXPECT_EQ(amount_of("25000 ₫", kComma, "VND"), "25000");
  EXPECT_EQ(amount_of("29.000,00", kComma, "VND"), "29000");
  EXPECT_EQ(amount_of("29000.5", kDot, "VND"), "too_many_decimals");
  EXPECT_EQ(amount_of("1.250", kDot, "KWD"), "1250");
  EXPECT_EQ(amount_of("0.0001", kDot, "KWD"), "too_many_decimals");
  EXPECT_EQ(amount_of("￥1,200", kDot, "JPY"), "1200");
}

TEST(NumberValues, AmountsAreExactAndBounded) {
  EXPECT_EQ(amount_of("0.07", kDot), "7");
  EXPECT_EQ(amount_of("10000000000000.00", kDot), std::to_string(kMaxAmount));
  EXPECT_EQ(amount_of("10000000000000.01", kDot), "out_of_range");
  EXPECT_EQ(amount_of("-10000000000000.01", kDot), "out_of_range");
  EXPECT_EQ(amount_of("999999999999999999", kDot), "out_of_range");
  EXPECT_EQ(amount_of("1000000000000000000", kDot), "out_of_range");
  EXPECT_EQ(amount_of("1E+20", kDot), "out_of_range");
  EXPECT_EQ(amount_of("1E+31", kDot), "not_a_number");
  EXPECT_EQ(amount_of("24.499999999999996", kDot), "too_many_decimals");
  EXPECT_EQ(amount_of("0.1000000000000000055511151231257827", kDot), "too_many_decimals");
  EXPECT_EQ(amount_of(std::string(70, '1'), kDot), "not_a_number");
}

TEST(NumberValues, ZeroIsAPriceAndNothingIsNone) {
  EXPECT_EQ(amount_of("0", kDot), "0");
  EXPECT_EQ(amount_of("-0.00", kDot), "0");
  EXPECT_EQ(amount_of("Free", kDot), "0");
  EXPECT_EQ(amount_of("Miễn phí", kDot), "0");
  for (const std::string_view cell : {"", "-", "n/a", "$", ".", ",", "()", "abc", "5 kg", "1.00 FOO", "5%",
                                      "2024-03-05", "14:22", "12 EUR 5", "0x10", "\xff"}) {
    EXPECT_EQ(amount_of(cell, kDot), "not_a_number") << cell;
  }
}

TEST(NumberValues, TheCurrencyOfACellMustFit) {
  EXPECT_EQ(amount_of("$5.00", kDot, "USD"), "500");
  EXPECT_EQ(amount_of("$5.00", kDot, "AUD"), "500");
  EXPECT_EQ(amount_of("$5.00", kDot, "EUR"), "currency_differs");
  EXPECT_EQ(amount_of("US$5.00", kDot, "AUD"), "currency_differs");
  EXPECT_EQ(amount_of("$5.00 CAD", kDot, "USD"), "currency_differs");
  EXPECT_EQ(amount_of("$5.00 CAD", kDot, "CAD"), "500");
  EXPECT_EQ(amount_of("€5.00 USD", kDot, "EUR"), "not_a_number");
  EXPECT_EQ(amount_of("Rs.500", kDot, "INR"), "50000");
  EXPECT_EQ(amount_of("5.00 kr.", kDot, "SEK"), "500");
  EXPECT_EQ(amount_of("5 Kč", kDot, "CZK"), "500");
  EXPECT_EQ(amount_of("5,00 zł", kComma, "PLN"), "500");
  EXPECT_EQ(amount_of("S/ 5.00", kDot, "PEN"), "500");
  EXPECT_EQ(amount_of("29.000 VNĐ", kComma, "VND"), "29000");
  EXPECT_TRUE(parse_amount("$5.00", kDot, Currency()));
}

TEST(NumberValues, TheCurrencyOfACellIsFoundWhereItIsClear) {
  for (const std::string_view cell : {"5,00 EUR", "eur", "€", "€ 1.250,00", "Euro"}) {
    EXPECT_EQ(currency_in(cell), currency("EUR")) << cell;
  }
  EXPECT_EQ(currency_in("29.000 ₫"), currency("VND"));
  EXPECT_EQ(currency_in("29.000đ"), currency("VND"));
  EXPECT_EQ(currency_in("US$ 5"), currency("USD"));
  EXPECT_EQ(currency_in("$5 USD"), currency("USD"));
  EXPECT_EQ(currency_in("R$ 5,00"), currency("BRL"));
  for (const std::string_view cell : {"$5.00", "$", "¥", "5", "", "-", "abc", "kr", "€ USD"}) {
    EXPECT_EQ(currency_in(cell), std::nullopt) << cell;
  }
}

TEST(NumberValues, DecimalsAreExact) {
  EXPECT_EQ(decimal_text("0.350", kDot), "35e-2");
  EXPECT_EQ(decimal_text(".3", kDot), "3e-1");
  EXPECT_EQ(decimal_text("-.50", kDot), "-5e-1");
  EXPECT_EQ(decimal_text("1000", kDot), "1000e-0");
  EXPECT_EQ(decimal_text("0.0", kDot), "0e-0");
  EXPECT_EQ(decimal_text("1e3", kDot), "1000e-0");
  EXPECT_EQ(decimal_text("1.5E-3", kDot), "15e-4");
  EXPECT_EQ(decimal_text("2.45E1", kDot), "245e-1");
  EXPECT_EQ(decimal_text("999999999999999999", kDot), "999999999999999999e-0");
  EXPECT_EQ(decimal_text("0.000000000000000001", kDot), "1e-18");
  EXPECT_EQ(decimal_text("0.0000000000000000001", kDot), "too_many_decimals");
  EXPECT_EQ(decimal_text("1000000000000000000", kDot), "out_of_range");
  EXPECT_EQ(decimal_text("1e", kDot), "not_a_number");
  EXPECT_EQ(decimal_text("1e3e3", kDot), "not_a_number");
}

TEST(NumberValues, QuantitiesAreWhole) {
  EXPECT_EQ(pieces_of("6", kUnknown), "6");
  EXPECT_EQ(pieces_of("6.0", kUnknown), "6");
  EXPECT_EQ(pieces_of("2.00", kUnknown), "2");
  EXPECT_EQ(pieces_of("100.0000", kDot), "100");
  EXPECT_EQ(pieces_of("1.000,000", kComma), "1000");
  EXPECT_EQ(pieces_of("500,000", kComma), "500");
  EXPECT_EQ(pieces_of("5-", kComma), "-5");
  EXPECT_EQ(pieces_of("0", kDot), "0");
  EXPECT_EQ(pieces_of("1.5", kDot), "fractional_quantity");
  EXPECT_EQ(pieces_of("1.000", kUnknown), "ambiguous_number");
  EXPECT_EQ(pieces_of("1.000", kComma), "1000");
  for (const std::string_view cell : {"", "x", "5 cup", "$5", "5%", "2 x", "five"}) {
    EXPECT_EQ(pieces_of(cell, kDot), "not_a_number") << cell;
  }
}

TEST(NumberValues, AUnitScalesQuantities) {
  const auto gram = parse_unit("0.001");
  ASSERT_TRUE(gram);
  EXPECT_EQ(pieces_of("0.350", kDot, *gram), "350");
  EXPECT_EQ(pieces_of("1.5", kDot, *gram), "1500");
  EXPECT_EQ(pieces_of("0.0005", kDot, *gram), "fractional_quantity");
  EXPECT_EQ(pieces_of("24", kDot, *parse_unit("12")), "2");
  EXPECT_EQ(pieces_of("25", kDot, *parse_unit("12")), "fractional_quantity");
  EXPECT_EQ(pieces_of("999999999999999999", kDot, *gram), "out_of_range");
  EXPECT_EQ(pieces_of("1", kDot, Decimal{}), "bad_unit");
  EXPECT_FALSE(parse_unit("0"));
  EXPECT_FALSE(parse_unit("-1"));
  EXPECT_FALSE(parse_unit("kg"));
}

TEST(NumberValues, RatesArePartsPerMillion) {
  EXPECT_EQ(parse_rate("19", kDot), 190'000);
  EXPECT_EQ(parse_rate("19%", kDot), 190'000);
  EXPECT_EQ(parse_rate("19,0 %", kComma), 190'000);
  EXPECT_EQ(parse_rate("%19", kDot), 190'000);
  EXPECT_EQ(parse_rate("0,19", kComma), 190'000);
  EXPECT_EQ(parse_rate("0.19%", kDot), 1'900);
  EXPECT_EQ(parse_rate("8.875", kUnknown), 88'750);
  EXPECT_EQ(parse_rate("8,875 %", kUnknown), 88'750);
  EXPECT_EQ(parse_rate("0.08875", kDot), 88'750);
  EXPECT_EQ(parse_rate("1", kDot), 1'000'000);
  EXPECT_EQ(parse_rate("1%", kDot), 10'000);
  EXPECT_EQ(parse_rate("100", kDot), 1'000'000);
  EXPECT_EQ(parse_rate("0", kDot), 0);
  for (const std::string_view cell : {"", "x", "-5", "101", "8.875", "0.00000001", "€5"}) {
    EXPECT_EQ(parse_rate(cell, kComma), std::nullopt) << cell;
  }
}

TEST(NumberValues, ACellThatIsClearDecidesItsColumn) {
  EXPECT_EQ(decided({"1.250", "1.234", "12,50"}), ",");
  EXPECT_EQ(decided({"1.250", "12.50"}), ".");
  EXPECT_EQ(decided({"1,250", "1,250.00"}), ".");
  EXPECT_EQ(decided({"1.250", "1.250.000"}), ",");
  EXPECT_EQ(decided({"1.250", "0.125"}), ".");
  EXPECT_EQ(decided({"1.250", "1234.500"}), ".");
  EXPECT_EQ(decided({"1.250", "1 000.500"}), ".");
  EXPECT_EQ(decided({"1.250", "34.000000"}), ".");
  EXPECT_EQ(decided({"1.250", ".5"}), ".");
  EXPECT_EQ(decided({"1.250", "12,-"}), ",");
  EXPECT_EQ(decided({"1,23,456"}), ".");
  EXPECT_EQ(decided({"12", "85000", "", "Total", "2024-03-05", "n/a"}), "");
  EXPECT_EQ(decided({"$49.00", "-$1.00"}), ".");
}

TEST(NumberValues, AnUnclearColumnStops) {
  const std::string message = "\"29.000\" can be 29 or 29000; say --decimal , or --decimal .";
  EXPECT_EQ(decided({"85000", "29.000"}), message);
  EXPECT_EQ(decided({"29.000"}, NumberEvidence::Kind::amount, std::nullopt), message);
  EXPECT_EQ(decided({"29.000"}, NumberEvidence::Kind::amount, 3), message);
  EXPECT_EQ(decided({"$1,234"}), "\"$1,234\" can be 1.234 or 1234; say --decimal , or --decimal .");
  EXPECT_EQ(decided({"29.000"}, NumberEvidence::Kind::amount, 2, '.'), ".");
  EXPECT_EQ(decided({"29.000"}, NumberEvidence::Kind::amount, 2, ','), ",");
}

TEST(NumberValues, CellsThatContradictEachOtherStopTheColumn) {
  const std::string decimals = "\"12.50\" and \"12,50\" have different decimal signs; say --decimal , or --decimal .";
  EXPECT_EQ(decided({"12,50", "12.50"}), decimals);
  EXPECT_EQ(decided({"1.250", "1,250"}),
            "\"1.250\" and \"1,250\" have different decimal signs; say --decimal , or --decimal .");
  EXPECT_EQ(decided({"29.000", "29,000"}, NumberEvidence::Kind::amount, 0),
            "\"29.000\" and \"29,000\" have different decimal signs; say --decimal , or --decimal .");
  EXPECT_EQ(decided({"12,50", "12.50"}, NumberEvidence::Kind::amount, 2, '.'), ".");
}

TEST(NumberValues, ACurrencyWithoutDecimalsSeparatesThousands) {
  const auto kind = NumberEvidence::Kind::amount;
  EXPECT_EQ(decided({"85000", "29.000", "25000 ₫", "25.000đ"}, kind, 0), ",");
  EXPECT_EQ(decided({"29,000"}, kind, 0), ".");
  EXPECT_EQ(decided({"29.000,00"}, kind, 0), ",");
  EXPECT_EQ(decided({"29000.0000", "500.0000"}, kind, 0), ".");
  // 25.00 says that the dot is the decimal sign; then 29.000 were 29.
  EXPECT_NE(decided({"25.00", "29.000"}, kind, 0).find("29 or 29000"), std::string::npos);
  EXPECT_EQ(decided({"29.000,000", "500,000"}, kind, 0), ",");
}

TEST(NumberValues, ACountIsNotAThousandthByChance) {
  const auto kind = NumberEvidence::Kind::whole;
  EXPECT_EQ(decided({"5.000", "30", "1.000"}, kind, {}), "\"5.000\" can be 5 or 5000; say --decimal , or --decimal .");
  EXPECT_EQ(decided({"5.000", "30"}, kind, 0), "\"5.000\" can be 5 or 5000; say --decimal , or --decimal .");
  EXPECT_EQ(decided({"1.000", "2.00"}, kind, {}), "\"1.000\" can be 1 or 1000; say --decimal , or --decimal .");
  EXPECT_EQ(decided({"1.000,000", "500,000", "5-"}, kind, {}), ",");
  EXPECT_EQ(decided({"10.000,000", "5.000"}, kind, {}), ",");
  EXPECT_EQ(decided({"1.5", "1,000"}, kind, {}), ".");
  EXPECT_EQ(decided({"1.000", "2.000.000"}, kind, {}), ",");
  EXPECT_EQ(decided({"0.350", "1.250"}, kind, {}), ".");
  EXPECT_EQ(decided({"1.0", "2.00"}, kind, {}), ".");
}

TEST(NumberValues, ARateHasDecimals) {
  const auto kind = NumberEvidence::Kind::rate;
  EXPECT_EQ(decided({"8.875", "19%"}, kind, {}), ".");
  EXPECT_EQ(decided({"8,875"}, kind, {}), ",");
  EXPECT_EQ(decided({"8,875", "19,0"}, kind, {}), ",");
}

// Writes numbers in every style and reads them back.
TEST(NumberValues, ANumberInEitherStyleReadsBackTheSame) {
  std::mt19937_64 random(11);  // NOLINT: the same numbers in every run
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  const std::vector<std::string> groupings = {"", "rival", " ", "\u00a0", "\u202f", "'", "’"};
  for (int i = 0; i < 4000; ++i) {
    const auto whole = static_cast<std::int64_t>(random() % (below(2) == 0 ? 10'000 : 1'000'000'000'000));
    const auto cents = static_cast<std::int64_t>(below(100));
    const bool negative = below(3) == 0;
    const char sign = below(2) == 0 ? '.' : ',';
    std::string grouping = groupings[below(groupings.size())];
    if (grouping == "rival") grouping = sign == '.' ? "," : ".";
    std::string digits = std::to_string(whole);
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
      digits.insert(static_cast<std::size_t>(at), grouping);
    }
    std::string text = digits;
    text.append(1, sign).append(cents < 10 ? "0" : "").append(std::to_string(cents));
    if (below(3) == 0) below(2) == 0 ? text.insert(0, "$") : text.append(" USD");
    if (negative && below(3) == 0) {
      text.insert(0, "(").append(")");
    } else if (negative) {
      below(2) == 0 ? text.insert(0, "-") : text.append("-");
    }
    const std::int64_t expected = (negative ? -1 : 1) * (whole * 100 + cents);
    EXPECT_EQ(amount_of(text, NumberStyle{sign}, "USD"), std::to_string(expected)) << text;
    EXPECT_EQ(amount_of(text, kUnknown, "USD"), std::to_string(expected)) << text;
    EXPECT_EQ(decided({text, "1.250"}), std::string(1, sign)) << text;
  }
}

// No text may stop the program, and none that is read may depend on how its column was found.
TEST(NumberValues, AnyTextIsReadTheSameOrRefused) {
  std::mt19937_64 random(12);  // NOLINT
  const std::vector<std::string> pieces = {"1", "12", "000", "250", ".", ",", "-", "(", ")", "'",    " ",   "\u00a0",
                                           "€", "$",  "%",   "e",   "E", "+", "d", "đ", "#", "\xff", "USD", "=\""};
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto count = random() % 7; count > 0; --count) text += pieces[random() % pieces.size()];
    NumberEvidence evidence(NumberEvidence::Kind::amount);
    evidence.add(text);
    const auto style = evidence.decide(0, 2);
    const auto alone = parse_decimal(text, kUnknown);
    if (!style) {
      EXPECT_EQ(style.error().reason, "ambiguous_number") << text;
      EXPECT_FALSE(alone) << text;
    } else if (alone) {
      const auto again = parse_decimal(text, *style);
      ASSERT_TRUE(again) << text;
      EXPECT_EQ(*again, *alone) << text;
    }
    currency_in(text);
    parse_rate(text, kUnknown);
    parse_quantity(text, kDot);
  }
}

}  // namespace
}  // namespace ordo::imports
