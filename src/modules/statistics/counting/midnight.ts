import { Prisma } from '../../../database/index.js';

/** In SQL, midnight (UTC) so many days before today's, by the database's clock. */
export function midnightBefore(days: number): Prisma.Sql {
  return Prisma.sql`(date_trunc('day', now(), 'UTC') - ${days * 24}::int * interval '1 hour')`;
}
