// All that waits for dispatch at a location, by product: a page to print for a walk through the shelves.
import { withQuery } from "../api/client.ts";
import type { Page, Shipment } from "../api/types.ts";
import { useRead } from "../state/reads.ts";
import { place } from "../state/router.ts";
import { Icon } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";
import { Empty, Loading, Problem } from "../ui/problem.tsx";
import { PageFrame } from "./page.tsx";

export interface Pick {
  location: string;
  product: string;
  pieces: number;
  parcels: number;
}

export function picksOf(shipments: Shipment[]): Pick[] {
  const picks = new Map<string, Pick>();
  for (const shipment of shipments) {
    for (const line of shipment.lines) {
      const key = `${shipment.location} ${line.product_id}`;
      const pick = picks.get(key) ?? { location: shipment.location, product: line.product_id, pieces: 0, parcels: 0 };
      picks.set(key, { ...pick, pieces: pick.pieces + line.quantity, parcels: pick.parcels + 1 });
    }
  }
  return [...picks.values()].sort((a, b) => a.location.localeCompare(b.location) || a.product.localeCompare(b.product));
}

export function PickList() {
  const location = place.value.query.get("location");
  const page = useRead<Page<Shipment>>(withQuery("/v1/shipments", { status: "requested", limit: 500 }));
  const shipments = page.data?.data.filter((shipment) => !location || shipment.location === location) ?? [];
  const picks = picksOf(shipments);
  return (
    <PageFrame title={t("Pick list")} beside={<span class="dim">{t("{n} parcels", { n: shipments.length })}</span>} above={<a class="back-link" href="/admin/shipments">← {t("Shipments")}</a>}
               actions={<button type="button" class="primary" onClick={() => print()}><Icon name="print" /> {t("Print")}</button>}>
      {page.error ? <Problem error={page.error} /> : !page.data ? <Loading /> : picks.length === 0 ? <Empty>{t("Nothing waits for dispatch.")}</Empty> : (
        <div class="paper">
          <table>
            <thead><tr><th scope="col">{t("Location")}</th><th scope="col">{t("Product")}</th><th scope="col" class="end">{t("Pieces")}</th><th scope="col" class="end">{t("Parcels")}</th><th scope="col" class="end">✓</th></tr></thead>
            <tbody>{picks.map((pick) => <tr key={pick.location + pick.product}><td>{pick.location}</td><td>{pick.product}</td><td class="end">{pick.pieces}</td><td class="end">{pick.parcels}</td><td class="end"><span class="box" /></td></tr>)}</tbody>
          </table>
        </div>
      )}
    </PageFrame>
  );
}
