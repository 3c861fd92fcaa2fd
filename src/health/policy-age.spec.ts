import { policyAgeSeconds } from './policy-age';

describe('the age of the policy in use', () => {
  it('is nothing while the database is there', () => {
    expect(policyAgeSeconds({ revision: 7 }, undefined, 1_000_000)).toBe(0);
  });

  it('counts from when the database went away', () => {
    expect(policyAgeSeconds({ revision: 7 }, 990_000, 1_000_000)).toBe(10);
  });

  it('counts from when the policy was kept, where that is what is served', () => {
    expect(policyAgeSeconds({ revision: 7, keptAtMs: 400_000 }, 990_000, 1_000_000)).toBe(600);
  });

  it('is never less than nothing, whatever the clock says', () => {
    expect(policyAgeSeconds({ revision: 7, keptAtMs: 1_500_000 }, undefined, 1_000_000)).toBe(0);
  });
});
