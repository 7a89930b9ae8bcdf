/** One account in sight: its facts, and what can be done to it. */
import type { AccountView, Act, ApiError } from "../../lib/contract";
import { asApiError } from "../../lib/errors";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";

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
  readonly id: string;

  constructor(id: string) {
    this.id = id;
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
    const undo = outcome.undo;
    session.done(
      outcome.message,
      undo
        ? async () => {
            const undone = await call("act", { account: this.id, act: undo });
            session.done(undone.message);
          }
        : null,
    );
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
