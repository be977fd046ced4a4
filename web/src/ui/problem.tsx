// An error of the API: one sentence, the mend, and the id under which the server's log has the rest.
import type { ComponentChildren } from "preact";
import { ApiError } from "../api/client.ts";
import { t } from "./i18n.ts";
import { Icon } from "./icon.tsx";
import { Copy } from "./values.tsx";

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

export function saysWhy(error: ApiError): string {
  if (error.code === "unreachable") return t("The server does not answer.");
  if (error.status === 404 && error.code === "no_route") return t("This server is older than the dashboard and cannot show this.");
  if (error.status === 403) return `${t("You may not do this.")} ${sentence(error.detail)}`;
  return sentence(error.detail);
}

export function Problem({ error, children }: { error: ApiError | undefined; children?: ComponentChildren }) {
  if (!error) return null;
  return (
    <div class="problem" role="alert">
      <Icon name="warn" />
      <div>
        <p>
          {saysWhy(error)} {error.hint && error.code !== "no_route" ? <span class="dim">{sentence(error.hint)}</span> : null}
        </p>
        {error.errors.length > 0 ? (
          <ul>
            {error.errors.slice(0, 10).map((one) => (
              <li key={one.pointer}>
                <code>{one.pointer}</code> {one.detail}
              </li>
            ))}
          </ul>
        ) : null}
        {error.traceId ? (
          <p class="trace">
            <span>trace_id</span> <code>{error.traceId}</code> <Copy text={error.traceId} label="Copy the trace id" />
          </p>
        ) : null}
        {children}
      </div>
    </div>
  );
}

// For what has been asked and did not come yet; takes the room of a few lines so that nothing jumps.
export function Loading() {
  return (
    <div class="loading" aria-busy="true">
      <span class="hidden">{t("Loading")}</span>
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
