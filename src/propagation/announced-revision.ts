/** Past this a number of JavaScript would not tell two revisions apart. */
const LONGEST = 15;

/** The revision that a message announces, undefined when it is no such message: anybody may have sent it. */
export function announcedRevision(text: string): number | undefined {
  return text.length <= LONGEST && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}
