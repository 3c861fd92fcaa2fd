import { z } from 'zod';
import { compileCondition } from '../conditions/compile-condition';
import { ConditionError } from '../conditions/condition-error';

/** An expression of the Common Expression Language that compiles; a bad one is refused with its line and column. */
export const conditionSchema = z.string('condition must be a text').superRefine((source, context) => {
  try {
    compileCondition(source);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    context.addIssue({ code: 'custom', message: `condition, ${error.message}` });
  }
});
