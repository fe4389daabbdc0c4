-- CreateTable
CREATE TABLE "quota_use" (
    "api_key_id" TEXT NOT NULL,
    "stage_id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "period_id" TEXT NOT NULL,
    "used" BIGINT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "quota_use_pkey" PRIMARY KEY ("stage_id","api_key_id","gateway_id")
);

-- CreateTable
CREATE TABLE "route_key_use" (
    "stage_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "api_key_id" TEXT NOT NULL,

    CONSTRAINT "route_key_use_pkey" PRIMARY KEY ("stage_id","day","method","path","api_key_id")
);

-- CreateIndex
CREATE INDEX "quota_use_reported_at_idx" ON "quota_use"("reported_at");

-- CreateIndex
CREATE INDEX "route_key_use_day_idx" ON "route_key_use"("day");
