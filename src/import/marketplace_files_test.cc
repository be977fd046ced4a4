// Files of orders as marketplaces and tills write them.
#include "import/testing/file_case.h"

namespace ordo::imports {
namespace {

std::vector<FileCase> marketplace_cases() {
  return {
      {.name = "EbayOrdersReport",
       .file = "eBay-OrdersReport.csv",
       .text =
           "\n\"Sales Record Number\",\"Order Number\",\"Buyer Username\",\"Buyer Name\",\"Buyer Email\",\"Item "
           "Title\",\"Custom Label\",\"Quantity\",\"Sold For\",\"Shipping And Handling\",\"eBay Collected "
           "Tax\",\"Total "
           "Price\",\"Sale Date\",\"Paid On Date\",\"Shipped On Date\"\n\n"
           "\"101\",\"11-1\",\"bobby_1\",\"Bob Example\",\"bob1@members.ebay.com\",\"Mug, blue\",\"MUG-BL\",\"2\","
           "\"$39.98\",\"$5.00\",\"$2.81\",\"$47.79\",\"Mar-05-24\",\"Mar-05-24\",\"Mar-06-24\"\n"
           "\"102\",\"22-2\",\"carla\",\"Carla Example\",\"c@members.ebay.com\",\"\",\"\",\"3\",\"\",\"$10.00\",\"\","
           "\"$69.97\",\"Mar-06-24\",\"Mar-06-24\",\"\"\n"
           "\"102\",\"22-2\",\"carla\",\"\",\"\",\"Mug, "
           "blue\",\"MUG-BL\",\"2\",\"$39.98\",\"\",\"\",\"\",\"Mar-06-24\","
           "\"Mar-06-24\",\"\"\n"
           "\"102\",\"22-2\",\"carla\",\"\",\"\",\"Bag\",\"BAG-L\",\"1\",\"$19.99\",\"\",\"\",\"\",\"Mar-06-24\","
           "\"Mar-06-24\",\"\"\n\n"
           "\"3\",\"record(s) downloaded,\",\" from \",\"Mar-05-24\",\" to \",\"Mar-07-24\"\n\"Seller ID : mugshop\"\n",
       .choose = as_history,
       .accepted = 2,
       .sent = {R"("unit_price":{"amount":1999,"currency":"USD"})", R"("expected_total":{"amount":4779)",
                R"("collected_by":"eBay")", R"("expected_total":{"amount":6997)", R"("status":"fulfilled")",
                R"("status":"confirmed")", R"("customer_id":"bobby_1")"},
       .shown = {"Looks like: eBay orders report", "2 orders"}},
      {.name = "EtsySoldOrderItems",
       .file = "EtsySoldOrderItems2024.csv",
       .text =
           "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Discount Amount,Order Shipping,Order Sales Tax,Item "
           "Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,Order ID,SKU\n"
           "03/05/24,\"Ring, silver\",Ann Example (annx),1,45.00,SPRING,4.50,5.00,0,40.50,USD,39001,120001,03/05/2024,"
           "03/06/2024,29001,RING-7\n"
           "03/25/24,Chain,Bob Example (bobx),2,20.00,,0.00,4.00,0,40.00,USD,39002,120002,03/25/2024,,29002,\n"
           "03/25/24,Ring,Bob Example (bobx),1,45.00,,0.00,4.00,0,45.00,USD,39003,120001,03/25/2024,,29002,RING-7\n",
       .choose = as_history,
       .accepted = 2,
       .sent = {R"("number":"29001")", R"("expected_total":{"amount":4550)", R"("expected_total":{"amount":8900)",
                R"("placed_at":"2024-03-05T00:00:00.000Z")", R"x("name":"Ann Example (annx)")x"},
       .shown = {"Looks like: Etsy sold order items"},
       .not_sent = {R"("number":"39001")"}},
      {.name = "SquareItemSales",
       .file = "items-2024.csv",
       .text =
           "Date,Time,Time Zone,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type,Customer "
           "ID,Unit\n"
           "03/25/2024,14:22:11,Eastern Time (US & Canada),Latte,2.0,LAT-R,$9.00,$0.00,$9.00,$0.72,TX1,Payment,C1,ea\n"
           "03/25/2024,14:22:11,Eastern Time (US & Canada),Croissant,1.0,CRO,$3.50,-$0.50,$3.00,$0.24,TX1,Payment,C1,"
           "ea\n"
           "03/26/2024,09:00:00,Eastern Time (US & Canada),Croissant,-1.0,CRO,-$3.50,$0.50,-$3.00,-$0.24,TX1,Refund,C1,"
           "ea\n"
           "03/26/2024,15:00:00,Eastern Time (US & Canada),Brie,0.350,BRIE,$7.00,$0.00,$7.00,$0.00,TX2,Payment,,kg\n",
       .choose =
           [](ImportOptions& options) {
             as_history(options);
             options.orders.guest = "guest";
           },
       .accepted = 1,
       .refused = {{"fractional_quantity", 1}},
       .sent = {R"("placed_at":"2024-03-25T18:22:11.000Z")", R"("expected_total":{"amount":1296)", R"("returned":1)",
                R"("refunded":{"amount":324,"currency":"USD"})", R"("status":"completed")"},
       .shown = {"Looks like: Square item sales", "status = completed"}},
      {.name = "SquareInAnUnknownTimeZone",
       .file = "items-2024.csv",
       .text = "Date,Time,Time Zone,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Customer ID\n"
               "03/26/2024,15:00:00,Tokyo,Brie,1,BRIE,$7.00,$0.00,$7.00,$0.00,TX2,C2\n"
               "03/26/2024,15:00:00,Middle Earth,Brie,1,BRIE,$7.00,$0.00,$7.00,$0.00,TX3,C2\n",
       .choose = as_history,
       .accepted = 1,
       .refused = {{"bad_time", 1}},
       .sent = {R"("placed_at":"2024-03-26T06:00:00.000Z")"}},
      {.name = "SquareWeighedGoods",
       .file = "items-2024.csv",
       .text = "Date,Time,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type,Customer ID,Unit\n"
               "03/26/2024,15:00:00,Brie,0.350,BRIE,$7.00,$0.00,$7.00,$0.00,TX2,Payment,C2,kg\n",
       .choose =
           [](ImportOptions& options) {
             as_history(options);
             options.values.unit = *parse_unit("0.001");
           },
       .accepted = 1,
       .sent = {R"("quantity":350)", R"("unit_price":{"amount":2,"currency":"USD"})"}},
      {.name = "BigCommerceLinesInOneCell",
       .file = "orders.csv",
       .text =
           "Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Status,Subtotal (inc tax),Tax "
           "Total,Shipping Cost (inc tax),Refund Amount,Order Total (inc tax),Order Currency Code,Product Details\n"
           "101,12,Ann Example,ann@example.com,05/03/2024,Completed,24.00,0.00,5.00,0.00,29.00,USD,\"Product ID: 77, "
           "Product Qty: 2, Product SKU: MUG, Product Name: Mug, Product Weight: 1.0000, Product Variation Details: , "
           "Product Unit Price: 7.00, Product Total Price: 14.00|Product ID: 78, Product Qty: 1, Product SKU: BAG, "
           "Product Name: Bag, Product Weight: 1.0000, Product Variation Details: , Product Unit Price: 10.00, Product "
           "Total Price: 10.00\"\n"
           "102,0,Guest Example,guest@example.com,25/03/2024,Awaiting Shipment,7.00,0.00,5.00,0.00,12.00,USD,\"Product "
           "ID: 77, Product Qty: 1, Product SKU: MUG, Product Name: Mug, Product Weight: 1.0000, Product Variation "
           "Details: , Product Unit Price: 7.00, Product Total Price: 7.00\"\n",
       .choose = as_history,
       .accepted = 2,
       .sent = {R"("product_id":"MUG")", R"("product_id":"BAG")", R"("expected_total":{"amount":2900)",
                R"("customer_id":"guest@example.com")", R"("status":"confirmed")"},
       .shown = {"Looks like: BigCommerce orders"},
       .not_sent = {R"("product_id":"77")", R"("customer_id":"0")"}},
      {.name = "AmazonAllOrders",
       .file = "all-orders.txt",
       .text = "amazon-order-id\tmerchant-order-id\tpurchase-date\torder-status\tproduct-name\tsku\tasin\titem-status\t"
               "quantity\tcurrency\titem-price\titem-tax\tshipping-price\n"
               "111-1\t\t2024-03-05T14:22:11+00:00\tShipped\tMug\t0042-MUG\tB01\tShipped\t3\tUSD\t30.0\t2.4\t5.99\n"
               "111-4\t\t2024-03-05T15:22:11+00:00\tCancelled\tMug\t0042-MUG\tB01\tCancelled\t0\t\t\t\t\n"
               "111-5\t\t2024-03-05T16:22:11+00:00\tPending\tBag\tBAG-L\tB02\tUnshipped\t1\tUSD\t19.99\t\t\n",
       .choose =
           [](ImportOptions& options) {
             as_history(options);
             options.orders.guest = "amazon";
           },
       .accepted = 2,
       .sent = {R"("expected_total":{"amount":3839)", R"("status":"fulfilled")", R"("status":"pending")"},
       .not_sent = {"111-4"}},
      {.name = "HeadsOfOrdersNeedTheirLines",
       .file = "olist_orders_dataset.csv",
       .text = "order_id,customer_id,order_status,order_purchase_timestamp\na,b,delivered,2017-10-02 10:56:33\n",
       .choose = as_history,
       .question = "no_lines",
       .shown = {"--lines FILE"}},
      {.name = "EmailsCompareWithoutCase",
       .file = "orders.csv",
       .text = "order,sku,qty,email\n1,A,1,ann@x.example\n1,B,2,Ann@X.example\n",
       .accepted = 1,
       .sent = {R"("customer_id":"ann@x.example")", R"("product_id":"B")"}},
      {.name = "ShortAndLongRows",
       .file = "orders.csv",
       .text = "order,sku,qty,customer,note\n1,A,1,c\n2,A,1,c,,\n3,A,1,c,n,x\n",
       .accepted = 2,
       .refused = {{"wrong_field_count", 1}}},
      {.name = "AFreeLineIsFree",
       .file = "orders.csv",
       .text = "order,sku,qty,customer,price,total,date,status\n1,A,1,c,0.00,0.00,2024-03-05,completed\n",
       .choose = as_history,
       .accepted = 1,
       .sent = {R"("unit_price":{"amount":0,"currency":"USD"})"}},
  };
}

class MarketplaceFiles : public FileCaseTest {};

TEST_P(MarketplaceFiles, AreReadAsTheirProgramMeansThem) {
  check();
}
INSTANTIATE_TEST_SUITE_P(Cases, MarketplaceFiles, testing::ValuesIn(marketplace_cases()), name_of_case);

}  // namespace
}  // namespace ordo::imports
