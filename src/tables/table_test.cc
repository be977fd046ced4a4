#include "tables/table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tables/testing/whole_table.h"

namespace ordo::imports {
namespace {

using namespace std::string_literals;
using Texts = std::vector<std::string>;

WholeTable read_as(const std::string& text, Encoding encoding) {
  TableOptions options;
  options.encoding = encoding;
  return read_whole(text, "file.csv", options);
}

TEST(Table, ByteOrderMarksDecide) {
  const auto utf8 = read_whole("\xef\xbb\xbfsku,name\n1,Caf\u00e9\n");
  EXPECT_EQ(utf8.headings, (Texts{"sku", "name"}));
  EXPECT_EQ(utf8.cell(0, "name"), "Caf\u00e9");
  const auto little = read_whole(
      "\xff\xfes\0k\0u\0\t\0n\0\n\0"
      "1\0\t\0\x1c\x20g\0\xac\x20\n\0"s);
  EXPECT_EQ(little.headings, (Texts{"sku", "n"}));
  EXPECT_EQ(little.cell(0, "n"), "\u201cg\u20ac");
  const auto big = read_whole(
      "\xfe\xff\0s\0k\0u\0,\0n\0\n\0"
      "1\0,\0g\x20\xac\0\n"s);
  EXPECT_EQ(big.cell(0, "n"), "g\u20ac");
  // Whatever was said: the mark is no accident.
  EXPECT_EQ(read_as("\xef\xbb\xbfsku,name\n1,Caf\u00e9\n", Encoding::windows_1252).cell(0, "name"), "Caf\u00e9");
}

TEST(Table, AFileThatIsNotUtf8IsShownAsTheOthersWouldShowIt) {
  const auto table = read_whole("sku,name,price\nA,Tea,1\nPHO-1,Ph\xf5\xd2 bo\xcc,85000\n");
  EXPECT_EQ(table.error, "bad_encoding");
  EXPECT_NE(table.message.find("Line 3, column \"name\""), std::string::npos) << table.message;
  EXPECT_NE(table.message.find("\"Ph\u00f5\u00d2 bo\u00cc\" in windows-1252"), std::string::npos) << table.message;
  EXPECT_NE(table.message.find("\"Ph\u1edf b\u00f2\" in windows-1258"), std::string::npos) << table.message;
  EXPECT_NE(table.message.find("--encoding windows-1258"), std::string::npos) << table.message;
  EXPECT_NE(read_whole("{\"a\":1}\n{\"a\":\"caf\xe9\"}\n", "x.json").message.find("Line 2 is"), std::string::npos);
  EXPECT_NE(read_whole("caf\xe9,b\n1,2\n").message.find("Line 1 is"), std::string::npos);
}

TEST(Table, WindowsCodePagesAreComposed) {
  const auto vietnamese = read_as("sku,name\nBM-2,B\xe1nh mi\xcc tr\xfd\xd2ng 25.000\xfe\n", Encoding::windows_1258);
  EXPECT_EQ(vietnamese.cell(0, "name"), "B\u00e1nh m\u00ec tr\u1eedng 25.000\u20ab");
  const auto western = read_as("sku,name\nCAF-1,Caf\xe9 \x96 \x93gro\xdf\x94 \x80 5\n", Encoding::windows_1252);
  EXPECT_EQ(western.cell(0, "name"), "Caf\u00e9 \u2013 \u201cgro\u00df\u201d \u20ac 5");
}

TEST(Table, Utf8IsNotReadAsACodePage) {
  EXPECT_EQ(read_as("sku,name\n1,Caf\u00e9\n", Encoding::windows_1252).error, "bad_encoding");
  EXPECT_EQ(read_as("sku,name\n1,Cafe\n", Encoding::windows_1252).cell(0, "name"), "Cafe");
}

TEST(Table, Utf16WithoutAMarkNeedsAWord) {
  const auto text =
      "s\0k\0u\0,\0n\0\n\0"
      "1\0,\0\xe9\0\n\0"s;
  const auto table = read_whole(text);
  EXPECT_EQ(table.error, "bad_encoding");
  EXPECT_NE(table.message.find("--encoding utf-16"), std::string::npos);
  EXPECT_EQ(read_as(text, Encoding::utf_16).cell(0, "n"), "\u00e9");
}

TEST(Table, EncodingsHaveTheirUsualNames) {
  EXPECT_EQ(parse_encoding("UTF-8"), Encoding::utf_8);
  EXPECT_EQ(parse_encoding("latin1"), Encoding::windows_1252);
  EXPECT_EQ(parse_encoding("windows-1258"), Encoding::windows_1258);
  EXPECT_EQ(parse_encoding("utf-16"), Encoding::utf_16);
  EXPECT_EQ(parse_encoding("ebcdic"), std::nullopt);
}

TEST(Table, OtherKindsOfFilesAreNamed) {
  struct Case {
    std::string bytes;
    std::string error;
    std::string word;
  };
  const Case cases[] = {
      {"PK\x03\x04\x14\0\x06\0[Content_Types].xml"s, "excel_workbook", "CSV UTF-8"},
      {"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "excel_workbook", "OpenDocument"},
      {"PK\x03\x04\x14\0\0\0orders.csv"s, "compressed_file", "zip"},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel_workbook", "old kind"},
      {"\x1f\x8b\x08", "compressed_file", "gzip"},
      {"BZh91AY&SY", "compressed_file", "bzip2"},
      {"%PDF-1.7\n", "unknown_format", "PDF"},
      {"<html><table>", "unknown_format", "web page"},
      {"\xef\xbb\xbf <!DOCTYPE html>", "unknown_format", "web page"},
      {"<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>", "excel_workbook", "CSV UTF-8"},
      {"<?xml version=\"1.0\"?><orders/>", "unknown_format", "XML"},
      {"\xff\xfe\0\0s\0\0\0"s, "bad_encoding", "UTF-32"},
      {"\x7f"
       "ELF\xff\0\xfe\x80zzzzzz"s,
       "unknown_format", "no text"},
      {"", "empty_file", ""},
      {" \r\n\n", "empty_file", ""},
      {"\xef\xbb\xbf", "empty_file", ""},
  };
  for (const auto& [bytes, error, word] : cases) {
    const auto table = read_whole(bytes);
    EXPECT_EQ(table.error, error) << word;
    EXPECT_NE(table.message.find(word), std::string::npos) << table.message;
  }
  EXPECT_EQ(read_whole("BZhang,a\n1,2\n").error, "");
}

TEST(Table, TheFirstCharactersDecideTheFormatThenTheName) {
  EXPECT_EQ(read_whole("\n [{\"a\":1}]", "orders.csv").headings, Texts{"a"});
  EXPECT_EQ(read_whole("{\"a\":1}", "orders").headings, Texts{"a"});
  EXPECT_EQ(read_whole("[Order ID],[SKU]\n1,2\n", "orders.csv").headings, (Texts{"[Order ID]", "[SKU]"}));
  EXPECT_EQ(read_whole("a;b\n1;2\n", "orders").headings, (Texts{"a", "b"}));
  EXPECT_EQ(read_whole("nonsense\n{\"a\":1}\n{\"a\":2}\n", "ORDERS.NDJSON").headings, Texts{"a"});
  EXPECT_EQ(read_whole("\xff\xfe[\0{\0\"\0a\0\"\0:\0"
                       "1\0}\0]\0"s,
                       "orders.csv")
                .headings,
            Texts{"a"});
  TableOptions csv;
  csv.format = FileFormat::csv;
  EXPECT_EQ(read_whole("{\"a\"\n1\n", "orders.json", csv).headings, Texts{"{\"a\""});
}

TEST(Table, AFileIsOpenedByItsPath) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "ordo_table";
  std::filesystem::create_directories(folder);
  const auto path = (folder / "orders.csv").string();
  std::ofstream(path, std::ios::binary) << "order,sku\n1,A\n";
  const auto table = open_table(path, {});
  ASSERT_TRUE(table.has_value()) << table.error().text();
  EXPECT_EQ((*table)->headings(), (Texts{"order", "sku"}));
  const auto headings = (*table)->headings();
  const auto second = open_table(path, {}, &headings);
  ASSERT_TRUE(second.has_value());
  Row row;
  EXPECT_TRUE(*(*second)->next(row));
  EXPECT_EQ(row.cells, (Texts{"1", "A"}));
  EXPECT_FALSE(*(*second)->next(row));

  EXPECT_EQ(open_table((folder / "absent.csv").string(), {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(open_table(folder.string(), {}).error().reason, "not_a_file");
  std::filesystem::remove_all(folder);
}

TEST(Table, WhatIsShownIsUtf8AndShort) {
  EXPECT_EQ(shown("caf\xe9"), "caf?");
  EXPECT_EQ(shown(std::string(300, 'x')).size(), 200U);
}

}  // namespace
}  // namespace ordo::imports
