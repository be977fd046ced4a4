// Orders from the files of the programs that shops use, from the first byte to the planned orders.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "import/order_plan.h"
#include "tables/table.h"

namespace ordo::imports {
namespace {

class ImportedFile {
 public:
  explicit ImportedFile(std::string text, std::string name = "orders.csv", OrderMode mode = OrderMode::history) {
    options.mode = mode;
    options.guest = "walk-in";
    text_ = std::move(text);
    name_ = std::move(name);
  }

  ImportedFile& read() {
    auto first = read_table(text_, name_, {});
    EXPECT_TRUE(first) << first.error().message;
    if (!first) return *this;
    auto columns = find_columns(ImportKind::orders, choices, (*first)->headings());
    EXPECT_TRUE(columns) << columns.error().message;
    if (!columns) return *this;
    auto surveyed = survey(**first, std::move(*columns), values);
    EXPECT_TRUE(surveyed) << surveyed.error().message;
    if (!surveyed) return *this;
    auto second = read_table(text_, name_, {});
    OrderPlanner planner(options, *surveyed, [this](const Refusal& refusal) {
      reasons += (reasons.empty() ? "" : " ") + refusal.record + ":" + refusal.problem.reason;
      details += refusal.problem.detail + "\n";
    });
    Row row;
    while ((*second)->next(row).value_or(false)) {
      auto order = planner.add(row);
      EXPECT_TRUE(order) << order.error().message;
      if (order && *order) orders.push_back(std::move(**order));
    }
    while (auto order = planner.finish()) orders.push_back(std::move(*order));
    rows_without_lines = planner.rows_without_lines();
    return *this;
  }
  const PlannedOrder& order(std::string_view number) const {
    static const PlannedOrder kNone;
    for (const auto& order : orders) {
      if (order.number == number) return order;
    }
    ADD_FAILURE() << "no order " << number << "; " << reasons << "\n" << details;
    return kNone;
  }

  OrderPlanOptions options;
  ColumnChoices choices;
  ValueChoices values;
  std::vector<PlannedOrder> orders;
  std::string reasons;
  std::string details;
  std::uint64_t rows_without_lines = 0;

