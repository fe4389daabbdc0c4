-- CreateEnum
CREATE TYPE "recycle_bin_item_kind" AS ENUM ('RESOURCE_IMPORT', 'STAGE_RESOURCE_IMPORT', 'STAGE_ROLLBACK', 'RESOURCE', 'STAGE', 'SERVICE', 'MODEL', 'API_KEY', 'USAGE_PLAN');

-- CreateTable
CREATE TABLE "recycle_bin_item" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "service_id" TEXT,
    "stage_id" TEXT,
    "kind" "recycle_bin_item_kind" NOT NULL,
    "object_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,
    "row_counts" JSONB NOT NULL,
    "left_out_deployment_count" INTEGER NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kept_until" TIMESTAMPTZ(3) NOT NULL,
    "restored_at" TIMESTAMPTZ(3),

    CONSTRAINT "recycle_bin_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recycle_bin_row" (
    "id" BIGSERIAL NOT NULL,
    "item_id" TEXT NOT NULL,
    "table_name" TEXT NOT NULL,
    "content" JSONB NOT NULL,

    CONSTRAINT "recycle_bin_row_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "recycle_bin_item_project_id_deleted_at_id_idx" ON "recycle_bin_item"("project_id", "deleted_at", "id");

-- CreateIndex
CREATE INDEX "recycle_bin_item_kept_until_idx" ON "recycle_bin_item"("kept_until");

-- CreateIndex
CREATE INDEX "recycle_bin_row_item_id_table_name_idx" ON "recycle_bin_row"("item_id", "table_name");

-- AddForeignKey
ALTER TABLE "recycle_bin_item" ADD CONSTRAINT "recycle_bin_item_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recycle_bin_row" ADD CONSTRAINT "recycle_bin_row_item_id_fkey" FOREIGN KEY ("item_id") REFERENCES "recycle_bin_item"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Finds a deleted stage by its id: its counts are kept as long as it can come back.
CREATE INDEX "recycle_bin_row_stage_idx" ON "recycle_bin_row"(("content" ->> 'id')) WHERE "table_name" = 'stage';
