import { Logger } from '@nestjs/common';
import { OutageLog } from './outage-log';

describe('work that is tried again and again', () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((...[line]: unknown[]) => void said.push(String(line)));
    jest.spyOn(Logger.prototype, 'log').mockImplementation((...[line]: unknown[]) => void said.push(String(line)));
  });
  afterEach(() => jest.restoreAllMocks());

  it('is told of once when it begins to fail, and once when it goes on', () => {
    const log = new OutageLog(new Logger(), 'nothing is written', 'all is written again');
    log.noteSuccess();
    for (let time = 0; time < 3; time += 1) log.noteFault(new Error('the disk is full'));
    for (let time = 0; time < 3; time += 1) log.noteSuccess();
    log.noteFault(new Error('the disk is gone'));
    expect(said).toEqual([
      'nothing is written: the disk is full',
      'all is written again',
      'nothing is written: the disk is gone',
    ]);
  });
});
