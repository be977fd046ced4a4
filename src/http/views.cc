#include "http/views.h"

#include <algorithm>
#include <initializer_list>

#include "records/json_codec.h"

namespace ordo::http {
namespace {

// As write_json for a described type, without the members named.
template <class T>
void write_without(const T& value, std::initializer_list<std::string_view> hidden, std::string& out) {
  out.push_back('{');
  for_each_member(value, [&]<class M>(std::string_view name, const M& member) {
    if (std::find(hidden.begin(), hidden.end(), name) != hidden.end()) return;
    if constexpr (kIsOptional<M>) {
      if (!member) return;
    }
    if (out.back() != '{') out.push_back(',');
    out.push_back('"');
    out += name;
    out += "\":";
    if constexpr (kIsOptional<M>) {
      write_json(*member, out);
    } else {
      write_json(member, out);
    }
  });
  out.push_back('}');
}

void append_member(std::string_view name, std::string_view text, std::string& out) {
  if (out.back() != '{') out.push_back(',');
  append_json_string(name, out);
  out.push_back(':');
  append_json_string(text, out);
}

void append_raw(std::string_view name, std::string_view json, std::string& out) {
  if (out.back() != '{') out.push_back(',');
  append_json_string(name, out);
  out.push_back(':');
  out += json;
}

}  // namespace

std::string order_view(const Order& order) {
  std::string out;
  out.reserve(512 + order.lines.size() * 192);
  write_without(order, {"history", "request_hash"}, out);
  return out;
}

std::string history_view(const Order& order) {
  std::string out = "{\"data\":";
  write_json(order.history, out);
  out.push_back('}');
  return out;
}

std::string product_view(const Product& product) {
  std::string out;
  write_without(product, {"recent_changes"}, out);
  return out;
}

std::string stock_level_view(const StockLevel& level) {
  std::string out;
  write_without(level, {}, out);
  out.pop_back();
  append_raw("available", std::to_string(available(level)), out);
  out.push_back('}');
  return out;
}

std::string seed_order_view(const Order& order) {
  std::string out = "{";
  append_member("_id", order.id.str(), out);
  append_member("number", order.number, out);
  append_member("userId", order.customer_id.str(), out);
  out += ",\"products\":[";
  for (const auto& line : order.lines) {
    out += out.back() == '[' ? "{" : ",{";
    append_member("productId", line.product_id.str(), out);
    append_raw("quantity", std::to_string(line.quantity), out);
    out.push_back('}');
  }
  out.push_back(']');
  append_raw("totalAmount", format_decimal(order.total), out);
  append_member("status", to_string(order.status), out);
  append_member("createdAt", to_rfc3339(order.placed_at), out);
  append_member("updatedAt", to_rfc3339(order.updated_at), out);
  out.push_back('}');
  return out;
}

std::string seed_product_view(const Product& product, std::int64_t stock) {
  std::string out = "{";
  append_member("_id", product.id.str(), out);
  append_member("name", product.name, out);
  append_raw("price", format_decimal(product.price), out);
  append_raw("stock", std::to_string(stock), out);
  append_member("category", product.category, out);
  append_member("createdAt", to_rfc3339(product.created_at), out);
  append_member("updatedAt", to_rfc3339(product.updated_at), out);
  out.push_back('}');
  return out;
}

}  // namespace ordo::http
