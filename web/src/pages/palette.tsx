// One field for everything: finds orders, customers, products and shipments, and goes to screens.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, read, segment, withQuery } from "../api/client.ts";
import type { CustomerOverview, Order, Page, SearchHit } from "../api/types.ts";
import { navigate } from "../state/router.ts";
import { can } from "../state/session.ts";
import { Chip } from "../ui/chip.tsx";
import { Modal } from "../ui/dialog.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";
import { saysWhy } from "../ui/problem.tsx";
import { ENTRIES } from "./screens.ts";

export const paletteOpen = signal(false);
const TYPING_MS = 150;

interface Item {
  key: string;
  icon: IconName;
  title: string;
  detail: string;
  status?: string | undefined;
  url: string;
}

const ICONS: Record<SearchHit["kind"], IconName> = { order: "order", customer: "person", product: "box", shipment: "truck" };

export function urlOf(hit: SearchHit): string {
  if (hit.kind === "shipment") return `/admin/orders/${segment(hit.order_id ?? hit.id.replace(/:\d+$/, ""))}`;
  return `/admin/${hit.kind}s/${segment(hit.id)}`;
}

// A server without /v1/search finds numbers, references and addresses exactly.
async function searchLists(text: string, abort: AbortSignal): Promise<SearchHit[]> {
  const orders = (query: Record<string, string>) => read<Page<Order>>(withQuery("/v1/orders", { limit: 5, ...query }), abort).then(({ body }) => body.data);
  const found = await Promise.all([
    can("orders:read") ? orders({ number: text.replace(/^#/, "") }) : [],
    can("orders:read") ? orders({ reference: text }) : [],
    can("orders:read") ? orders({ customer_id: text }) : [],
  ].map((one) => Promise.resolve(one).catch(() => [])));
  const customers = text.includes("@") && can("customers:read")
    ? await read<Page<CustomerOverview>>(withQuery("/v1/customers", { email: text, limit: 5 }), abort).then(({ body }) => body.data).catch(() => []) : [];
  const unique = new Map(found.flat().map((order) => [order.id, order]));
  return [
    ...[...unique.values()].map((order): SearchHit => ({ kind: "order", id: order.id, title: `#${order.number}`, detail: order.customer_id, status: order.status })),
    ...customers.map((customer): SearchHit => ({ kind: "customer", id: customer.id, title: customer.name ?? customer.id, detail: customer.email ?? "" })),
  ];
}

export async function search(text: string, abort: AbortSignal): Promise<SearchHit[]> {
  try {
    return (await read<Page<SearchHit>>(withQuery("/v1/search", { q: text.slice(0, 100), limit: 20 }), abort)).body.data;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return searchLists(text, abort);
    throw error;
  }
}

function commands(text: string): Item[] {
  const wanted = text.toLowerCase();
  const items: Item[] = ENTRIES.filter((entry) => can(entry.permission)).map((entry) => ({ key: entry.path, icon: entry.icon, title: t(entry.name), detail: `g ${entry.key}`, url: entry.path }));
  if (can("orders:write")) items.push({ key: "new", icon: "plus", title: t("New order"), detail: "g n", url: "/admin/orders/new" });
  return items.filter((item) => item.title.toLowerCase().includes(wanted));
}

export function Palette() {
  const [text, setText] = useState("");
  const [hits, setHits] = useState<SearchHit[]>([]);
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const [error, setError] = useState<ApiError>();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const trimmed = text.trim();
  useEffect(() => {
    setError(undefined);
    if (!trimmed) {
      setHits([]);
      return setState("idle");
    }
    setState("busy");
    const abort = new AbortController();
    const timer = setTimeout(() => {
      search(trimmed, abort.signal).then((found) => (setHits(found), setAt(0), setState("done")),
                                         (thrown) => !abort.signal.aborted && (setState("done"), thrown instanceof ApiError && setError(thrown)));
    }, TYPING_MS);
    return () => (clearTimeout(timer), abort.abort());
  }, [trimmed]);
  const items: Item[] = [
    ...hits.map((hit) => ({ key: `${hit.kind} ${hit.id}`, icon: ICONS[hit.kind], title: hit.title, detail: hit.detail, status: hit.status, url: urlOf(hit) })),
    ...commands(trimmed),
  ];
  const close = () => (paletteOpen.value = false);
  const open = (item: Item | undefined) => {
    if (!item) return;
    close();
    navigate(item.url);
  };
  const move = (to: number) => {
    setAt(to);
    list.current?.children[to]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(Math.min(at + 1, items.length - 1));
    else if (event.key === "ArrowUp") move(Math.max(at - 1, 0));
    else if (event.key === "Enter" && state !== "busy") open(items[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={t("Search and commands")} onClose={close}>
      <div class="palette">
        <input role="combobox" aria-expanded="true" aria-controls="palette-items" aria-autocomplete="list" aria-label={t("Search and commands")} autofocus value={text} maxLength={100}
               {...(items[at] ? { "aria-activedescendant": `palette-${at}` } : {})} placeholder={t("Number, name, e-mail, phone, tracking…")}
               onInput={(event) => (setText(event.currentTarget.value), setAt(0))} onKeyDown={onKeyDown} />
        <ul id="palette-items" role="listbox" aria-label={t("Results")} ref={list}>
          {items.map((item, i) => (
            <li key={item.key} id={`palette-${i}`} role="option" aria-selected={i === at} onClick={() => open(item)} onMouseMove={() => setAt(i)}>
              <Icon name={item.icon} />
              <span class="palette-title">{item.title}</span>
              <span class="dim grow">{item.detail}</span>
              {item.status ? <Chip value={item.status} /> : null}
            </li>
          ))}
        </ul>
        <p class="hint" role="status">{error ? saysWhy(error) : state === "done" && hits.length === 0 ? t("Nothing found.") : state === "busy" ? t("Searching…") : t("↑ ↓ to choose, Enter to open")}</p>
      </div>
    </Modal>
  );
}
