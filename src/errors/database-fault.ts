import { TypeORMError } from 'typeorm';

const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

/** Whether an unexpected error came from the database or the way to it. */
export function isDatabaseFault(error: unknown): boolean {
  if (error instanceof TypeORMError) return true;
  return typeof error === 'object' && error !== null && 'code' in error && NETWORK_CODES.has(String(error.code));
}
