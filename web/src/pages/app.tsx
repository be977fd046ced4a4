// The frame of all screens: navigation, search, live badge, preferences, sign-in.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { live, paused, togglePause } from "../state/live.ts";
import { language, theme, zone } from "../state/preferences.ts";
import { matchPath, navigate, place } from "../state/router.ts";
import { can, me, signInReason, signOut, start, startError } from "../state/session.ts";
import { credential } from "../api/client.ts";
import { Icon } from "../ui/icon.tsx";
import { t, type Text } from "../ui/i18n.ts";
import { helpOpen, KeyHelp, useKeys, type KeyMap } from "../ui/keys.tsx";
import { Loading, Problem } from "../ui/problem.tsx";
import { isZone } from "../ui/time.ts";
import { toast, Toasts } from "../ui/toast.tsx";
import { time } from "../ui/values.tsx";
import { Palette, paletteOpen } from "./palette.tsx";
import { ENTRIES, SCREENS, type Entry, type Screen } from "./screens.ts";
import { SignIn } from "./sign_in.tsx";

export function App() {
  if (!me.value) {
    return (
      <>
        {startError.value ? (
          <main class="alone">
            <h1>ordo</h1>
            <Problem error={startError.value} />
            <button type="button" onClick={() => void start()}>{t("Try again")}</button>
          </main>
        ) : signInReason.value ? <SignIn /> : <p class="starting" aria-busy="true">ordo</p>}
      </>
    );
  }
  return (
    <div class="frame">
      <a class="skip" href="#content" onClick={(event) => (event.preventDefault(), document.getElementById("content")?.focus())}>{t("Skip to the content")}</a>
      <Navigation />
      <TopBar />
      <main id="content" tabIndex={-1}>
        <CurrentScreen />
      </main>
      <Toasts />
      <KeyHelp />
      {paletteOpen.value ? <Palette /> : null}
      {signInReason.value ? <SignIn over /> : null}
      <GlobalKeys />
    </div>
  );
}

function GlobalKeys() {
  const keys: KeyMap = {
    "Ctrl+K": { text: "Search and commands", run: () => (paletteOpen.value = true) },
    "/": { text: "Search and commands", run: () => (paletteOpen.value = true) },
    "?": { text: "Keys", run: () => (helpOpen.value = true) },
    Space: { text: "Pause or continue live updates", run: togglePause },
  };
  for (const entry of ENTRIES) if (can(entry.permission)) keys[`g ${entry.key}`] = { text: entry.name, run: () => navigate(entry.path) };
  if (can("orders:write")) keys["g n"] = { text: "New order", run: () => navigate("/admin/orders/new") };
  useKeys(keys);
  return null;
}

function isCurrent(entry: Entry): boolean {
  const { path } = place.value;
  return entry.path === "/admin/" ? path === "/admin" : path === entry.path || path.startsWith(`${entry.path}/`);
}

