import assert from "node:assert/strict";
import test from "node:test";
import { parseCsv, type CsvTable } from "../ui/csv.ts";
import { productRows, suggestMapping } from "./product_rows.ts";

const SHOP = { currency: "USD", location: "main" };
const rows = (text: string) => {
  const table = parseCsv(text) as CsvTable;
  return productRows(table, suggestMapping(table.head), SHOP);
};

test("columns are found by the headings of shops", () => {
  assert.deepEqual(suggestMapping(["Handle", "Title", "Variant SKU", "Variant Price", "Variant Inventory Qty", "Type"]), { id: 2, name: 1, price: 3, stock: 4, category: 5 });
  assert.deepEqual(suggestMapping(["a", "b"]), {});
});

test("a row becomes a product", () => {
  assert.deepEqual(rows("sku,name,price,stock\nmug,Mug,12.50,4\ntea,Tea,5,")[0]!.body, { id: "mug", name: "Mug", price: { amount: 1250, currency: "USD" }, stock: 4, location: "main" });
  assert.deepEqual(rows("sku,name,price,currency\nmug,Mug,29000,vnd")[0]!.body, { id: "mug", name: "Mug", price: { amount: 29000, currency: "VND" } });
});

test("a row that cannot be a product says why, and the others stay", () => {
  const found = rows("sku,name,price,stock\n,Mug,1,\nmug,,1,\nmug2,Mug,,\nmug3,Mug,1.234.5,\nmug4,Mug,29.000,\nmug5,Mug,1,-2\nmug6,Mug,1,\nmug6,Mug,1,");
  assert.deepEqual(found.map((row) => row.problem), ["No id", "No name", "No price", "The price is no amount, or is unclear", "The price is no amount, or is unclear", "The stock is no whole number", undefined, "The id is in the file twice"]);
  assert.deepEqual(found.map((row) => row.line), [2, 3, 4, 5, 6, 7, 8, 9]);
});
