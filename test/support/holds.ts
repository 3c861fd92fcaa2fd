import * as fc from 'fast-check';

/** Checks a synchronous property: fails with the smallest counterexample it finds. */
export const holds: <Inputs>(property: fc.IProperty<Inputs>, parameters?: fc.Parameters<Inputs>) => void = fc.assert;
