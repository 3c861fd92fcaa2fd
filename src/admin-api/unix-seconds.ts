/** A moment in the JSON of the admin API, null where there is none. */
export function toUnixSeconds(moment: Date): number;
export function toUnixSeconds(moment: Date | null | undefined): number | null;
export function toUnixSeconds(moment: Date | null | undefined): number | null {
  return moment ? Math.floor(moment.getTime() / 1000) : null;
}
