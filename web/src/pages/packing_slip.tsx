// A page to print, for the parcel.
import { segment } from "../api/client.ts";
import type { Order } from "../api/types.ts";
import { useRead } from "../state/reads.ts";
import { Icon } from "../ui/icon.tsx";
import { t } from "../ui/i18n.ts";
import { Loading, Problem } from "../ui/problem.tsx";
import { Time } from "../ui/values.tsx";
import { AddressBlock } from "./order_parts.tsx";
import { PageFrame } from "./page.tsx";

export function PackingSlip({ id }: { id: string }) {
  const order = useRead<Order>(`/v1/orders/${segment(id)}`);
  if (!order.data) return <PageFrame title={t("Packing slip")}>{order.error ? <Problem error={order.error} /> : <Loading />}</PageFrame>;
  const { data } = order;
  return (
    <PageFrame title={`${t("Packing slip")} #${data.number}`} above={<a class="back-link" href={`/admin/orders/${segment(id)}`}>← #{data.number}</a>}
               actions={<button type="button" class="primary" onClick={() => print()}><Icon name="print" /> {t("Print")}</button>}>
      <div class="paper">
        <div class="two-columns">
          <div><h2>{t("Shipping address")}</h2><AddressBlock address={data.shipping_address} /></div>
          <dl class="facts"><dt>{t("Order")}</dt><dd>#{data.number}</dd><dt>{t("Placed")}</dt><dd><Time value={data.placed_at} /></dd>{data.reference ? <><dt>{t("Reference")}</dt><dd>{data.reference}</dd></> : null}<dt>{t("Location")}</dt><dd>{data.location}</dd></dl>
        </div>
        <table>
          <thead><tr><th scope="col">{t("Product")}</th><th scope="col">{t("Id")}</th><th scope="col" class="end">{t("Pieces")}</th><th scope="col" class="end">✓</th></tr></thead>
          <tbody>
            {data.lines.filter((line) => line.quantity > line.cancelled && line.product_id).map((line, i) => (
              <tr key={i}><td><bdi>{line.name}</bdi></td><td>{line.sku ?? line.product_id}</td><td class="end">{line.quantity - line.cancelled}</td><td class="end"><span class="box" /></td></tr>
            ))}
          </tbody>
        </table>
        {data.customer_note ? <><h2>{t("Note of the customer")}</h2><p class="text"><bdi>{data.customer_note}</bdi></p></> : null}
      </div>
    </PageFrame>
  );
}
