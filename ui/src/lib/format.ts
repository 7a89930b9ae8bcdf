/** Amounts and dates for reading. A decimal stays a string: no arithmetic happens here. */
import type { MoneyView } from "./contract";

const symbols: Record<string, string> = { USD: "$", CAD: "CA$", EUR: "€", GBP: "£" };

/** `-1234.5` -> `-1,234.5`. */
export function group(amount: string): string {
  const sign = amount.startsWith("-") ? "-" : "";
  const [whole = "", fraction] = amount.slice(sign.length).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${sign}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** `$1,234.50`, or `1,234.50 CHF` for currencies without a well-known sign. */
export function money(value: MoneyView): string {
  const symbol = symbols[value.currency];
  if (!symbol) return `${group(value.amount)} ${value.currency}`;
  const sign = value.amount.startsWith("-") ? "-" : "";
  return `${sign}${symbol}${group(value.amount.slice(sign.length))}`;
}

/** True when the decimal is zero, however it is written. */
export function isZero(amount: string): boolean {
  return /^-?0*(\.0*)?$/.test(amount);
}

const day = 86_400_000;

function utc(iso: string): number {
  const [year = 1970, month = 1, date = 1] = iso.slice(0, 10).split("-").map(Number);
  return Date.UTC(year, month - 1, date);
}

/** Whole days from `today` to `iso`; negative in the past. */
export function daysFrom(iso: string, today: string): number {
  return Math.round((utc(iso) - utc(today)) / day);
}

/** "today", "tomorrow", "3 days ago", "in 5 days"; the absolute date beyond a month. */
export function relativeDay(iso: string, today: string): string {
  const days = daysFrom(iso, today);
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  if (days === -1) return "yesterday";
  if (days < 0 && days > -31) return `${-days} days ago`;
  if (days > 0 && days < 31) return `in ${days} days`;
  return shortDay(iso);
}

/** `Nov 22, 2026`. */
export function shortDay(iso: string): string {
  return new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" }).format(utc(iso));
}

/** `Tue, Mar 17, 2026`, where the day of the week matters. */
export function weekDay(iso: string): string {
  return new Intl.DateTimeFormat("en-US", { weekday: "short", month: "short", day: "numeric", year: "numeric", timeZone: "UTC" }).format(utc(iso));
}

/** Days and moments as the program keeps them (2026-03-17, 2026-03-17 18:00 UTC) within a sentence, as people read them. */
export function told(text: string): string {
  const moments = text.replace(/(?<![\w-])(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) UTC\b/g, (as, day: string, time: string) =>
    Number.isNaN(Date.parse(`${day}T${time}Z`)) ? as : moment(`${day}T${time}Z`),
  );
  return moments.replace(/(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])/g, (day) => (Number.isNaN(utc(day)) ? day : shortDay(day)));
}

/** A moment in the specialist's own zone: `Nov 22, 2026, 8:02 AM`. */
export function moment(rfc3339: string): string {
  return new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short" }).format(new Date(rfc3339));
}

/** `8:02 AM` if today, else the day. */
export function shortMoment(rfc3339: string): string {
  const at = new Date(rfc3339);
  const sameDay = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat("en-US", sameDay ? { timeStyle: "short" } : { dateStyle: "medium" }).format(at);
}

/** `1 letter`, `2 letters`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${group(String(number))} ${number === 1 ? one : many}`;
}
