// The tables of profiles, by the kind of program. profiles.cc puts them together.
#pragma once

#include <span>

#include "columns/profile.h"

namespace ordo::imports {

std::span<const Profile> own_profiles();          // ordo, and the system it grew from
std::span<const Profile> shopify_profiles();      // Shopify
std::span<const Profile> woocommerce_profiles();  // WooCommerce
std::span<const Profile> shop_profiles();         // Magento, PrestaShop
std::span<const Profile> bigcommerce_profiles();  // BigCommerce
std::span<const Profile> marketplace_profiles();  // Amazon, eBay, Etsy, Square
std::span<const Profile> ledger_profiles();       // ERP systems, payment services, public data sets

}  // namespace ordo::imports
