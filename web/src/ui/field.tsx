// Fields of forms, each with its label.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Money } from "../api/schema.ts";
import { decimal, parseAmount } from "./money.ts";
import { t } from "./i18n.ts";

interface Common {
  label: string;
  hint?: ComponentChildren;
  required?: boolean;
  autofocus?: boolean;
  wide?: boolean;
}

function Frame(props: Common & { id: string; children: ComponentChildren; wrong?: string | undefined }) {
  return (
    <div class={`field${props.wide ? " wide" : ""}`}>
      <div class="label">
        <label for={props.id}>{props.label}</label>
        {props.required ? <small class="dim" aria-hidden="true">{t("required")}</small> : null}
      </div>
      {props.children}
      {props.wrong ? <p class="wrong" id={`${props.id}-hint`}>{props.wrong}</p> : props.hint ? <p class="hint" id={`${props.id}-hint`}>{props.hint}</p> : null}
    </div>
  );
}

export function TextField(props: Common & { value: string; onValue: (value: string) => void; type?: string; placeholder?: string; max?: number; inputMode?: "numeric" | "decimal" | "email" | "tel"; list?: string[] }) {
  const id = useId();
  return (
    <Frame {...props} id={id}>
      <input id={id} type={props.type ?? "text"} value={props.value} required={props.required ?? false} maxLength={props.max ?? 2000} autocomplete="off"
             autofocus={props.autofocus ?? false} placeholder={props.placeholder ?? ""} {...(props.inputMode ? { inputMode: props.inputMode } : {})}
             {...(props.hint ? { "aria-describedby": `${id}-hint` } : {})} {...(props.list ? { list: `${id}-list` } : {})}
             onInput={(event) => props.onValue(event.currentTarget.value)} />
      {props.list ? <datalist id={`${id}-list`}>{props.list.map((one) => <option key={one} value={one} />)}</datalist> : null}
    </Frame>
  );
}

export function TextArea(props: Common & { value: string; onValue: (value: string) => void; rows?: number; mono?: boolean }) {
  const id = useId();
  return (
    <Frame {...props} id={id}>
      <textarea id={id} rows={props.rows ?? 3} value={props.value} required={props.required ?? false} autofocus={props.autofocus ?? false}
                class={props.mono ? "mono" : ""} onInput={(event) => props.onValue(event.currentTarget.value)} />
    </Frame>
  );
}

export function Select(props: Common & { value: string; onValue: (value: string) => void; options: Array<[string, string]> }) {
  const id = useId();
  return (
    <Frame {...props} id={id}>
      <select id={id} value={props.value} autofocus={props.autofocus ?? false} onChange={(event) => props.onValue(event.currentTarget.value)}>
        {props.options.map(([value, text]) => (
          <option key={value} value={value} selected={value === props.value}>{text}</option>
        ))}
      </select>
    </Frame>
  );
}

export function Check(props: { label: string; checked: boolean; onValue: (value: boolean) => void; hint?: string }) {
  return (
    <label class="check">
      <input type="checkbox" checked={props.checked} onChange={(event) => props.onValue(event.currentTarget.checked)} />
      <span>{props.label}{props.hint ? <small class="hint"> {props.hint}</small> : null}</span>
    </label>
  );
}

// Typed as a decimal number, kept as typed.
export function MoneyField(props: Common & { text: string; onText: (text: string) => void; currency: string; max?: Money }) {
  const id = useId();
  const amount = props.text ? parseAmount(props.text, props.currency) : undefined;
  const wrong = props.text && amount === undefined ? t("This is no amount in {currency}.", { currency: props.currency })
    : props.max && amount !== undefined && amount > props.max.amount ? t("At most {amount}.", { amount: decimal(props.max) }) : undefined;
  return (
    <Frame {...props} id={id} wrong={wrong}>
      <span class="money-input">
        <input id={id} value={props.text} inputMode="decimal" autocomplete="off" required={props.required ?? false} autofocus={props.autofocus ?? false}
               aria-invalid={wrong !== undefined} {...(wrong || props.hint ? { "aria-describedby": `${id}-hint` } : {})}
               onInput={(event) => props.onText(event.currentTarget.value)} />
        <span>{props.currency}</span>
      </span>
    </Frame>
  );
}

export function NumberBox(props: { label: string; value: number; min?: number; max: number; onValue: (value: number) => void }) {
  return (
    <input class="number" type="number" aria-label={props.label} min={props.min ?? 0} max={props.max} value={props.value}
           onInput={(event) => props.onValue(Math.max(props.min ?? 0, Math.min(props.max, Math.floor(Number(event.currentTarget.value)) || 0)))} />
  );
}
