import { Param, type PipeTransform } from '@nestjs/common';
import { notFound } from '../errors/refusals';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id in the path; one that is no UUID names nothing, so it is a 404 that never reaches the database. */
export function PathId(object: string, parameter = 'id'): ParameterDecorator {
  const pipe: PipeTransform<string, string> = {
    transform: (id) => {
      if (!UUID.test(id)) throw notFound(object);
      return id.toLowerCase();
    },
  };
  return Param(parameter, pipe);
}
