/** What an act did, told in one way wherever it was done. */
import type { ActOutcome } from "../../lib/contract";
import { call } from "../../lib/ipc";
import { session } from "../../lib/session.svelte";

/** Says the outcome, with the way back where there is one; by its numbers it is told as refused if the team's server refuses it. */
export function tellOutcome(account: string, { message, undo, numbers }: ActOutcome): void {
  const back = undo
    ? async () => {
        const undone = await call("act", { account, act: undo });
        session.done(undone.message, null, undone.numbers);
      }
    : null;
  session.done(message, back, numbers);
}
