// Files of ERP systems and payment services, and the data sets that people try a shop with.
#include "columns/profile_tables.h"

namespace ordo::imports {
namespace {

constexpr std::string_view kGermanErpSignature[] = {"Belegnr", "Artikelnr", "Menge"};
constexpr KnownColumn kGermanErpColumns[] = {
    {"Belegnr", Role::order},           {"Belegdatum", Role::time},
    {"Kundennr", Role::customer},       {"Pos", Role::line_id},
    {"Artikelnr", Role::product},       {"Bezeichnung", Role::name},
    {"Menge", Role::quantity},          {"ME", Role::unit},
    {"Einzelpreis", Role::unit_price},  {"Rabatt %", Role::line_discount_rate},
    {"Gesamt netto", Role::line_total}, {"MwSt %", Role::line_tax_rate},
    {"Währung", Role::currency},
};

// Tables VBAK and VBAP, under the names of their fields.
constexpr std::string_view kSapSignature[] = {"VBELN", "MATNR", "KWMENG"};
constexpr KnownColumn kSapColumns[] = {
    {"VBELN", Role::order},   {"AUDAT", Role::time},       {"ERDAT", Role::time},     {"KUNNR", Role::customer},
    {"POSNR", Role::line_id}, {"MATNR", Role::product},    {"ARKTX", Role::name},     {"KWMENG", Role::quantity},
    {"VRKME", Role::unit},    {"NETWR", Role::line_total}, {"MWSBP", Role::line_tax}, {"WAERK", Role::currency},
};
constexpr std::string_view kSapKept[] = {"AUART", "BSTNK", "GBSTK", "VKORG", "WERKS"};

constexpr std::string_view kOnlineRetailSignature[] = {"InvoiceNo", "StockCode", "UnitPrice", "InvoiceDate"};
constexpr std::string_view kOnlineRetail2Signature[] = {"Invoice", "StockCode", "Price", "InvoiceDate"};
constexpr KnownColumn kOnlineRetailColumns[] = {
    {"InvoiceNo", Role::order},      {"Invoice", Role::order},     {"StockCode", Role::product},
    {"Description", Role::name},     {"Quantity", Role::quantity}, {"InvoiceDate", Role::time},
    {"UnitPrice", Role::unit_price}, {"Price", Role::unit_price},  {"CustomerID", Role::customer},
    {"Country", Role::ship_country},
};

// Heads and lines are two files. The columns of both stand in one table, for files that were joined.
constexpr std::string_view kOlistLineSignature[] = {"order_id", "order_item_id", "product_id", "freight_value"};
constexpr std::string_view kOlistHeadSignature[] = {"order_id", "order_purchase_timestamp", "order_status"};
constexpr KnownColumn kOlistColumns[] = {
    {"order_id", Role::order},
    {"order_status", Role::status},
    {"order_purchase_timestamp", Role::time},
    {"order_approved_at", Role::paid_at},
    {"order_delivered_carrier_date", Role::shipped_at},
    {"order_delivered_customer_date", Role::delivered_at},
    {"customer_id", Role::customer},
    {"order_item_id", Role::line_id},
    {"product_id", Role::product},
    {"price", Role::unit_price},
    {"freight_value", Role::line_shipping},
};
constexpr std::string_view kOlistIgnored[] = {"order_estimated_delivery_date", "seller_id", "shipping_limit_date"};

constexpr std::string_view kNorthwindLineSignature[] = {"orderID", "productID", "unitPrice", "quantity", "discount"};
constexpr std::string_view kNorthwindHeadSignature[] = {"orderID", "customerID", "shipVia", "freight"};
constexpr KnownColumn kNorthwindColumns[] = {
    {"orderID", Role::order},
    {"customerID", Role::customer},
    {"orderDate", Role::time},
    {"shippedDate", Role::shipped_at},
    {"freight", Role::shipping},
    {"shipName", Role::ship_name},
    {"shipAddress", Role::ship_line1},
    {"shipCity", Role::ship_city},
    {"shipRegion", Role::ship_region},
    {"shipPostalCode", Role::ship_postal_code},
    {"shipCountry", Role::ship_country},
    {"productID", Role::product},
    {"quantity", Role::quantity},
    {"unitPrice", Role::unit_price},
    {"discount", Role::line_discount_rate},
};
constexpr std::string_view kNorthwindKept[] = {"employeeID", "shipVia"};
constexpr std::string_view kNorthwindIgnored[] = {"requiredDate"};

constexpr std::string_view kNorthwindProductSignature[] = {"productID", "productName", "unitsInStock"};
constexpr KnownColumn kNorthwindProductColumns[] = {
    {"productID", Role::product},           {"productName", Role::name}, {"categoryName", Role::category},
    {"categoryID", Role::category},         {"unitPrice", Role::price},  {"unitsInStock", Role::stock},
    {"discontinued", Role::product_status},
};
constexpr std::string_view kNorthwindProductIgnored[] = {"supplierID", "quantityPerUnit", "unitsOnOrder",
                                                         "reorderLevel"};

constexpr std::string_view kInstacartLineSignature[] = {"order_id", "product_id", "add_to_cart_order"};
constexpr std::string_view kInstacartHeadSignature[] = {"order_id", "user_id", "order_dow", "order_hour_of_day"};
constexpr KnownColumn kInstacartColumns[] = {
    {"order_id", Role::order},
    {"user_id", Role::customer},
    {"add_to_cart_order", Role::line_id},
    {"product_id", Role::product},
};
constexpr std::string_view kInstacartIgnored[] = {
    "eval_set", "order_number", "order_dow", "order_hour_of_day", "days_since_prior_order", "reordered",
};

constexpr std::string_view kAdventureLineSignature[] = {"SalesOrderID", "SalesOrderDetailID", "OrderQty", "ProductID"};
constexpr std::string_view kAdventureHeadSignature[] = {"SalesOrderID", "RevisionNumber", "TotalDue"};
constexpr KnownColumn kAdventureColumns[] = {
    {"SalesOrderID", Role::order},
    {"OrderDate", Role::time},
    {"ShipDate", Role::shipped_at},
    {"CustomerID", Role::customer},
    {"SubTotal", Role::subtotal},
    {"TaxAmt", Role::tax},
    {"Freight", Role::shipping},
    {"TotalDue", Role::total},
    {"Comment", Role::note},
    {"SalesOrderDetailID", Role::line_id},
    {"CarrierTrackingNumber", Role::tracking},
    {"OrderQty", Role::quantity},
    {"ProductID", Role::product},
    {"UnitPrice", Role::unit_price},
    {"UnitPriceDiscount", Role::line_discount_rate},
    {"LineTotal", Role::line_total},
};
constexpr std::string_view kAdventureKept[] = {"SalesOrderNumber", "PurchaseOrderNumber", "AccountNumber", "Status"};
constexpr std::string_view kAdventureIgnored[] = {
    "BillToAddressID", "CreditCardApprovalCode", "CreditCardID",   "CurrencyRateID", "DueDate",
    "ModifiedDate",    "OnlineOrderFlag",        "RevisionNumber", "SalesPersonID",  "ShipMethodID",
    "ShipToAddressID", "SpecialOfferID",         "TerritoryID",    "rowguid",
};

constexpr std::string_view kStripeSignature[] = {"id", "Amount", "Amount Refunded", "Currency"};
constexpr std::string_view kPaypalSignature[] = {"Gross", "Fee", "Net", "Transaction ID"};

constexpr Profile kLedgerProfiles[] = {
    {.name = "erp-german",
     .title = "German ERP documents (one row a line)",
     .signature = kGermanErpSignature,
     .columns = kGermanErpColumns},
    {.name = "sap-sales",
     .title = "SAP sales documents (VBAK, VBAP)",
     .signature = kSapSignature,
     .columns = kSapColumns,
     .kept = kSapKept},
    {.name = "online-retail",
     .title = "Online Retail (UCI)",
     .signature = kOnlineRetailSignature,
     .columns = kOnlineRetailColumns},
    {.name = "online-retail-2",
     .title = "Online Retail II (UCI)",
     .signature = kOnlineRetail2Signature,
     .columns = kOnlineRetailColumns},
    {.name = "olist-order-items",
     .title = "Olist order items",
     .signature = kOlistLineSignature,
     .columns = kOlistColumns,
     .ignored = kOlistIgnored,
     .row_is_one_piece = true},
    {.name = "olist-orders",
     .title = "Olist orders",
     .signature = kOlistHeadSignature,
     .columns = kOlistColumns,
     .ignored = kOlistIgnored,
     .has_lines = false,
     .advice = "the lines are in olist_order_items_dataset.csv"},
    {.name = "northwind-order-details",
     .title = "Northwind order details",
     .signature = kNorthwindLineSignature,
     .columns = kNorthwindColumns,
     .kept = kNorthwindKept,
     .ignored = kNorthwindIgnored},
    {.name = "northwind-orders",
     .title = "Northwind orders",
     .signature = kNorthwindHeadSignature,
     .columns = kNorthwindColumns,
     .kept = kNorthwindKept,
     .ignored = kNorthwindIgnored,
     .has_lines = false,
     .advice = "the lines are in order_details"},
    {.name = "northwind-products",
     .title = "Northwind products",
     .kind = ImportKind::products,
     .signature = kNorthwindProductSignature,
     .columns = kNorthwindProductColumns,
     .ignored = kNorthwindProductIgnored},
    {.name = "instacart-order-products",
     .title = "Instacart order products",
     .signature = kInstacartLineSignature,
     .columns = kInstacartColumns,
     .ignored = kInstacartIgnored,
     .row_is_one_piece = true},
    {.name = "instacart-orders",
     .title = "Instacart orders",
     .signature = kInstacartHeadSignature,
     .columns = kInstacartColumns,
     .ignored = kInstacartIgnored,
     .has_lines = false,
     .advice = "the lines are in order_products"},
    {.name = "adventureworks-details",
     .title = "AdventureWorks sales order details",
     .signature = kAdventureLineSignature,
     .columns = kAdventureColumns,
     .kept = kAdventureKept,
     .ignored = kAdventureIgnored},
    {.name = "adventureworks-orders",
     .title = "AdventureWorks sales order headers",
     .signature = kAdventureHeadSignature,
     .columns = kAdventureColumns,
     .kept = kAdventureKept,
     .ignored = kAdventureIgnored,
     .has_lines = false,
     .advice = "the lines are in SalesOrderDetail"},
    {.name = "stripe-payments",
     .title = "Stripe payments",
     .signature = kStripeSignature,
     .has_lines = false,
     .advice = "payments are not orders: import the orders of the shop that the payments belong to"},
    {.name = "paypal-activity",
     .title = "PayPal activity",
     .signature = kPaypalSignature,
     .has_lines = false,
     .advice = "payments are not orders: import the orders of the shop that the payments belong to"},
};

}  // namespace

std::span<const Profile> ledger_profiles() {
  return kLedgerProfiles;
}

}  // namespace ordo::imports
