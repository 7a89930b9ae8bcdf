/** How the standing with the team's server is worded, and which role sees what of the team. */
import type { LinkView } from "./contract";
import { count, group } from "./format";

/** What the frame shows: a sign and words, so that colour never carries it alone. */
export interface Face {
  sign: string;
  text: string;
  meaning: "plain" | "done" | "promised" | "overdue" | "late";
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** "just now", "2 min ago", "3 h ago", "4 days ago". */
export function ago(rfc3339: string, now: number): string {
  const gone = Math.max(0, now - Date.parse(rfc3339));
  if (gone < minute) return "just now";
  if (gone < hour) return `${Math.floor(gone / minute)} min ago`;
  if (gone < 2 * day) return `${Math.floor(gone / hour)} h ago`;
  return `${Math.floor(gone / day)} days ago`;
}

/** The team's data are not all here yet: work waits. No exchange has ended well before the first fetch did. */
export function fetching(link: LinkView): boolean {
  if (link.state === "alone" || link.state === "up_to_date") return false;
  return link.state === "fetching" || link.fresh_at === null;
}

const queued = (link: LinkView) => (link.queued > 0 ? `${group(String(link.queued))} waiting` : "");
const letters = (link: LinkView) => (link.letters > 0 ? `${count(link.letters, "letter")} to send` : "");
const waiting = (link: LinkView) => join(queued(link), letters(link));
const heard = (link: LinkView, now: number) => (link.fresh_at ? `last exchange ${ago(link.fresh_at, now)}` : "");
const join = (...parts: string[]) => parts.filter((part) => part !== "").join(", ");

/** Nothing to show where this installation works alone. */
export function face(link: LinkView, now: number): Face | null {
  switch (link.state) {
    case "alone":
      return null;
    case "up_to_date":
      return { sign: "✓", text: join("Up to date", link.fresh_at ? ago(link.fresh_at, now) : "", waiting(link)), meaning: "done" };
    case "busy":
      return { sign: "↻", text: join("Exchanging", waiting(link)), meaning: "plain" };
    case "fetching":
      return { sign: "↓", text: join("Fetching the team's data", link.total > 0 ? `${group(String(link.done))} of ${group(String(link.total))}` : ""), meaning: "promised" };
    case "offline":
      return { sign: "○", text: join("Offline", waiting(link) || heard(link, now)), meaning: "overdue" };
    case "pull_only":
      return { sign: "!", text: join("Update Dunlin to send", waiting(link)), meaning: "late" };
    case "sign_in":
      return { sign: "!", text: join("Sign in again", waiting(link)), meaning: "late" };
    case "stopped":
      return { sign: "!", text: join("Stopped", waiting(link)), meaning: "late" };
  }
}

/** A try that is under way says nothing about how it stands. */
export const settled = (link: LinkView): boolean => link.state !== "busy";

/**
 * What a screen reader hears between two settled standings; empty where nothing changed that she
 * must know. An outage is told once, not at every try.
 */
export function announcement(before: LinkView | null, after: LinkView): string {
  if (!before || after.state === "alone") return "";
  const told: string[] = [];
  if (before.state !== after.state) {
    const why = after.detail ? ` ${after.detail}` : "";
    if (after.state === "offline") told.push("Offline. You can go on working; what you do waits for the team's server.");
    else if (after.state === "sign_in") told.push(`Sign in at the team's server again.${why}`);
    else if (after.state === "stopped") told.push(`The exchange with the team's server has stopped.${why}`);
    else if (after.state === "pull_only") told.push(`The team's server takes nothing from this version of Dunlin.${why}`);
    else if (after.state === "up_to_date" && before.state === "fetching") told.push("The team's data are complete.");
    else if (after.state === "up_to_date") told.push("Connected to the team's server again.");
  }
  if (after.refused > before.refused) {
    told.push(`The team's server refused ${count(after.refused - before.refused, "act")}; see Team.`);
  }
  return told.join(" ");
}

/** People and devices are listed for them. */
export const seesPeople = (role: string): boolean => ["supervisor", "administrator", "auditor"].includes(role);
/** Adds people, gives out codes, ends access. */
export const managesPeople = (role: string): boolean => role === "administrator";
/** Says who works whom. */
export const assigns = (role: string): boolean => role === "supervisor";
/** Reads the server's audit. */
export const readsAudit = (role: string): boolean => ["supervisor", "auditor"].includes(role);
