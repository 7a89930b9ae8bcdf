/** How a device's clock is told. A wrong clock stops nothing: the server's is the one that counts. */

/** Seconds from which a difference is worth a look: dates near midnight may be off by a day. */
const NOTABLE = 120;

export const clockWrong = (ahead: number): boolean => Math.abs(ahead) >= NOTABLE;

/** "right", "4 min ahead", "2 h behind". */
export function clockText(ahead: number): string {
  if (!clockWrong(ahead)) return "right";
  const seconds = Math.abs(ahead);
  const size = seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
  return `${size} ${ahead > 0 ? "ahead" : "behind"}`;
}
