/** The audit's filters. A kind is `noun.verb`; a filter is what it starts with. */
import type { SearchHit } from "../../lib/contract";

export const kindGroups = [
  { starts: "", label: "Everything" },
  { starts: "auth.", label: "Sign-ins, codes, devices" },
  { starts: "user.", label: "People" },
  { starts: "scope.", label: "Assignments" },
  { starts: "policy.", label: "Policy" },
  { starts: "template.", label: "Templates" },
  { starts: "import.", label: "Imports" },
  { starts: "sync.", label: "Not decided" },
  { starts: "arrangement.", label: "Arrangements" },
  { starts: "approval.", label: "Approvals" },
  { starts: "contact.", label: "Contacts" },
  { starts: "note.", label: "Notes" },
  { starts: "payment.", label: "Payments" },
  { starts: "dispute.", label: "Disputes" },
  { starts: "hold.", label: "Holds" },
  { starts: "outbox.", label: "Letters and emails" },
];

/** `auth.signed_in` as "auth: signed in". */
export const kindWords = (kind: string): string => kind.replace(".", ": ").replaceAll("_", " ");

/** How a hit reads in the list of choices. */
export const named = (hit: SearchHit): string => `${hit.title}, ${hit.detail}`;

/** Account id for what was typed: a choice of the list, or an id; "" for all accounts, null while it is neither. */
export function accountOf(typed: string, hits: SearchHit[]): string | null {
  const text = typed.trim();
  if (text === "") return "";
  const hit = hits.find((one) => named(one) === text);
  if (hit) return hit.account;
  return /^[0-9a-f]{16}$/i.test(text) ? text.toLowerCase() : null;
}
