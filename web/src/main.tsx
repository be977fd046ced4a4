// Wires the dashboard.
import { render } from "preact";
import { applyPreferences } from "./state/preferences.ts";
import { startRouter } from "./state/router.ts";
import { start } from "./state/session.ts";
import { startKeys } from "./ui/keys.tsx";
import { App } from "./pages/app.tsx";

applyPreferences();
startRouter();
startKeys();
const root = document.getElementById("app")!;
root.replaceChildren();
render(<App />, root);
void start();
