import { Module } from '@nestjs/common';
import { KeyValuesController } from './key-values/key-values.controller.js';
import { KeyValuesService } from './key-values/key-values.service.js';
import { RestrictionPoliciesController } from './restriction-policies.controller.js';
import { RestrictionPoliciesService } from './restriction-policies.service.js';

/** Request restriction policies: limits by the value of a path variable or a header. */
@Module({
  controllers: [RestrictionPoliciesController, KeyValuesController],
  providers: [RestrictionPoliciesService, KeyValuesService],
})
export class RestrictionPoliciesModule {}
