import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { EventOutbox } from '../database/event-outbox';
import type { GatewayEvent } from '../database/event-type';
import { backOff } from '../outages/back-off';
import { OutageLog } from '../outages/outage-log';

const MOST_NOTES = 1_000;
const DELAY_MS = 100;

interface Note {
  readonly event: GatewayEvent;
  /** What makes it one event, however many processes note it; undefined for one of its own. */
  readonly key: string | undefined;
}

/** Takes note of events inside a request, and stores them later: at most a thousand wait while the database is away. */
@Injectable()
export class EventNotes implements OnApplicationShutdown {
  private readonly log = new OutageLog(
    new Logger(EventNotes.name),
    'events cannot be stored for now',
    'events are stored again',
  );
  private readonly notes: Note[] = [];
  private timer: NodeJS.Timeout | undefined;
  private written: Promise<void> = Promise.resolve();
  private failures = 0;

  constructor(private readonly outbox: EventOutbox) {}

  /** Quick, and never throws. */
  note(event: GatewayEvent, key?: string): void {
    if (this.notes.length >= MOST_NOTES) return;
    this.notes.push({ event, key });
    this.schedule(DELAY_MS);
  }

  /** The proxy has drained in an earlier hook, and the database, being global, closes after this one. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
    clearTimeout(this.timer);
  }

  /** Stores what was noted so far; never rejects: what a fault left is tried again. */
  flush(): Promise<void> {
    this.written = this.written.then(() => this.write());
    return this.written;
  }

  private schedule(delayMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, delayMs).unref();
  }

  private async write(): Promise<void> {
    try {
      for (let note = this.notes[0]; note; note = this.notes[0]) {
        await (note.key === undefined ? this.outbox.emit(note.event) : this.outbox.emitOnce(note.key, note.event));
        this.notes.shift();
      }
      this.failures = 0;
      this.log.noteSuccess();
    } catch (error) {
      this.failures += 1;
      this.log.noteFault(error);
      this.schedule(backOff(this.failures));
    }
  }
}
