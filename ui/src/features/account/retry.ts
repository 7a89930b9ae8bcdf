/** A refused act done again: which form it has, and what stands in it. */
import type { Act } from "../../lib/contract";
import type { DialogName } from "./model.svelte";

const dialogs: Partial<Record<Act["act"], DialogName>> = {
  record_contact: "call",
  add_note: "note",
  arrange: "arrange",
  open_dispute: "dispute",
  place_hold: "hold",
  record_payment: "payment",
  schedule_follow_up: "follow_up",
  put_point: "contact",
  queue_letter: "letter",
  queue_email: "email",
};

/** The form that edits this act; null where there is nothing to edit, only to do again or not. */
export function dialogFor(act: Act): DialogName | null {
  return dialogs[act.act] ?? null;
}

/** The fields that the small forms share; which of them count depends on the act. */
export interface SmallForm {
  text: string;
  invoice: string;
  amount: string;
  written: boolean;
  day: string;
  holdKind: string;
  medium: string;
  first: string;
  second: string;
  method: string;
  currency: string;
  invoices: string[];
  point: string | null;
  pointKind: string;
  label: string;
  bad: boolean;
  consented: boolean;
  assignee: string;
}

const empty: SmallForm = {
  text: "",
  invoice: "",
  amount: "",
  written: false,
  day: "",
  holdKind: "manual",
  medium: "call",
  first: "",
  second: "",
  method: "ACH",
  currency: "",
  invoices: [],
  point: null,
  pointKind: "phone",
  label: "",
  bad: false,
  consented: false,
  assignee: "",
};

/** A small form as it opens: empty, or as the refused act filled it. */
export function smallForm(act: Act | undefined): SmallForm {
  switch (act?.act) {
    case "add_note":
      return { ...empty, text: act.note };
    case "schedule_follow_up":
      return { ...empty, text: act.what, day: act.due, assignee: act.assignee ?? "" };
    case "open_dispute":
      return { ...empty, invoice: act.invoice, amount: act.amount, text: act.reason, written: act.written };
    case "record_payment":
      return { ...empty, amount: act.amount, currency: act.currency, day: act.posted, method: act.method, text: act.reference, invoices: act.invoices };
    case "put_point":
      return { ...empty, point: act.id, pointKind: act.kind, text: act.value, label: act.label, bad: act.bad, consented: act.consented };
    case "place_hold": {
      const field = (name: string) => act.fields.find((one) => one.name === name)?.value ?? "";
      return {
        ...empty,
        text: act.note,
        holdKind: act.kind,
        day: field("petition") || (act.until ?? ""),
        medium: field("medium") || empty.medium,
        first: field("contact") || field("chapter") || field("from"),
        second: field("case_number") || field("to"),
        invoice: field("invoice"),
      };
    }
    default:
      return empty;
  }
}
