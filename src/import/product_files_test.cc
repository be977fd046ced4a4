// Files of products.
#include "import/testing/file_case.h"

namespace ordo::imports {
namespace {

std::vector<FileCase> product_cases() {
  return {
      {.name = "ThousandsInDong",
       .file = "products.csv",
       .text = "sku,name,price,stock\nCF-1,Coffee,29.000,50\nPHO-1,Pho,85000,30\nBM-1,Banh mi,25.500,10\n",
       .choose = prices_in("VND"),
       .kind = ImportKind::products,
       .accepted = 3,
       .sent = {R"("amount":29000)", R"("amount":85000)", R"("amount":25500)"}},
      {.name = "ThousandsInEuroAreAsked",
       .file = "products.csv",
       .text = "sku;name;price\nT1;Table;1.250\nT2;Chair;1.234\n",
       .choose = prices_in("EUR"),
       .kind = ImportKind::products,
       .question = "ambiguous_number",
       .shown = {"price: \"1.250\" can be", "--decimal"}},
      {.name = "ThousandsInEuroProvenByAComma",
       .file = "products.csv",
       .text = "sku;name;price;stock\nT1;Table;1.250;5.000\nT3;Lamp;12,50;1.000\n",
       .choose = prices_in("EUR"),
       .kind = ImportKind::products,
       .accepted = 2,
       .sent = {R"("amount":125000)", R"("stock":5000)", R"("amount":1250,)", R"("stock":1000)"}},
      {.name = "MongoArrayWithWrappers",
       .file = "products.json",
       .text = R"([{"_id":{"$oid":"65e7a1f0c0ffee0000000001"},"name":"Desk lamp","price":24.5,"stock":40,)"
               R"("category":"lamps","__v":0},)"
               "\n"
               R"( {"_id":{"$oid":"65e7a1f0c0ffee0000000002"},"name":"Bulb","price":{"$numberDecimal":"3.90"},)"
               R"("stock":{"$numberLong":"500"},"category":"lamps","__v":0},)"
               R"( {"_id":{"$oid":"65e7a1f0c0ffee0000000003"},"name":"Sticker","price":0,"stock":{"$numberInt":"0"},)"
               R"("category":null,"__v":0}])"
               "\n",
       .choose = prices_in("USD"),
       .kind = ImportKind::products,
       .accepted = 3,
       .sent = {R"("id":"65e7a1f0c0ffee0000000001")", R"("amount":2450)", R"("amount":390)", R"("stock":500)",
                R"("amount":0,)"}},
      {.name = "OneColumnWithTwoRoles",
       .file = "products.csv",
       .text = "sku,price\nA-1,4.00\nA-2,5.00\n",
       .choose =
           [](ImportOptions& options) {
             options.columns.map = {{Role::name, "sku"}};
           },
       .kind = ImportKind::products,
       .accepted = 2,
       .sent = {R"("id":"A-1","name":"A-1")"}},
      {.name = "OwnListInMinorUnits",
       .file = "products.csv",
       .text = "id,name,category,price_amount,price_currency,status\n0042,Tea towel,linens,1350,USD,active\n",
       .kind = ImportKind::products,
       .accepted = 1,
       .sent = {R"("id":"0042")", R"("price":{"amount":1350,"currency":"USD"})"}},
      {.name = "GuardedFormulas",
       .file = "products.csv",
       .text = "sku,name,price\nFX1,\"'=HYPERLINK(1)\",1.00\n'0043,=\"Nine\",2.00\n",
       .kind = ImportKind::products,
       .accepted = 2,
       .sent = {R"x("name":"=HYPERLINK(1)")x", R"("id":"0043")", R"("name":"Nine")"}},
      {.name = "MissingColumnsAreNamedAtOnce",
       .file = "products.csv",
       .text = "Artikel,Preisliste\nA,1\n",
       .kind = ImportKind::products,
       .question = "missing_columns",
       .shown = {"--map"}},
      {.name = "ShopifyVariants",
       .file = "products_export.csv",
       .text = "Handle,Title,Vendor,Type,Status,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant "
               "Price,Image Src\n"
               "linen-shirt,Linen Shirt,Mill,Shirts,active,Size,S,SHIRT-S,10,49.00,https://x.example/1.jpg\n"
               "linen-shirt,,,,,,M,SHIRT-M,5,49.00,\n"
               "linen-shirt,,,,,,,,,,https://x.example/2.jpg\n",
       .kind = ImportKind::products,
       .accepted = 2,
       .sent = {R"("id":"SHIRT-S")", "Linen Shirt - S", "Linen Shirt - M", R"("stock":10)"}},
      {.name = "BytesOfAnOtherEncodingAreAsked",
       .file = "products.csv",
       .text = "sku,name,price\nA,Caf\xe9,1.00\n",
       .kind = ImportKind::products,
       .question = "bad_encoding",
       .shown = {"--encoding windows-1252"}},
      {.name = "Windows1252",
       .file = "products.csv",
       .text = "sku,name,price\nA,Caf\xe9 \x96 \x80,1.00\n",
       .choose = [](ImportOptions& options) { options.table.encoding = Encoding::windows_1252; },
       .kind = ImportKind::products,
       .accepted = 1,
       .sent = {R"("name":"Café – €")"}},
      {.name = "CompressedFile",
       .file = "products.csv.gz",
       .text = "\x1f\x8b\x08 and more",
       .kind = ImportKind::products,
       .question = "compressed_file",
       .shown = {"gzip", "unpack"}},
      {.name = "OfTwoColumnsWithOneNameTheFirstCounts",
       .file = "products.csv",
       .text = "sku,name,price,price\nA,Apple,1.50,1.20\n",
       .kind = ImportKind::products,
       .accepted = 1,
       .sent = {R"("amount":150,)"},
       .shown = {"not used, with values in them: price#2 (1)"}},
      {.name = "TheSecondOfTwoColumnsCanBeNamed",
       .file = "products.csv",
       .text = "sku,name,price,price\nA,Apple,1.50,1.20\n",
       .choose =
           [](ImportOptions& options) {
             options.columns.map = {{Role::price, "price#2"}};
           },
       .kind = ImportKind::products,
       .accepted = 1,
       .sent = {R"("amount":120,)"}},
      {.name = "NothingIsAPrice",
       .file = "products.csv",
       .text = "sku,name,price,stock\nST,Sticker,0,5\n",
       .kind = ImportKind::products,
       .accepted = 1,
       .sent = {R"("amount":0,)"}},
      {.name = "PrestaShop",
       .file = "products.csv",
       .text = "\"Product ID\",\"Name *\",\"Categories (x,y,z...)\",\"Price tax excluded\",\"Quantity\",\"Active "
               "(0/1)\",\"Reference #\"\n1,\"Lamp\",\"Home,Light\",12.50,7,1,L-1\n2,\"Old\",Home,3.00,0,1,O-1\n",
       .kind = ImportKind::products,
       .accepted = 2,
       .sent = {R"("id":"L-1")", R"("stock":7)"},
       .shown = {"Looks like: PrestaShop products"}},
      {.name = "MagentoConfigurablesAndStoreViewsAreNoProducts",
       .file = "catalog_product.csv",
       .text = "sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,weight,"
               "product_online,price,special_price,qty,is_in_stock\n"
               "24-MB01,,Bag,simple,\"Default Category/Gear,Default Category/Gear/Bags\",base,\"Duffle "
               "\"\"Joust\"\"\",,1,34.000000,29.000000,100.0000,1\n"
               "24-MB01,de,Bag,simple,,,Sporttasche,,,,,,\n"
               "WH01,,Top,configurable,Default Category/Tops,base,Hoodie,,1,,,0.0000,1\n"
               "WH01-S,,Top,simple,Default Category/Tops,base,Hoodie S,,1,42.0000,,10.0000,1\n",
       .kind = ImportKind::products,
       .accepted = 2,
       .sent = {R"("id":"24-MB01")", R"("amount":2900,)", R"("stock":100)", R"("amount":4200,)", R"("stock":10)"},
       .not_sent = {R"("id":"WH01",)", "Sporttasche"}},
      {.name = "WooCommerceVariations",
       .file = "wc-product-export.csv",
       .text =
           "ID,Type,SKU,Name,Published,Stock,Sale price,Regular price,Categories,Parent,Attribute 1 name,Attribute 1 "
           "value(s)\n"
           "301,variable,CND,Candle,1,,,,\"Home > Candles, Gifts\",,Scent,\"Fig, Rose\"\n"
           "303,variation,CND-1,Candle - Fig,1,14,,15,,CND,Scent,Fig\n"
           "304,variation,CND-2,Candle - Rose,1,,12.5,15,,CND,Scent,Rose\n"
           "306,external,EXT-1,Partner item,1,,,,Home,,,\n",
       .kind = ImportKind::products,
       .accepted = 2,
       .sent = {R"("id":"CND-1")", R"("amount":1500,)", R"("stock":14)", R"("amount":1250,)"},
       .not_sent = {R"("id":"CND",)", "EXT-1"}},
      {.name = "ExcelWorkbook",
       .file = "products.csv",
       .text = std::string("PK\x03\x04\x14\x00\x06\x00", 8) + "xl/workbook.xml",
       .kind = ImportKind::products,
       .question = "excel_workbook",
       .shown = {"Excel"}},
  };
}

class ProductFiles : public FileCaseTest {};

TEST_P(ProductFiles, AreReadAsTheirProgramMeansThem) {
  check();
}
INSTANTIATE_TEST_SUITE_P(Cases, ProductFiles, testing::ValuesIn(product_cases()), name_of_case);

}  // namespace
}  // namespace ordo::imports
