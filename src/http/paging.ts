import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

export const MAX_PAGE_LIMIT = 1000;
const MAX_PAGE = 1_000_000;

/** Reads a number of a query as people write whole numbers: no 1e2, no 0x10. What is none fails the check that follows. */
export function WholeNumber(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN,
  );
}

/** The query of lists that page. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE,
    default: 1,
    description: 'Page, from 1. A page past the end is empty.',
  })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  page: number = 1;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE_LIMIT,
    default: 10,
    description: 'Entries of a page.',
  })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE_LIMIT)
  limit: number = 10;
}

/** The `paging` field of an answer. */
export interface Paging {
  readonly limit: number;
  readonly page: number;
  readonly totalCount: number;
}

/** A page of a list, as services give it to controllers. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly paging: Paging;
}

/** The rows of a page for a query: how many to pass over, how many to take. */
export function pageWindow(query: PageQuery): { skip: number; take: number } {
  return { skip: (query.page - 1) * query.limit, take: query.limit };
}

/** A page from its rows and the count of all rows. */
export function toPage<Item>(query: PageQuery, items: readonly Item[], totalCount: number): Page<Item> {
  return { items, paging: { limit: query.limit, page: query.page, totalCount } };
}
