// The changes of an order, one dialog each.
import { useState } from "preact/hooks";
import { call, segment } from "../api/client.ts";
import type { Address, Order, Shipment } from "../api/types.ts";
import { ActionDialog } from "../ui/dialog.tsx";
import { Check, MoneyField, NumberBox, Select, TextArea, TextField } from "../ui/field.tsx";
import { t, word } from "../ui/i18n.ts";
import { decimal, parseAmount } from "../ui/money.ts";
import { money } from "../ui/values.tsx";
import { linesOf, owed, priceOf, refundable, type LineState } from "./order_sums.ts";

export const REASON_CODES = ["staff", "customer", "inventory", "fraud", "declined", "other"] as const;

export type OrderAction = "cancel" | "refund" | "return" | "ship" | "pay" | "address" | "note" | "tags" | "resend";
export interface OrderDialogProps {
  order: Order;
  etag: string | undefined;
  shipment?: Shipment | undefined;
  onClose: () => void;
  onAsked: (status: number) => void;
}

const path = (order: Order, rest: string) => `/v1/orders/${segment(order.id)}${rest}`;

// Quantities by line; nothing chosen yet is 0.
function LinePicker(props: { states: LineState[]; most: (state: LineState) => number; chosen: Record<string, number>; onChosen: (chosen: Record<string, number>) => void }) {
  const { states, most, chosen, onChosen } = props;
  const shown = states.filter((state) => most(state) > 0);
  return (
    <fieldset class="line-picker">
      <legend>{t("Lines")}</legend>
      <button type="button" class="quiet small" onClick={() => onChosen(Object.fromEntries(shown.map((state) => [state.id, most(state)])))}>{t("All pieces")}</button>
      {shown.map((state) => (
        <div key={state.id} class="line-pick">
          <span class="grow"><bdi>{state.line.name}</bdi> <span class="dim">{state.line.sku ?? state.line.product_id ?? ""}</span></span>
          <NumberBox label={t("Pieces of {name}", { name: state.line.name })} value={chosen[state.id] ?? 0} max={most(state)} onValue={(value) => onChosen({ ...chosen, [state.id]: value })} />
          <span class="dim of">/ {most(state)}</span>
        </div>
      ))}
    </fieldset>
  );
}

const picked = (chosen: Record<string, number>) => Object.entries(chosen).filter(([, quantity]) => quantity > 0).map(([line_id, quantity]) => ({ line_id, quantity }));

export function CancelDialog({ order, onClose, onAsked }: OrderDialogProps) {
  const [scope, setScope] = useState("all");
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const [code, setCode] = useState("staff");
  const [reason, setReason] = useState("");
  const lines = picked(chosen);
  return (
    <ActionDialog title={t("Cancel order #{number}", { number: order.number })} confirm={scope === "all" ? t("Cancel the order") : t("Cancel these lines")} danger onClose={onClose}
                  ready={scope === "all" || lines.length > 0} onDone={(answer) => onAsked(answer?.status ?? 200)}
                  send={(key) => call("POST", path(order, "/cancel"), { headers: { "Idempotency-Key": key }, body: { reason_code: code, ...(reason ? { reason } : {}), ...(scope === "lines" ? { lines } : {}) } })}>
      <p>{order.captured.amount > 0 ? t("What has not left is cancelled and its price is refunded.") : t("The reserved stock is released.")}</p>
      <Select label={t("What")} value={scope} onValue={setScope} autofocus options={[["all", t("Everything that has not left")], ["lines", t("Some lines")]]} />
      {scope === "lines" ? <LinePicker states={linesOf(order)} most={(state) => state.open} chosen={chosen} onChosen={setChosen} /> : null}
      <Select label={t("Reason")} value={code} onValue={setCode} options={REASON_CODES.map((one) => [one, word(one)])} />
      <TextField label={t("Remark")} value={reason} onValue={setReason} max={500} />
    </ActionDialog>
  );
}

