// The head of a screen.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

export function PageFrame(props: { title: string; above?: ComponentChildren; beside?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${props.title} · ordo`;
  }, [props.title]);
  return (
    <section class="page">
      {props.above}
      <div class="page-head">
        <div class="page-title">
          <h1>{props.title}</h1>
          {props.beside}
        </div>
        <div class="actions">{props.actions}</div>
      </div>
      {props.children}
    </section>
  );
}
