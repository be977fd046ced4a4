#include "tables/text_decoding.h"

#include <gtest/gtest.h>
#include <iconv.h>

#include <iterator>
#include <sstream>
#include <string>

#include "base/text.h"
#include "tables/table.h"

namespace ordo::imports {
namespace {

using namespace std::string_literals;

std::string decode(const std::string& bytes, TextCode code) {
  const auto stream = decoded_stream(std::make_unique<std::istringstream>(bytes), code);
  return {std::istreambuf_iterator<char>(*stream), {}};
}

// Empty if the code page has no such byte.
std::string by_iconv(const char* code_page, char byte) {
  const iconv_t converter = iconv_open("UTF-8", code_page);
  std::string out(8, '\0');
  char* from = &byte;
  char* to = out.data();
  std::size_t from_size = 1;
  std::size_t to_size = out.size();
  const auto converted = iconv(converter, &from, &from_size, &to, &to_size);
  iconv(converter, nullptr, nullptr, &to, &to_size);  // a letter that waits for a mark
  iconv_close(converter);
  out.resize(out.size() - to_size);
  return converted == static_cast<std::size_t>(-1) ? "" : out;
}

TEST(TextDecoding, TheCodePagesAreThoseOfIconv) {
  for (int i = 0; i < 256; ++i) {
    const char byte = static_cast<char>(i);
    const std::string undefined = i < 0xa0 ? "\xc2"s + byte : "";
    for (const auto& [name, code] :
         {std::pair("WINDOWS-1252", TextCode::windows_1252), std::pair("WINDOWS-1258", TextCode::windows_1258)}) {
      const auto expected = by_iconv(name, byte);
      EXPECT_EQ(decoded_text(std::string(1, byte), code), expected.empty() ? undefined : expected) << name << " " << i;
    }
  }
}

TEST(TextDecoding, AByteOrderMarkSaysWhatTheFileIs) {
  EXPECT_EQ(marked_code("\xef\xbb\xbfsku"), TextCode::utf_8);
  EXPECT_EQ(marked_code("\xff\xfes\0"s), TextCode::utf_16_le);
  EXPECT_EQ(marked_code("\xfe\xff\0s"s), TextCode::utf_16_be);
  EXPECT_EQ(marked_code("sku"), std::nullopt);
  EXPECT_EQ(marked_code("\xef"), std::nullopt);
}

TEST(TextDecoding, Utf16WithoutAMarkIsKnownByItsZeroBytes) {
  EXPECT_EQ(utf_16_by_zero_bytes("s\0k\0u\0,\0"s), TextCode::utf_16_le);
  EXPECT_EQ(utf_16_by_zero_bytes("\0s\0k\0u\0,"s), TextCode::utf_16_be);
  EXPECT_EQ(utf_16_by_zero_bytes("sku,name"), std::nullopt);
  EXPECT_EQ(utf_16_by_zero_bytes("a,b\0\0\0\0\0"s), std::nullopt);
  EXPECT_EQ(utf_16_by_zero_bytes(""), std::nullopt);
}

TEST(TextDecoding, Utf16IsReadInBothOrders) {
  EXPECT_EQ(decode("\xff\xfe"
                   "a\0\xe9\0\xac\x20\x3d\xd8\x00\xde"s,
                   TextCode::utf_16_le),
            "a\u00e9\u20ac\U0001f600");
  EXPECT_EQ(decode("\xfe\xff\0a\0\xe9\x20\xac\xd8\x3d\xde\0"s, TextCode::utf_16_be), "a\u00e9\u20ac\U0001f600");
  // Half a pair, and half a character at the end, are not UTF-8.
  EXPECT_FALSE(
      is_utf8(decode("\x3d\xd8"
                     "a\0"s,
                     TextCode::utf_16_le)));
  EXPECT_FALSE(is_utf8(decode("a\0b"s, TextCode::utf_16_le)));
  EXPECT_EQ(decode("a\0\n"s, TextCode::utf_16_le), "a");
}

TEST(TextDecoding, PiecesOfAFileAreJoined) {
  std::string bytes = "\xff\xfe";
  std::string text;
  for (int i = 0; i < 40'001; ++i) {
    bytes += "\x3d\xd8\x00\xde"s;
    text += "\U0001f600";
  }
  bytes.insert(2, "a\0"s);
  EXPECT_TRUE(decode(bytes, TextCode::utf_16_le) == "a" + text);
  EXPECT_TRUE(decode(std::string(100'000, '\x80'), TextCode::windows_1252).size() == 300'000);
}

TEST(TextDecoding, OnlyAMarkIsSkippedInUtf8) {
  EXPECT_EQ(decode("\xef\xbb\xbf"
                   "ab",
                   TextCode::utf_8),
            "ab");
  EXPECT_EQ(decode("ab", TextCode::utf_8), "ab");
  EXPECT_EQ(decode("", TextCode::utf_8), "");
}

TEST(TextDecoding, Utf8IsCheckedToItsEnd) {
  const auto check = [](const std::string& text) {
    std::istringstream in(text);
    return check_utf8(in);
  };
  EXPECT_TRUE(check("plain").ascii);
  EXPECT_FALSE(check("\u00e9").ascii);
  EXPECT_FALSE(check("caf\xe9").valid);
  EXPECT_FALSE(check("caf\xc3").valid);
  for (std::size_t before = 65'530; before < 65'540; ++before) {
    const std::string text(before, 'x');
    const auto with = [&](const std::string& middle, const std::string& end) {
      std::string all = text;
      return all.append(middle).append(end);
    };
    EXPECT_TRUE(check(with("\U0001f600", text)).valid) << before;
    EXPECT_FALSE(check(with("\xf0\x9f\x98", "")).valid) << before;
    EXPECT_FALSE(check(with("\xf0\x9f", text)).valid) << before;
  }
}

std::string cleaned(std::string text) {
  EXPECT_TRUE(clean_text(text));
  return text;
}

TEST(TextDecoding, CellsAreTrimmedAndComposed) {
  EXPECT_EQ(cleaned(" \t a b\r\n\0\0"s), "a b");
  EXPECT_EQ(cleaned("\u00a0\u200f29\u00a0000 \u20ab\u3000\ufeff"), "29\u00a0000 \u20ab");
  EXPECT_EQ(cleaned("\u00a0 \u2009"), "");
  EXPECT_EQ(cleaned("Pho\u031b\u0309 bo\u0300"), "Ph\u1edf b\u00f2");
  EXPECT_EQ(cleaned("Ph\u01a1\u0309"), "Ph\u1edf");
  EXPECT_EQ(cleaned("a\u0085b"), "a\u0085b");
  std::string odd = " caf\xe9 ";
  EXPECT_FALSE(clean_text(odd));
  EXPECT_EQ(odd, " caf\xe9 ");
}

TEST(TextDecoding, ALongCellIsCutBetweenCharacters) {
  std::string cell = std::string(kMaxCell - 1, 'x') + "\u00e9y";
  cut_cell(cell);
  EXPECT_TRUE(cell == std::string(kMaxCell - 1, 'x'));
  std::string fits(kMaxCell, 'x');
  cut_cell(fits);
  EXPECT_EQ(fits.size(), kMaxCell);
}

}  // namespace
}  // namespace ordo::imports