export function RefundDialog({ order, onClose, onAsked }: OrderDialogProps) {
  const most = refundable(order);
  const states = linesOf(order);
  const shipping = (order.shipping ?? []).reduce((sum, charge) => sum + charge.total.amount, 0);
  const hasLines = states.some((state) => state.refundable > 0);
  const [scope, setScope] = useState<string>("amount");
  const [text, setText] = useState(decimal(most));
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const [withShipping, setWithShipping] = useState(false);
  const [reason, setReason] = useState("");
  const amount = parseAmount(text, most.currency);
  const lines = picked(chosen);
  const estimate = states.reduce((sum, state) => sum + priceOf(state, chosen[state.id] ?? 0), 0);
  const ready = reason.trim() !== "" && (scope === "amount" ? amount !== undefined && amount > 0 && amount <= most.amount : lines.length > 0 || withShipping);
  const body = scope === "amount" ? { amount: { amount, currency: most.currency } } : { ...(lines.length ? { lines } : {}), ...(withShipping ? { shipping: true } : {}) };
  return (
    <ActionDialog title={t("Refund order #{number}", { number: order.number })} confirm={t("Refund")} danger onClose={onClose} ready={ready} onDone={(answer) => onAsked(answer?.status ?? 201)}
                  done={t("Refund requested.")} send={(key) => call("POST", path(order, "/refunds"), { headers: { "Idempotency-Key": key }, body: { reason: reason.trim(), ...body } })}>
      <p>{t("{amount} can be refunded.", { amount: money(most) })}{order.payment_terms === "manual" ? ` ${t("You pay this refund by hand and record it.")}` : ""}</p>
      <Select label={t("What")} value={scope} onValue={setScope} options={[["amount", t("An amount")], ...((hasLines || shipping > 0) ? [["lines", t("Lines and shipping")] as [string, string]] : [])]} />
      {scope === "amount" ? <MoneyField label={t("Amount")} text={text} onText={setText} currency={most.currency} max={most} required autofocus />
        : <>
          <LinePicker states={states} most={(state) => state.refundable} chosen={chosen} onChosen={setChosen} />
          {shipping > 0 ? <Check label={t("Shipping ({amount})", { amount: money({ amount: shipping, currency: most.currency }) })} checked={withShipping} onValue={setWithShipping} /> : null}
          <p class="hint">{t("About {amount}. The server calculates the exact price.", { amount: money({ amount: estimate + (withShipping ? shipping : 0), currency: most.currency }) })}</p>
        </>}
      <TextField label={t("Reason")} value={reason} onValue={setReason} required max={500} />
    </ActionDialog>
  );
}

export function ReturnDialog({ order, onClose, onAsked }: OrderDialogProps) {
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const [restock, setRestock] = useState(true);
  const [refund, setRefund] = useState(order.payment_terms !== "none");
  const [reason, setReason] = useState("");
  const lines = picked(chosen);
  return (
    <ActionDialog title={t("Take a return of order #{number}", { number: order.number })} confirm={t("Record the return")} onClose={onClose} ready={lines.length > 0 && reason.trim() !== ""}
                  onDone={(answer) => onAsked(answer?.status ?? 201)} send={(key) => call("POST", path(order, "/returns"), { headers: { "Idempotency-Key": key }, body: { lines, restock, refund, reason: reason.trim() } })}>
      <LinePicker states={linesOf(order)} most={(state) => state.away} chosen={chosen} onChosen={setChosen} />
      <Check label={t("Put the goods back into stock")} checked={restock} onValue={setRestock} />
      <Check label={t("Refund their price")} checked={refund} onValue={setRefund} />
      <TextField label={t("Reason")} value={reason} onValue={setReason} required max={500} />
    </ActionDialog>
  );
}

