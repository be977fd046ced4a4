#include <algorithm>

#include "client/read_document.h"
#include "export/cells.h"

namespace ordo::exports {
namespace {

// The figures of a customer with one currency. Sums of several would mix them, and one of several would look like all.
const CustomerFigures* only_figures(const CustomerView& customer) {
  return customer.value.size() == 1 ? &customer.value.front() : nullptr;
}

Column<CustomerView> of_figures(std::string heading, std::int64_t CustomerFigures::*sum) {
  return {std::move(heading), [sum](const CustomerView& customer) {
            const auto* figures = only_figures(customer);
            return figures != nullptr ? amount_cell(figures->*sum, figures->currency) : Cell();
          }};
}

Column<CustomerView> of_counts(std::string heading, std::int64_t OrderCounts::*count) {
  return {std::move(heading), [count](const CustomerView& customer) { return number_cell(customer.orders.*count); }};
}

const Address* first_address(const CustomerView& customer) {
  return customer.addresses && !customer.addresses->empty() ? &customer.addresses->front() : nullptr;
}

Columns<CustomerView> columns_of_person() {
  return {
      {"id", [](const CustomerView& customer) { return text_cell(customer.id.str()); }},
      {"name", [](const CustomerView& customer) { return text_cell(customer.name); }},
      {"email", [](const CustomerView& customer) { return text_cell(customer.email); }},
      {"phone", [](const CustomerView& customer) { return text_cell(customer.phone); }},
      {"segment", [](const CustomerView& customer) { return text_cell(customer.segment); }},
      of_counts("orders", &OrderCounts::placed),
      of_counts("orders_completed", &OrderCounts::completed),
      of_counts("orders_rejected", &OrderCounts::rejected),
      of_counts("orders_expired", &OrderCounts::expired),
      of_counts("orders_cancelled", &OrderCounts::cancelled),
      {"currency",
       [](const CustomerView& customer) {
         const auto* figures = only_figures(customer);
         return figures != nullptr ? text_cell(std::string(figures->currency.code())) : Cell();
       }},
      of_figures("captured", &CustomerFigures::captured),
      of_figures("refunded", &CustomerFigures::refunded),
      of_figures("lifetime_value", &CustomerFigures::lifetime_value),
      {"first_order_at", [](const CustomerView& customer) { return time_cell(customer.first_order_at); }},
      {"last_order_at", [](const CustomerView& customer) { return time_cell(customer.last_order_at); }},
      {"registered_at", [](const CustomerView& customer) { return time_cell(customer.registered_at); }},
      {"erased_at", [](const CustomerView& customer) { return time_cell(customer.erased_at); }},
  };
}

}  // namespace

Result<CustomerView> read_customer(const JsonTape& tape, std::size_t at) {
  return client::read_document<CustomerView>(tape, at);
}

const Columns<CustomerView>& customer_columns() {
  static const auto kColumns = [] {
    auto columns = columns_of_person();
    add_address_columns<CustomerView>("address_", first_address, columns);
    columns.push_back({"note", [](const CustomerView& customer) { return text_cell(customer.note); }});
    columns.push_back({"metadata", [](const CustomerView& customer) { return pairs_cell(customer.metadata); }});
    return columns;
  }();
  return kColumns;
}

bool has_more_than_columns(const CustomerView& customer) {
  return customer.value.size() > 1 || (customer.addresses && customer.addresses->size() > 1);
}

}  // namespace ordo::exports
