import { toSentence } from './to-sentence';

describe('an error as a sentence', () => {
  it('is the first line of its message', () => {
    expect(toSentence(new Error('it broke\n    at somewhere'))).toBe('it broke');
  });

  it('tells each failure of a host with several addresses', () => {
    const failures = [new Error('connect ECONNREFUSED ::1:5432'), new Error('connect ECONNREFUSED 127.0.0.1:5432')];
    expect(toSentence(new AggregateError(failures))).toBe(
      'connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
    );
  });

  it('falls back to the code, then to the name', () => {
    expect(toSentence(Object.assign(new Error(), { code: 'ECONNRESET' }))).toBe('ECONNRESET');
    expect(toSentence(new TypeError())).toBe('TypeError');
  });

  it('takes what is thrown without being an error', () => {
    expect(toSentence('no')).toBe('no');
  });
});
