import type { ChangeChannel, Subscription } from './change-channel';

/** For the only process of an embedded database: there is nobody to tell or to hear. */
export class AloneChannel implements ChangeChannel {
  async subscribe(): Promise<Subscription> {
    return { probe: async () => undefined, close: () => undefined };
  }

  async announce(): Promise<void> {}
}
