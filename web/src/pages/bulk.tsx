// One change of many orders: first what would happen, then the change.
import { useEffect, useState } from "preact/hooks";
import { ApiError, call } from "../api/client.ts";
import type { BulkAnswer } from "../api/types.ts";
import { refreshAll } from "../state/reads.ts";
import { Chip } from "../ui/chip.tsx";
import { Modal } from "../ui/dialog.tsx";
import { Select, TextField } from "../ui/field.tsx";
import { t, word } from "../ui/i18n.ts";
import { Loading, Problem } from "../ui/problem.tsx";
import { REASON_CODES } from "./order_dialogs.tsx";

export type BulkAction = "cancel" | "ship" | "tag";

const TITLES = { cancel: "Cancel orders", ship: "Ship orders", tag: "Tag orders" } as const;

// The selected orders, or all of a filter.
export type BulkOrders = { ids: string[] } | { filter: Record<string, string> };

export function BulkDialog(props: { action: BulkAction; orders: BulkOrders; onClose: () => void; onDone: () => void }) {
  const { action, orders } = props;
  const [reason, setReason] = useState("");
  const [code, setCode] = useState("staff");
  const [add, setAdd] = useState("");
  const [remove, setRemove] = useState("");
  const [answer, setAnswer] = useState<BulkAnswer>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const words = (text: string) => text.split(/[,;]/).map((one) => one.trim()).filter(Boolean);
  const tagged = words(add).length + words(remove).length > 0;
  const run = async (dryRun: boolean) => {
    setBusy(true);
    setError(undefined);
    try {
      // What was previewed is changed, not what the filter matches by now.
      const which = dryRun || !answer ? orders : { ids: answer.data.map((one) => one.id) };
      const body = { ...which, action, dry_run: dryRun, ...(action === "cancel" ? { reason_code: code, ...(reason ? { reason } : {}) } : {}),
                     ...(action === "tag" ? { ...(words(add).length ? { add: words(add) } : {}), ...(words(remove).length ? { remove: words(remove) } : {}) } : {}) };
      setAnswer((await call<BulkAnswer>("POST", "/v1/orders/bulk", { body })).body);
      if (!dryRun) {
        refreshAll();
        props.onDone();
      }
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const count = "ids" in orders ? orders.ids.length : answer?.data.length;
  useEffect(() => {
    if (action !== "tag") void run(true);
  }, []);
  return (
    <Modal title={`${t(TITLES[action])}${count === undefined ? "" : ` (${count})`}`} onClose={props.onClose} wide>
      <div class="fields">
        {action === "cancel" ? (
          <>
            <Select label={t("Reason")} value={code} onValue={setCode} options={REASON_CODES.map((one) => [one, word(one)])} />
            <TextField label={t("Remark")} value={reason} onValue={setReason} max={500} />
          </>
        ) : null}
        {action === "tag" ? (
          <>
            <TextField label={t("Add tags")} hint={t("With commas between them.")} value={add} onValue={setAdd} autofocus />
            <TextField label={t("Remove tags")} value={remove} onValue={setRemove} />
          </>
        ) : null}
      </div>
      <Problem error={error} />
      {busy && !answer ? <Loading /> : null}
      {answer ? (
        <div class="table-frame small" tabIndex={0} role="region" aria-label={t("Result")}>
          <table>
            <thead><tr><th scope="col">{t("Order")}</th><th scope="col">{answer.dry_run ? t("Would happen") : t("Result")}</th></tr></thead>
            <tbody>
              {answer.data.map((one) => (
                <tr key={one.id}><td>#{one.number}</td><td><Chip value={one.outcome} /> <span class="dim">{one.detail ?? one.code ?? ""}</span></td></tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      <footer>
        <button type="button" onClick={props.onClose}>{t("Close")}</button>
        {action === "tag" ? <button type="button" disabled={busy || !tagged} onClick={() => void run(true)}>{t("Preview")}</button> : null}
        <button type="button" class={action === "cancel" ? "danger" : "primary"} disabled={busy || !answer?.dry_run || answer.data.length === 0} onClick={() => void run(false)}>
          {t(TITLES[action])}
        </button>
      </footer>
    </Modal>
  );
}
