#include "client/read_document.h"
#include "export/cells.h"

namespace ordo::exports {

Result<Product> read_product(const JsonTape& tape, std::size_t at) {
  return client::read_document<Product>(tape, at);
}

const Columns<ProductRow>& product_columns() {
  static const Columns<ProductRow> kColumns = {
      {"sku", [](const ProductRow& row) { return text_cell(row.product.id.str()); }},
      {"name", [](const ProductRow& row) { return text_cell(row.product.name); }},
      {"category", [](const ProductRow& row) { return text_cell(row.product.category); }},
      {"price", [](const ProductRow& row) { return amount_cell(row.product.price); }},
      {"currency", [](const ProductRow& row) { return text_cell(std::string(row.product.price.currency.code())); }},
      {"stock", [](const ProductRow& row) { return row.stock ? number_cell(row.stock->on_hand) : Cell(); }},
      {"location", [](const ProductRow& row) { return row.stock ? text_cell(row.stock->location) : Cell(); }},
      {"status", [](const ProductRow& row) { return word_cell(row.product.status); }},
      {"tax_class", [](const ProductRow& row) { return text_cell(row.product.tax_class); }},
      {"weight_g", [](const ProductRow& row) { return number_cell(row.product.weight_g); }},
      {"requires_shipping",
       [](const ProductRow& row) { return flag_cell(row.product.requires_shipping.value_or(true)); }},
  };
  return kColumns;
}

}  // namespace ordo::exports
