-- CreateEnum
CREATE TYPE "deployment_status" AS ENUM ('DEPLOYING', 'COMPLETE', 'FAILURE');

-- CreateTable
CREATE TABLE "project" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_key" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "disabled" BOOLEAN NOT NULL DEFAULT false,
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "server_group" (
    "id" TEXT NOT NULL,
    "region_code" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "server_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway" (
    "id" TEXT NOT NULL,
    "server_group_id" TEXT NOT NULL,
    "format_version" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "app_key_id" TEXT NOT NULL,
    "server_group_id" TEXT NOT NULL,
    "region_code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "resource_revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "path_pattern" TEXT NOT NULL,
    "parent_path" TEXT,
    "method_type" TEXT,
    "method_name" TEXT,
    "method_description" TEXT,
    "made_by_cors" BOOLEAN NOT NULL DEFAULT false,
    "parameters" JSONB,
    "responses" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_plugin" (
    "id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "plugin_type" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_plugin_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "schema" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_reference" (
    "resource_id" TEXT NOT NULL,
    "model_id" TEXT NOT NULL,

    CONSTRAINT "model_reference_pkey" PRIMARY KEY ("resource_id","model_id")
);

-- CreateTable
CREATE TABLE "stage" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "name" TEXT,
    "description" TEXT NOT NULL,
    "backend_endpoint_url" TEXT NOT NULL,
    "resource_revision" INTEGER NOT NULL,
    "resource_updated_at" TIMESTAMPTZ(3) NOT NULL,
    "base_deployment_id" TEXT,
    "live_deployment_id" TEXT,
    "desired_deployment_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stage_host" (
    "host_name" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stage_host_pkey" PRIMARY KEY ("host_name")
);

-- CreateTable
CREATE TABLE "stage_resource" (
    "id" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "parent_path" TEXT,
    "method_type" TEXT,
    "method_name" TEXT,
    "method_description" TEXT,
    "made_by_cors" BOOLEAN NOT NULL DEFAULT false,
    "custom_backend_endpoint_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stage_resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stage_resource_plugin" (
    "id" TEXT NOT NULL,
    "stage_resource_id" TEXT NOT NULL,
    "plugin_type" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stage_resource_plugin_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployment" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "status" "deployment_status" NOT NULL,
    "description" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "snapshot" JSONB NOT NULL,
    "settings" JSONB NOT NULL,
    "settings_hash" TEXT NOT NULL,
    "failure_reason" TEXT,
    "deployed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "rollback_at" TIMESTAMPTZ(3),

    CONSTRAINT "deployment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployment_receipt" (
    "deployment_id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "reason" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deployment_receipt_pkey" PRIMARY KEY ("deployment_id","gateway_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_key_value_key" ON "app_key"("value");

-- CreateIndex
CREATE UNIQUE INDEX "server_group_region_code_key" ON "server_group"("region_code");

-- CreateIndex
CREATE INDEX "gateway_server_group_id_last_seen_at_idx" ON "gateway"("server_group_id", "last_seen_at");

-- CreateIndex
CREATE INDEX "service_project_id_created_at_id_idx" ON "service"("project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "resource_service_id_path_idx" ON "resource"("service_id", "path");

-- CreateIndex
CREATE UNIQUE INDEX "resource_plugin_resource_id_plugin_type_key" ON "resource_plugin"("resource_id", "plugin_type");

-- CreateIndex
CREATE UNIQUE INDEX "model_service_id_name_key" ON "model"("service_id", "name");

-- CreateIndex
CREATE INDEX "model_reference_model_id_idx" ON "model_reference"("model_id");

-- CreateIndex
CREATE INDEX "stage_service_id_created_at_id_idx" ON "stage"("service_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "stage_host_stage_id_idx" ON "stage_host"("stage_id");

-- CreateIndex
CREATE INDEX "stage_resource_stage_id_path_idx" ON "stage_resource"("stage_id", "path");

-- CreateIndex
CREATE UNIQUE INDEX "stage_resource_plugin_stage_resource_id_plugin_type_key" ON "stage_resource_plugin"("stage_resource_id", "plugin_type");

-- CreateIndex
CREATE INDEX "deployment_stage_id_deployed_at_id_idx" ON "deployment"("stage_id", "deployed_at", "id");

-- CreateIndex
CREATE INDEX "deployment_stage_id_hash_idx" ON "deployment"("stage_id", "hash");

-- AddForeignKey
ALTER TABLE "app_key" ADD CONSTRAINT "app_key_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway" ADD CONSTRAINT "gateway_server_group_id_fkey" FOREIGN KEY ("server_group_id") REFERENCES "server_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_app_key_id_fkey" FOREIGN KEY ("app_key_id") REFERENCES "app_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_server_group_id_fkey" FOREIGN KEY ("server_group_id") REFERENCES "server_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource" ADD CONSTRAINT "resource_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource_plugin" ADD CONSTRAINT "resource_plugin_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_reference" ADD CONSTRAINT "model_reference_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_reference" ADD CONSTRAINT "model_reference_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage" ADD CONSTRAINT "stage_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_host" ADD CONSTRAINT "stage_host_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_resource" ADD CONSTRAINT "stage_resource_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_resource_plugin" ADD CONSTRAINT "stage_resource_plugin_stage_resource_id_fkey" FOREIGN KEY ("stage_resource_id") REFERENCES "stage_resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment_receipt" ADD CONSTRAINT "deployment_receipt_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployment"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Rules that the schema language cannot say.

-- A path exists once in a service, and paths that differ only in the name of a variable collide.
CREATE UNIQUE INDEX "resource_path_key" ON "resource"("service_id", "path_pattern") WHERE "method_type" IS NULL;

-- A method exists once under a path.
CREATE UNIQUE INDEX "resource_method_key" ON "resource"("service_id", "path", "method_type") WHERE "method_type" IS NOT NULL;

-- The same two rules for the copies in a stage.
CREATE UNIQUE INDEX "stage_resource_path_key" ON "stage_resource"("stage_id", "path") WHERE "method_type" IS NULL;
CREATE UNIQUE INDEX "stage_resource_method_key" ON "stage_resource"("stage_id", "path", "method_type") WHERE "method_type" IS NOT NULL;

-- A stage name exists once in a service; so does the default stage, which has none.
CREATE UNIQUE INDEX "stage_name_key" ON "stage"("service_id", COALESCE("name", ''));

-- One running deployment per stage.
CREATE UNIQUE INDEX "deployment_running_key" ON "deployment"("stage_id") WHERE "status" = 'DEPLOYING';
