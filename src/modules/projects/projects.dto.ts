import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { HeaderAnswer, PagingAnswer } from '../../http/index.js';
import { projectRoles } from '../auth/index.js';
import { AppKeyAnswer } from './app-keys/app-keys.dto.js';

const MAX_NAME_LENGTH = 50;

/** Body of a project's creation and modification. */
export class ProjectRequest {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'shop' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  projectName!: string;
}

/** A project in answers. */
export class ProjectAnswer {
  @ApiProperty({ example: 'p7r0j3c1t5a2b4c6d8e0' })
  projectId!: string;

  @ApiProperty({ example: 'shop' })
  projectName!: string;

  @ApiProperty({ enum: projectRoles, example: 'ADMIN', description: 'What the caller is in it.' })
  role!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one project. */
export class OneProjectAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  project!: ProjectAnswer;
}

/** Answer with a new project. */
export class NewProjectAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  project!: ProjectAnswer;

  @ApiProperty({ description: 'The first one.' })
  appKey!: AppKeyAnswer;
}

/** Answer with a page of projects. */
export class ProjectListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [ProjectAnswer] })
  projectList!: ProjectAnswer[];
}
