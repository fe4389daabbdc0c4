-- CreateEnum
CREATE TYPE "project_role" AS ENUM ('ADMIN', 'MEMBER', 'VIEWER');

-- CreateEnum
CREATE TYPE "api_key_status" AS ENUM ('ACTIVE', 'INACTIVE');

-- CreateEnum
CREATE TYPE "api_key_type" AS ENUM ('PRIMARY', 'SECONDARY');

-- CreateEnum
CREATE TYPE "quota_period_unit" AS ENUM ('DAY', 'MONTH');

-- CreateEnum
CREATE TYPE "restriction_key_type" AS ENUM ('PATH_VARIABLE', 'HEADER');

-- CreateEnum
CREATE TYPE "ip_acl_type" AS ENUM ('ALLOW', 'DENY');

-- CreateEnum
CREATE TYPE "metric_unit" AS ENUM ('ONE_MINUTES', 'TEN_MINUTES', 'ONE_HOURS', 'ONE_DAYS');

-- AlterTable
ALTER TABLE "app_key" ADD COLUMN     "name" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "documentation" JSONB NOT NULL DEFAULT '{"methods":[],"models":[]}',
ADD COLUMN     "documentation_hash" TEXT NOT NULL DEFAULT 'c47e80e32685562db11d7aada27d899faad08452054a9762507ad0c5e4f8e50e';

-- AlterTable
ALTER TABLE "project" ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "stage" ADD COLUMN     "document_link_id" TEXT,
ADD COLUMN     "is_document_public" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "stage_host" ADD COLUMN     "custom_domain_id" TEXT;

