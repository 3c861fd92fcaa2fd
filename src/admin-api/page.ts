/** One page of a list: rows already as they are shown. */
export class Page<View> {
  constructor(
    readonly items: readonly View[],
    /** Rows that fit the filters, on all pages. */
    readonly total: number,
    /** Where the next page begins, undefined on the last one. */
    readonly nextCursor: string | undefined,
  ) {}
}
