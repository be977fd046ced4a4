// The catalogue: list, and one product with its stock.
import { useState } from "preact/hooks";
import { call, segment } from "../api/client.ts";
import type { Page, Product as ProductType, ProductStock, StockMovement } from "../api/types.ts";
import { useList } from "../state/list.ts";
import { anyOrder, useRead } from "../state/reads.ts";
import { navigate } from "../state/router.ts";
import { can, shopCurrency, shopLocation } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { ActionDialog } from "../ui/dialog.tsx";
import { Check, MoneyField, TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";
import { useKeys } from "../ui/keys.tsx";
import { decimal, parseAmount } from "../ui/money.ts";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { Table } from "../ui/table.tsx";
import { Amount, Copy, Time } from "../ui/values.tsx";
import { Filters, FreshBar, ListFoot, useFilters, type Filter } from "./filters.tsx";
import { PageFrame } from "./page.tsx";
import { ImportDialog } from "./product_import.tsx";
import { AdjustDialog, LevelTable, MovementRows } from "./stock.tsx";

const FILTERS: readonly Filter[] = [{ name: "status", text: "Status", kind: "choice", values: ["active", "archived"] }, { name: "category", text: "Category", kind: "text" }, { name: "from", text: "From", kind: "day" }, { name: "to", text: "To", kind: "day" }];

export function Products() {
  const list = useList<ProductType>("/v1/products", useFilters(FILTERS), (product) => product.id);
  const [dialog, setDialog] = useState<"add" | "import">();
  const close = () => setDialog(undefined);
  const may = can("products:write");
  useKeys({ ...(may ? { a: { text: "Add a product" as const, run: () => setDialog("add") } } : {}) });
  return (
    <PageFrame title={t("Products")} actions={may ? <><button type="button" onClick={() => setDialog("import")}><Icon name="up" /> {t("Import a file")}</button><button type="button" class="primary" onClick={() => setDialog("add")}><Icon name="plus" /> {t("Add a product")}</button></> : null}>
      <Filters filters={FILTERS} />
      <FreshBar fresh={list.fresh} show={list.showFresh} />
      <Problem error={list.error} />
      {list.loading ? <Loading /> : list.rows.length === 0 ? (list.error ? null : <Empty>{t("No products yet.")}</Empty>) : (
        <Table caption={t("Products")} rows={list.rows} keyOf={(product) => product.id} linkOf={(product) => `/admin/products/${segment(product.id)}`} keys columns={[
          { name: "name", head: t("Name"), cell: (product) => <a class="strong" href={`/admin/products/${segment(product.id)}`}><bdi>{product.name}</bdi></a> },
          { name: "id", head: t("Id"), cell: (product) => <code class="id">{product.id}</code> },
          { name: "category", head: t("Category"), cell: (product) => product.category, keep: false },
          { name: "price", head: t("Price"), cell: (product) => <Amount value={product.price} />, end: true },
          { name: "status", head: t("Status"), cell: (product) => <Chip value={product.status} /> },
          { name: "changed", head: t("Changed"), cell: (product) => <Time value={product.updated_at} />, end: true, keep: false },
        ]} />
      )}
      {list.rows.length > 0 ? <ListFoot shown={list.rows.length} more={list.more} onMore={list.loadMore} /> : null}
      {dialog === "add" ? <ProductDialog onClose={close} /> : null}
      {dialog === "import" ? <ImportDialog onClose={close} /> : null}
    </PageFrame>
  );
}

function ProductDialog({ product, etag, onClose }: { product?: ProductType; etag?: string | undefined; onClose: () => void }) {
  const [begun] = useState(etag); // what the person saw
  const [id, setId] = useState("");
  const [name, setName] = useState(product?.name ?? "");
  const currency = product?.price.currency ?? shopCurrency.value;
  const [price, setPrice] = useState(product ? decimal(product.price) : "");
  const [category, setCategory] = useState(product?.category ?? "");
  const [taxClass, setTaxClass] = useState(product?.tax_class ?? "");
  const [weight, setWeight] = useState(String(product?.weight_g ?? ""));
  const [ships, setShips] = useState(product?.requires_shipping ?? true);
  const [stock, setStock] = useState("");
  const amount = parseAmount(price, currency);
  const body = { name: name.trim(), price: { amount, currency }, category: category.trim(), ...(taxClass || product ? { tax_class: taxClass.trim() } : {}), ...(weight ? { weight_g: Number(weight) } : {}), requires_shipping: ships };
  const changed = product !== undefined && etag !== begun;
  return (
    <ActionDialog title={product ? t("Change product") : t("Add a product")} confirm={t("Save")} onClose={onClose} ready={name.trim() !== "" && amount !== undefined && /^\d*$/.test(weight + stock)}
                  send={(key) => (product ? call("PATCH", `/v1/products/${segment(product.id)}`, { headers: { "Idempotency-Key": key, ...(begun ? { "If-Match": begun } : {}) }, body })
                    : call("POST", "/v1/products", { headers: { "Idempotency-Key": key }, body: { ...body, ...(id ? { id: id.trim() } : {}), ...(stock ? { stock: Number(stock), location: shopLocation.value } : {}) } }))}
                  onDone={(answer) => !product && answer && navigate(`/admin/products/${segment((answer.body as ProductType).id)}`)}>
      {changed ? <p class="banner warn"><Icon name="warn" /> {t("Someone changed it meanwhile. Now it is:")} <bdi>{product.name}</bdi>, <Amount value={product.price} />, {product.category}</p> : null}
      {product ? null : <TextField label={t("Id")} value={id} onValue={setId} max={128} hint={t("Empty: ordo makes one.")} />}
      <TextField label={t("Name")} value={name} onValue={setName} required max={256} autofocus />
      <MoneyField label={t("Price")} text={price} onText={setPrice} currency={currency} required />
      <div class="two-columns">
        <TextField label={t("Category")} value={category} onValue={setCategory} max={128} />
        <TextField label={t("Tax class")} value={taxClass} onValue={setTaxClass} max={64} placeholder="standard" />
        <TextField label={t("Weight in grams")} value={weight} onValue={setWeight} inputMode="numeric" max={9} />
        {product ? null : <TextField label={t("Stock")} value={stock} onValue={setStock} inputMode="numeric" max={9} />}
      </div>
      <Check label={t("It is sent in a parcel")} checked={ships} onValue={setShips} />
    </ActionDialog>
  );
}

export function Product({ id }: { id: string }) {
  const product = useRead<ProductType>(`/v1/products/${segment(id)}?archived=true`);
  const stock = useRead<ProductStock>(can("stock:read") ? `/v1/products/${segment(id)}/stock` : null, anyOrder);
  const movements = useRead<Page<StockMovement>>(can("stock:read") ? `/v1/stock-movements?product_id=${encodeURIComponent(id)}&limit=20` : null, anyOrder);
  const [dialog, setDialog] = useState<"edit" | "archive" | "adjust">();
  const close = () => setDialog(undefined);
  const above = <a class="back-link" href="/admin/products">← {t("Products")}</a>;
  const { data } = product;
  useKeys({ ...(data && can("products:write") ? { e: { text: "Change product" as const, run: () => setDialog("edit") } } : {}), ...(can("stock:write") ? { s: { text: "Adjust" as const, run: () => setDialog("adjust") } } : {}) });
  if (!data) return <PageFrame title={t("Product")} above={above}>{product.error ? <Problem error={product.error} /> : <Loading />}</PageFrame>;
  const levels = stock.data?.levels.map((level) => ({ ...level, product_id: id })) ?? [];
  return (
    <PageFrame title={data.name} above={above} beside={<div class="statuses"><Chip value={data.status} /><Amount value={data.price} /><span class="dim"><code class="id">{data.id}</code><Copy text={data.id} label="Copy the id" /></span></div>}
               actions={<>
                 {can("stock:write") ? <button type="button" onClick={() => setDialog("adjust")}>{t("Adjust")}<kbd>s</kbd></button> : null}
                 {can("products:write") && data.status === "active" ? <><button type="button" onClick={() => setDialog("edit")}>{t("Change")}<kbd>e</kbd></button><button type="button" class="danger-quiet" onClick={() => setDialog("archive")}>{t("Archive")}</button></> : null}
               </>}>
      <Problem error={product.error ?? stock.error} />
      {stock.data ? (
        <div class="figures">
          {([["On hand", stock.data.on_hand], ["Reserved", stock.data.reserved], ["Available", stock.data.available]] as const).map(([text, n]) => <div key={text} class="figure"><span class="figure-label">{t(text)}</span><span class={`figure-value${text === "Available" && n <= 0 ? " bad-text" : ""}`}>{n}</span></div>)}
        </div>
      ) : null}
      {levels.length > 0 ? <LevelTable rows={levels} /> : null}
      <section class="card">
        <h2>{t("Product")}</h2>
        <dl class="facts">
          <dt>{t("Category")}</dt><dd>{data.category || "–"}</dd>
          <dt>{t("Tax class")}</dt><dd>{data.tax_class ?? "standard"}</dd>
          <dt>{t("Weight in grams")}</dt><dd>{data.weight_g ?? 0}</dd>
          <dt>{t("It is sent in a parcel")}</dt><dd>{data.requires_shipping === false ? t("No") : t("Yes")}</dd>
          <dt>{t("Added")}</dt><dd><Time value={data.created_at} /></dd>
          <dt>{t("Changed")}</dt><dd><Time value={data.updated_at} /></dd>
        </dl>
        <p><a href={`/admin/orders?product_id=${encodeURIComponent(id)}`}>{t("Orders with it")} →</a></p>
      </section>
      {movements.data?.data.length ? <section><h2>{t("Movements")}</h2><MovementRows rows={movements.data.data} /></section> : null}
      {dialog === "edit" ? <ProductDialog product={data} etag={product.etag} onClose={close} /> : null}
      {dialog === "adjust" ? <AdjustDialog product={id} location={levels[0]?.location ?? shopLocation.value} onClose={close} /> : null}
      {dialog === "archive" ? (
        <ActionDialog title={t("Archive {name}", { name: data.name })} confirm={t("Archive")} danger onClose={close} send={(key) => call("DELETE", `/v1/products/${segment(id)}`, { headers: { "Idempotency-Key": key } })}>
          <p>{t("Old orders keep it, new orders cannot have it.")}</p>
        </ActionDialog>
      ) : null}
    </PageFrame>
  );
}