-- CreateTable
CREATE TABLE "user_account" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "is_administrator" BOOLEAN NOT NULL DEFAULT false,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_access_key" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_access_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_token" (
    "hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_key_id" TEXT NOT NULL,
    "project_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "access_token_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "project_member" (
    "project_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" "project_role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_member_pkey" PRIMARY KEY ("project_id","user_id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "app_key_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "status" "api_key_status" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key_value" (
    "hash" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "type" "api_key_type" NOT NULL,
    "sealed" TEXT NOT NULL,

    CONSTRAINT "api_key_value_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "usage_plan" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "app_key_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "requests_per_second" INTEGER,
    "quota_period_unit" "quota_period_unit",
    "quota_limit" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usage_plan_stage" (
    "usage_plan_id" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_plan_stage_pkey" PRIMARY KEY ("usage_plan_id","stage_id")
);

-- CreateTable
CREATE TABLE "subscription" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,
    "usage_plan_id" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "custom_domain" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "app_key_id" TEXT NOT NULL,
    "host_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "custom_domain_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "restriction_policy" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "key_type" "restriction_key_type" NOT NULL,
    "key_name" TEXT NOT NULL,
    "default_requests_per_second" INTEGER,
    "tells_remaining" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "restriction_policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "restriction_key_value" (
    "id" TEXT NOT NULL,
    "policy_id" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "requests_per_second" INTEGER,
    "ip_acl_type" "ip_acl_type",
    "ip_acl_list" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "restriction_key_value_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stage_metric" (
    "stage_id" TEXT NOT NULL,
    "unit" "metric_unit" NOT NULL,
    "start_at" TIMESTAMPTZ(0) NOT NULL,
    "status_2xx" BIGINT NOT NULL DEFAULT 0,
    "status_3xx" BIGINT NOT NULL DEFAULT 0,
    "status_4xx" BIGINT NOT NULL DEFAULT 0,
    "status_5xx" BIGINT NOT NULL DEFAULT 0,
    "status_etc" BIGINT NOT NULL DEFAULT 0,
    "duration_ms" BIGINT NOT NULL DEFAULT 0,
    "outbound_bytes" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stage_metric_pkey" PRIMARY KEY ("stage_id","unit","start_at")
);

-- CreateTable
CREATE TABLE "route_metric" (
    "stage_id" TEXT NOT NULL,
    "unit" "metric_unit" NOT NULL,
    "start_at" TIMESTAMPTZ(0) NOT NULL,
    "path" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "status_2xx" BIGINT NOT NULL DEFAULT 0,
    "status_3xx" BIGINT NOT NULL DEFAULT 0,
    "status_4xx" BIGINT NOT NULL DEFAULT 0,
    "status_5xx" BIGINT NOT NULL DEFAULT 0,
    "status_etc" BIGINT NOT NULL DEFAULT 0,
    "duration_ms" BIGINT NOT NULL DEFAULT 0,
    "outbound_bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "route_metric_pkey" PRIMARY KEY ("stage_id","unit","start_at","path","method")
);

-- CreateTable
CREATE TABLE "api_key_metric" (
    "api_key_id" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "call_count" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_metric_pkey" PRIMARY KEY ("api_key_id","day","stage_id")
);

-- CreateTable
CREATE TABLE "metric_batch" (
    "gateway_id" TEXT NOT NULL,
    "batch_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "metric_batch_pkey" PRIMARY KEY ("gateway_id","batch_id")
);

-- CreateIndex
CREATE INDEX "user_account_created_at_id_idx" ON "user_account"("created_at", "id");

-- CreateIndex
CREATE INDEX "user_access_key_user_id_created_at_id_idx" ON "user_access_key"("user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "access_token_expires_at_idx" ON "access_token"("expires_at");

-- CreateIndex
CREATE INDEX "access_token_access_key_id_idx" ON "access_token"("access_key_id");

-- CreateIndex
CREATE INDEX "access_token_user_id_idx" ON "access_token"("user_id");

-- CreateIndex
CREATE INDEX "project_member_user_id_idx" ON "project_member"("user_id");

-- CreateIndex
CREATE INDEX "api_key_project_id_created_at_id_status_name_idx" ON "api_key"("project_id", "created_at", "id", "status", "name");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_value_api_key_id_type_key" ON "api_key_value"("api_key_id", "type");

-- CreateIndex
CREATE INDEX "usage_plan_project_id_created_at_id_idx" ON "usage_plan"("project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "usage_plan_stage_stage_id_idx" ON "usage_plan_stage"("stage_id");

-- CreateIndex
CREATE INDEX "subscription_usage_plan_id_stage_id_created_at_id_idx" ON "subscription"("usage_plan_id", "stage_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "subscription_api_key_id_created_at_id_idx" ON "subscription"("api_key_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "subscription_stage_id_api_key_id_key" ON "subscription"("stage_id", "api_key_id");

-- CreateIndex
CREATE UNIQUE INDEX "custom_domain_host_name_key" ON "custom_domain"("host_name");

-- CreateIndex
CREATE INDEX "custom_domain_project_id_created_at_id_idx" ON "custom_domain"("project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "restriction_policy_service_id_created_at_id_idx" ON "restriction_policy"("service_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "restriction_key_value_policy_id_created_at_id_idx" ON "restriction_key_value"("policy_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "restriction_key_value_policy_id_value_key" ON "restriction_key_value"("policy_id", "value");

-- CreateIndex
CREATE INDEX "stage_metric_start_at_idx" ON "stage_metric" USING BRIN ("start_at");

-- CreateIndex
CREATE INDEX "route_metric_start_at_idx" ON "route_metric" USING BRIN ("start_at");

-- CreateIndex
CREATE INDEX "api_key_metric_stage_id_idx" ON "api_key_metric"("stage_id");

-- CreateIndex
CREATE INDEX "api_key_metric_day_idx" ON "api_key_metric" USING BRIN ("day");

-- CreateIndex
CREATE INDEX "metric_batch_received_at_idx" ON "metric_batch"("received_at");

-- CreateIndex
CREATE INDEX "app_key_project_id_created_at_id_idx" ON "app_key"("project_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "stage_document_link_id_key" ON "stage"("document_link_id");

-- CreateIndex
CREATE UNIQUE INDEX "stage_host_custom_domain_id_key" ON "stage_host"("custom_domain_id");

-- AddForeignKey
ALTER TABLE "user_access_key" ADD CONSTRAINT "user_access_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_token" ADD CONSTRAINT "access_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_token" ADD CONSTRAINT "access_token_access_key_id_fkey" FOREIGN KEY ("access_key_id") REFERENCES "user_access_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_token" ADD CONSTRAINT "access_token_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_member" ADD CONSTRAINT "project_member_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_member" ADD CONSTRAINT "project_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_host" ADD CONSTRAINT "stage_host_custom_domain_id_fkey" FOREIGN KEY ("custom_domain_id") REFERENCES "custom_domain"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_app_key_id_fkey" FOREIGN KEY ("app_key_id") REFERENCES "app_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_value" ADD CONSTRAINT "api_key_value_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_plan" ADD CONSTRAINT "usage_plan_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_plan" ADD CONSTRAINT "usage_plan_app_key_id_fkey" FOREIGN KEY ("app_key_id") REFERENCES "app_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_plan_stage" ADD CONSTRAINT "usage_plan_stage_usage_plan_id_fkey" FOREIGN KEY ("usage_plan_id") REFERENCES "usage_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_plan_stage" ADD CONSTRAINT "usage_plan_stage_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_usage_plan_id_stage_id_fkey" FOREIGN KEY ("usage_plan_id", "stage_id") REFERENCES "usage_plan_stage"("usage_plan_id", "stage_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "custom_domain" ADD CONSTRAINT "custom_domain_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "custom_domain" ADD CONSTRAINT "custom_domain_app_key_id_fkey" FOREIGN KEY ("app_key_id") REFERENCES "app_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "restriction_policy" ADD CONSTRAINT "restriction_policy_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "restriction_key_value" ADD CONSTRAINT "restriction_key_value_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "restriction_policy"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_metric" ADD CONSTRAINT "stage_metric_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "route_metric" ADD CONSTRAINT "route_metric_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_metric" ADD CONSTRAINT "api_key_metric_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_metric" ADD CONSTRAINT "api_key_metric_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;