export function ShipDialog({ shipment, onClose, onAsked }: { shipment: Shipment; onClose: () => void; onAsked: (status: number) => void }) {
  const [carrier, setCarrier] = useState(shipment.carrier);
  const [tracking, setTracking] = useState(shipment.tracking);
  const [part, setPart] = useState(false);
  const [chosen, setChosen] = useState<Record<string, number>>(Object.fromEntries(shipment.lines.map((line) => [line.product_id, line.quantity])));
  const lines = shipment.lines.map((line) => ({ product_id: line.product_id, quantity: chosen[line.product_id] ?? 0 })).filter((line) => line.quantity > 0);
  return (
    <ActionDialog title={t("Ship parcel {id}", { id: shipment.number })} confirm={t("Mark as shipped")} onClose={onClose} ready={!part || lines.length > 0} onDone={(answer) => onAsked(answer?.status ?? 200)}
                  send={() => call("POST", `/v1/shipments/${segment(shipment.id)}/updates`, { body: { shipment_id: shipment.id, status: "shipped", ...(part ? { lines } : {}), ...(carrier ? { carrier } : {}), ...(tracking ? { tracking } : {}) } })}>
      <TextField label={t("Tracking number")} value={tracking} onValue={setTracking} max={128} autofocus />
      <TextField label={t("Carrier")} value={carrier} onValue={setCarrier} max={64} />
      <Check label={t("Only a part leaves now")} checked={part} onValue={setPart} />
      {part ? (
        <fieldset class="line-picker">
          <legend>{t("Lines")}</legend>
          {shipment.lines.map((line) => (
            <div key={line.product_id} class="line-pick">
              <span class="grow">{line.product_id}</span>
              <NumberBox label={t("Pieces of {name}", { name: line.product_id })} value={chosen[line.product_id] ?? 0} max={line.quantity} onValue={(value) => setChosen({ ...chosen, [line.product_id]: value })} />
              <span class="dim of">/ {line.quantity}</span>
            </div>
          ))}
        </fieldset>
      ) : null}
    </ActionDialog>
  );
}

export function PayDialog({ order, onClose, onAsked }: OrderDialogProps) {
  const left = owed(order);
  const [text, setText] = useState(decimal(left));
  const [method, setMethod] = useState("bank_transfer");
  const [reference, setReference] = useState("");
  const amount = parseAmount(text, left.currency);
  return (
    <ActionDialog title={t("Record a payment of order #{number}", { number: order.number })} confirm={t("Record the payment")} onClose={onClose} ready={amount !== undefined && amount > 0 && method.trim() !== ""}
                  onDone={(answer) => onAsked(answer?.status ?? 201)}
                  send={(key) => call("POST", path(order, "/payments"), { headers: { "Idempotency-Key": key }, body: { amount: { amount, currency: left.currency }, method: method.trim(), ...(reference ? { reference } : {}) } })}>
      <p>{t("{amount} is not paid yet.", { amount: money(left) })}</p>
      <MoneyField label={t("Amount")} text={text} onText={setText} currency={left.currency} required autofocus />
      <TextField label={t("Method")} value={method} onValue={setMethod} required max={64} list={["cash", "bank_transfer", "invoice", "card"]} />
      <TextField label={t("Reference")} value={reference} onValue={setReference} max={128} />
    </ActionDialog>
  );
}

const ADDRESS: Array<[keyof Address, "Name" | "Company" | "Street" | "Second line" | "City" | "Region" | "Postal code" | "Country (two letters)" | "Phone", boolean]> = [
  ["name", "Name", true], ["company", "Company", false], ["line1", "Street", true], ["line2", "Second line", false], ["postal_code", "Postal code", false],
  ["city", "City", false], ["region", "Region", false], ["country", "Country (two letters)", true], ["phone", "Phone", false]];

export type AddressDraft = Partial<Record<keyof Address, string>>;
export function AddressFields({ value, onValue, optional }: { value: AddressDraft; onValue: (value: AddressDraft) => void; optional?: boolean }) {
  return (
    <div class="two-columns">
      {ADDRESS.map(([name, label, required], i) => (
        <TextField key={name} label={t(label)} value={value[name] ?? ""} required={required && !optional} autofocus={i === 0 && !optional} max={name === "country" ? 2 : 200} onValue={(text) => onValue({ ...value, [name]: name === "country" ? text.toUpperCase() : text })} />
      ))}
    </div>
  );
}
export const filled = (draft: AddressDraft): AddressDraft => Object.fromEntries(Object.entries(draft).filter(([, text]) => text?.trim()).map(([name, text]) => [name, text!.trim()]));

