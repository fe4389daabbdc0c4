-- CreateTable
CREATE TABLE "deployment_plan" (
    "id" TEXT NOT NULL,
    "project_id" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "live_deployment_id" TEXT,
    "hash" TEXT NOT NULL,
    "settings_hash" TEXT NOT NULL,
    "documentation_hash" TEXT NOT NULL,
    "gateway_responses_hash" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "deployment_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deployment_plan_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "deployment_plan_stage_id_created_at_id_idx" ON "deployment_plan"("stage_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "deployment_plan_expires_at_idx" ON "deployment_plan"("expires_at");
