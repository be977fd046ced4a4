// Filters of a list. They live in the address.
import { useEffect, useState } from "preact/hooks";
import { zone } from "../state/preferences.ts";
import { place, setQuery } from "../state/router.ts";
import { shopCurrency } from "../state/session.ts";
import { t, word, type Text } from "../ui/i18n.ts";
import { parseAmount } from "../ui/money.ts";
import { shiftDay, startOfDay } from "../ui/time.ts";

export type Filter =
  | { name: string; text: Text; kind: "choice"; values: readonly string[] }
  | { name: string; text: Text; kind: "text"; placeholder?: string }
  | { name: string; text: Text; kind: "amount" } // typed in the shop's currency
  | { name: string; text: Text; kind: "day" };

const DAY = /^\d{4}-\d\d-\d\d$/;

// The filters of the address as the API takes them. Days become moments of the chosen zone; the last day counts whole.
export function useFilters(filters: readonly Filter[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const { name, kind } of filters) {
    const value = place.value.query.get(name)?.trim();
    if (!value) continue;
    if (kind === "amount") result[name] = String(parseAmount(value, shopCurrency.value) ?? value); // the server refuses what is no amount
    else if (kind !== "day") result[name] = value;
    else if (DAY.test(value)) result[name] = startOfDay(name === "to" ? shiftDay(value, 1) : value, zone.value);
  }
  return result;
}

function Typed({ filter, value }: { filter: Filter; value: string }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const apply = () => text.trim() !== value && setQuery({ [filter.name]: text.trim() });
  return (
    <input class="filter" aria-label={t(filter.text)} placeholder={t(filter.text)} value={text} maxLength={200} onInput={(event) => setText(event.currentTarget.value)} onBlur={apply}
           onKeyDown={(event) => event.key === "Enter" && apply()} />
  );
}

export function Filters({ filters, more }: { filters: readonly Filter[]; more?: preact.ComponentChildren }) {
  const { query } = place.value;
  const active = filters.filter(({ name }) => query.get(name));
  return (
    <div class="filters" role="search" aria-label={t("Filters")}>
      {filters.map((filter) => {
        const value = query.get(filter.name) ?? "";
        if (filter.kind === "choice") {
          return (
            <select key={filter.name} class={`filter${value ? " active" : ""}`} aria-label={t(filter.text)} value={value} onChange={(event) => setQuery({ [filter.name]: event.currentTarget.value })}>
              <option value="">{t(filter.text)}</option>
              {filter.values.map((one) => <option key={one} value={one} selected={one === value}>{word(one)}</option>)}
            </select>
          );
        }
        if (filter.kind === "day") {
          return (
            <label key={filter.name} class="filter day">
              <span>{t(filter.text)}</span>
              <input type="date" value={value} onChange={(event) => setQuery({ [filter.name]: event.currentTarget.value })} />
            </label>
          );
        }
        return <Typed key={filter.name} filter={filter} value={value} />;
      })}
      {active.length > 0 ? <button type="button" class="quiet" onClick={() => setQuery(Object.fromEntries(active.map(({ name }) => [name, null])))}>{t("Clear filters")}</button> : null}
      {more}
    </div>
  );
}

// "12 new, press n", the rows, and the next page.
export function ListFoot(props: { shown: number; more: boolean; unreadable?: number; onMore: () => void }) {
  return (
    <div class="list-foot">
      <span class="dim">{t("{n} shown", { n: props.shown })}{props.unreadable ? ` · ${t("{n} unreadable", { n: props.unreadable })}` : ""}</span>
      {props.more ? <button type="button" onClick={props.onMore}>{t("Show more")}</button> : null}
    </div>
  );
}

export function FreshBar({ fresh, show }: { fresh: number; show: () => void }) {
  return (
    <div class="fresh" role="status">
      {fresh > 0 ? <button type="button" onClick={show}>{t("{n} new, press n", { n: fresh })}</button> : null}
    </div>
  );
}
