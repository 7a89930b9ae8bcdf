/** An import under way. It outlives the screen, so that she can go elsewhere meanwhile and lose nothing. */
import type { ApiError, ImportReport, ImportRequest, InspectView, MappingForm } from "../../lib/contract";
import { dayAndTime, momentOf } from "../../lib/day";
import { asApiError } from "../../lib/errors";
import { group } from "../../lib/format";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";

/** What she chose for one field of a row. */
interface Choice {
  column: string;
  values: string;
}

/** `C:\exports\Meridian 2026-10.csv` -> `Meridian`: the name without its date, so that a mapping is found again. */
export function suggestSource(path: string): string {
  const file = path.trim().split(/[/\\]/).at(-1) ?? "";
  const stem = file.replace(/\.[A-Za-z]{2,4}$/, "");
  const undated = stem.replace(/[\s_.-]*(\d[\s_.-]*){4,}$/, "").trim();
  return undated === "" ? stem : undated;
}

export class ImportModel {
  path = $state("");
  #source = $state<string | null>(null);
  view = $state.raw<InspectView | null>(null);
  choices = $state<Record<string, Choice>>({});
  /** Answers to questions, by the question's field: `date_order`, `decimal`, `currency`. */
  answers = $state<Record<string, string>>({});
  /** What the rows are. */
  kind = $state("invoices");
  save = $state(true);
  /** In a team: up to when the file's payments are complete, in her own zone; both empty: she does not know. */
  paidDay = $state("");
  paidTime = $state("");
  /** The latest try, and the request it was made for. */
  report = $state.raw<ImportReport | null>(null);
  #tried = $state("");
  done = $state.raw<ImportReport | null>(null);
  error = $state.raw<ApiError | null>(null);
  busy = $state<"" | "look" | "try" | "import">("");
  /** Fields whose column she set herself: another look leaves them alone. */
  #own: string[] = [];

  get source(): string {
    return this.#source ?? suggestSource(this.path);
  }

  set source(name: string) {
    this.#source = name;
  }

  get mapping(): MappingForm {
    const order = this.answers["date_order"] ?? "";
    const currency = (this.answers["currency"] ?? "").trim().toUpperCase();
    return {
      fields: Object.entries(this.choices)
        .filter(([, choice]) => choice.column !== "")
        .map(([field, choice]) => ({ field, column: choice.column, values: choice.values.trim() })),
      date_order: order === "" ? null : order,
      currency: currency === "" ? null : currency,
      decimal: this.answers["decimal"] || null,
      kind: this.kind,
    };
  }

