// Products from a CSV file: which column is what, what would happen, then one request for each product. A request that got
// no answer is repeated under its key, so nothing happens twice.
import { useState } from "preact/hooks";
import { ApiError, call, newKey, segment } from "../api/client.ts";
import { refreshAll } from "../state/reads.ts";
import { shopCurrency, shopLocation } from "../state/session.ts";
import { formatCsv, parseCsv, type CsvProblem, type CsvTable } from "../ui/csv.ts";
import { Modal } from "../ui/dialog.tsx";
import { Check, Select } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { t, type Text } from "../ui/i18n.ts";
import { Problem } from "../ui/problem.tsx";
import { saveFile } from "../ui/save_file.ts";
import { Amount } from "../ui/values.tsx";
import { PRODUCT_FIELDS, productRows, suggestMapping, type Mapping, type ProductRow } from "./product_rows.ts";

const MOST_BYTES = 10_000_000;
const AT_A_TIME = 4;
const PREVIEWED = 5;
const PROBLEMS: Record<CsvProblem, Text> = { empty: "The file has no rows.", "open quote": "A quote is opened and not closed.", "too long": "The file has more than 5,000 rows: use ordo import products." };

type Outcome = "added" | "changed" | "exists" | { refused: string };
interface Job {
  row: ProductRow;
  key: string;
  outcome?: Outcome;
}

async function sendProduct({ row, key }: Job, change: boolean): Promise<Outcome> {
  const { body } = row;
  try {
    await call("POST", "/v1/products", { headers: { "Idempotency-Key": key }, body });
    return "added";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "product_exists" && !change) return "exists";
    if (error.code !== "product_exists") return refused(error);
  }
  try {
    const { id, stock: _, location: __, ...members } = body!; // stock is counted, not overwritten
    await call("PATCH", `/v1/products/${segment(id)}`, { headers: { "Idempotency-Key": `${key}-change` }, body: members });
    return "changed";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refused(error);
  }
}

