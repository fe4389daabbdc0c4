import { type DynamicModule, Module } from '@nestjs/common';
import { Database, DatabaseModule, type DataKey } from '../database/index.js';
import { HealthController, READINESS_PROBE } from '../http/health.js';
import { Settings } from '../http/index.js';
import { SettingsModule } from '../http/settings.module.js';
import { ChangesModule } from '../modules/changes/index.js';
import { CustomDomainsModule } from '../modules/custom-domains/index.js';
import { ApiKeysModule } from '../modules/api-keys/index.js';
import { AuditModule } from '../modules/audit/index.js';
import { AuthModule } from '../modules/auth/index.js';
import { DeploymentsModule } from '../modules/deployments/index.js';
import { DocumentsModule } from '../modules/documents/index.js';
import { ErrorCodesModule } from '../modules/error-codes/index.js';
import { GatewayResponsesModule } from '../modules/gateway-responses/index.js';
import { ModelsModule } from '../modules/models/index.js';
import { OverviewModule } from '../modules/overview/index.js';
import { ProjectsModule } from '../modules/projects/index.js';
import { RecycleBinModule } from '../modules/recycle-bin/index.js';
import { ResourcesModule } from '../modules/resources/index.js';
import { RestrictionPoliciesModule } from '../modules/restriction-policies/index.js';
import { RoutersModule } from '../modules/routers/index.js';
import { ServicesModule } from '../modules/services/index.js';
import { StagesModule } from '../modules/stages/index.js';
import { StatisticsModule } from '../modules/statistics/index.js';
import { TenancyModule } from '../modules/tenancy/index.js';
import { UsagePlansModule } from '../modules/usage-plans/index.js';

/** Everything that the control plane consists of. */
@Module({})
export class ControlPlaneModule {
  static with(settings: Settings, dataKey: DataKey): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [
        SettingsModule.with(settings),
        DatabaseModule.with(settings.databaseUrl, dataKey),
        AuthModule,
        TenancyModule,
        ProjectsModule,
        ChangesModule,
        AuditModule,
        ErrorCodesModule,
        RoutersModule,
        RecycleBinModule,
        ServicesModule,
        ResourcesModule,
        ModelsModule,
        ApiKeysModule,
        UsagePlansModule,
        GatewayResponsesModule,
        RestrictionPoliciesModule,
        StagesModule,
        CustomDomainsModule,
        StatisticsModule,
        DeploymentsModule,
        DocumentsModule,
        OverviewModule,
      ],
      controllers: [HealthController],
      providers: [
        {
          provide: READINESS_PROBE,
          inject: [Database],
          useFactory: (database: Database) => async () => {
            await database.client.$queryRaw`SELECT 1`;
          },
        },
      ],
    };
  }
}
