import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { ImportReport, ImportRequest, InspectView } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";
import { answering, failure, sessionView, type Answers } from "../../testing";
import Import from "./Import.svelte";
import { current, suggestSource } from "./model.svelte";

vi.mock("../../lib/ipc", async (original) => ({ ...(await original<typeof import("../../lib/ipc")>()), call: vi.fn() }));

const view: InspectView = {
  file: "Meridian 2026-10-14.csv",
  format: "CSV",
  encoding: "UTF-8",
  delimiter: "comma",
  header_line: 1,
  rows: 3,
  columns: [
    { name: "Cust", detected: "words", samples: ["Northgate Dental"] },
    { name: "Inv", detected: "numbers or codes", samples: ["INV-88"] },
    { name: "Due", detected: "dates, order unclear", samples: ["03/04/2026"] },
  ],
  fields: [
    { field: "customer_name", label: "customer name", required: false },
    { field: "invoice_id", label: "invoice id", required: false },
    { field: "due_date", label: "due date", required: false },
    { field: "email", label: "email", required: false },
  ],
  mapping: {
    fields: [
      { field: "customer_name", column: "Cust", values: "" },
      { field: "due_date", column: "Due", values: "" },
    ],
    date_order: null,
    currency: null,
    decimal: null,
    kind: "invoices",
  },
  saved: false,
  questions: [{ field: "date_order", text: 'The dates in "Due" read two ways.', options: ["mdy", "dmy"] }],
  sample: [],
  payments_until: null,
};

function report(part: Partial<ImportReport>): ImportReport {
  const usd = [{ amount: "2418.60", currency: "USD" }];
  return {
    rows: 3, accepted: 3, customers: 1, accounts: 1, invoices: 3, payments: 0,
    billed: usd, open: usd, past_due: usd, problems: [], problem_count: 0, warnings: [],
    inserted: 0, updated: 0, unchanged: 0, done: false, ...part,
  };
}

let asked: ImportRequest[];

function answer(more: Answers = {}) {
  asked = [];
  vi.mocked(call).mockImplementation(
    answering({
      session: () => sessionView(),
      inspect_import: () => view,
      dry_run_import: (input) => (asked.push(input), report({})),
      run_import: (input) => (asked.push(input), report({ done: true, inserted: 5, updated: 1 })),
      ...more,
    }) as typeof call,
  );
}

const button = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name });
const blocked = (name: string) => button(name).getAttribute("aria-disabled") === "true";

async function lookAt(path: string) {
  await fireEvent.input(screen.getByLabelText("File"), { target: { value: path } });
  await fireEvent.click(button("Look at the file"));
  await screen.findByText("Which column is what");
}

beforeEach(() => {
  current.clear();
  session.view = sessionView();
  session.place = { screen: "import" };
  answer();
});

