// A status as icon, word and colour: the colour alone says nothing.
import { Icon, type IconName } from "./icon.tsx";
import { word } from "./i18n.ts";

export type Tone = "plain" | "info" | "good" | "warn" | "bad" | "mute";

const LOOKS: Record<string, [Tone, IconName]> = {
  pending: ["plain", "clock"], reserved: ["warn", "hold"], confirmed: ["info", "check"], fulfilled: ["info", "truck"],
  completed: ["good", "done"], rejected: ["bad", "cross"], expired: ["mute", "clock"], cancelled: ["mute", "stop"],
  none: ["mute", "ring"], authorized: ["info", "hold"], captured: ["good", "done"], failed: ["bad", "warn"],
  partially_refunded: ["warn", "half"], refunded: ["mute", "back"], voided: ["mute", "stop"], partially_captured: ["warn", "half"],
  unfulfilled: ["plain", "ring"], partially_shipped: ["warn", "half"], shipped: ["info", "truck"], delivered: ["good", "done"],
  partially_returned: ["warn", "half"], returned: ["mute", "back"], requested: ["plain", "clock"], in_transit: ["info", "truck"],
  lost: ["bad", "warn"], succeeded: ["good", "check"], enabled: ["good", "check"], disabled: ["bad", "stop"], removed: ["mute", "cross"],
  active: ["good", "check"], archived: ["mute", "stop"], ended: ["mute", "stop"], open: ["bad", "warn"], replayed: ["good", "back"],
  dropped: ["mute", "cross"], ok: ["good", "check"], running: ["info", "clock"], done: ["good", "done"], prospect: ["mute", "ring"],
  new: ["info", "plus"], returning: ["good", "back"], vip: ["warn", "done"], lapsed: ["mute", "clock"], live: ["good", "check"],
  revoked: ["mute", "stop"], accepted: ["plain", "clock"], would: ["info", "check"], unchanged: ["mute", "ring"], refused: ["bad", "cross"],
  redeemed: ["good", "check"], in_stock: ["good", "check"], out_of_stock: ["bad", "warn"],
};

export function Chip({ value, text, tone, icon }: { value: string; text?: string; tone?: Tone; icon?: IconName }) {
  const [usualTone, usualIcon] = LOOKS[value] ?? (["plain", "ring"] as [Tone, IconName]);
  return (
    <span class={`chip ${tone ?? usualTone}`}>
      <Icon name={icon ?? usualIcon} />
      {text ?? word(value)}
    </span>
  );
}
