/** One account in sight: its facts, and what can be done to it. */
import type { AccountView, Act, ApiError } from "../../lib/contract";
import { asApiError } from "../../lib/errors";
import { call } from "../../lib/ipc";
import { session, type Retry } from "../../lib/session.svelte";
import { tellOutcome } from "./outcome";
import { dialogFor } from "./retry";

export type DialogName =
  | "call"
  | "note"
  | "arrange"
  | "letter"
  | "email"
  | "dispute"
  | "hold"
  | "payment"
  | "follow_up"
  | "contact";

export class AccountModel {
  view = $state.raw<AccountView | null>(null);
  error = $state.raw<ApiError | null>(null);
  dialog = $state<DialogName | null>(null);
  /** What the team's server refused and is being done again; settled once it is done. */
  retry = $state.raw<Retry | null>(null);
  readonly id: string;

  constructor(id: string, retry: Retry | null = null) {
    this.id = id;
    this.retry = retry;
    this.dialog = retry && dialogFor(retry.act);
  }

  /** The refused act, if a form for that kind of act is to open with it. */
  again<Name extends Act["act"]>(name: Name): Extract<Act, { act: Name }> | null {
    const act = this.retry?.act;
    return act?.act === name ? (act as Extract<Act, { act: Name }>) : null;
  }

  /** The form is closed; what was refused and not done again stays with the team's refused acts. */
  close(): void {
    this.dialog = null;
    this.retry = null;
  }

  async load(): Promise<void> {
    try {
      this.view = await call("account", { account: this.id });
      this.error = null;
    } catch (error) {
      // What was shown stays in sight under the error.
      this.error = asApiError(error);
    }
  }

  /** Does something; throws so that a form can show the refusal in place. */
  async act(act: Act): Promise<void> {
    const outcome = await call("act", { account: this.id, act });
    const unsettled = await this.#settle(act);
    tellOutcome(this.id, outcome);
    if (unsettled) session.fail(unsettled);
  }

  /** The act is done by now: what goes wrong here must not look as if it were not. */
  async #settle(act: Act): Promise<unknown> {
    if (!this.retry || this.retry.act.act !== act.act) return null;
    try {
      await call("settle_refused", { number: this.retry.number, how: "retried" });
      this.retry = null;
      return null;
    } catch (error) {
      return error;
    }
  }

  /** Does something that has no form of its own. */
  async tryAct(act: Act): Promise<void> {
    try {
      await this.act(act);
    } catch (error) {
      session.fail(error);
    }
  }

  get collectable(): boolean {
    return this.view?.aging.some((aging) => Number(aging.past_due) > 0) ?? false;
  }
}
