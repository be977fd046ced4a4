// Places an order for a customer. The price is the server's: a quote follows each change.
import { useEffect, useState } from "preact/hooks";
import { ApiError, call, newKey, segment, withQuery } from "../api/client.ts";
import type { Order, Page, Product, ProductStock, QuoteView } from "../api/types.ts";
import { useRead } from "../state/reads.ts";
import { navigate, place } from "../state/router.ts";
import { can } from "../state/session.ts";
import { Check, NumberBox, Select, TextField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";
import { Problem } from "../ui/problem.tsx";
import { toast } from "../ui/toast.tsx";
import { Amount } from "../ui/values.tsx";
import { AddressFields, filled, type AddressDraft } from "./order_dialogs.tsx";
import { PageFrame } from "./page.tsx";

const TYPING_MS = 250;
const SHOWN = 8;

interface Line {
  product: Product;
  quantity: number;
}

function Available({ product }: { product: string }) {
  const stock = useRead<ProductStock>(can("stock:read") ? `/v1/products/${segment(product)}/stock` : null);
  const n = stock.data?.available;
  return <span class={n !== undefined && n <= 0 ? "bad-text" : "dim"}>{n === undefined ? "" : t("{n} available", { n })}</span>;
}

// The catalogue's newest products, narrowed by what is typed. An id finds any product.
function ProductPicker({ onPick }: { onPick: (product: Product) => void }) {
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const page = useRead<Page<Product>>(withQuery("/v1/products", { limit: 500 }));
  const all = page.data?.data ?? [];
  const found = all.filter((product) => `${product.id} ${product.name} ${product.category}`.toLowerCase().includes(wanted)).slice(0, SHOWN);
  const exact = useRead<Product>(wanted && page.data && found.length === 0 ? `/v1/products/${segment(text.trim())}` : null);
  const shown = exact.data ? [exact.data] : found;
  return (
    <div class="picker">
      <TextField label={t("Find a product")} value={text} onValue={setText} placeholder={t("Name, id or category")} autofocus />
      <Problem error={page.error} />
      <ul>
        {shown.map((product) => (
          <li key={product.id}>
            <button type="button" class="pick-row" onClick={() => onPick(product)}>
              <span class="grow"><bdi>{product.name}</bdi> <span class="dim">{product.id}</span></span>
              <Available product={product.id} />
              <Amount value={product.price} />
              <Icon name="plus" />
            </button>
          </li>
        ))}
      </ul>
      {page.data && all.length === 0 ? <p class="dim">{t("No products yet.")} <a href="/admin/products">{t("Add a product")}</a></p>
        : page.data && shown.length === 0 ? <p class="dim">{t("Nothing found.")}</p> : null}
    </div>
  );
}

function useQuote(body: unknown, ready: boolean): { quote: QuoteView | undefined; error: ApiError | undefined; busy: boolean } {
  const [state, setState] = useState<{ quote?: QuoteView; error?: ApiError; busy: boolean }>({ busy: false });
  const text = JSON.stringify(body);
  useEffect(() => {
    if (!ready) return setState({ busy: false });
    const abort = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    const timer = setTimeout(() => {
      call<QuoteView>("POST", "/v1/quotes", { body: JSON.parse(text), signal: abort.signal }).then(
        (answer) => setState({ quote: answer.body, busy: false }),
        (error) => !abort.signal.aborted && setState({ busy: false, ...(error instanceof ApiError ? { error } : {}) }));
    }, TYPING_MS);
    return () => (clearTimeout(timer), abort.abort());
  }, [text, ready]);
  return { quote: state.quote, error: state.error, busy: state.busy };
}

function QuoteCard({ quote, error, busy, method, onMethod }: { quote: QuoteView | undefined; error: ApiError | undefined; busy: boolean; method: string; onMethod: (method: string) => void }) {
  const totals = quote?.totals;
  return (
    <section class="card quote" aria-busy={busy}>
      <h2>{t("Price")}</h2>
      <Problem error={error} />
      {!quote && !error ? <p class="dim">{t("Add a product to see its price.")}</p> : null}
      {quote && quote.shipping_choices.length > 0 ? (
        <Select label={t("Shipping method")} value={method} onValue={onMethod} options={[["", t("None")], ...quote.shipping_choices.map((choice): [string, string] => [choice.method ?? choice.name, choice.name])]} />
      ) : null}
      {quote ? (
        <dl>
          {totals ? <div class="sum"><dt>{t("Goods")}</dt><dd><Amount value={totals.items} /></dd></div> : null}
          {totals && totals.discounts.amount ? <div class="sum"><dt>{t("Discount")}</dt><dd><Amount value={{ ...totals.discounts, amount: -totals.discounts.amount }} /></dd></div> : null}
          {quote.shipping?.map((charge) => <div key={charge.id} class="sum"><dt>{charge.name}</dt><dd><Amount value={charge.price} /></dd></div>)}
          {quote.tax_summary?.filter((tax) => tax.amount.amount !== 0).map((tax) => <div key={tax.code + tax.rate_ppm} class="sum"><dt>{tax.label ?? tax.code}{tax.included ? ` (${t("in the price")})` : ""}</dt><dd><Amount value={tax.amount} /></dd></div>)}
          <div class="sum strong"><dt>{t("Total")}</dt><dd><Amount value={quote.total} /></dd></div>
        </dl>
      ) : null}
    </section>
  );
}

function LinesEditor({ lines, setLines }: { lines: Line[]; setLines: (lines: Line[]) => void }) {
  if (lines.length === 0) return null;
  return (
    <ul class="rows draft-lines">
      {lines.map((line) => (
        <li key={line.product.id}>
          <span class="grow"><bdi>{line.product.name}</bdi> <span class="dim">{line.product.id}</span></span>
          <Amount value={line.product.price} />
          <NumberBox label={t("Pieces of {name}", { name: line.product.name })} value={line.quantity} min={1} max={1_000_000} onValue={(quantity) => setLines(lines.map((one) => (one === line ? { ...line, quantity } : one)))} />
          <button type="button" class="quiet" aria-label={t("Remove {name}", { name: line.product.name })} onClick={() => setLines(lines.filter((one) => one !== line))}><Icon name="cross" /></button>
        </li>
      ))}
    </ul>
  );
}

export function NewOrder() {
  const [key] = useState(newKey);
  const [lines, setLines] = useState<Line[]>([]);
  const [customer, setCustomer] = useState(place.value.query.get("customer") ?? "");
  const [contact, setContact] = useState<Record<string, string>>({});
  const [address, setAddress] = useState<AddressDraft>({});
  const [codes, setCodes] = useState("");
  const [method, setMethod] = useState("");
  const [manual, setManual] = useState(true);
  const [before, setBefore] = useState(false);
  const [reference, setReference] = useState("");
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const to = filled(address);
  const codeList = codes.split(/[\s,]+/).filter(Boolean);
  const cart = {
    customer_id: customer.trim(),
    lines: lines.map((line) => ({ product_id: line.product.id, quantity: line.quantity })),
    ...(codeList.length ? { codes: codeList } : {}),
    ...(to.name && to.line1 && to.country?.length === 2 ? { shipping_address: to } : {}),
    ...(method ? { shipping_method: method } : {}),
  };
  const ready = lines.length > 0 && cart.customer_id !== "";
  const { quote, error: quoteError, busy: quoting } = useQuote(cart, ready);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const people = filled(contact);
      const { body } = await call<Order>("POST", "/v1/orders", { headers: { "Idempotency-Key": key }, body: {
        ...cart, channel: "admin", ...(manual ? { payment_terms: "manual", ...(before ? { ship_before_payment: true } : {}) } : {}), ...(reference ? { reference } : {}),
        ...(Object.keys(people).length ? { contact: people } : {}), ...(quote ? { expected_total: quote.total } : {}) } });
      toast(t("Order #{number} is placed.", { number: body.number }));
      navigate(`/admin/orders/${segment(body.id)}`);
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const pick = (product: Product) => setLines(lines.some((line) => line.product.id === product.id) ? lines.map((line) => (line.product.id === product.id ? { ...line, quantity: line.quantity + 1 } : line)) : [...lines, { product, quantity: 1 }]);
  return (
    <PageFrame title={t("New order")} above={<a class="back-link" href="/admin/orders">← {t("Orders")}</a>}>
      <form class="order-grid" onSubmit={submit}>
        <div class="column">
          <section class="card"><h2>{t("Products")}</h2><LinesEditor lines={lines} setLines={setLines} /><ProductPicker onPick={pick} /></section>
          <section class="card">
            <h2>{t("Customer")}</h2>
            <div class="two-columns">
              <TextField label={t("Customer id")} value={customer} onValue={setCustomer} required max={128} hint={t("A new id makes a new customer.")} />
              <TextField label={t("Name")} value={contact.name ?? ""} onValue={(name) => setContact({ ...contact, name })} />
              <TextField label={t("E-mail")} type="email" value={contact.email ?? ""} onValue={(email) => setContact({ ...contact, email })} />
              <TextField label={t("Phone")} value={contact.phone ?? ""} onValue={(phone) => setContact({ ...contact, phone })} />
            </div>
            <details>
              <summary>{t("Shipping address")}</summary>
              <AddressFields value={address} onValue={setAddress} optional />
            </details>
          </section>
        </div>
        <div class="column side-column">
          <QuoteCard quote={quote} error={quoteError} busy={quoting} method={method} onMethod={setMethod} />
          <section class="card">
            <h2>{t("Terms")}</h2>
            <TextField label={t("Codes of promotions")} value={codes} onValue={setCodes} />
            <TextField label={t("Reference")} value={reference} onValue={setReference} max={128} />
            <Check label={t("Paid by hand: cash, transfer, invoice")} checked={manual} onValue={setManual} />
            {manual ? <Check label={t("Ship before it is paid")} checked={before} onValue={setBefore} /> : null}
            <Problem error={error}>{error?.uncertain ? <p class="dim">{t("Press the button again: it cannot happen twice.")}</p> : null}</Problem>
            <button type="submit" class="primary wide" disabled={busy || !ready || quoting}>{busy ? t("Sending…") : t("Place the order")}</button>
          </section>
        </div>
      </form>
    </PageFrame>
  );
}
