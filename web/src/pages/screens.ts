// The screens: address, name, key after g, and the permission that they need. Parts of the program that few people use are
// loaded when opened.
import type { ComponentType } from "preact";
import type { IconName } from "../ui/icon.tsx";
import type { Text } from "../ui/i18n.ts";
import { Customer, Customers } from "./customers.tsx";
import { Home } from "./home.tsx";
import { NewOrder } from "./new_order.tsx";
import { Order } from "./order.tsx";
import { Orders } from "./orders.tsx";
import { PackingSlip } from "./packing_slip.tsx";
import { Payments } from "./payments.tsx";
import { Product, Products } from "./products.tsx";
import { Returns } from "./returns.tsx";
import { Shipments } from "./shipments.tsx";
import { Stock } from "./stock.tsx";
import { PickList } from "./pick_list.tsx";

export interface Screen {
  path: string;
  component?: ComponentType<{ id: string }>;
  load?: () => Promise<ComponentType<{ id: string }>>;
}

export interface Entry {
  path: string;
  name: Text;
  icon: IconName;
  key: string;
  permission: string;
  group: Text;
}

export const ENTRIES: Entry[] = [
  { path: "/admin/", name: "Home", icon: "home", key: "h", permission: "orders:read", group: "Sales" },
  { path: "/admin/orders", name: "Orders", icon: "order", key: "o", permission: "orders:read", group: "Sales" },
  { path: "/admin/customers", name: "Customers", icon: "person", key: "c", permission: "customers:read", group: "Sales" },
  { path: "/admin/payments", name: "Payments", icon: "card", key: "y", permission: "payments:read", group: "Sales" },
  { path: "/admin/shipments", name: "Shipments", icon: "truck", key: "s", permission: "shipments:read", group: "Warehouse" },
  { path: "/admin/returns", name: "Returns", icon: "back", key: "r", permission: "orders:read", group: "Warehouse" },
  { path: "/admin/stock", name: "Stock", icon: "stack", key: "k", permission: "stock:read", group: "Warehouse" },
  { path: "/admin/products", name: "Products", icon: "box", key: "p", permission: "products:read", group: "Catalogue" },
  { path: "/admin/pricing", name: "Pricing", icon: "tag", key: "i", permission: "pricing:read", group: "Catalogue" },
  { path: "/admin/events", name: "Events", icon: "pulse", key: "e", permission: "events:read", group: "Operation" },
  { path: "/admin/dlq", name: "Dead letters", icon: "letter", key: "d", permission: "dlq:read", group: "Operation" },
  { path: "/admin/webhooks", name: "Webhooks", icon: "hook", key: "w", permission: "webhooks:read", group: "Operation" },
  { path: "/admin/system", name: "System", icon: "gear", key: "m", permission: "server:read", group: "Operation" },
];

export const SCREENS: Screen[] = [
  { path: "/admin", component: Home },
  { path: "/admin/orders", component: Orders },
  { path: "/admin/orders/new", component: NewOrder },
  { path: "/admin/orders/:id", component: Order },
  { path: "/admin/orders/:id/slip", component: PackingSlip },
  { path: "/admin/customers", component: Customers },
  { path: "/admin/customers/:id", component: Customer },
  { path: "/admin/payments", component: Payments },
  { path: "/admin/shipments", component: Shipments },
  { path: "/admin/shipments/picklist", component: PickList },
  { path: "/admin/returns", component: Returns },
  { path: "/admin/stock", component: Stock },
  { path: "/admin/products", component: Products },
  { path: "/admin/products/:id", component: Product },
  { path: "/admin/pricing", load: async () => (await import("./pricing.tsx")).Pricing },
  { path: "/admin/events", load: async () => (await import("./events.tsx")).Events },
  { path: "/admin/dlq", load: async () => (await import("./dead_letters.tsx")).DeadLetters },
  { path: "/admin/dlq/:id", load: async () => (await import("./dead_letters.tsx")).DeadLetter },
  { path: "/admin/webhooks", load: async () => (await import("./webhooks.tsx")).Webhooks },
  { path: "/admin/webhooks/:id", load: async () => (await import("./webhooks.tsx")).Webhook },
  { path: "/admin/system", load: async () => (await import("./system.tsx")).System },
];