// Throws what a later attempt may mend: the run then stops and can go on.
function refused(error: ApiError): Outcome {
  if (error.uncertain || error.status === 401 || error.status === 403 || error.status === 429) throw error;
  return { refused: error.errors.map((one) => `${one.pointer}: ${one.detail}`).join("; ") || error.detail };
}

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [table, setTable] = useState<CsvTable>();
  const [problem, setProblem] = useState<CsvProblem>();
  const [mapping, setMapping] = useState<Mapping>({});
  const [change, setChange] = useState(false);
  const [jobs, setJobs] = useState<Job[]>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const rows = table ? productRows(table, mapping, { currency: shopCurrency.value, location: shopLocation.value }) : [];
  const fit = rows.filter((row) => row.body);
  const missing = PRODUCT_FIELDS.some(({ field, required }) => required && mapping[field] === undefined);
  const choose = async (file: File | undefined) => {
    setTable(undefined);
    setJobs(undefined);
    setProblem(undefined);
    if (!file) return;
    const read = file.size > MOST_BYTES ? "too long" : parseCsv(await file.text());
    if (typeof read === "string") return setProblem(read);
    setTable(read);
    setMapping(suggestMapping(read.head));
  };
  const run = async () => {
    const all: Job[] = jobs ?? fit.map((row) => ({ row, key: newKey() }));
    const left = all.filter((job) => !job.outcome);
    setJobs([...all]);
    setBusy(true);
    setError(undefined);
    let stopped: ApiError | undefined;
    const work = async () => {
      for (let job = left.shift(); job && !stopped; job = left.shift()) {
        try {
          job.outcome = await sendProduct(job, change);
        } catch (thrown) {
          stopped = thrown instanceof ApiError ? thrown : new ApiError(0, "unknown", String(thrown));
        }
        setJobs([...all]);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    setError(stopped);
    setBusy(false);
    refreshAll();
  };
  const done = jobs?.filter((job) => job.outcome).length ?? 0;
  const finished = jobs !== undefined && done === jobs.length;
  const failed = [
    ...rows.flatMap((row) => (row.problem ? [{ row, why: t(row.problem) }] : [])),
    ...(jobs ?? []).flatMap((job) => (typeof job.outcome === "object" ? [{ row: job.row, why: job.outcome.refused }] : [])),
  ].sort((a, b) => a.row.line - b.row.line);
  return (
    <Modal title={t("Products from a file")} onClose={onClose} wide>
      <div class="fields">
        <p class="dim">{t("A CSV file with a heading for each column. Nothing is sent before the preview.")}</p>
        <input type="file" accept=".csv,.tsv,.txt,text/csv" aria-label={t("A CSV file")} disabled={busy} onChange={(event) => void choose(event.currentTarget.files?.[0])} />
        {problem ? <p class="banner warn"><Icon name="warn" /> {t(PROBLEMS[problem])}</p> : null}
        {table && !jobs ? (
          <>
            <div class="two-columns">
              {PRODUCT_FIELDS.map(({ field, text, required }) => (
                <Select key={field} label={t(text)} required={required} value={String(mapping[field] ?? "")} options={[["", "–"], ...table.head.map((head, i): [string, string] => [String(i), head || `${i + 1}`])]}
                        onValue={(value) => {
                          const { [field]: _, ...others } = mapping;
                          setMapping(value === "" ? others : { ...others, [field]: Number(value) });
                        }} />
              ))}
            </div>
            <Check label={t("Change products that exist")} hint={t("Their stock stays as it is.")} checked={change} onValue={setChange} />
          </>
        ) : null}
      </div>
      {table && !jobs && fit.length > 0 ? (
        <div class="table-frame small" tabIndex={0} role="region" aria-label={t("Preview")}>
          <table>
            <thead><tr><th scope="col">{t("Id")}</th><th scope="col">{t("Name")}</th><th scope="col" class="end">{t("Price")}</th><th scope="col">{t("Category")}</th><th scope="col" class="end">{t("Stock")}</th></tr></thead>
            <tbody>{fit.slice(0, PREVIEWED).map(({ line, body }) => <tr key={line}><td><code class="id">{body!.id}</code></td><td><span class="clip"><bdi>{body!.name}</bdi></span></td><td class="end"><Amount value={body!.price} /></td><td>{body!.category}</td><td class="end">{body!.stock}</td></tr>)}</tbody>
          </table>
        </div>
      ) : null}
      {table ? (
        <p role="status" class="dialog-note">
          {jobs ? (["added", "changed", "exists"] as const).map((one) => ({ one, n: jobs.filter((job) => job.outcome === one).length })).filter(({ n }) => n > 0).map(({ one, n }) => <span key={one} class="tag">{t(one === "added" ? "{n} added" : one === "changed" ? "{n} changed" : "{n} exist already", { n })}</span>)
            : <span class="tag">{t("{n} products would be sent", { n: fit.length })}</span>}
          {failed.length > 0 ? <span class="tag">{t("{n} rows refused", { n: failed.length })}</span> : null}
        </p>
      ) : null}
      {failed.length > 0 ? (
        <div class="table-frame small" tabIndex={0} role="region" aria-label={t("Refused rows")}>
          <table>
            <thead><tr><th scope="col">{t("Line")}</th><th scope="col">{t("Id")}</th><th scope="col">{t("Reason")}</th></tr></thead>
            <tbody>{failed.slice(0, 100).map(({ row, why }) => <tr key={row.line}><td>{row.line}</td><td><code class="id">{row.id}</code></td><td>{why}</td></tr>)}</tbody>
          </table>
        </div>
      ) : null}
      <Problem error={error}>{error ? <p class="dim">{t("Press the button again: it goes on, and nothing happens twice.")}</p> : null}</Problem>
      <footer>
        {failed.length > 0 ? <button type="button" class="quiet" onClick={() => download(table!, failed)}><Icon name="down" /> {t("Refused rows")}</button> : null}
        <button type="button" onClick={onClose}>{t("Close")}</button>
        <button type="button" class="primary" disabled={busy || finished || missing || fit.length === 0} onClick={() => void run()}>
          {busy ? `${done} / ${jobs!.length}` : jobs && !finished ? t("Continue") : t("Import")}
        </button>
      </footer>
    </Modal>
  );
}

// The rows as they were, with the reason behind them: to be mended and imported again.
function download(table: CsvTable, failed: Array<{ row: ProductRow; why: string }>): void {
  const cells = new Map(table.rows.map((row) => [row.line, row.cells]));
  const text = formatCsv([[...table.head, t("Reason")], ...failed.map(({ row, why }) => [...cells.get(row.line)!, why])]);
  saveFile("refused.csv", new Blob(["\uFEFF", text], { type: "text/csv" }));
}
