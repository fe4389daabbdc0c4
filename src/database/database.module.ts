import { type DynamicModule, Global, Module } from '@nestjs/common';
import { SecretBox } from '../kernel/secret-box.js';
import { DataKey } from './data-key.js';
import { Database } from './database.js';
import { DatabasePulse } from './pulse.js';

/** Gives every module the one {@link Database}, and the box for secrets at rest. */
@Global()
@Module({})
export class DatabaseModule {
  static with(url: string, dataKey: DataKey): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: DataKey, useValue: dataKey },
        { provide: SecretBox, useValue: new SecretBox(dataKey.bytes) },
        { provide: Database, useFactory: () => new Database(url) },
        { provide: DatabasePulse, useFactory: () => new DatabasePulse(url) },
      ],
      exports: [DataKey, SecretBox, Database, DatabasePulse],
    };
  }
}
