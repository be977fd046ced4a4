// Sends the products of an import, and counts what became of them.
//
// A new product is a POST. An existing one is read, compared member by member, and only the difference is sent: as a
// PATCH for the revision that was compared. So the order of imports decides, not their content: a price that returns to
// an earlier value is a change like any other, and the same file twice changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/http_client.h"
#include "import/product_plan.h"

namespace ordo::imports {

struct ProductUploadOptions {
  // Names this import; the Idempotency-Keys are made from it. It stays the same when an interrupted import goes on, and
  // is another one for the next import, even of the same file.
  std::string run;
  bool update = false;        // --update: existing products take the members that the file has
  bool update_stock = false;  // --update-stock: their stock is counted, too. Works without `update`
};

// What became of the products. Each is in one of created, restored, changed, unchanged, existing, archived and refused.
struct ProductOutcome {
  std::uint64_t created = 0;
  std::uint64_t further_locations = 0;  // beside these: rows with the stock of such a product at another location
  std::uint64_t restored = 0;           // were archived, and are on sale again
  std::uint64_t changed = 0;            // existed, and something was changed
  std::uint64_t unchanged = 0;          // existed, and are as in the file
  std::uint64_t existing = 0;           // existed, and were not compared: without --update
  std::uint64_t archived = 0;           // are archived, and stay so as they are
  std::uint64_t refused = 0;            // by the server

  // Of `changed`, by member: "price" -> 2. Also "status", for products that were archived, and "stock".
  std::map<std::string, std::uint64_t> members;
  // Existing products with a stock in the file. New ones take their stock when they are created.
  std::uint64_t stock_counted = 0;
  std::uint64_t stock_unchanged = 0;
  std::uint64_t stock_not_counted = 0;  // without --update-stock

  std::uint64_t accepted() const { return created + restored + changed + unchanged + existing + archived; }
};

// "3 products changed: 2 prices, 1 name". Empty when none changed.
std::string changes_text(const ProductOutcome& outcome);

// Keeps as many products under way as the caller's window has room for. For one thread.
class ProductUpload {
 public:
  // Gets each product once all of its requests are answered: `id` is empty when it was refused, for `refusals`. The
  // arguments are those of ImportProgress::add().
  using OnDone = std::function<void(std::size_t ordinal, const std::string& id, const std::vector<Refusal>& refusals)>;

  // `server` outlives the upload. Call drain() before the upload ends, also after an error.
  ProductUpload(ProductUploadOptions options, client::HttpCaller& server, OnDone on_done);
  ~ProductUpload();

  // Begins with the product; waits for room before that. Returns the error that ended the upload, if there is one:
  // kUnavailable when the server does not answer, or the server's refusal of all such requests, such as a missing
  // permission.
  Result<void> send(PlannedProduct product);
  // Waits for all answers. The error is the same.
  Result<void> drain();

  const ProductOutcome& outcome() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ordo::imports
