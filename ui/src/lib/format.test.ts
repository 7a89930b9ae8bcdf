import { describe, expect, it } from "vitest";

import { count, group, isZero, moment, money, relativeDay, told } from "./format";

describe("format", () => {
  it("groups without arithmetic, so no digit is lost", () => {
    expect(group("9007199254740993.10")).toBe("9,007,199,254,740,993.10");
    expect(group("-1234")).toBe("-1,234");
    expect(group("12.3456")).toBe("12.3456");
  });

  it("never drops a currency", () => {
    expect(money({ amount: "-1234.50", currency: "USD" })).toBe("-$1,234.50");
    expect(money({ amount: "5.00", currency: "CHF" })).toBe("5.00 CHF");
  });

  it("tells days and moments as people read them", () => {
    expect(told("Due 2026-03-17; INV-2026-03-17 is late")).toBe("Due Mar 17, 2026; INV-2026-03-17 is late");
    expect(told("Left 2026-03-10 18:00 UTC")).toBe(`Left ${moment("2026-03-10T18:00:00Z")}`);
  });

  it("knows zero however it is written", () => {
    expect(["0", "0.00", "-0.0", "00"].every(isZero)).toBe(true);
    expect(isZero("0.01")).toBe(false);
  });

  it("counts days over a clock change and a leap day", () => {
    expect(relativeDay("2026-03-09", "2026-03-08")).toBe("tomorrow");
    expect(relativeDay("2024-03-01", "2024-02-28")).toBe("in 2 days");
    expect(relativeDay("2026-11-19", "2026-11-22")).toBe("3 days ago");
    expect(count(1, "letter")).toBe("1 letter");
    expect(count(1200, "letter")).toBe("1,200 letters");
  });
});
