import type { Worker } from 'node:cluster';

/** What Node's cluster says to a worker process, and hears from it; not part of its documented interface. */
interface ClusterMessage {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

type Send = (message: ClusterMessage, ...rest: unknown[]) => boolean;

/**
 * Gives connections that were on their way to a worker when it died to another one, or closes them where `hasOther` finds none.
 * Node forgets them, and whoever made them waits in vain (nodejs/node#21746). A worker answers before it reads, so those it has not
 * answered for are untouched.
 */
export function returnConnections(worker: Worker, hasOther: () => boolean): void {
  const { process } = worker;
  const onTheWay = new Set<number>();
  const send = process.send.bind(process) as Send;
  process.send = ((message, ...rest) => {
    if (message.act === 'newconn' && message.seq !== undefined) onTheWay.add(message.seq);
    return send(message, ...rest);
  }) as Send as typeof process.send;
  process.on('internalMessage', ({ ack }: ClusterMessage) => {
    if (ack !== undefined) onTheWay.delete(ack);
  });
  // After its last word.
  process.once('close', () => {
    if (onTheWay.size === 0) return;
    // With a connection on the way this is never told, and the worker would be given others.
    process.emit('disconnect');
    const accepted = !hasOther();
    for (const ack of onTheWay) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted }, undefined);
  });
}
