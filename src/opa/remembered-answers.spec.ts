import { RememberedAnswers } from './remembered-answers';

describe('remembered answers', () => {
  it('are found only as long as they are young enough', () => {
    const answers = new RememberedAnswers();
    answers.keep('a', true, 1000);
    answers.keep('b', false, 1000);
    expect([answers.find('a', 999), answers.find('b', 999), answers.find('c', 0)]).toEqual([true, false, undefined]);
    expect(answers.find('a', 1000)).toBeUndefined();
  });

  it('are bounded: the oldest go first', () => {
    const answers = new RememberedAnswers();
    for (let index = 0; index < 30_000; index += 1) answers.keep(String(index), true, 1);
    expect(answers.find('29999', 0)).toBe(true);
    expect(answers.find('0', 0)).toBeUndefined();
    const kept = Array.from({ length: 30_000 }, (_, index) => answers.find(String(index), 0)).filter(Boolean);
    expect(kept.length).toBeLessThanOrEqual(20_000);
  });
});