function Navigation() {
  const groups = [...new Set(ENTRIES.map((entry) => entry.group))];
  return (
    <nav class="side" aria-label={t("Screens")}>
      <a class="brand" href="/admin/">
        <span class="mark" aria-hidden="true" />
        ordo
      </a>
      {groups.map((group) => {
        const entries = ENTRIES.filter((entry) => entry.group === group && can(entry.permission));
        return entries.length === 0 ? null : (
          <div key={group} class="nav-group">
            <h2>{t(group)}</h2>
            <ul>
              {entries.map((entry) => (
                <li key={entry.path}>
                  <a href={entry.path} {...(isCurrent(entry) ? { "aria-current": "page" as const } : {})} title={t(entry.name)}>
                    <Icon name={entry.icon} />
                    <span>{t(entry.name)}</span>
                  </a>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

const LIVE_TEXT: Record<string, Text> = { live: "Live", catching_up: "Catching up", off: "Off since {time}", polling: "Read every 10 s" };

function LiveBadge() {
  const { state, since } = live.value;
  const text = paused.value ? t("Paused") : t(LIVE_TEXT[state]!, { time: time(since, "time") });
  return (
    <button type="button" class={`badge ${paused.value ? "paused" : state}`} onClick={togglePause} title={`${t("Pause or continue live updates")} (${t("space bar")})`}>
      <span class="dot" aria-hidden="true" />
      <span role="status">{text}</span>
    </button>
  );
}

const THEMES = ["auto", "light", "dark"] as const;
const THEME_ICONS = { auto: "auto", light: "sun", dark: "moon" } as const;
const THEME_TEXT: Record<string, Text> = { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };

function Preferences() {
  return (
    <>
      <ZonePicker />
      <button type="button" class="quiet" title={t(THEME_TEXT[theme.value]!)} aria-label={t(THEME_TEXT[theme.value]!)}
              onClick={() => (theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % 3]!)}>
        <Icon name={THEME_ICONS[theme.value]} />
      </button>
      <button type="button" class="quiet language" onClick={() => (language.value = language.value === "en" ? "vi" : "en")}
              aria-label={language.value === "en" ? "EN: Tiếng Việt" : "VI: English"} title={language.value === "en" ? "Tiếng Việt" : "English"}>
        {language.value.toUpperCase()}
      </button>
    </>
  );
}

function ZonePicker() {
  const [text, setText] = useState(zone.value);
  useEffect(() => setText(zone.value), [zone.value]);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const choose = (value: string) => {
    const wanted = value.trim();
    if (isZone(wanted)) zone.value = wanted;
    else if (wanted) toast(t("There is no time zone {zone}.", { zone: wanted }));
    setText(zone.value);
  };
  return (
    <label class="zone" title={t("Time zone of all times and dates")}>
      <Icon name="globe" />
      <span class="hidden">{t("Time zone of all times and dates")}</span>
      <input value={text} list="zones" size={Math.max(3, text.length)} spellcheck={false} onInput={(event) => setText(event.currentTarget.value)}
             onFocus={(event) => event.currentTarget.select()} onChange={(event) => choose(event.currentTarget.value)} />
      <datalist id="zones">
        {[...new Set([own, "UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Ho_Chi_Minh", "Asia/Tokyo"])].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

function Account() {
  const { kind, name, role } = me.value!;
  if (kind === "none" && !credential.value) {
    return <span class="account open" title={t("This server has no keys: everyone who reaches it may do everything.")}><Icon name="warn" /> <span>{t("No sign-in needed")}</span></span>;
  }
  return (
    <span class="account">
      <span>{name ?? role} <span class="dim">{role}</span></span>
      <button type="button" class="quiet" onClick={signOut}>{t("Sign out")}</button>
    </span>
  );
}

function TopBar() {
  return (
    <header class="top">
      <button type="button" class="search-button" onClick={() => (paletteOpen.value = true)}>
        <Icon name="search" />
        <span>{t("Search orders, customers, products…")}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div class="top-end">
        <LiveBadge />
        <Preferences />
        <Account />
      </div>
    </header>
  );
}

function find(path: string): { screen: Screen; id: string } | undefined {
  for (const screen of SCREENS) {
    const values = matchPath(screen.path, path);
    if (values) return { screen, id: values.id ?? "" };
  }
  return undefined;
}

function CurrentScreen() {
  const found = find(place.value.path);
  const screen = found?.screen;
  const [loaded, setLoaded] = useState<{ screen: Screen; component?: ComponentType<{ id: string }>; failed?: boolean }>();
  useEffect(() => {
    if (!screen?.load) return;
    let wanted = true;
    screen.load().then((component) => wanted && setLoaded({ screen, component }), () => wanted && setLoaded({ screen, failed: true }));
    return () => void (wanted = false);
  }, [screen]);
  if (!found || !screen) {
    return (
      <section class="page">
        <h1>{t("There is no such screen")}</h1>
        <p><a href="/admin/">{t("Home")}</a></p>
      </section>
    );
  }
  if (screen.load && loaded?.screen === screen && loaded.failed) {
    return <section class="page"><h1>ordo</h1><p>{t("A part of the dashboard could not be loaded. Load the page again.")}</p></section>;
  }
  const Component = screen.component ?? (loaded?.screen === screen ? loaded.component : undefined);
  return Component ? <Component key={found.id} id={found.id} /> : <section class="page"><Loading /></section>;
}
