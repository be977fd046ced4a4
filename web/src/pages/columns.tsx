// Which columns of a list are shown. A person's choice stays in the browser.
import { useState } from "preact/hooks";
import { storedText } from "../state/preferences.ts";
import { Icon } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";

export interface Columns {
  shown: readonly string[];
  set(shown: readonly string[]): void;
  usual: readonly string[];
}

export function useColumns(name: string, usual: readonly string[]): Columns {
  const stored = storedText(name);
  const [shown, setShown] = useState<readonly string[]>(stored.get()?.split(",") ?? usual);
  return { shown, usual, set: (next) => (stored.set(next.join(",")), setShown(next)) };
}

export function ColumnChoice({ columns, choices }: { columns: Columns; choices: ReadonlyArray<readonly [name: string, head: string]> }) {
  const [open, setOpen] = useState(false);
  const toggle = (name: string) => columns.set(columns.shown.includes(name) ? columns.shown.filter((one) => one !== name) : [...columns.shown, name]);
  return (
    <>
      <button type="button" class="quiet" aria-expanded={open} aria-label={t("Columns")} title={t("Columns")} onClick={() => setOpen(!open)}><Icon name="columns" /></button>
      {open ? (
        <fieldset class="column-choice">
          <legend class="hidden">{t("Columns")}</legend>
          {choices.map(([name, head]) => (
            <label key={name}><input type="checkbox" checked={columns.shown.includes(name)} onChange={() => toggle(name)} /> {head}</label>
          ))}
          <button type="button" class="quiet" onClick={() => columns.set(columns.usual)}>{t("The usual ones")}</button>
        </fieldset>
      ) : null}
    </>
  );
}
