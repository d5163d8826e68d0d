/** Two pieces of work side by side. Only their ratio is worth comparing between machines. */

export interface Comparison {
  /** Medians, in the unit of the clock. */
  readonly ours: number;
  readonly baseline: number;
  readonly runs: number;
}

type Work = () => Promise<unknown>;

interface Works {
  readonly ours: Work;
  readonly baseline: Work;
  /** Not timed: waits until what a work left running is over. */
  readonly settle?: Work;
}

/** Turn by turn, so that whatever else the machine does disturbs both alike. */
export async function compare({ ours: work, baseline: bareWork, settle }: Works, runs: number, clock: () => number): Promise<Comparison> {
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let run = -Math.ceil(runs / 4); run < runs; run++) {
    const taken = await taking(work, clock);
    await settle?.();
    const takenByBaseline = await taking(bareWork, clock);
    await settle?.();
    if (run < 0) continue; // warm-up
    ours.push(taken);
    baseline.push(takenByBaseline);
  }
  return { ours: median(ours), baseline: median(baseline), runs };
}

async function taking(work: Work, clock: () => number): Promise<number> {
  const start = clock();
  await work();
  return clock() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (lower === undefined || upper === undefined) throw new RangeError('No runs');
  return (lower + upper) / 2;
}
