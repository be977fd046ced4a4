// The next steps of a shipment.
import { useState } from "preact/hooks";
import { ApiError, call, segment } from "../api/client.ts";
import type { Shipment } from "../api/types.ts";
import { refreshAll } from "../state/reads.ts";
import { can } from "../state/session.ts";
import { ActionDialog } from "../ui/dialog.tsx";
import { t } from "../ui/i18n.ts";
import { toast } from "../ui/toast.tsx";
import { ShipDialog } from "./order_dialogs.tsx";

export async function updateShipment(shipment: Shipment, status: string): Promise<void> {
  try {
    const answer = await call("POST", `/v1/shipments/${segment(shipment.id)}/updates`, { body: { shipment_id: shipment.id, status } });
    toast(answer.status === 202 ? t("Asked. Waiting for the decision.") : t("Done."));
  } catch (error) {
    if (error instanceof ApiError) toast(error.detail);
  }
  refreshAll();
}

export function ShipmentActions({ shipment }: { shipment: Shipment }) {
  const [dialog, setDialog] = useState<"ship" | "lost" | "cancelled">();
  if (!can("shipments:write")) return null;
  const waits = shipment.status === "requested";
  const away = shipment.status === "shipped" || shipment.status === "in_transit";
  const close = () => setDialog(undefined);
  return (
    <div class="row-actions">
      {waits ? <button type="button" class="primary" onClick={() => setDialog("ship")}>{t("Ship")}</button> : null}
      {waits ? <button type="button" class="danger-quiet" onClick={() => setDialog("cancelled")}>{t("Cannot be sent")}</button> : null}
      {away ? <button type="button" onClick={() => void updateShipment(shipment, "delivered")}>{t("Delivered")}</button> : null}
      {away ? <button type="button" class="danger-quiet" onClick={() => setDialog("lost")}>{t("Lost")}</button> : null}
      {dialog === "ship" ? <ShipDialog shipment={shipment} onClose={close} onAsked={() => undefined} /> : null}
      {dialog === "lost" || dialog === "cancelled" ? (
        <ActionDialog title={dialog === "lost" ? t("Parcel {id} is lost", { id: shipment.number }) : t("Parcel {id} cannot be sent", { id: shipment.number })} danger onClose={close}
                      confirm={dialog === "lost" ? t("Mark as lost") : t("Cancel the parcel")}
                      send={() => call("POST", `/v1/shipments/${segment(shipment.id)}/updates`, { body: { shipment_id: shipment.id, status: dialog } })}>
          <p>{dialog === "lost" ? t("The order stays open for a refund, or to send the goods again.") : t("Its lines are cancelled in the order and refunded.")}</p>
        </ActionDialog>
      ) : null}
    </div>
  );
}
