/**
 * The plans as typed. They outlive the screen, so that an account of a simulation can be looked at and nothing typed is
 * lost; the app checks every change.
 */
import type { ApiError, Costs, LevelForm, PlanCheck, PlanForm, PlansView, SegmentForm, SimulationView, TreatmentForm } from "../../../lib/contract";
import { asApiError } from "../../../lib/errors";
import { call } from "../../../lib/ipc";
import { session } from "../../../lib/session.svelte";

const QUIET = 180;

export const newLevel = (names: string[]): LevelForm => {
  let number = names.length + 1;
  while (names.includes(`Level ${number}`)) number += 1;
  return {
    name: `Level ${number}`, from: names.length > 0 ? "previous_step" : "anchor", wait_days: "14", channel: "letter", fallback: "", template: "dunning_1",
    min_balance: "0", min_unpaid: "0", fee_kind: "none", fee: "", needs_approval: false,
  };
};

/** The reminder before the due date is no level of a plan; it has a name of its own here. */
export const levelName = (level: string): string => (level === "before due" ? "Before the due date" : level);

/** A copy with one part moved by so many places; the same list where it can't move. */
export function moved<Part>(list: Part[], index: number, by: number): Part[] {
  const to = index + by;
  const part = list[index];
  if (part === undefined || to < 0 || to >= list.length) return list;
  const rest = list.toSpliced(index, 1);
  return rest.toSpliced(to, 0, part);
}

class Draft {
  view = $state.raw<PlansView | null>(null);
  form = $state<TreatmentForm>({ plans: [], segments: [] });
  effectiveFrom = $state("");
  /** Which plan is in sight. */
  at = $state(0);
  check = $state.raw<PlanCheck>({ problems: [], changes: [], warnings: [] });
  error = $state.raw<ApiError | null>(null);
  busy = $state(false);
  days = $state(60);
  costs = $state<Costs>({ letter: "", email: "", call: "" });
  result = $state.raw<SimulationView | null>(null);
  /** The draft that the result is of, so that a stale one says so. */
  resultOf = $state.raw("");
  #loaded = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  get plan(): PlanForm | undefined {
    return this.form.plans[this.at];
  }

  get changed(): boolean {
    return this.view !== null && JSON.stringify(this.form) !== this.#loaded;
  }

  get stale(): boolean {
    return this.result !== null && this.resultOf !== this.#signature();
  }

  #signature(): string {
    return JSON.stringify([this.form, this.effectiveFrom, this.days, this.costs]);
  }

  /** Loads what is in force; what was typed stays. */
  async load(): Promise<void> {
    try {
      const view = await call("plans", { version: null });
      if (this.changed) {
        this.view = { ...view, treatment: this.view?.treatment ?? view.treatment };
      } else this.show(view);
      if (this.effectiveFrom < session.today) this.effectiveFrom = session.today;
      this.look();
    } catch (thrown) {
      this.error = asApiError(thrown);
    }
  }

  show(view: PlansView): void {
    this.view = view;
    this.form = structuredClone(view.treatment);
    this.#loaded = JSON.stringify(view.treatment);
    this.costs = { ...view.costs };
    this.at = Math.min(this.at, Math.max(0, view.treatment.plans.length - 1));
  }

  /** Starts from another version's plans; can be undone. */
  async startFrom(version: number): Promise<void> {
    try {
      const view = await call("plans", { version });
      const was = this.take();
      this.form = structuredClone(view.treatment);
      this.at = 0;
      session.notice = { text: `The draft has the plans of version ${version}.`, error: null, undo: async () => this.put(was) };
      this.look();
    } catch (thrown) {
      session.fail(thrown);
    }
  }

  take(): { form: TreatmentForm; at: number } {
    return { form: $state.snapshot(this.form), at: this.at };
  }

  put(was: { form: TreatmentForm; at: number }): void {
    this.form = was.form;
    this.at = was.at;
    this.look();
  }

  /** Does something that one may want back. */
  change(text: string, work: () => void): void {
    const was = this.take();
    work();
    session.notice = { text, error: null, undo: async () => this.put(was) };
    this.look();
  }

  /** Asks the app what it thinks of the draft, once typing pauses. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), QUIET);
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const check = await call("check_plans", { treatment: $state.snapshot(this.form), effective_from: this.effectiveFrom });
      if (turn === this.#turn) this.check = check;
    } catch (thrown) {
      if (turn === this.#turn) this.error = asApiError(thrown);
    }
  }

  problem(at: string): string | null {
    return this.check.problems.find((one) => one.at === at)?.message ?? (this.error?.field === at ? this.error.message : null);
  }

  /** How many problems lie within a part of the draft. */
  within(place: string): number {
    return this.check.problems.filter((one) => one.at === place || one.at.startsWith(`${place}.`)).length;
  }

  rename(name: string): void {
    const plan = this.plan;
    if (!plan) return;
    // Its segments follow the plan, not the word.
    for (const segment of this.form.segments) if (segment.plan === plan.name && plan.name !== "") segment.plan = name;
    plan.name = name;
    this.look();
  }

  /** Other levels of the plan in sight. */
  setLevels(levels: LevelForm[]): void {
    if (this.plan) this.plan.levels = levels;
    this.look();
  }

  addPlan(): void {
    const names = this.form.plans.map((plan) => plan.name);
    let number = names.length + 1;
    while (names.includes(`Plan ${number}`)) number += 1;
    this.form.plans.push({ name: `Plan ${number}`, mode: "strict", anchor: "due_date", tolerance: "1", levels: [newLevel([])], pre_due: null });
    this.at = this.form.plans.length - 1;
    this.look();
  }

  addSegment(): void {
    const segment: SegmentForm = { kind: "", segment: "", risk: "", plan: this.form.plans[0]?.name ?? "" };
    // Before the last rule, which holds for all.
    this.form.segments.splice(Math.max(0, this.form.segments.length - 1), 0, segment);
    this.look();
  }

  async simulate(): Promise<void> {
    this.busy = true;
    this.error = null;
    const signature = this.#signature();
    try {
      const result = await session.job((job) =>
        call("simulate_plans", {
          job, treatment: $state.snapshot(this.form), effective_from: this.effectiveFrom, days: this.days, costs: $state.snapshot(this.costs),
        }),
      );
      this.result = result;
      this.resultOf = signature;
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.code === "cancelled") session.notice = { text: "The simulation is cancelled.", error: null, undo: null };
      else this.error = error;
    } finally {
      this.busy = false;
    }
  }

  async publish(): Promise<void> {
    this.busy = true;
    this.error = null;
    const from = this.effectiveFrom;
    try {
      const view = await session.job((job) => call("publish_plans", { job, treatment: $state.snapshot(this.form), effective_from: from }));
      this.result = null;
      // What was published is no draft any more, whether it holds today or later.
      this.show(view);
      this.look();
      session.done(`Policy version ${view.versions[0]?.version ?? ""} is published.${from <= session.today ? " My day is planned by it." : " It holds from its first day on."}`);
    } catch (thrown) {
      this.error = asApiError(thrown);
    } finally {
      this.busy = false;
    }
  }

  discard(): void {
    if (!this.view) return;
    const view = this.view;
    this.change("Your changes are discarded.", () => this.show(view));
    this.error = null;
  }
}

export const draft = new Draft();
export type { Draft };
