import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const TOKEN_EXAMPLE = 'Zk3v9X0q2M7b1C5d8E4f6G9h0J1k2L3m4N5p6Q7r';
const PROJECT_EXAMPLE = 'p7r0j3c1t5a2b4c6d8e0';

/** Form of a request for a token. */
export class CreateTokenForm {
  @ApiProperty({ enum: ['client_credentials'], example: 'client_credentials' })
  grant_type!: string;

  @ApiPropertyOptional({ example: PROJECT_EXAMPLE, description: 'Limits the token to this project.' })
  project_id?: string;
}

/** Form of a request about a token. */
export class TokenForm {
  @ApiProperty({ example: TOKEN_EXAMPLE })
  token!: string;
}

/** Answer with a new token (RFC 6749). */
export class TokenAnswer {
  @ApiProperty({ example: TOKEN_EXAMPLE })
  access_token!: string;

  @ApiProperty({ example: 'Bearer' })
  token_type!: string;

  @ApiProperty({ type: 'integer', example: 3600, description: 'Seconds for which it is good.' })
  expires_in!: number;
}

/** What a token is good for (RFC 7662); of one that is not good, `active` alone. */
export class TokenStateAnswer {
  @ApiProperty({ example: true })
  active!: boolean;

  @ApiPropertyOptional({ example: 'Bearer' })
  token_type?: string;

  @ApiPropertyOptional({ example: 'k1e2y3a4c5c6e7s8s9k0', description: 'The access key that it was made with.' })
  client_id?: string;

  @ApiPropertyOptional({ example: 'u1s2e3r4a5c6c7o8u9n0', description: 'The user.' })
  sub?: string;

  @ApiPropertyOptional({ example: PROJECT_EXAMPLE, description: 'The project that it is limited to, if it is.' })
  project_id?: string;

  @ApiPropertyOptional({ type: 'integer', example: 1795238400, description: 'Seconds since 1970.' })
  iat?: number;

  @ApiPropertyOptional({ type: 'integer', example: 1795242000, description: 'Seconds since 1970.' })
  exp?: number;
}

/** Answer to the revocation of a token. RFC 7009 says nothing of its body. */
export class TokenRevokedAnswer {
  @ApiProperty({ example: false })
  active!: boolean;
}
