/** A last-known-good file that must not be used; the message names the file and the cure. */
export class LastKnownGoodError extends Error {}
