/** Rows of a long list, loaded a page at a time as they come into sight. */

const PAGE = 100;

export class Paged<Row, Page extends { rows: Row[]; total: number }> {
  rows = $state.raw<(Row | undefined)[]>([]);
  total = $state(0);
  selected = $state(0);
  /** The latest page as it came, for counts and sums. */
  page = $state.raw<Page | null>(null);
  /** Whether the first page is here. */
  loaded = $state(false);
  readonly #load: (offset: number, limit: number) => Promise<Page>;
  readonly #fail: (error: unknown) => void;
  #turn = 0;
  /** Pages asked for in this turn. */
  #asked: number[] = [];

  constructor(load: (offset: number, limit: number) => Promise<Page>, fail: (error: unknown) => void) {
    this.#load = load;
    this.#fail = fail;
  }

  /** Loads afresh, keeping the place. */
  async reload(keep = true): Promise<void> {
    this.#turn += 1;
    this.#asked = [];
    const first = keep ? Math.floor(Math.max(0, this.selected) / PAGE) : 0;
    if (!keep) this.selected = 0;
    await this.#fetch(first, this.#turn, true);
  }

  /** Asks for the rows from `from` up to `to` that are not here. */
  need(from: number, to: number): void {
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page += 1) {
      if (!this.#asked.includes(page) && this.loaded && page * PAGE < this.total) void this.#fetch(page, this.#turn, false);
    }
  }

  get current(): Row | undefined {
    return this.rows[this.selected];
  }

  async #fetch(page: number, turn: number, fresh: boolean): Promise<void> {
    this.#asked.push(page);
    try {
      const got = await this.#load(page * PAGE, PAGE);
      if (turn !== this.#turn) return;
      const rows = fresh ? [] : this.rows.slice();
      got.rows.forEach((row, index) => (rows[page * PAGE + index] = row));
      this.rows = rows;
      this.total = got.total;
      this.page = got;
      this.loaded = true;
      this.selected = Math.max(0, Math.min(this.selected, got.total - 1));
    } catch (error) {
      this.#asked = this.#asked.filter((one) => one !== page);
      if (turn === this.#turn) this.#fail(error);
    }
  }
}
