-- CreateTable
CREATE TABLE "audit_record" (
    "id" TEXT NOT NULL,
    "project_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "request_id" TEXT NOT NULL,
    "user_id" TEXT,
    "access_key_id" TEXT,
    "token_id" TEXT,
    "app_key_id" TEXT,
    "address" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "object_path" TEXT NOT NULL,
    "object_id" TEXT,
    "service_id" TEXT,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotent_answer" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotent_answer_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "audit_record_project_id_created_at_id_idx" ON "audit_record"("project_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "audit_record_created_at_id_idx" ON "audit_record"("created_at", "id");

-- CreateIndex
CREATE INDEX "audit_record_object_id_created_at_idx" ON "audit_record"("object_id", "created_at");

-- CreateIndex
CREATE INDEX "audit_record_request_id_idx" ON "audit_record"("request_id");

-- CreateIndex
CREATE INDEX "idempotent_answer_created_at_idx" ON "idempotent_answer"("created_at");
