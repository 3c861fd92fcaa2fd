import { Param, type PipeTransform } from '@nestjs/common';
import { isUuid } from '../core/is-uuid';
import { notFound } from '../errors/refusals';

/** The id in the path; one that is no UUID names nothing, so it is a 404 that never reaches the database. */
export function PathId(object: string, parameter = 'id'): ParameterDecorator {
  const pipe: PipeTransform<string, string> = {
    transform: (id) => {
      if (!isUuid(id)) throw notFound(object);
      return id.toLowerCase();
    },
  };
  return Param(parameter, pipe);
}
