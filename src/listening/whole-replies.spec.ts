import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { WholeReplies } from './whole-replies';

/** A reply whose connection `node:http` takes back when it is told of the end, or does not. */
function aReply(
  state: object = {},
  isTakenBack = true,
): { res: ServerResponse; written: string[]; destroy: jest.Mock } {
  const written: string[] = [];
  const destroy = jest.fn();
  const socket = { writable: true, destroy, write: (text: string) => written.push(text) };
  const res = Object.assign(new EventEmitter(), { socket, shouldKeepAlive: true, headersSent: false, ...state });
  res.on('finish', () => {
    if (isTakenBack) Object.assign(res, { socket: null });
  });
  return { res: res as unknown as ServerResponse, written, destroy };
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 0';
const replies = new WholeReplies({ keepAliveTimeoutMs: 5_000 });

describe('a reply known whole', () => {
  it('is written as one text', () => {
    const { res, written, destroy } = aReply();
    expect(replies.trySend(res, HEAD, 0)).toBe(true);
    const kept = 'Connection: keep-alive\r\nKeep-Alive: timeout=5';
    expect(written).toEqual([`${HEAD}\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n${kept}\r\n\r\n`]);
    expect(destroy).not.toHaveBeenCalled();
  });

  it('has the date of its time', () => {
    const { res, written } = aReply();
    replies.trySend(aReply().res, HEAD, 999);
    replies.trySend(res, HEAD, 1_000);
    expect(written[0]).toContain('Date: Thu, 01 Jan 1970 00:00:01 GMT\r\n');
  });

  it('names no time-out where there is none', () => {
    const { res, written } = aReply();
    new WholeReplies({ keepAliveTimeoutMs: 0 }).trySend(res, HEAD, 0);
    expect(written[0]).toMatch(/GMT\r\nConnection: keep-alive\r\n\r\n$/);
  });

  it.each([
    ['has begun', { headersSent: true }],
    ['is not next', { socket: null }],
    ['ends its connection', { shouldKeepAlive: false }],
    ['has a connection that is closed', { socket: { writable: false } }],
  ])('is not sent where it %s', (_, state) => {
    const { res, written } = aReply(state);
    expect(replies.trySend(res, HEAD, 0)).toBe(false);
    expect(written).toEqual([]);
  });

  it('cuts a connection that could be written to once more', () => {
    const { res, destroy } = aReply({}, false);
    replies.trySend(res, HEAD, 0);
    expect(destroy).toHaveBeenCalled();
    const faulty = aReply({}, false);
    faulty.res.on('finish', () => {
      throw new Error('out of order');
    });
    expect(() => replies.trySend(faulty.res, HEAD, 0)).toThrow('out of order');
    expect(faulty.destroy).toHaveBeenCalled();
  });
});