describe("Import", () => {
  it("goes from the path over the question and the try to My day", async () => {
    render(Import);
    expect(blocked("Look at the file")).toBe(true);
    await lookAt("/exports/Meridian 2026-10-14.csv");
    expect(screen.getByLabelText<HTMLInputElement>("Billing system").value).toBe("Meridian");

    expect(blocked("Try it (nothing is changed)")).toBe(true);
    await fireEvent.click(screen.getByLabelText("Day first (31/12/2026)"));
    expect(blocked("Import")).toBe(true);
    await fireEvent.click(button("Try it (nothing is changed)"));
    await screen.findByText("No problems.");

    await fireEvent.click(button("Import"));
    await screen.findByRole("heading", { name: "Imported" });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ path: "/exports/Meridian 2026-10-14.csv", source: "Meridian", save_mapping: true });
    expect(asked[1]?.mapping.date_order).toBe("dmy");
    await fireEvent.click(button("Go to My day"));
    expect(session.place.screen).toBe("day");
  });

  it("does not import what was not tried as it is now, nor what has problems", async () => {
    render(Import);
    await lookAt("/exports/a.csv");
    await fireEvent.click(screen.getByLabelText("Month first (12/31/2026)"));
    await fireEvent.click(button("Try it (nothing is changed)"));
    await waitFor(() => expect(blocked("Import")).toBe(false));

    await fireEvent.change(screen.getByLabelText("Due date"), { target: { value: "Inv" } });
    expect(blocked("Import")).toBe(true);
    await fireEvent.click(button("Import"));
    expect(asked).toHaveLength(1);

    answer({ dry_run_import: () => report({ problem_count: 2, problems: [{ line: 3, what: "INV-88 is no date." }, { line: 4, what: "Empty." }] }) });
    await fireEvent.click(button("Try it (nothing is changed)"));
    await screen.findByText("INV-88 is no date.");
    expect(screen.getByText("Line 3")).toBeTruthy();
    expect(button("Import").title).toContain("2 problems");
  });

  it("keeps her columns and answers when she looks again, and after a failure", async () => {
    render(Import);
    await lookAt("/exports/a.csv");
    await fireEvent.click(screen.getByLabelText("Day first (31/12/2026)"));
    await fireEvent.change(screen.getByLabelText("Customer name"), { target: { value: "Inv" } });
    answer({ inspect_import: () => { throw failure("invalid", "The file is locked by another program."); } });
    await fireEvent.click(button("Look at the file"));
    await screen.findByText("The file is locked by another program.");
    answer();
    await fireEvent.click(button("Look at the file"));
    await waitFor(() => expect(screen.queryByText("The file is locked by another program.")).toBeNull());
    expect(screen.getByLabelText<HTMLSelectElement>("Customer name").value).toBe("Inv");
    expect(screen.getByLabelText<HTMLInputElement>("Day first (31/12/2026)").checked).toBe(true);
  });

  it("asks in a team up to when the payments are complete, and sends her answer", async () => {
    answer({ inspect_import: () => ({ ...view, payments_until: new Date(2026, 9, 14).toISOString() }) });
    render(Import);
    await lookAt("/exports/Meridian 2026-10-14.csv");
    const group = screen.getByRole("group", { name: "Payments in this file are complete up to" });
    const [day, time] = [within(group).getByLabelText<HTMLInputElement>("Day"), within(group).getByLabelText<HTMLInputElement>("Time")];
    expect([day.value, time.value]).toEqual(["Wed, Oct 14, 2026", "00:00"]);
    await fireEvent.click(screen.getByLabelText("Day first (31/12/2026)"));
    await fireEvent.input(time, { target: { value: "02:00" } });
    await fireEvent.click(button("Try it (nothing is changed)"));
    await waitFor(() => expect(blocked("Import")).toBe(false));
    expect(asked[0]?.payments_until).toBe(new Date(2026, 9, 14, 2).toISOString());
    await fireEvent.click(button("I don't know"));
    expect([day.value, time.value]).toEqual(["", ""]);
    expect(blocked("Import")).toBe(false);
    await fireEvent.click(button("Import"));
    await screen.findByRole("heading", { name: "Imported" });
    expect(asked[1]?.payments_until).toBeNull();
  });

  it("does not send half a moment, and asks nobody who works alone", async () => {
    render(Import);
    await lookAt("/exports/a.csv");
    expect(screen.queryByRole("group", { name: /complete up to/ })).toBeNull();
    answer({ inspect_import: () => ({ ...view, payments_until: new Date(2026, 9, 14).toISOString() }) });
    await fireEvent.click(button("Look at the file"));
    const group = await screen.findByRole("group", { name: "Payments in this file are complete up to" });
    await fireEvent.click(screen.getByLabelText("Day first (31/12/2026)"));
    await fireEvent.input(within(group).getByLabelText("Day"), { target: { value: "" } });
    expect(button("Try it (nothing is changed)").title).toContain("both, or neither");
  });

  it("says that a cancelled import changed nothing and can be run again", async () => {
    render(Import);
    await lookAt("/exports/a.csv");
    await fireEvent.click(screen.getByLabelText("Day first (31/12/2026)"));
    await fireEvent.click(button("Try it (nothing is changed)"));
    await waitFor(() => expect(blocked("Import")).toBe(false));
    answer({ run_import: () => { throw failure("cancelled", "Cancelled; nothing was changed."); } });
    await fireEvent.click(button("Import"));
    await screen.findByText("Cancelled; nothing was changed.");
    expect(blocked("Import")).toBe(false);
    expect(Object.keys(session.jobs)).toEqual([]);
  });
});

describe("suggestSource", () => {
  it("drops folder, ending and date, so that the next extract finds its mapping", () => {
    expect(suggestSource("C:\\exports\\Meridian_20261014.csv")).toBe("Meridian");
    expect(suggestSource("/data/aging-2026-10-14.xlsx")).toBe("aging");
    expect(suggestSource("20261014.csv")).toBe("20261014");
  });

  it("takes a dropped file at once, and gives back what was put aside for it", async () => {
    render(Import);
    await lookAt("/exports/Meridian 2026-10-14.csv");
    await fireEvent.click(screen.getByLabelText("Day first (31/12/2026)"));
    current.drop("/exports/Vega.xlsx");
    await waitFor(() => expect(current.view).not.toBeNull());
    expect([current.path, current.source, current.answers["date_order"]]).toEqual(["/exports/Vega.xlsx", "Vega", ""]);
    await session.notice?.undo?.();
    expect([current.path, current.source, current.answers["date_order"]]).toEqual(["/exports/Meridian 2026-10-14.csv", "Meridian", "dmy"]);
  });
});
