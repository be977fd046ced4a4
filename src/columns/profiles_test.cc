#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "columns/columns.h"
#include "columns/headings.h"

namespace ordo::imports {
namespace {

std::vector<std::string> split_header(std::string_view header, char separator = ',') {
  std::vector<std::string> headings;
  while (true) {
    const std::size_t end = header.find(separator);
    headings.emplace_back(header.substr(0, end));
    if (end == std::string_view::npos) return headings;
    header.remove_prefix(end + 1);
  }
}

// "order<-Name unit_price<-Lineitem price ...": the meaning of each role that has columns.
std::string meaning_of_roles(const Columns& columns) {
  std::string text;
  for (const RoleInfo& info : roles()) {
    const auto& found = columns.of_role[static_cast<std::size_t>(info.role)];
    if (found.empty()) continue;
    text += std::string(info.name) + "<-";
    text += joined(found, "|", [&](std::size_t column) { return columns.headings[column]; }) + "\n";
  }
  return text;
}

struct ProfileRead {
  std::string profile;
  std::string meaning;
  std::string metadata;
  std::string unused;
};
ProfileRead read_profile(ImportKind kind, std::vector<std::string> headings) {
  const auto columns = find_columns(kind, {}, std::move(headings));
  if (!columns) return {columns.error().reason, columns.error().message, "", ""};
  const auto listed = [&](const std::vector<std::size_t>& indices) {
    return joined(indices, "|", [&](std::size_t column) { return columns->headings[column]; });
  };
  return {columns->profile == nullptr ? "" : std::string(columns->profile->name), meaning_of_roles(*columns),
          listed(columns->metadata), listed(columns->unused)};
}
ProfileRead read_orders(std::string_view header, char separator = ',') {
  return read_profile(ImportKind::orders, split_header(header, separator));
}
ProfileRead read_products(std::string_view header, char separator = ',') {
  return read_profile(ImportKind::products, split_header(header, separator));
}
bool maps(const ProfileRead& read, std::string_view line) {
  return ("\n" + read.meaning).find("\n" + std::string(line) + "\n") != std::string::npos;
}

TEST(Profiles, AreWellFormed) {
  std::set<std::string_view> names;
  for (const Profile& profile : profiles()) {
    EXPECT_TRUE(names.insert(profile.name).second) << profile.name;
    EXPECT_FALSE(profile.title.empty()) << profile.name;
    EXPECT_GE(profile.signature.size(), 2U) << profile.name;
    EXPECT_EQ(find_profile(profile.name), &profile);
    EXPECT_TRUE(profile.has_lines || !profile.advice.empty()) << profile.name;
    for (const KnownColumn& known : profile.columns) {
      EXPECT_TRUE(has_role(profile.kind, known.role)) << profile.name << " " << known.heading;
      for (const auto& pattern : heading_patterns(known.heading)) {
        EXPECT_FALSE(pattern.empty()) << profile.name << " " << known.heading;
      }
      if (known.heading.find('+') != std::string_view::npos) {
        EXPECT_TRUE(takes_many_columns(known.role)) << profile.name << " " << known.heading;
      }
    }
    for (const std::string_view heading : profile.ignored) {
      EXPECT_FALSE(heading_patterns(heading).front().empty()) << profile.name << " " << heading;
      EXPECT_NE(heading_patterns(heading).front(), "~") << profile.name << " " << heading;
    }
  }
  EXPECT_EQ(find_profile("nothing"), nullptr);
}

TEST(Profiles, AreNotTakenForAnotherFile) {
  for (const Profile& profile : profiles()) {
    std::vector<std::string> headings;
    for (const std::string_view heading : profile.signature) headings.emplace_back(heading);
    const Profile* found = recognize(profile.kind, headings);
    ASSERT_NE(found, nullptr) << profile.name;
    EXPECT_EQ(found->name, profile.name);
  }
  EXPECT_EQ(recognize(ImportKind::orders, {"order id", "sku", "qty", "price"}), nullptr);
  EXPECT_EQ(recognize(ImportKind::products, {"Name", "Lineitem quantity"}), nullptr);
}

TEST(Profiles, ShopifyOrders) {
  const ProfileRead found = read_orders(
      "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts "
      "Marketing,Currency,Subtotal,Shipping,"
      "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem "
      "price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment "
      "status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,"
      "Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping City,Shipping "
      "Zip,Shipping "
      "Country,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding "
      "Balance,Location,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 "
      "Value,Phone,Receipt Number,Duties");
  EXPECT_EQ(found.profile, "shopify-orders");
  EXPECT_TRUE(maps(found, "order<-Name")) << found.meaning;
  EXPECT_TRUE(maps(found, "product<-Lineitem sku"));
  EXPECT_TRUE(maps(found, "name<-Lineitem name"));
  EXPECT_TRUE(maps(found, "unit_price<-Lineitem price"));
  EXPECT_TRUE(maps(found, "payment_status<-Financial Status"));
  EXPECT_TRUE(maps(found, "fulfillment_status<-Fulfillment Status"));
  EXPECT_TRUE(maps(found, "cancelled_at<-Cancelled at"));
  EXPECT_TRUE(maps(found, "shipping<-Shipping"));
  EXPECT_TRUE(maps(found, "tax_name<-Tax 1 Name|Tax 2 Name"));
  EXPECT_TRUE(maps(found, "bill_line1<-Billing Address1|Billing Street"));
  EXPECT_EQ(found.metadata, "Note Attributes|Location|Id|Receipt Number");
  EXPECT_EQ(found.unused, "Vendor|Risk Level");
  const Profile* profile = find_profile("shopify-orders");
  EXPECT_EQ(profile->subtotal, SubtotalMeaning::after_discount);
}

TEST(Profiles, ShopifyOrdersOfWhichColumnsWereTakenOut) {
  EXPECT_TRUE(maps(read_orders("Name,Lineitem sku,Lineitem quantity,Lineitem price"), "order<-Name"));
}

TEST(Profiles, ShopifyProducts) {
  const ProfileRead found = read_products(
      "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 "
      "Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory "
      "Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant "
      "Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,Status");
  EXPECT_EQ(found.profile, "shopify-products");
  EXPECT_TRUE(maps(found, "parent<-Handle")) << found.meaning;
  EXPECT_TRUE(maps(found, "product<-Variant SKU"));
  EXPECT_TRUE(maps(found, "option_value<-Option1 Value|Option2 Value"));
  EXPECT_TRUE(maps(found, "category<-Product Category|Type"));
  EXPECT_TRUE(maps(found, "product_status<-Status|Published"));
  EXPECT_EQ(found.unused, "Vendor|Tags|Variant Compare At Price|Variant Barcode");
  EXPECT_TRUE(find_profile("shopify-products")->fills_down);
  EXPECT_EQ(read_products("Title,URL handle,SKU,Option1 name,Option1 value,Price,Inventory quantity").profile,
            "shopify-products-2025");
}

TEST(Profiles, ShopifyApiOrders) {
  const ProfileRead found = read_orders(
      "id|name|email|created_at|currency|financial_status|total_price|total_tax|customer.id|customer.email|"
      "customer.first_name|customer.last_name|line_items[].id|line_items[].variant_id|line_items[].title|"
      "line_items[].quantity|line_items[].sku|line_items[].price|line_items[].product_id|shipping_lines.0.id|"
      "shipping_lines.0.price|tax_lines.0.title|tax_lines.0.price|shipping_address.first_name|"
      "shipping_address.last_name|shipping_address.address1",
      '|');
  EXPECT_EQ(found.profile, "shopify-api-orders");
  EXPECT_TRUE(maps(found, "order<-name|id")) << found.meaning;
  EXPECT_TRUE(maps(found, "product<-line_items[].sku|line_items[].variant_id|line_items[].product_id"));
  EXPECT_TRUE(maps(found, "line_id<-line_items[].id"));
  EXPECT_TRUE(maps(found, "total<-total_price"));
  EXPECT_TRUE(maps(found, "shipping<-shipping_lines.0.price"));
  EXPECT_TRUE(maps(found, "customer<-customer.id"));
  EXPECT_TRUE(maps(found, "customer_name<-customer.first_name|customer.last_name"));
  EXPECT_TRUE(maps(found, "ship_name<-shipping_address.first_name|shipping_address.last_name"));
  EXPECT_EQ(found.unused, "");
}

TEST(Profiles, WooCommerceOrderLines) {
  const ProfileRead found = read_orders(
      "order_id,order_number,order_date,status,shipping_total,shipping_tax_total,fee_total,tax_total,cart_discount,"
      "order_discount,discount_total,order_total,refunded_total,order_currency,payment_method,payment_method_title,"
      "shipping_method,customer_id,customer_email,billing_first_name,billing_last_name,billing_address_1,billing_city,"
      "billing_postcode,billing_country,customer_note,item_id,item_product_id,item_name,item_sku,item_quantity,"
      "item_subtotal,item_total,item_total_tax,item_refunded,item_meta,coupon_items,order_notes");
  EXPECT_EQ(found.profile, "woocommerce-order-lines");
  EXPECT_TRUE(maps(found, "order<-order_number|order_id")) << found.meaning;
  EXPECT_TRUE(maps(found, "product<-item_sku|item_product_id"));
  EXPECT_TRUE(maps(found, "line_id<-item_id"));
  EXPECT_TRUE(maps(found, "line_total<-item_total"));
  EXPECT_TRUE(maps(found, "line_subtotal<-item_subtotal"));
  EXPECT_TRUE(maps(found, "discount<-discount_total"));
  EXPECT_TRUE(maps(found, "bill_name<-billing_first_name|billing_last_name"));
  EXPECT_EQ(found.metadata, "item_meta|coupon_items|order_notes");
  EXPECT_EQ(found.unused, "");
}

TEST(Profiles, WooCommerceOrdersWithPackedLines) {
  const ProfileRead found = read_orders(
      "order_id,order_number,date,status,shipping_total,tax_total,discount_total,order_total,refunded_total,"
      "order_currency,payment_method,customer_id,billing_email,line_items[].id,line_items[].name,"
      "line_items[].product_id,line_items[].sku,line_items[].quantity,line_items[].subtotal,line_items[].total,"
      "shipping_items,tax_items,coupon_items");
  EXPECT_EQ(found.profile, "woocommerce-orders");
  EXPECT_TRUE(maps(found, "product<-line_items[].sku|line_items[].product_id")) << found.meaning;
  EXPECT_TRUE(maps(found, "time<-date"));
  EXPECT_EQ(found.unused, "");
  EXPECT_EQ(read_orders("order_id,order_total,line_item_1,line_item_2").profile, "no_lines");
}

TEST(Profiles, WooCommerceApiOrders) {
  const ProfileRead found = read_orders(
      "id|number|status|currency|date_created|date_created_gmt|discount_total|shipping_total|total_tax|total|"
      "customer_id|customer_note|billing.first_name|billing.email|payment_method|line_items[].id|line_items[].name|"
      "line_items[].product_id|line_items[].variation_id|line_items[].quantity|line_items[].subtotal|"
      "line_items[].total|line_items[].sku|line_items[].price|shipping_lines.0.id|shipping_lines.0.method_title|"
      "shipping_lines.0.total|meta_data.0.key|meta_data.0.value|refunds.0.total|refunds.1.total",
      '|');
  EXPECT_EQ(found.profile, "woocommerce-api-orders");
  EXPECT_TRUE(maps(found, "order<-number|id")) << found.meaning;
  EXPECT_TRUE(maps(found, "time<-date_created_gmt|date_created"));
  EXPECT_TRUE(maps(found, "shipping<-shipping_total"));
  EXPECT_TRUE(maps(found, "refunded<-refunds.0.total|refunds.1.total"));
  EXPECT_TRUE(maps(found, "line_total<-line_items[].total"));
  EXPECT_TRUE(maps(found, "total<-total"));
  EXPECT_EQ(found.unused, "");
}

TEST(Profiles, WooCommerceProducts) {
  const ProfileRead found = read_products(
      "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,Date sale price "
      "starts,Date sale price ends,Tax status,Tax class,In stock?,Stock,Low stock amount,Backorders allowed?,Sold "
      "individually?,Weight (kg),Length (cm),Width (cm),Height (cm),Allow customer reviews?,Purchase note,Sale "
      "price,Regular price,Categories,Tags,Shipping class,Images,Download limit,Download expiry days,Parent,Grouped "
      "products,Upsells,Cross-sells,External URL,Button text,Position,Attribute 1 name,Attribute 1 value(s),Attribute "
      "1 "
      "visible,Attribute 1 global");
  EXPECT_EQ(found.profile, "woocommerce-products");
  EXPECT_TRUE(maps(found, "product<-SKU|ID")) << found.meaning;
  EXPECT_TRUE(maps(found, "price<-Regular price"));
  EXPECT_TRUE(maps(found, "sale_price<-Sale price"));
  EXPECT_TRUE(maps(found, "stock<-Stock"));
  EXPECT_TRUE(maps(found, "weight<-Weight (kg)"));
  EXPECT_EQ(found.unused, "Tags");
}

TEST(Profiles, Magento) {
  const ProfileRead catalog = read_products(
      "sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,description,weight,"
      "product_online,tax_class_name,visibility,price,special_price,url_key,created_at,additional_attributes,qty,"
      "is_in_stock,configurable_variations");
  EXPECT_EQ(catalog.profile, "magento-products");
  EXPECT_TRUE(maps(catalog, "category<-categories")) << catalog.meaning;
  EXPECT_TRUE(maps(catalog, "stock<-qty"));
  EXPECT_TRUE(maps(catalog, "product_type<-product_type"));
  EXPECT_TRUE(maps(catalog, "sale_price<-special_price"));
  const ProfileRead grid = read_orders(
      "ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),Grand Total (Purchased),Status,"
      "Billing Address,Shipping Address,Shipping Information,Customer Email,Customer Group,Subtotal,Shipping and "
      "Handling,Customer Name,Payment Method,Total Refunded");
  EXPECT_EQ(grid.profile, "no_lines");
  EXPECT_NE(grid.meaning.find("Magento order grid"), std::string::npos) << grid.meaning;
  const ProfileRead api = read_orders(
      "increment_id|entity_id|status|created_at|grand_total|base_grand_total|items[].item_id|items[].parent_item_id|"
      "items[].sku|items[].name|items[].qty_ordered|items[].price|items[].row_total|billing_address.firstname|"
      "billing_address.lastname",
      '|');
  EXPECT_EQ(api.profile, "magento-api-orders");
  EXPECT_TRUE(maps(api, "quantity<-items[].qty_ordered")) << api.meaning;
  EXPECT_TRUE(maps(api, "bill_name<-billing_address.firstname|billing_address.lastname"));
}

TEST(Profiles, PrestaShop) {
  const ProfileRead catalog = read_products(
      "Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Tax rules ID;Wholesale price;On sale "
      "(0/1);Reference #;Supplier reference #;Supplier;Weight;Quantity;Minimal quantity;Unit price;Description",
      ';');
  EXPECT_EQ(catalog.profile, "prestashop-products");
  EXPECT_TRUE(maps(catalog, "product<-Reference #|Product ID")) << catalog.meaning;
  EXPECT_TRUE(maps(catalog, "price<-Price tax excluded"));
  EXPECT_TRUE(maps(catalog, "stock<-Quantity"));
  EXPECT_TRUE(maps(catalog, "category<-Categories (x,y,z...)"));
  EXPECT_EQ(read_orders("ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date", ';').profile,
            "no_lines");
  const ProfileRead lines =
      read_orders("reference;id_order;product_reference;product_name;product_quantity;unit_price_tax_incl", ';');
  EXPECT_TRUE(maps(lines, "order<-reference|id_order")) << lines.meaning;
}

TEST(Profiles, BigCommerce) {
  const ProfileRead found = read_orders(
      "Order ID,Customer ID,Customer Name,Customer Email,Customer Phone,Order Date,Order Time,Order Status,Subtotal "
      "(inc "
      "tax),Subtotal (ex tax),Tax Total,Shipping Cost (inc tax),Shipping Cost (ex tax),Ship Method,Handling Cost (inc "
      "tax),Coupon Details,Order Total (inc tax),Order Total (ex tax),Payment Method,Total Quantity,Total Shipped,Date "
      "Shipped,Order Currency Code,Order Notes,Customer Message,Billing First Name,Billing Last Name,Billing Street "
      "1,Billing Suburb,Billing Zip,Billing Country,Product Details[].Product ID,Product Details[].Product Qty,Product "
      "Details[].Product SKU,Product Details[].Product Name,Refund Amount");
  EXPECT_EQ(found.profile, "bigcommerce-orders");
  EXPECT_TRUE(maps(found, "date<-Order Date")) << found.meaning;
  EXPECT_TRUE(maps(found, "time<-Order Time"));
  EXPECT_TRUE(maps(found, "quantity<-Product Details[].Product Qty"));
  EXPECT_TRUE(maps(found, "product<-Product Details[].Product SKU|Product Details[].Product ID"));
  EXPECT_EQ(found.unused, "");
  const ProfileRead without_time = read_orders(
      "Order ID,Order Date,Order Status,Order Total (inc tax),Product Details[].Product "
      "SKU,Product Details[].Product Qty");
  EXPECT_TRUE(maps(without_time, "time<-Order Date")) << without_time.meaning;
  EXPECT_EQ(read_orders("Order ID,Order Status,Order Total (inc tax),Product Details").profile, "no_lines");
  const ProfileRead catalog = read_products(
      "Item Type,Product ID,Product Name,Product Type,Product Code/SKU,Price,Sale "
      "Price,Category,Current Stock Level,Allow Purchases?");
  EXPECT_EQ(catalog.profile, "bigcommerce-products");
  EXPECT_TRUE(maps(catalog, "product_type<-Item Type")) << catalog.meaning;
}

TEST(Profiles, Amazon) {
  const ProfileRead report = read_orders(
      "order-id,order-item-id,purchase-date,payments-date,buyer-email,buyer-name,buyer-phone-number,sku,product-name,"
      "quantity-purchased,currency,item-price,item-tax,shipping-price,shipping-tax,gift-wrap-price,gift-wrap-tax,"
      "ship-service-level,recipient-name,ship-address-1,ship-address-2,ship-address-3,ship-city,ship-state,"
      "ship-postal-code,ship-country,ship-phone-number,item-promotion-discount,item-promotion-id,"
      "ship-promotion-discount,delivery-start-date");
  EXPECT_EQ(report.profile, "amazon-order-report");
  EXPECT_TRUE(maps(report, "order<-order-id")) << report.meaning;
  EXPECT_TRUE(maps(report, "line_id<-order-item-id"));
  EXPECT_TRUE(maps(report, "line_subtotal<-item-price"));
  EXPECT_TRUE(maps(report, "line_tax<-item-tax|gift-wrap-tax"));
  EXPECT_TRUE(maps(report, "ship_line2<-ship-address-2|ship-address-3"));
  EXPECT_FALSE(maps(report, "unit_price<-item-price"));
  EXPECT_EQ(report.unused, "");
  const ProfileRead all = read_orders(
      "amazon-order-id,merchant-order-id,purchase-date,last-updated-date,order-status,fulfillment-channel,sales-"
      "channel,"
      "product-name,sku,asin,item-status,quantity,currency,item-price,item-tax,ship-city,ship-country,promotion-ids,"
      "is-business-order,price-designation");
  EXPECT_EQ(all.profile, "amazon-all-orders");
  EXPECT_TRUE(maps(all, "order<-amazon-order-id")) << all.meaning;
  EXPECT_TRUE(maps(all, "product<-sku|asin"));
  EXPECT_TRUE(maps(all, "line_status<-item-status"));
  EXPECT_EQ(read_products("item-name,item-description,listing-id,seller-sku,price,quantity,asin1,status").profile,
            "amazon-listings");
}

TEST(Profiles, EbayEtsyAndSquare) {
  const ProfileRead ebay = read_orders(
      "Sales Record Number,Order Number,Buyer Username,Buyer Name,Buyer Email,Buyer Note,Ship To Name,Ship To Address "
      "1,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,Seller Collected Tax,eBay "
      "Collected "
      "Tax,Total Price,Payment Method,Sale Date,Paid On Date,Shipped On Date,Tracking Number,Transaction ID");
  EXPECT_EQ(ebay.profile, "ebay-orders");
  EXPECT_TRUE(maps(ebay, "order<-Order Number|Sales Record Number")) << ebay.meaning;
  EXPECT_TRUE(maps(ebay, "product<-Custom Label|Item Number"));
  EXPECT_TRUE(maps(ebay, "line_total<-Sold For"));
  EXPECT_TRUE(maps(ebay, "marketplace_tax<-eBay Collected Tax"));
  EXPECT_EQ(ebay.unused, "");
  const ProfileRead etsy = read_orders(
      "Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,Shipping Discount,Order "
      "Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,Ship Name,Ship "
      "Address1,Ship City,Ship State,Ship Zipcode,Ship Country,Order ID,Variations,Order Type,Listings Type,Payment "
      "Type,InPerson Discount,InPerson Location,SKU");
  EXPECT_EQ(etsy.profile, "etsy-order-items");
  EXPECT_TRUE(maps(etsy, "order<-Order ID")) << etsy.meaning;
  EXPECT_TRUE(maps(etsy, "time<-Sale Date"));
  EXPECT_TRUE(maps(etsy, "customer_name<-Buyer"));
  EXPECT_TRUE(maps(etsy, "product<-SKU|Listing ID"));
  EXPECT_EQ(etsy.unused, "InPerson Discount");
  const ProfileRead square = read_orders(
      "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net "
      "Sales,Tax,"
      "Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer "
      "Name,Customer Reference ID,Unit,Count,Itemization Type,Commission,Employee");
  EXPECT_EQ(square.profile, "square-items");
  EXPECT_TRUE(maps(square, "order<-Transaction ID")) << square.meaning;
  EXPECT_TRUE(maps(square, "date<-Date"));
  EXPECT_TRUE(maps(square, "time<-Time"));
  EXPECT_TRUE(maps(square, "time_zone<-Time Zone"));
  EXPECT_TRUE(maps(square, "line_subtotal<-Gross Sales"));
  EXPECT_EQ(square.unused, "");
  EXPECT_EQ(read_orders("Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Order Total").profile, "no_lines");
}

TEST(Profiles, OrdosOwnFiles) {
  const ProfileRead orders_export = read_orders(
      "number,reference,id,source,source_number,customer_id,contact_name,contact_email,contact_phone,status,"
      "status_reason,payment_status,fulfillment_status,placed_at,ended_at,location,channel,locale,tags,currency,line_"
      "id,"
      "line_kind,product_id,sku,name,quantity,unit_price,list_price,price_includes_tax,line_discount,line_tax,"
      "line_tax_rate,line_tax_code,line_tax_reason,line_total,shipped,cancelled,returned,line_metadata,shipping_method,"
      "shipping,shipping_includes_tax,shipping_discount,shipping_tax,discount,discount_code,tax,total,captured,"
      "refunded,"
      "payment_method,payment_reference,carrier,tracking,ship_name,ship_line1,ship_tax_id,bill_name,note,metadata");
  EXPECT_EQ(orders_export.profile, "ordo-orders");
  EXPECT_TRUE(maps(orders_export, "order<-number")) << orders_export.meaning;
  EXPECT_TRUE(maps(orders_export, "reference<-reference"));
  EXPECT_TRUE(maps(orders_export, "product<-product_id|sku"));
  EXPECT_EQ(orders_export.metadata, "line_metadata|ship_tax_id|metadata");
  EXPECT_EQ(orders_export.unused, "");
  const ProfileRead list = read_orders(
      "id,number,reference,customer_id,location,lines,total_amount,total_currency,status,payment_status,"
      "fulfillment_status,placed_at,rev");
  EXPECT_EQ(list.profile, "no_lines");
  EXPECT_NE(list.meaning.find("ordo orders export"), std::string::npos) << list.meaning;
  const ProfileRead documents = read_orders(
      "id|number|reference|customer_id|lines[].product_id|lines[].quantity|lines[].unit_price.amount|"
      "lines[].unit_price.currency|lines[].total.amount|lines[].total.currency|total.amount|total.currency|status|"
      "placed_at|parcels.0.lines[].product_id|tags.0|tags.1",
      '|');
  EXPECT_EQ(documents.profile, "ordo-order-documents");
  EXPECT_TRUE(maps(documents, "unit_price<-lines[].unit_price.amount")) << documents.meaning;
  EXPECT_TRUE(maps(documents, "tags<-tags.0|tags.1"));
  EXPECT_EQ(documents.unused, "");
  EXPECT_EQ(read_products("sku,name,category,price,currency,stock,location,status,tax_class,weight_g,requires_shipping")
                .profile,
            "ordo-products");
  const ProfileRead product_list =
      read_products("id,name,category,price_amount,price_currency,status,created_at,updated_at,rev");
  EXPECT_TRUE(maps(product_list, "price<-price_amount")) << product_list.meaning;
  EXPECT_EQ(product_list.unused, "");
}

TEST(Profiles, TheSeedsCollections) {
  const ProfileRead found = read_orders(
      "_id|userId|products[].productId|products[].quantity|products[]._id|totalAmount|status|createdAt|updatedAt|__v",
      '|');
  EXPECT_EQ(found.profile, "mongoexport-orders");
  EXPECT_TRUE(maps(found, "order<-_id")) << found.meaning;
  EXPECT_TRUE(maps(found, "product<-products[].productId"));
  EXPECT_TRUE(maps(found, "line_id<-products[]._id"));
  EXPECT_EQ(found.unused, "");
  EXPECT_TRUE(maps(read_products("_id|name|price|stock|category|__v", '|'), "product<-_id"));
}

TEST(Profiles, ErpsAndDataSets) {
  const ProfileRead german = read_orders(
      "Belegnr;Belegdatum;Kundennr;Pos;Artikelnr;Bezeichnung;Menge;ME;Einzelpreis;Rabatt %;Gesamt netto;MwSt %;Währung",
      ';');
  EXPECT_EQ(german.profile, "erp-german");
  EXPECT_TRUE(maps(german, "line_discount_rate<-Rabatt %")) << german.meaning;
  EXPECT_TRUE(maps(german, "line_tax_rate<-MwSt %"));
  EXPECT_TRUE(maps(german, "line_total<-Gesamt netto"));
  EXPECT_EQ(german.unused, "");
  const ProfileRead retail =
      read_orders("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country");
  EXPECT_EQ(retail.profile, "online-retail");
  EXPECT_TRUE(maps(retail, "ship_country<-Country")) << retail.meaning;
  EXPECT_EQ(read_orders("order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at").profile,
            "no_lines");
  EXPECT_EQ(read_orders("orderID,customerID,employeeID,orderDate,requiredDate,shippedDate,shipVia,freight").profile,
            "no_lines");
  const ProfileRead northwind = read_orders("orderID,productID,unitPrice,quantity,discount");
  EXPECT_TRUE(maps(northwind, "line_discount_rate<-discount")) << northwind.meaning;
  const ProfileRead stock =
      read_products("productID,productName,supplierID,categoryID,unitPrice,unitsInStock,discontinued");
  EXPECT_TRUE(maps(stock, "stock<-unitsInStock")) << stock.meaning;
  const ProfileRead instacart = read_orders("order_id,product_id,add_to_cart_order,reordered");
  EXPECT_EQ(instacart.profile, "instacart-order-products");
}

TEST(Profiles, HeadsAndLinesThatWereJoined) {
  const auto joined_file = split_header(
      "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_id#2,order_item_id,product_"
      "id,"
      "seller_id,shipping_limit_date,price,freight_value");
  const auto columns = find_columns(ImportKind::orders, {}, joined_file);
  ASSERT_TRUE(columns) << columns.error().text();
  EXPECT_EQ(columns->profile->name, "olist-order-items");
  EXPECT_EQ(columns->value({}, Role::quantity), "1");
  EXPECT_NE(meaning_of_roles(*columns).find("status<-order_status\n"), std::string::npos) << meaning_of_roles(*columns);
  EXPECT_NE(meaning_of_roles(*columns).find("line_shipping<-freight_value\n"), std::string::npos);
  const ProfileRead northwind = read_orders(
      "orderID,customerID,employeeID,orderDate,shipVia,freight,shipName,orderID#2,productID,unitPrice,quantity,"
      "discount");
  EXPECT_EQ(northwind.profile, "northwind-order-details");
  EXPECT_TRUE(maps(northwind, "customer<-customerID")) << northwind.meaning;
}

}  // namespace
}  // namespace ordo::imports
