/** A day as typed by somebody in a hurry: `3/17`, `17`, `+7`, `fri`, `tomorrow`, `mar 17`, `2026-03-17`. */

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const length = 86_400_000;

const at = (iso: string) => Date.parse(`${iso}T00:00:00Z`);
const iso = (time: number) => new Date(time).toISOString().slice(0, 10);

/** So many days on. */
export function addDays(day: string, by: number): string {
  return iso(at(day) + by * length);
}

/** The day if the calendar has it. */
function real(year: number, month: number, day: number): string | null {
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === day ? iso(made.getTime()) : null;
}

/** Without a year: the nearest such day that is not before the earliest one. */
function coming(month: number, day: number, from: string): string | null {
  const year = Number(from.slice(0, 4));
  const here = real(year, month, day);
  return here !== null && here >= from ? here : (real(year + 1, month, day) ?? here);
}

/** The day that the text names, or null. Days without a year or month are looked for from `today` on, or up to it where `past`. */
export function parseDay(text: string, today: string, past = false): string | null {
  const words = text.trim().toLowerCase();
  const full = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words);
  if (full) return real(Number(full[1]), Number(full[2]), Number(full[3]));
  if (words === "today" || words === "t") return today;
  if (words === "tomorrow") return addDays(today, 1);
  if (words === "yesterday") return addDays(today, -1);
  const steps = /^([+-])\s*(\d{1,4})\s*(d|w|days?|weeks?)?$/.exec(words);
  if (steps) return addDays(today, Number(steps[2]) * (steps[1] === "-" ? -1 : 1) * (steps[3]?.startsWith("w") ? 7 : 1));
  const earliest = past ? addDays(today, -364) : today;
  const slashed = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?$/.exec(words);
  if (slashed) {
    const [month, day] = [Number(slashed[1]), Number(slashed[2])];
    if (!slashed[3]) return coming(month, day, earliest);
    return real(slashed[3].length === 2 ? 2000 + Number(slashed[3]) : Number(slashed[3]), month, day);
  }
  const named = /^(?:([a-z]{3,9})\.?\s+(\d{1,2})|(\d{1,2})\.?\s+([a-z]{3,9})\.?)(?:,?\s+(\d{4}))?$/.exec(words);
  if (named) {
    const month = months.indexOf((named[1] ?? named[4] ?? "").slice(0, 3)) + 1;
    const day = Number(named[2] ?? named[3]);
    if (month === 0) return null;
    return named[5] ? real(Number(named[5]), month, day) : coming(month, day, earliest);
  }
  const weekday = days.indexOf(words.slice(0, 3));
  if (weekday >= 0 && /^[a-z]{3,9}$/.test(words)) {
    const ahead = (weekday - new Date(at(today)).getUTCDay() + 7) % 7;
    return past ? addDays(today, ahead === 0 ? 0 : ahead - 7) : addDays(today, ahead === 0 ? 7 : ahead);
  }
  if (/^\d{1,2}$/.test(words)) {
    const day = Number(words);
    for (let month = 0; month < 13; month += 1) {
      const first = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1 + (past ? -month : month), 1));
      const found = real(first.getUTCFullYear(), first.getUTCMonth() + 1, day);
      if (found !== null && (past ? found <= today : found >= today)) return found;
    }
  }
  return null;
}

/** The weeks that show a month, Sunday first; days of its neighbours fill them. */
export function weeksOf(month: string): string[][] {
  const first = at(`${month.slice(0, 7)}-01`);
  const begin = first - new Date(first).getUTCDay() * length;
  return Array.from({ length: 6 }, (_unused, week) => Array.from({ length: 7 }, (_day, index) => iso(begin + (week * 7 + index) * length)));
}

/** A moment's day and time of day in her own zone: `["2026-03-17", "08:05"]`. */
export function dayAndTime(rfc3339: string): [string, string] {
  const at = new Date(rfc3339);
  const two = (number: number) => String(number).padStart(2, "0");
  return [`${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`, `${two(at.getHours())}:${two(at.getMinutes())}`];
}

/** The moment of a day and a time of day in her own zone. */
export function momentOf(day: string, time: string): string {
  return new Date(`${day}T${time}`).toISOString();
}