 private:
  std::string text_;
  std::string name_;
};

constexpr const char* kShopifyExport =
    R"(Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing City,Billing Zip,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping City,Shipping Zip,Shipping Country,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Location,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Receipt Number
#1001,pat@example.com,paid,2024-03-05 14:22:13 -0500,fulfilled,2024-03-06 09:00:00 -0500,yes,USD,132.30,6.90,11.05,150.25,SPRING10,14.70,Standard,2024-03-05 14:22:11 -0500,2,Linen Shirt - S / Blue,49.00,59.00,SHIRT-S-BL,true,true,fulfilled,Pat Example,1 Test Way,Springfield,'02138,US,,Pat Example,1 Test Way,Springfield,'02138,US,"Please leave
at the porch","gift: yes",,Shopify Payments,c001.1,0.00,Mill & Co,0.00,,5500000000001,vip,Low,web,0.00,US State Tax 8%,11.05,
#1001,pat@example.com,,,,,,,,,,,,,,2024-03-05 14:22:11 -0500,1,Linen Shirt - M / Blue,49.00,,SHIRT-M-BL,true,true,fulfilled,,,,,,,,,,,,,,,,,,Mill & Co,,,,,,,14.70,,,
#1002,lee@example.com,refunded,2024-03-06 08:01:00 -0500,unfulfilled,,no,USD,49.00,6.90,0.00,55.90,,0.00,Standard,2024-03-06 08:00:58 -0500,1,Linen Shirt - S / Blue,49.00,59.00,SHIRT-S-BL,true,true,pending,Lee Example,,,,,,,,,,,,,2024-03-06 10:00:00 -0500,Shopify Payments,c002.1,55.90,Mill & Co,0.00,,5500000000002,,Low,web,0.00,,,
#1003,,pending,,unfulfilled,,no,USD,30.00,0.00,0.00,30.00,,0.00,,2024-03-07 12:00:00 -0500,1,Custom engraving,30.00,,,false,false,pending,,,,,,,,,,,,,,,Cash on Delivery (COD),,0.00,,30.00,,5500000000003,,Low,shopify_draft_order,0.00,,,
)";

TEST(OrderFiles, ShopifyOrdersAreTakenWhole) {
  ImportedFile file(kShopifyExport);
  file.read();
  EXPECT_EQ(file.reasons, "") << file.details;
  const auto& first = file.order("1001");
  ASSERT_EQ(first.lines.size(), 2U);
  EXPECT_EQ(first.customer, "pat@example.com");
  EXPECT_EQ(first.total->amount, 15025);
  EXPECT_EQ(to_rfc3339(*first.placed_at), "2024-03-05T19:22:11.000Z");
  EXPECT_EQ(first.lines[0].product_id, ProductId("SHIRT-S-BL"));
  EXPECT_EQ(first.lines[1].unit_price->amount, 4900);
  ASSERT_TRUE(first.figures.discounts);
  EXPECT_EQ(first.figures.discounts->size(), 1U) << "the discount of the order is that of its line";
  EXPECT_EQ(first.figures.discounts->front().value, 1470);
  ASSERT_TRUE(first.lines[0].tax);
  EXPECT_EQ(first.lines[0].tax->front().label, "US State Tax 8%");
  EXPECT_EQ(first.terms.customer_note, "Please leave\nat the porch");
  ASSERT_TRUE(first.terms.shipping_address);
  EXPECT_EQ(first.terms.shipping_address->postal_code, "02138");
  EXPECT_EQ(first.state->status, OrderStatus::fulfilled);
  const auto& second = file.order("1002");
  EXPECT_EQ(second.state->status, OrderStatus::cancelled);
  EXPECT_EQ(refunded_of(second)->amount, 5590);
  const auto& third = file.order("1003");
  EXPECT_EQ(third.customer, "walk-in");
  EXPECT_EQ(third.lines[0].kind, LineKind::custom);
  EXPECT_EQ(captured_of(third)->amount, 0);
}

constexpr const char* kWooExport =
    R"(order_id,order_number,order_date,status,shipping_total,shipping_tax_total,fee_total,tax_total,cart_discount,order_discount,discount_total,order_total,refunded_total,order_currency,payment_method,payment_method_title,shipping_method,customer_id,customer_email,billing_first_name,billing_last_name,billing_address_1,billing_city,billing_postcode,billing_country,customer_note,item_id,item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_total,item_total_tax,item_refunded,item_meta,coupon_items,order_notes
2101,WC-2101,2024-03-05 14:22:11,wc-completed,4.90,0.93,0.00,10.43,0.00,5.00,5.00,65.33,0.00,EUR,stripe,Credit card (Stripe),Flat rate,17,mia@example.com,Mia,Example,"Teststr. 1, 2. OG",Berlin,01067,DE,Call first,1,301,Candle,CND-1,2,30.00,25.00,4.75,0.00,,code:SPRING5|amount:5.00,
2101,WC-2101,2024-03-05 14:22:11,wc-completed,4.90,0.93,0.00,10.43,0.00,5.00,5.00,65.33,0.00,EUR,stripe,Credit card (Stripe),Flat rate,17,mia@example.com,Mia,Example,"Teststr. 1, 2. OG",Berlin,01067,DE,Call first,2,302,Holder,HLD-9,1,25.00,25.00,4.75,0.00,colour: brass,code:SPRING5|amount:5.00,
2102,WC-2102,2024-03-06 10:00:00,wc-refunded,0.00,0.00,0.00,0.00,0.00,0.00,0.00,25.00,25.00,EUR,bacs,Direct bank transfer,,0,guest@example.com,Guest,Example,,,,DE,,3,302,Holder,HLD-9,1,25.00,25.00,0.00,25.00,,,
2103,WC-2103,2024-03-06 10:05:00,wc-refunded,0.00,0.00,0.00,0.00,0.00,0.00,0.00,-25.00,0.00,EUR,bacs,Direct bank transfer,,0,guest@example.com,Guest,Example,,,,DE,,4,302,Holder,HLD-9,-1,-25.00,-25.00,0.00,0.00,,,
2104,WC-2104,2024-03-07 09:00:00,wc-cancelled,0.00,0.00,0.00,0.00,0.00,0.00,0.00,15.00,0.00,EUR,cod,Cash on delivery,,18,ola@example.com,Ola,Example,,,,SE,,5,301,Candle,CND-1,1,15.00,15.00,0.00,0.00,,,
2105,WC-2105,2024-03-07 09:30:00,wc-failed,0.00,0.00,0.00,0.00,0.00,0.00,0.00,15.00,0.00,EUR,stripe,Credit card (Stripe),,18,ola@example.com,Ola,Example,,,,SE,,6,301,Candle,CND-1,1,15.00,15.00,0.00,0.00,,,
)";

