import { describe, expect, it } from "vitest";

import { addDays, dayAndTime, momentOf, parseDay, weeksOf } from "./day";

// A Tuesday.
const today = "2026-03-10";

describe("a day as typed", () => {
  it.each([
    ["2026-03-17", "2026-03-17"], ["3/17", "2026-03-17"], ["3/17/26", "2026-03-17"], ["03/17/2026", "2026-03-17"],
    ["17", "2026-03-17"], ["10", "2026-03-10"], ["9", "2026-04-09"], ["31", "2026-03-31"], ["30", "2026-03-30"],
    ["+7", "2026-03-17"], ["+2w", "2026-03-24"], ["-1", "2026-03-09"], ["today", today], ["tomorrow", "2026-03-11"],
    ["fri", "2026-03-13"], ["Tuesday", "2026-03-17"], ["mar 17", "2026-03-17"], ["17 Mar", "2026-03-17"], ["Jan 5", "2027-01-05"],
    ["Jan 5, 2026", "2026-01-05"], ["2/29", null], ["2/30", null], ["13/1", null], ["soon", null], ["", null], ["mars", null], ["2026-02-30", null],
  ])("%s", (text, day) => expect(parseDay(text, today)).toBe(day));

  it("looks back where the day can only be past", () => {
    expect(parseDay("12", today, true)).toBe("2026-02-12");
    expect(parseDay("12/24", today, true)).toBe("2025-12-24");
    expect(parseDay("fri", today, true)).toBe("2026-03-06");
    expect(parseDay("tue", today, true)).toBe(today);
  });

  it("steps over the end of a month and lays out whole weeks", () => {
    expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
    const weeks = weeksOf("2026-03");
    expect(weeks[0]?.[0]).toBe("2026-03-01");
    expect(weeks[4]?.[2]).toBe("2026-03-31");
    expect(weeks.flat()).toHaveLength(42);
  });

  it("goes from a moment to her own day and time and back", () => {
    const moment = new Date(2026, 2, 7, 8, 5).toISOString();
    expect(dayAndTime(moment)).toEqual(["2026-03-07", "08:05"]);
    expect(momentOf("2026-03-07", "08:05")).toBe(moment);
  });
});