  /** In a team of a file that says what was paid; else null. */
  get #paid(): string | null {
    return this.view?.payments_until && this.paidDay && this.paidTime ? momentOf(this.paidDay, this.paidTime) : null;
  }

  get #request(): Omit<ImportRequest, "job"> {
    return { path: this.path.trim(), source: this.source.trim(), mapping: this.mapping, save_mapping: this.save, payments_until: this.#paid };
  }

  /** What a try depends on; whether the mapping is kept, and up to when it was paid, do not matter to it. */
  get #key(): string {
    return JSON.stringify({ ...this.#request, save_mapping: false, payments_until: null });
  }

  /** The latest try is about what is filled in now. */
  get fresh(): boolean {
    return this.report !== null && this.#tried === this.#key;
  }

  get lookBlocked(): string | null {
    if (this.path.trim() === "") return "Name a file first.";
    return this.source.trim() === "" ? "Name the billing system the file comes from." : this.#working;
  }

  get tryBlocked(): string | null {
    if (this.view === null) return "Look at the file first.";
    if (this.source.trim() === "") return "Name the billing system the file comes from.";
    const open = this.view.questions.find((one) => one.options.length > 0 && !this.answers[one.field]);
    if (open) return "Answer the question first.";
    const missing = this.view.fields.find((one) => one.required && !this.choices[one.field]?.column);
    if (missing) return `Choose the column for "${missing.label}" first.`;
    if (this.view.payments_until && (this.paidDay === "") !== (this.paidTime === "")) return "Up to when payments are complete needs a day and a time: give both, or neither.";
    return this.#working;
  }

  get importBlocked(): string | null {
    const first = this.tryBlocked;
    if (first) return first;
    if (this.report === null) return "Try it first: a try changes nothing.";
    if (!this.fresh) return "Something changed since the last try. Try it again.";
    const problems = this.report.problem_count;
    if (problems > 0) return `The try found ${group(String(problems))} ${problems === 1 ? "problem" : "problems"}. An import takes the whole file or nothing.`;
    return this.report.accepted === 0 ? "No row of the file counts: check which column is what." : null;
  }

  get #working(): string | null {
    return this.busy === "" ? null : "Working; the status bar shows how far it is.";
  }

  choose(field: string, column: string): void {
    this.choices[field] = { column, values: this.choices[field]?.values ?? "" };
    this.#own.push(field);
  }

  setValues(field: string, values: string): void {
    this.choices[field] = { column: this.choices[field]?.column ?? "", values };
    this.#own.push(field);
  }

  setPaid(day: string, time: string): void {
    this.paidDay = day;
    this.paidTime = time;
    this.#own.push("payments_until");
  }

  #proposePaid(rfc3339: string | null): void {
    [this.paidDay, this.paidTime] = rfc3339 === null ? ["", ""] : dayAndTime(rfc3339);
  }

  async look(): Promise<void> {
    if (this.lookBlocked) return;
    await this.#work("look", async () => {
      const view = await call("inspect_import", { path: this.path.trim(), source: this.source.trim(), kind: this.kind });
      const columns = view.columns.map((column) => column.name);
      const kept = Object.entries(this.choices).filter(
        ([field, choice]) => this.#own.includes(field) && (choice.column === "" || columns.includes(choice.column)),
      );
      const proposed = view.mapping.fields.map((one): [string, Choice] => [one.field, { column: one.column, values: one.values }]);
      this.choices = Object.fromEntries([...proposed, ...kept]);
      this.answers = {
        date_order: this.answers["date_order"] || view.mapping.date_order || "",
        currency: this.answers["currency"] || view.mapping.currency || "",
        decimal: this.answers["decimal"] || view.mapping.decimal || "",
      };
      if (!this.#own.includes("payments_until")) this.#proposePaid(view.payments_until);
      this.view = view;
      this.done = null;
    });
  }

  async try(): Promise<void> {
    if (this.tryBlocked) return;
    await this.#work("try", async () => {
      const key = this.#key;
      const request = this.#request;
      this.report = await session.job((job) => call("dry_run_import", { job, ...request }));
      this.#tried = key;
    });
  }

  async run(): Promise<void> {
    if (this.importBlocked) return;
    await this.#work("import", async () => {
      const request = this.#request;
      const report = await session.job((job) => call("run_import", { job, ...request }));
      this.report = report;
      if (!report.done) return;
      this.done = report;
      session.done(`${this.view?.file ?? "The file"} is imported: ${group(String(report.inserted))} new, ${group(String(report.updated))} changed.`);
    });
  }

  /** Ready for the next file; the last answers were about this one. */
  clear(): void {
    this.path = "";
    this.#source = null;
    this.view = null;
    this.choices = {};
    this.answers = {};
    this.paidDay = "";
    this.paidTime = "";
    this.report = null;
    this.#tried = "";
    this.done = null;
    this.error = null;
    this.#own = [];
  }

  /** A file dropped onto the window: looked at, in place of what was under way; that can be had back. */
  drop(path: string): void {
    if (this.busy !== "") {
      session.notice = { text: "An import is working: drop the file again when it is done.", error: null, undo: null };
      return;
    }
    if (this.view && !this.done && this.path !== path) {
      const was = { path: this.path, source: this.#source, view: this.view, choices: $state.snapshot(this.choices), answers: $state.snapshot(this.answers), paidDay: this.paidDay, paidTime: this.paidTime, own: this.#own };
      session.notice = {
        text: `The mapping of ${was.view.file} was put aside for the dropped file.`,
        error: null,
        undo: async () => {
          this.clear();
          Object.assign(this, { path: was.path, view: was.view, choices: was.choices, answers: was.answers, paidDay: was.paidDay, paidTime: was.paidTime });
          this.#source = was.source;
          this.#own = was.own;
        },
      };
    }
    this.clear();
    this.path = path;
    void this.look();
  }

  async #work(what: "look" | "try" | "import", work: () => Promise<void>): Promise<void> {
    this.busy = what;
    this.error = null;
    try {
      await work();
    } catch (error) {
      this.error = asApiError(error);
    } finally {
      this.busy = "";
    }
  }
}

export const current = new ImportModel();
