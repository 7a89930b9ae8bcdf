/** What every form needs: it keeps what was typed when something fails, and says what was refused. */
import type { ApiError } from "../../lib/contract";
import { asApiError } from "../../lib/errors";

export class FormState {
  busy = $state(false);
  error = $state.raw<ApiError | null>(null);

  async submit(work: () => Promise<void>, done: () => void): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    try {
      await work();
      done();
    } catch (error) {
      this.error = asApiError(error);
    } finally {
      this.busy = false;
    }
  }
}