export function AddressDialog({ order, etag, onClose, onAsked }: OrderDialogProps) {
  const [draft, setDraft] = useState<AddressDraft>({ ...order.shipping_address });
  const [contact, setContact] = useState<Record<string, string>>({ ...order.contact });
  return (
    <ActionDialog title={t("Change address and contact")} confirm={t("Save")} wide onClose={onClose} onDone={(answer) => onAsked(answer?.status ?? 200)}
                  send={(key) => call("PATCH", path(order, ""), { headers: { "Idempotency-Key": key, ...(etag ? { "If-Match": etag } : {}) }, body: { ...(Object.keys(filled(draft)).length ? { shipping_address: filled(draft) } : {}), ...(Object.keys(filled(contact)).length ? { contact: filled(contact) } : {}) } })}>
      <h3>{t("Shipping address")}</h3>
      <AddressFields value={draft} onValue={setDraft} />
      <h3>{t("Contact")}</h3>
      <div class="two-columns">
        <TextField label={t("Name")} value={contact.name ?? ""} onValue={(name) => setContact({ ...contact, name })} />
        <TextField label={t("E-mail")} type="email" value={contact.email ?? ""} onValue={(email) => setContact({ ...contact, email })} />
        <TextField label={t("Phone")} value={contact.phone ?? ""} onValue={(phone) => setContact({ ...contact, phone })} />
      </div>
    </ActionDialog>
  );
}

export function NoteDialog({ order, onClose, onAsked }: OrderDialogProps) {
  const [text, setText] = useState("");
  const [shared, setShared] = useState(false);
  return (
    <ActionDialog title={t("Add a note")} confirm={t("Add")} onClose={onClose} ready={text.trim() !== ""} onDone={(answer) => onAsked(answer?.status ?? 201)}
                  send={(key) => call("POST", path(order, "/notes"), { headers: { "Idempotency-Key": key }, body: { text: text.trim(), public: shared } })}>
      <TextArea label={t("Note")} value={text} onValue={setText} rows={4} required autofocus />
      <Check label={t("The customer may read it")} checked={shared} onValue={setShared} />
    </ActionDialog>
  );
}

export function TagsDialog({ order, onClose, onAsked }: OrderDialogProps) {
  const [text, setText] = useState((order.tags ?? []).join(", "));
  const wanted = [...new Set(text.split(",").map((one) => one.trim()).filter(Boolean))];
  const have = order.tags ?? [];
  const add = wanted.filter((tag) => !have.includes(tag));
  const remove = have.filter((tag) => !wanted.includes(tag));
  return (
    <ActionDialog title={t("Tags")} confirm={t("Save")} onClose={onClose} ready={add.length + remove.length > 0} onDone={(answer) => onAsked(answer?.status ?? 200)}
                  send={() => call("POST", path(order, "/tags"), { body: { ...(add.length ? { add } : {}), ...(remove.length ? { remove } : {}) } })}>
      <TextField label={t("Tags")} hint={t("With commas between them.")} value={text} onValue={setText} max={3300} autofocus />
    </ActionDialog>
  );
}

export function ResendDialog({ order, onClose, onAsked }: OrderDialogProps) {
  const [reason, setReason] = useState("");
  return (
    <ActionDialog title={t("Send lost goods again")} confirm={t("Send again")} onClose={onClose} onDone={(answer) => onAsked(answer?.status ?? 201)}
                  send={(key) => call("POST", path(order, "/shipments"), { headers: { "Idempotency-Key": key }, body: { ...(reason ? { reason } : {}) } })}>
      <p>{t("All lost goods are sent again, if stock has them.")}</p>
      <TextField label={t("Reason")} value={reason} onValue={setReason} max={500} autofocus />
    </ActionDialog>
  );
}