TEST(OrderFiles, WooCommerceOrdersKeepStatesAndFigures) {
  ImportedFile file(kWooExport);
  file.read();
  EXPECT_EQ(file.reasons, "WC-2103:return_line") << file.details;
  const auto& first = file.order("WC-2101");
  ASSERT_EQ(first.lines.size(), 2U);
  EXPECT_EQ(first.lines[0].product_id, ProductId("CND-1"));
  EXPECT_EQ(first.lines[0].unit_price->amount, 1500);
  EXPECT_EQ(first.total->amount, 6533);
  EXPECT_EQ(first.lines[0].tax->front().rate_ppm, 190'000);
  EXPECT_EQ(first.customer, "17");
  EXPECT_EQ(file.order("WC-2102").customer, "guest@example.com");
  EXPECT_EQ(refunded_of(file.order("WC-2102"))->amount, 2500);
  EXPECT_EQ(file.order("WC-2104").state->status, OrderStatus::cancelled);
  EXPECT_EQ(file.order("WC-2105").state->status, OrderStatus::rejected);
}

TEST(OrderFiles, AmazonsPromotionsAreNoLines) {
  ImportedFile file(
      "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\tsku\tproduct-name\t"
      "quantity-purchased\tcurrency\titem-price\titem-tax\tshipping-price\tshipping-tax\titem-promotion-discount\t"
      "item-promotion-id\tship-promotion-discount\n"
      "111-0000001-0000001\t09\t2024-03-05T14:22:11+00:00\t2024-03-05T14:25:00+00:00\taa1@marketplace.example\tA "
      "Buyer\t0042-MUG\tMug 3\" tall\t3\tUSD\t30.00\t2.40\t5.99\t0.48\t-3.00\tPROMO1\t\n"
      "111-0000001-0000001\t09\t\t\t\t\t\t\t\t\t\t\t\t\t\tPROMO2\t-5.99\n",
      "orders.txt");
  file.choices.set[Role::status] = "Shipped";
  file.read();
  EXPECT_EQ(file.reasons, "") << file.details;
  const auto& order = file.order("111-0000001-0000001");
  ASSERT_EQ(order.lines.size(), 1U);
  EXPECT_EQ(order.lines[0].unit_price->amount, 1000) << "item-price is that of all pieces";
  EXPECT_EQ(order.sum->amount, 3000 - 300 + 240 + 599 - 599 + 48);
  EXPECT_EQ(file.rows_without_lines, 1U);
}

TEST(OrderFiles, VietnameseHeadingsAndStates) {
  ImportedFile file(
      "Mã đơn hàng,Ngày đặt hàng,Mã sản phẩm,Tên sản phẩm,Số lượng,Đơn giá,Thành tiền,Phí vận chuyển,Trạng thái,Khách "
      "hàng\n"
      "2403050001,25/03/2024 14:22,PHO-1,Phở bò,2,85.000,170.000,15.000,Đã giao,kh-1\n"
      "2403050002,25/03/2024 15:00,CF-1,Cà phê,1,29.000,29.000,15.000,Đã hủy,kh-2\n");
  file.values.currency = *Currency::parse("VND");
  file.read();
  EXPECT_EQ(file.reasons, "") << file.details;
  EXPECT_EQ(file.order("2403050001").sum->amount, 185'000);
  EXPECT_EQ(file.order("2403050001").state->status, OrderStatus::completed);
  EXPECT_EQ(file.order("2403050002").state->status, OrderStatus::cancelled);
}

TEST(OrderFiles, OrdersOfAnErpWithDecimalCommas) {
  ImportedFile file(
      "Belegnr;Belegdatum;Kundennr;Pos;Artikelnr;Bezeichnung;Menge;ME;Einzelpreis;Rabatt %;Gesamt netto;MwSt "
      "%;Währung\n"
      "4500000123;05.03.2024;0000100017;10;000000000000001042;Schraube M8;1.000,000;ST;0,12;0;120,00;19;EUR\n"
      "4500000123;05.03.2024;0000100017;20;000000000000001043;Mutter M8;500,000;ST;0,05;10;22,50;19;EUR\n"
      "4500000124;06.03.2024;0000100018;10;000000000000001042;Schraube M8;5-;ST;0,12;0;0,60-;19;EUR\n",
      "auftraege.csv");
  file.values.time.order = DateOrder::day_first;
  file.choices.set[Role::status] = "completed";
  file.read();
  EXPECT_EQ(file.reasons, "4500000124:return_line") << file.details;
  const auto& order = file.order("4500000123");
  ASSERT_EQ(order.lines.size(), 2U);
  EXPECT_EQ(order.lines[0].quantity, 1'000);
  EXPECT_EQ(order.sum->amount, 12'000 + 2'250 + 2'280 + 428);
}

TEST(OrderFiles, TheDocumentsOfTheSeed) {
  ImportedFile file(
      R"({"_id":{"$oid":"65e7b2f0c0ffee0000000101"},"userId":{"$oid":"65e79000c0ffee0000000a01"},"products":[{"productId":{"$oid":"65e7a1f0c0ffee0000000001"},"quantity":1,"_id":{"$oid":"65e7b2f0c0ffee0000000201"}},{"productId":{"$oid":"65e7a1f0c0ffee0000000002"},"quantity":{"$numberInt":"2"},"_id":{"$oid":"65e7b2f0c0ffee0000000202"}}],"totalAmount":32.3,"status":"completed","createdAt":{"$date":"2024-03-05T14:22:11.123Z"},"__v":0}
{"_id":{"$oid":"65e7b2f0c0ffee0000000102"},"userId":"user-7","products":[{"productId":"65e7a1f0c0ffee0000000004","quantity":1,"_id":{"$oid":"65e7b2f0c0ffee0000000203"}}],"totalAmount":7.25,"status":"cancelled","createdAt":{"$date":{"$numberLong":"1709648531123"}},"__v":0}
{"_id":{"$oid":"65e7b2f0c0ffee0000000103"},"userId":{"$oid":"65e79000c0ffee0000000a01"},"products":[],"totalAmount":0,"status":"pending","createdAt":{"$date":"2024-03-05T16:00:00Z"},"__v":0}
)",
      "orders.json");
  file.values.currency = *Currency::parse("USD");
  file.read();
  EXPECT_EQ(file.reasons, "65e7b2f0c0ffee0000000103:no_lines") << file.details;
  const auto& first = file.order("65e7b2f0c0ffee0000000101");
  EXPECT_EQ(first.lines.size(), 2U);
  EXPECT_FALSE(first.lines[0].unit_price) << "the catalogue has it";
  EXPECT_EQ(first.total->amount, 3230);
  EXPECT_EQ(file.order("65e7b2f0c0ffee0000000102").lines[0].unit_price->amount, 725);
}

TEST(OrderFiles, DocumentsOfShopApis) {
  ImportedFile shopify(
      R"({"id":450789469,"name":"#1001","email":"bo@example.com","created_at":"2024-03-05T14:22:11-05:00","currency":"USD","financial_status":"paid","total_price":"24.35","total_tax":"1.35","customer":{"id":207119551,"email":"bo@example.com"},"line_items":[{"id":466157049,"variant_id":39072856,"title":"Single","quantity":2,"sku":"SGL","price":"3.00","product_id":632910392},{"id":518995019,"title":"Idea","quantity":1,"sku":"IDEA","price":"12.00","product_id":632910393}],"shipping_lines":[{"id":1,"price":"5.00"}],"refunds":[]})",
      "orders.ndjson");
  shopify.read();
  EXPECT_EQ(shopify.reasons, "") << shopify.details;
  EXPECT_EQ(shopify.order("1001").lines.size(), 2U);
  EXPECT_EQ(shopify.order("1001").total->amount, 2435);
  ImportedFile woo(
      R"({"id":727,"number":"727","status":"completed","currency":"USD","date_created":"2024-03-05T14:22:11","date_created_gmt":"2024-03-05T19:22:11","discount_total":"0.00","shipping_total":"10.00","total_tax":"1.35","total":"29.35","customer_id":12,"customer_note":"","billing":{"first_name":"Ann","email":"ann@example.com"},"payment_method":"bacs","line_items":[{"id":315,"name":"Single","product_id":93,"variation_id":0,"quantity":2,"subtotal":"6.00","total":"6.00","sku":"SGL","price":3},{"id":316,"name":"Ship Your Idea","product_id":22,"variation_id":23,"quantity":1,"total":"12.00","sku":"IDEA","price":12}],"shipping_lines":[{"id":317,"method_title":"Flat Rate","total":"10.00"}],"refunds":[]})",
      "orders.ndjson");
  woo.read();
  EXPECT_EQ(woo.reasons, "") << woo.details;
  EXPECT_EQ(woo.order("727").total->amount, 2935);
  EXPECT_EQ(woo.order("727").lines[1].product_id, ProductId("IDEA"));
}

}  // namespace
}  // namespace ordo::imports
