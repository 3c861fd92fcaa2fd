import { cpuMicros } from './processes.mjs';
import { load } from './wrk.mjs';

const WARM_UP_SECONDS = 5;

/** Loads every program once unmeasured, then in turns, so that a slow minute of the machine hits them alike. */
export async function measure(programs, { rounds, seconds }, onProgress) {
  for (const program of programs) await load(program, WARM_UP_SECONDS);
  const figures = new Map(programs.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    onProgress(`round ${round} of ${rounds}`);
    for (const program of programs) figures.get(program.name).push(await measureOnce(program, seconds));
  }
  for (const { verify } of programs) await verify?.();
  return figures;
}

async function measureOnce(program, seconds) {
  const { running } = program;
  const before = cpuMicros(running.child.pid);
  const { requests, perSecond } = await load(program, seconds);
  return { micros: (cpuMicros(running.child.pid) - before) / requests, perSecond };
}

/**
 * Medians per program; `ratio` is the median of the ratios to the yardstick within each round, `bestRatio` that of both
 * programs' cheapest rounds: other work on the machine only ever adds, so the two differ where there was much of it.
 */
export function summarizeFigures(figures, yardstickOf) {
  return [...figures].map(([name, rounds]) => {
    const yardstick = yardstickOf(name);
    const yardMicros = figures.get(yardstick).map(({ micros }) => micros);
    const micros = rounds.map((round) => round.micros);
    return {
      name,
      yardstick,
      micros: median(micros),
      microsMin: Math.min(...micros),
      microsMax: Math.max(...micros),
      perSecond: median(rounds.map(({ perSecond }) => perSecond)),
      ratio: median(micros.map((value, round) => value / yardMicros[round])),
      bestRatio: Math.min(...micros) / Math.min(...yardMicros),
    };
  });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
