import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Database } from './database.js';
import { DatabasePulse } from './pulse.js';

/** Gives every module the one {@link Database}. */
@Global()
@Module({})
export class DatabaseModule {
  static forUrl(url: string): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: Database, useFactory: () => new Database(url) },
        { provide: DatabasePulse, useFactory: () => new DatabasePulse(url) },
      ],
      exports: [Database, DatabasePulse],
    };
  }
}
