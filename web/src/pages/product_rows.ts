// From a table of text to products: which column is what, and why a row cannot be a product.
import { parseAmount } from "../ui/money.ts";
import type { Text } from "../ui/i18n.ts";
import type { CsvTable } from "../ui/csv.ts";

export type ProductField = "id" | "name" | "price" | "currency" | "category" | "stock";
export type Mapping = Partial<Record<ProductField, number>>; // the column

// Headings that shops use, in small letters. The first column that has one is suggested.
const HEADINGS: Record<ProductField, readonly string[]> = {
  id: ["id", "sku", "product_id", "variant sku", "item number", "code", "handle", "mã", "mã sản phẩm"],
  name: ["name", "title", "product", "product name", "tên", "tên sản phẩm", "description"],
  price: ["price", "variant price", "regular price", "unit price", "giá", "giá bán", "unitprice"],
  currency: ["currency", "price_currency", "tiền tệ"],
  category: ["category", "type", "product_type", "categories", "danh mục", "loại"],
  stock: ["stock", "on_hand", "inventory", "quantity on hand", "variant inventory qty", "tồn kho"],
};
export const PRODUCT_FIELDS: ReadonlyArray<{ field: ProductField; text: Text; required: boolean }> = [
  { field: "id", text: "Id", required: true },
  { field: "name", text: "Name", required: true },
  { field: "price", text: "Price", required: true },
  { field: "currency", text: "Currency", required: false },
  { field: "category", text: "Category", required: false },
  { field: "stock", text: "Stock", required: false },
];

export interface ProductBody {
  id: string;
  name: string;
  price: { amount: number; currency: string };
  category?: string;
  stock?: number;
  location?: string;
}

export interface ProductRow {
  line: number;
  id: string;
  body?: ProductBody;
  problem?: Text; // why it cannot be sent
}

export function suggestMapping(head: readonly string[]): Mapping {
  const mapping: Mapping = {};
  const names = head.map((one) => one.toLowerCase());
  const taken = new Set<number>();
  for (const { field } of PRODUCT_FIELDS) {
    const known = HEADINGS[field].map((heading) => names.indexOf(heading)).find((at) => at >= 0 && !taken.has(at));
    if (known === undefined) continue;
    mapping[field] = known;
    taken.add(known);
  }
  return mapping;
}

export function productRows(table: CsvTable, mapping: Mapping, shop: { currency: string; location: string }): ProductRow[] {
  const seen = new Set<string>();
  return table.rows.map(({ line, cells }) => {
    const at = (field: ProductField) => (mapping[field] === undefined ? "" : (cells[mapping[field]] ?? ""));
    const id = at("id");
    const row = { line, id };
    if (!id) return { ...row, problem: "No id" };
    if (seen.has(id)) return { ...row, problem: "The id is in the file twice" };
    seen.add(id);
    if (!at("name")) return { ...row, problem: "No name" };
    const currency = at("currency").toUpperCase() || shop.currency;
    const amount = parseAmount(at("price"), currency);
    if (amount === undefined) return { ...row, problem: at("price") ? "The price is no amount, or is unclear" : "No price" };
    const stock = at("stock");
    if (stock && !/^\d{1,9}$/.test(stock)) return { ...row, problem: "The stock is no whole number" };
    const category = at("category");
    return { ...row, body: { id, name: at("name"), price: { amount, currency }, ...(category ? { category } : {}), ...(stock ? { stock: Number(stock), location: shop.location } : {}) } };
  });
}
