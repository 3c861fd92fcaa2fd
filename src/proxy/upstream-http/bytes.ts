/** A buffer with the quick way to text, which the types of Node leave out. */
export type Bytes = Buffer & { latin1Slice(start?: number, end?: number): string };
