// Rows of things. One link a row; j and k move a cursor, Enter opens, x selects.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { navigate } from "../state/router.ts";
import { t } from "./i18n.ts";
import { useKeys } from "./keys.tsx";

export interface Column<T> {
  name: string;
  head: string;
  cell: (row: T) => ComponentChildren;
  end?: boolean; // aligned at the end, for numbers
  keep?: boolean; // stays on narrow screens
}

export interface TableProps<T> {
  caption: string;
  columns: Array<Column<T>>;
  rows: T[];
  keyOf: (row: T) => string;
  linkOf?: (row: T) => string;
  selected?: Set<string>;
  onSelect?: (selected: Set<string>) => void;
  keys?: boolean;
}

function Keyboard<T>({ props, at, move }: { props: TableProps<T>; at: number; move: (to: number) => void }) {
  const row = props.rows[at];
  useKeys({
    j: { text: "Next row", run: () => move(Math.min(at + 1, props.rows.length - 1)) },
    k: { text: "Previous row", run: () => move(Math.max(at - 1, 0)) },
    ...(props.linkOf && row ? { Enter: { text: "Open", run: () => navigate(props.linkOf!(row)) } } : {}),
    ...(props.onSelect && row ? { x: { text: "Select", run: () => props.onSelect!(toggled(props.selected!, props.keyOf(row))) } } : {}),
  });
  return null;
}

function toggled(selected: Set<string>, key: string): Set<string> {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  return next;
}

export function Table<T>(props: TableProps<T>) {
  const { rows, columns, keyOf, selected, onSelect } = props;
  const [cursor, setCursor] = useState<string>();
  const body = useRef<HTMLTableSectionElement>(null);
  const at = rows.findIndex((row) => keyOf(row) === cursor);
  useEffect(() => {
    if (at >= 0) body.current?.rows[at]?.scrollIntoView({ block: "nearest" });
  }, [cursor]);
  const all = rows.length > 0 && selected !== undefined && rows.every((row) => selected.has(keyOf(row)));
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={props.caption}>
      {props.keys ? <Keyboard props={props} at={at} move={(to) => rows[to] && setCursor(keyOf(rows[to]))} /> : null}
      <table>
        <caption class="hidden">{props.caption}</caption>
        <thead>
          <tr>
            {onSelect ? (
              <th class="pick" scope="col">
                <input type="checkbox" aria-label={t("Select all")} checked={all} onChange={() => onSelect(new Set(all ? [] : rows.map(keyOf)))} />
              </th>
            ) : null}
            {columns.map((column) => (
              <th key={column.name} scope="col" class={`${column.end ? "end" : ""}${column.keep === false ? " wide-only" : ""}`}>{column.head}</th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row) => {
            const key = keyOf(row);
            return (
              <tr key={key} class={key === cursor ? "cursor" : ""} aria-selected={selected?.has(key)}>
                {onSelect ? (
                  <td class="pick">
                    <input type="checkbox" aria-label={t("Select {name}", { name: key })} checked={selected!.has(key)} onChange={() => onSelect(toggled(selected!, key))} />
                  </td>
                ) : null}
                {columns.map((column) => (
                  <td key={column.name} class={`${column.end ? "end" : ""}${column.keep === false ? " wide-only" : ""}`}>{column.cell(row)}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
