/** What the work answers within so many milliseconds; otherwise throws an error with the code ETIMEDOUT. The work goes on, but nobody waits for it. */
export async function inTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(noAnswer(withinMs)), withinMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** The fault of something that was asked and kept silent. */
export function noAnswer(withinMs: number): Error {
  return Object.assign(new Error(`no answer within ${withinMs} ms`), { code: 'ETIMEDOUT' });
}
