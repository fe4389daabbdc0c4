import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { MAX_MANIFEST_WAIT_MS } from '../../contract/sync.js';

/** Query of a gateway's question for its manifest. */
export class ManifestQuery {
  @Matches(/^[A-Z0-9]{1,10}$/)
  region!: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  formatVersion!: number;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  known: string = '';

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MAX_MANIFEST_WAIT_MS)
  waitMs: number = 0;
}

/** Query of a gateway's question for the access document. */
export class AccessQuery {
  @Matches(/^[A-Z0-9]{1,10}$/)
  region!: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  known: string = '';

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MAX_MANIFEST_WAIT_MS)
  waitMs: number = 0;
}
