// A list that grows by pages. What is shown changes in place; new things wait until they are asked for, so that nothing moves
// under the pointer.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, read, withQuery, type Query } from "../api/client.ts";
import type { Page } from "../api/types.ts";
import { useWatcher, type Interest } from "./reads.ts";

export interface List<T> {
  rows: T[];
  error: ApiError | undefined;
  loading: boolean;
  more: boolean;
  fresh: number; // new things that are not shown
  unreadable: number;
  showFresh(): void;
  loadMore(): Promise<void>;
}

interface State<T> {
  path: string;
  rows: T[];
  cursor: string | null;
  fresh: T[];
  unreadable: number;
  error?: ApiError;
}

export const PAGE = 50;

export function useList<T>(base: string | null, query: Query, keyOf: (row: T) => string, interest?: Interest): List<T> {
  const path = base === null ? "" : withQuery(base, { limit: PAGE, ...query });
  const [state, setState] = useState<State<T>>({ path: "", rows: [], cursor: null, fresh: [], unreadable: 0 });
  const [busy, setBusy] = useState(false);
  const shown = useRef(path);
  useEffect(() => {
    shown.current = path;
  }, [path]);

  useWatcher(async (abort) => {
    if (!path) return;
    try {
      const { body } = await read<Page<T>>(path, abort);
      setState((old) => (old.path === path && !old.error ? merged(old, body, keyOf) : firstPage(path, body)));
    } catch (error) {
      if (!abort.aborted && error instanceof ApiError) setState((old) => (old.path === path ? { ...old, error } : { ...firstPage(path), error }));
    }
  }, interest, [path]);

  const mine = state.path === path;
  return {
    rows: mine ? state.rows : [],
    error: mine ? state.error : undefined,
    loading: path !== "" && !mine,
    more: mine && state.cursor !== null,
    fresh: mine ? state.fresh.length : 0,
    unreadable: mine ? state.unreadable : 0,
    showFresh: () => setState((old) => ({ ...old, rows: [...old.fresh, ...old.rows], fresh: [] })),
    async loadMore() {
      if (busy || !state.cursor) return;
      setBusy(true);
      try {
        const { body } = await read<Page<T>>(withQuery(path, { cursor: state.cursor }));
        if (shown.current !== path) return;
        setState((old) => ({ ...old, rows: [...old.rows, ...body.data], cursor: body.next_cursor, unreadable: old.unreadable + (body.unreadable ?? 0) }));
      } catch (error) {
        if (error instanceof ApiError) setState((old) => ({ ...old, error }));
      } finally {
        setBusy(false);
      }
    },
  };
}

function firstPage<T>(path: string, page?: Page<T>): State<T> {
  return { path, rows: page?.data ?? [], cursor: page?.next_cursor ?? null, fresh: [], unreadable: page?.unreadable ?? 0 };
}

// The page of now against what is shown: known rows in place, new ones aside. A row that left the first page stays as it was.
export function merged<T>(old: State<T>, page: Page<T>, keyOf: (row: T) => string): State<T> {
  const now = new Map(page.data.map((row) => [keyOf(row), row]));
  const known = new Set(old.rows.map(keyOf));
  if (old.rows.length === 0) return firstPage(old.path, page);
  // On a list of one page, what is gone from it no longer matches.
  const complete = page.next_cursor === null;
  const rows = old.rows.filter((row) => !complete || now.has(keyOf(row))).map((row) => now.get(keyOf(row)) ?? row);
  return { ...old, rows, fresh: page.data.filter((row) => !known.has(keyOf(row))), cursor: complete ? null : old.cursor };
}
