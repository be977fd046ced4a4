// Files of orders as shops and ERP systems write them.
#include "import/testing/file_case.h"

namespace ordo::imports {
namespace {

constexpr const char* kShopify =
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,"
    "Notes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Id,Tags,Risk Level,"
    "Tax 1 Name,Tax 1 Value\n"
    "#1001,pat@example.com,paid,2024-03-05 14:22:13 -0500,fulfilled,2024-03-06 09:00:00 -0500,USD,132.30,6.90,11.05,"
    "150.25,SPRING10,14.70,2024-03-05 14:22:11 -0500,2,Linen Shirt - S / Blue,49.00,SHIRT-S-BL,Pat Example,\"Leave\nat "
    "the house\",,Shopify Payments,c001.1,0.00,Mill,0.00,5500000000001,vip,Low,US State Tax 8%,11.05\n"
    "#1001,pat@example.com,,,,,,,,,,,,2024-03-05 14:22:11 -0500,1,Linen Shirt - M / "
    "Blue,49.00,SHIRT-M-BL,,,,,,,Mill,,,,"
    ",,\n"
    "#1002,lee@example.com,refunded,2024-03-06 08:01:00 -0500,unfulfilled,,USD,49.00,6.90,0.00,55.90,,0.00,"
    "2024-03-06 08:00:58 -0500,1,Linen Shirt - S / Blue,49.00,SHIRT-S-BL,Lee Example,,2024-03-06 10:00:00 -0500,"
    "Shopify Payments,c002.1,55.90,Mill,0.00,5500000000002,,Low,,\n"
    "#1003,,pending,,unfulfilled,,USD,30.00,0.00,0.00,30.00,,0.00,2024-03-07 12:00:00 -0500,1,Custom engraving,30.00,,,"
    ",,Cash on Delivery (COD),,0.00,,30.00,5500000000003,,Low,,\n"
    "#1004,kim@example.com,paid,2024-03-08 09:00:00 -0500,unfulfilled,,USD,49.00,0.00,0.00,49.00,,0.00,"
    "2024-03-08 09:00:00 -0500,1,Linen Shirt - L / Blue,49.00,SHIRT-L-BL,Kim Example,,,gift_card,,0.00,Mill,0.00,"
    "5500000000004,,Low,,\n";

std::vector<FileCase> shop_cases() {
  return {
      {.name = "ShopifyPastIsAsked",
       .file = "orders_export (1).csv",
       .text = kShopify,
       .question = "past_orders",
       .shown = {"4 of 4 orders are not new", "--as history", "--as open"}},
      {.name = "ShopifyHistory",
       .file = "orders_export.csv",
       .text = kShopify,
       .choose =
           [](ImportOptions& options) {
             as_history(options);
             options.orders.guest = "guest";
           },
       .accepted = 4,
       .sent = {R"("expected_total":{"amount":15025,"currency":"USD"})", R"("customer_id":"pat@example.com")",
                R"("placed_at":"2024-03-05T19:22:11.000Z")", R"("code":"SPRING10")", R"("status":"cancelled")",
                R"("refunded":{"amount":5590,"currency":"USD"})", R"("name":"Custom engraving")"},
       .shown = {"Looks like: Shopify orders (one row a line). 4 orders, 5 rows, 2024-03-05 to 2024-03-08, USD.",
                 "order <- Name", "not used, with values in them:"}},
      {.name = "WooCommerceLines",
       .file = "orders.csv",
       .text = "order_id,order_number,order_date,status,shipping_total,shipping_tax_total,fee_total,tax_total,cart_"
               "discount,"
               "discount_total,order_total,refunded_total,order_currency,payment_method,customer_id,customer_email,"
               "billing_first_name,item_id,item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_total,"
               "item_total_tax\n"
               "2101,WC-2101,2024-03-05 14:22:11,wc-completed,4.90,0.93,0.00,10.43,0.00,5.00,65.33,0.00,EUR,stripe,17,"
               "mia@example.com,Mia,1,301,Candle,CND-1,2,30.00,25.00,4.75\n"
               "2101,WC-2101,2024-03-05 14:22:11,wc-completed,4.90,0.93,0.00,10.43,0.00,5.00,65.33,0.00,EUR,stripe,17,"
               "mia@example.com,Mia,2,302,Holder,HLD-9,1,25.00,25.00,4.75\n"
               "2102,WC-2102,2024-03-06 10:00:00,wc-refunded,0.00,0.00,0.00,0.00,0.00,0.00,25.00,25.00,EUR,bacs,0,"
               "guest@example.com,Guest,3,302,Holder,HLD-9,1,25.00,25.00,0.00\n"
               "2104,WC-2104,2024-03-07 09:00:00,wc-cancelled,0.00,0.00,0.00,0.00,0.00,0.00,15.00,0.00,EUR,cod,18,"
               "ola@example.com,Ola,5,301,Candle,CND-1,1,15.00,15.00,0.00\n"
               "2105,WC-2105,2024-03-07 09:30:00,wc-failed,0.00,0.00,0.00,0.00,0.00,0.00,15.00,0.00,EUR,stripe,18,"
               "ola@example.com,Ola,6,301,Candle,CND-1,1,15.00,15.00,0.00\n",
       .choose = as_history,
       .accepted = 4,
       .sent = {R"("product_id":"CND-1")", R"("expected_total":{"amount":6533,"currency":"EUR"})",
                R"("customer_id":"guest@example.com")", R"("status":"rejected")", R"("status":"cancelled")"},
       .shown = {"product <- item_sku"},
       .not_sent = {R"("customer_id":"0")", R"("product_id":"1")", R"("product_id":"301")"}},
      {.name = "WooCommerceOneRow",
       .file = "orders_one_row.csv",
       .text =
           "order_id,order_number,date,status,shipping_total,tax_total,discount_total,order_total,refunded_total,"
           "order_currency,payment_method,customer_id,billing_email,line_items,shipping_items,tax_items,coupon_items\n"
           "2101,WC-2101,2024-03-05 14:22:11,completed,4.90,10.45,5.00,65.28,0.00,EUR,stripe,17,mia@example.com,"
           "id:1|name:Candle|product_id:301|sku:CND-1|quantity:2|subtotal:30.00|total:25.00;id:2|name:Holder|"
           "product_id:302|sku:HLD-9|quantity:1|subtotal:25.00|total:25.00,id:9|method_id:flat_rate|total:4.90,"
           "id:10|code:VAT|total:10.45,code:SPRING5|amount:5.00\n",
       .choose =
           [](ImportOptions& options) {
             as_history(options);
             options.orders.accept_totals = true;
           },
       .accepted = 1,
       .sent = {R"("product_id":"CND-1")", R"("product_id":"HLD-9")", R"("expected_total":{"amount":6528)"}},
      {.name = "WooCommerceRestApi",
       .file = "orders.ndjson",
       .text =
           R"({"id":727,"number":"727","status":"completed","currency":"USD","date_created":"2024-03-05T14:22:11",)"
           R"("date_created_gmt":"2024-03-05T19:22:11","discount_total":"0.00","shipping_total":"10.00",)"
           R"("total_tax":"1.35","total":"29.35","customer_id":12,"billing":{"first_name":"Ann",)"
           R"("email":"ann@example.com"},"payment_method":"bacs","line_items":[{"id":315,"name":"Single",)"
           R"("product_id":93,"variation_id":0,"quantity":2,"subtotal":"6.00","total":"6.00","sku":"SGL","price":3},)"
           R"({"id":316,"name":"Ship Your Idea","product_id":22,"variation_id":23,"quantity":1,"total":"12.00",)"
           R"("sku":"IDEA","price":12}],"shipping_lines":[{"id":317,"method_title":"Flat Rate","total":"10.00"}],)"
           R"("refunds":[]})"
           "\n",
       .choose = as_history,
       .accepted = 1,
       .sent = {R"("number":"727")", R"("product_id":"SGL")", R"("expected_total":{"amount":2935)",
                R"("placed_at":"2024-03-05T19:22:11.000Z")"},
       .not_sent = {R"("number":"315")"}},
      {.name = "ShopifyAdminApi",
       .file = "orders.json",
       .text = R"({"orders":[{"id":450789469,"name":"#1001","email":"bo@example.com",)"
               R"("created_at":"2024-03-05T14:22:11-05:00","currency":"USD","financial_status":"paid",)"
               R"("total_price":"24.35","total_tax":"1.35","customer":{"id":207119551,"email":"bo@example.com"},)"
               R"("line_items":[{"id":466157049,"title":"Single","quantity":2,"sku":"SGL","price":"3.00",)"
               R"("product_id":632910392},{"id":518995019,"title":"Idea","quantity":1,"sku":"IDEA","price":"12.00",)"
               R"("product_id":632910393}],"shipping_lines":[{"id":1,"price":"5.00"}],"refunds":[]}]})"
               "\n",
       .choose = as_history,
       .accepted = 1,
       .sent = {R"("product_id":"SGL")", R"("expected_total":{"amount":2435)", R"("customer_id":"207119551")"},
       .shown = {"Looks like: Shopify orders"}},
      {.name = "MagentoGridHasNoLines",
       .file = "orders_export.csv",
       .text =
           "ID,\"Purchase Point\",\"Purchase Date\",\"Bill-to Name\",\"Ship-to Name\",\"Grand Total (Base)\","
           "\"Grand Total (Purchased)\",Status,\"Billing Address\",\"Shipping Address\",\"Shipping Information\","
           "\"Customer Email\",\"Customer Group\",Subtotal,\"Shipping and Handling\",\"Customer Name\",\"Payment "
           "Method\",\"Total Refunded\"\n"
           "000000012,Main,\"Mar 5, 2024, 2:22:11 PM\",Ana,Ana,$36.39,$36.39,closed,a,a,Flat,ana@example.com,General,"
           "$29.00,$5.00,Ana,checkmo,$36.39\n",
       .choose = as_history,
       .question = "no_lines",
       .shown = {"lines"}},
      {.name = "AmazonOrderReport",
       .file = "order-report.txt",
       .text =
           "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\tsku\tproduct-name\t"
           "quantity-purchased\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\tship-country\t"
           "item-promotion-discount\titem-promotion-id\tship-promotion-discount\n"
           "111-0000001-0000001\t0901\t2024-03-05T14:22:11+00:00\t2024-03-05T14:25:00+00:00\taa1@m.example\tA "
           "Buyer\t0042-MUG\tMug 3\" tall\t3\tUSD\t30.00\t2.40\t5.99\t0.48\tUS\t-3.00\tPROMO1\t\n"
           "111-0000001-0000001\t0901\t\t\t\t\t\t\t\t\t\t\t\t\t\t\tPROMO2\t-5.99\n"
           "111-0000002-0000002\t0902\t2024-03-05T23:59:59-08:00\t2024-03-06T00:05:00-08:00\tbb2@m.example\t\tBAG-L\t"
           "Bag\t1\tUSD\t19.99\t1.60\t0.00\t0.00\tUS\t\t\t\n",
       .choose = [](ImportOptions& options) { options.mode = OrderMode::open; },
       .accepted = 2,
       .sent = {R"("product_id":"0042-MUG")", R"("unit_price":{"amount":1000,"currency":"USD"})",
                R"("payment_terms":"manual")"},
       .not_sent = {R"("product_id":"0901")"}},
      {.name = "ErpWithSemicolonsAndDecimalCommas",
       .file = "auftraege.csv",
       .text = "Belegnr;Belegdatum;Kundennr;Pos;Artikelnr;Bezeichnung;Menge;ME;Einzelpreis;Gesamt netto;Währung\n"
               "4500000123;25.03.2024;0000100017;10;000000000000001042;Schraube M8;1.000,000;ST;0,12;120,00;EUR\n"
               "4500000123;25.03.2024;0000100017;20;000000000000001043;Mutter M8;500,000;ST;0,05;25,00;EUR\n",
       .choose =
           [](ImportOptions& options) {
             as_history(options);
             options.columns.set[Role::status] = "completed";
           },
       .accepted = 1,
       .sent = {R"("quantity":1000)", R"("quantity":500)", R"("unit_price":{"amount":12,"currency":"EUR"})",
                R"("product_id":"000000000000001042")", R"("customer_id":"0000100017")"},
       .shown = {"decimal comma: "}},
      {.name = "VietnameseHeadings",
       .file = "don_hang.csv",
       .text =
           "Mã đơn hàng,Ngày đặt hàng,Mã sản phẩm,Tên sản phẩm,Số lượng,Đơn giá,Thành tiền,Phí vận chuyển,Trạng thái,"
           "Khách hàng\n"
           "2403050001,25/03/2024 14:22,PHO-1,Phở bò,2,85.000,170.000,15.000,Đã giao,kh-1\n"
           "2403050002,25/03/2024 15:00,CF-1,Cà phê,1,29.000,29.000,15.000,Đã hủy,kh-2\n",
       .choose =
           [](ImportOptions& options) {
             history_in("VND")(options);
             options.values.time.zone = "Asia/Ho_Chi_Minh";
           },
       .accepted = 2,
       .sent = {R"("unit_price":{"amount":85000,"currency":"VND"})", R"("status":"completed")",
                R"("status":"cancelled")", R"("placed_at":"2024-03-25T07:22:00.000Z")"}},
      {.name = "MongoExport",
       .file = "orders.json",
       .text =
           R"({"_id":{"$oid":"65e7b2f0c0ffee0000000101"},"userId":{"$oid":"65e79000c0ffee0000000a01"},)"
           R"("products":[{"productId":{"$oid":"65e7a1f0c0ffee0000000001"},"quantity":2,)"
           R"("_id":{"$oid":"65e7b2f0c0ffee0000000201"}}],"totalAmount":32.3,"status":"completed",)"
           R"("createdAt":{"$date":"2024-03-05T14:22:11.123Z"},"__v":0})"
           "\n"
           R"({"_id":{"$oid":"65e7b2f0c0ffee0000000102"},"userId":"user-7",)"
           R"("products":[{"productId":"65e7a1f0c0ffee0000000004","quantity":{"$numberInt":"1"}}],)"
           R"("totalAmount":7.25,"status":"cancelled","createdAt":{"$date":{"$numberLong":"1709648531123"}},"__v":0})"
           "\n",
       .choose = as_history,
       .accepted = 2,
       .sent = {R"("number":"65e7b2f0c0ffee0000000101")", R"("product_id":"65e7a1f0c0ffee0000000001")",
                R"("expected_total":{"amount":3230)", R"("placed_at":"2024-03-05T14:22:11.123Z")"},
       .not_sent = {R"("number":"65e7b2f0c0ffee0000000201")"}},
      {.name = "MongoExportOfSeveralLinesWithoutPrices",
       .file = "orders.json",
       .text = R"({"_id":"o1","userId":"u","products":[{"productId":"lamp","quantity":1},)"
               R"({"productId":"bulb","quantity":2}],"totalAmount":32.3,"status":"completed",)"
               R"("createdAt":"2024-03-05T14:22:11Z"})"
               "\n"
               R"({"_id":"o2","userId":"u","products":[{"productId":"lamp","quantity":1},)"
               R"({"productId":"bulb","quantity":1}],"totalAmount":32.3,"status":"completed",)"
               R"("createdAt":"2024-03-05T14:22:11Z"})"
               "\n"
               R"({"_id":"o3","userId":"u","products":[{"productId":"lamp","quantity":1},)"
               R"({"productId":"gone","quantity":1}],"totalAmount":32.3,"status":"completed",)"
               R"("createdAt":"2024-03-05T14:22:11Z"})"
               "\n",
       .choose = as_history,
       .accepted = 1,
       .refused = {{"total_mismatch", 1}, {"unknown_product", 1}},
       .sent = {R"("expected_total":{"amount":3230)", R"("unit_price":{"amount":390)"},
       .catalogue = {{"lamp", R"({"id":"lamp","price":{"amount":2450,"currency":"USD"}})"},
                     {"bulb", R"({"id":"bulb","price":{"amount":390,"currency":"USD"}})"}}},
      {.name = "HistoryWithoutTimesIsAsked",
       .file = "orders.csv",
       .text = "order,sku,qty,customer,price,status\n1,A,1,c,2.00,completed\n",
       .choose = as_history,
       .question = "no_times",
       .shown = {"--map time=NAME"}},
      {.name = "MagentoApiListsAConfiguredProductTwice",
       .file = "orders.json",
       .text = R"({"items":[{"increment_id":"12","status":"complete","state":"complete",)"
               R"("created_at":"2024-03-05 14:22:11","order_currency_code":"USD","customer_email":"ana@example.com",)"
               R"("shipping_amount":5.0,"grand_total":47.0,"items":[{"item_id":20,"sku":"WH01-S","name":"Hoodie",)"
               R"("product_type":"configurable","qty_ordered":1,"price":42.0,"row_total":42.0},{"item_id":21,)"
               R"("parent_item_id":20,"sku":"WH01-S","name":"Hoodie-S","product_type":"simple","qty_ordered":1,)"
               R"("price":0,"row_total":0}]}]})"
               "\n",
       .choose = as_history,
       .accepted = 1,
       .sent = {R"("lines":[{"product_id":"WH01-S","quantity":1,"name":"Hoodie",)",
                R"("expected_total":{"amount":4700)"},
       .shown = {"Magento orders"},
       .not_sent = {"Hoodie-S", R"("region":"complete")", "shipping_region"}},
      {.name = "HistoryWithoutPricesIsAsked",
       .file = "orders.csv",
       .text = "order,sku,qty,customer,date,status,Profit\n1,A,1,c,2024-03-05,completed,4.2\n",
       .choose = as_history,
       .question = "no_prices",
       .shown = {"--map line_total=NAME", "Profit"}},
      {.name = "QuantityWithASeparatorIsAsked",
       .file = "orders.csv",
       .text = "order_id;sku;qty;customer\n1;PHO-1;1.000;c1\n2;PHO-1;2;c1\n",
       .question = "ambiguous_number",
       .shown = {"qty: \"1.000\" can be"}},
      {.name = "ExcelSeparatorLine",
       .file = "orders.csv",
       .text = "sep=;\norder id;sku;qty;customer\n1;A-1;2;c1\n",
       .accepted = 1,
       .sent = {R"("product_id":"A-1")"}},
      {.name = "AnOrderWithABadCellIsNotTaken",
       .file = "orders.csv",
       .text = "order_id,sku,qty,customer,price\n7,A,1,c1,10\n7,B,two,c1,$5.00\n8,A,1,c1,$9.99\n",
       .accepted = 1,
       .refused = {{"incomplete_order", 1}, {"not_a_number", 1}}},
      {.name = "OddNumbersAndRows",
       .file = "quirks.csv",
       .text = "Order ID,SKU,Qty,Customer,Currency,Price,Notes\n"
               "2,MUG,1.5,c1,USD,12.50,fraction\n"
               "4,MUG,-1,c1,USD,12.50,return line\n"
               "5,MUG,1,c1,usd,12.50,lower case\n"
               "12,MUG,1,c1,USD,0.00,free\n"
               "15/2024,MUG,1,c1,USD,12.50,slash\n"
               "Ä-16,MUG,1,c1,USD,12.50,umlaut\n"
               "19,MUG,1,c2,USD,12.50,two customers\n"
               "19,MUG,1,c3,USD,12.50,two customers\n"
               "Total,,25,,,312.50,footer\n",
       .accepted = 4,
       .refused = {{"fractional_quantity", 1}, {"return_line", 1}, {"incomplete_order", 1}, {"differs", 1}},
       .sent = {R"("reference":"15/2024")", R"("reference":"Ä-16")", R"("currency":"USD")"}},
  };
}

class ShopFiles : public FileCaseTest {};

TEST_P(ShopFiles, AreReadAsTheirProgramMeansThem) {
  check();
}
INSTANTIATE_TEST_SUITE_P(Cases, ShopFiles, testing::ValuesIn(shop_cases()), name_of_case);

}  // namespace
}  // namespace ordo::imports
