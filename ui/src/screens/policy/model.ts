/** The policy form's values as typed, and what is wrong with them before anything is sent. */
import type { ArrangementRules, FollowUpRules, PolicyView, SavePolicy } from "../../lib/contract";

type Numbers = "max_installments" | "max_days" | "grace_days" | "max_promise_days" | "max_broken_per_year";
type Amounts = "min_down_percent" | "min_installment" | "authority" | "short_tolerance";

export interface Rule<Name> {
  name: Name;
  label: string;
  unit: string;
  hint: string;
}

export const amounts: Rule<Amounts>[] = [
  { name: "min_down_percent", label: "Least down payment", unit: "%", hint: "Percent of the covered balance, paid today." },
  { name: "min_installment", label: "Least installment", unit: "amount", hint: "In the balance's currency." },
  { name: "authority", label: "Specialist decides alone up to", unit: "amount", hint: "Above it a supervisor approves." },
  { name: "short_tolerance", label: "Shortfall that still keeps an installment", unit: "amount", hint: "0: every installment is paid in full." },
];

export const numbers: Rule<Numbers>[] = [
  { name: "max_installments", label: "Most installments", unit: "count", hint: "After the down payment." },
  { name: "max_days", label: "Longest arrangement", unit: "days", hint: "From agreement to the last installment." },
  { name: "grace_days", label: "Grace after a due date", unit: "days", hint: "A payment within it is in time." },
  { name: "max_promise_days", label: "Furthest promise to pay", unit: "days", hint: "From the day it is made." },
  { name: "max_broken_per_year", label: "Broken arrangements a year", unit: "count", hint: "After so many a new one needs a supervisor." },
];

export const followUps: Rule<keyof FollowUpRules>[] = [
  { name: "after_attempt", label: "After an attempt", unit: "days", hint: "No answer, busy, a message left." },
  { name: "after_conversation", label: "After a conversation", unit: "days", hint: "Spoke, no result." },
  { name: "after_says_paid", label: "After \"it is paid\"", unit: "days", hint: "Time for the payment to arrive." },
  { name: "after_dispute", label: "After a dispute", unit: "days", hint: "Time to look into it." },
  { name: "after_refusal", label: "After a refusal", unit: "days", hint: "Before it is looked at again." },
  { name: "after_bad_number", label: "After a bad number", unit: "days", hint: "Time to find another." },
];

export const frequencies = [
  { word: "weekly", label: "Weekly" },
  { word: "biweekly", label: "Every two weeks" },
  { word: "monthly", label: "Monthly" },
];

/** Everything as text, so that half-typed values survive. */
export interface PolicyForm {
  effective_from: string;
  bounds: string;
  amounts: Record<Amounts, string>;
  numbers: Record<Numbers, string>;
  follow_up: Record<keyof FollowUpRules, string>;
  frequencies: string[];
}

export function formOf(view: PolicyView, today: string): PolicyForm {
  const rules = view.arrangement;
  const text = <Name extends string>(list: Rule<Name>[], from: Record<Name, string | number>) =>
    Object.fromEntries(list.map((one) => [one.name, String(from[one.name])])) as Record<Name, string>;
  return {
    effective_from: today,
    bounds: view.aging_bounds.join(", "),
    amounts: text(amounts, rules),
    numbers: text(numbers, rules),
    follow_up: text(followUps, view.follow_up),
    frequencies: [...rules.frequencies],
  };
}

const wholes = (text: string) => text.split(/[\s,;]+/).filter((part) => part !== "");

/** `30, 60` -> "1-30, 31-60, 61+", or null when the bounds do not rise. */
export function buckets(text: string): string | null {
  const parts = wholes(text);
  const ends = parts.map(Number);
  if (ends.length === 0 || parts.some((part) => !/^\d{1,5}$/.test(part)) || ends.some((end, index) => end <= (ends[index - 1] ?? 0))) return null;
  const starts = [1, ...ends.map((end) => end + 1)];
  return [...ends.map((end, index) => `${starts[index]}-${end}`), `${starts.at(-1)}+`].join(", ");
}

/** What is wrong, by field name; empty when it can be published. */
export function problems(form: PolicyForm): Record<string, string> {
  const found: Record<string, string> = {};
  if (!/^\d{4}-\d{2}-\d{2}$/.test(form.effective_from)) found["effective_from"] = "Choose the first day it holds.";
  if (buckets(form.bounds) === null) found["aging_bounds"] = "Whole days that rise, above zero: 30, 60, 90.";
  if (form.frequencies.length === 0) found["frequencies"] = "Allow at least one.";
  for (const one of amounts) if (!/^\d+(\.\d+)?$/.test(form.amounts[one.name].trim())) found[one.name] = "A number, zero or more: 25 or 12.50.";
  if (!found["min_down_percent"] && Number(form.amounts.min_down_percent) > 100) found["min_down_percent"] = "From 0 to 100 percent.";
  const whole = (name: string, text: string) => {
    if (!/^\d{1,5}$/.test(text.trim())) found[name] = "A whole number, zero or more.";
  };
  for (const one of numbers) whole(one.name, form.numbers[one.name]);
  for (const one of followUps) whole(one.name, form.follow_up[one.name]);
  if (!found["max_installments"] && Number(form.numbers.max_installments) === 0) found["max_installments"] = "At least 1.";
  return found;
}

/** The form as the app takes it; call only when `problems` found none. */
export function saveOf(form: PolicyForm): SavePolicy {
  const whole = <Name extends string>(from: Record<Name, string>) =>
    Object.fromEntries(Object.entries<string>(from).map(([name, text]) => [name, Number(text)])) as Record<Name, number>;
  const trimmed = Object.fromEntries(Object.entries(form.amounts).map(([name, text]) => [name, text.trim()])) as Record<Amounts, string>;
  const arrangement: ArrangementRules = { ...trimmed, ...whole(form.numbers), frequencies: form.frequencies };
  return {
    effective_from: form.effective_from,
    aging_bounds: wholes(form.bounds).map(Number),
    arrangement,
    follow_up: whole(form.follow_up),
    json: null,
  };
}
