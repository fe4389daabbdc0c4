-- AlterTable
ALTER TABLE "gateway" ADD COLUMN     "token_id" TEXT;

-- CreateTable
CREATE TABLE "gateway_token" (
    "id" TEXT NOT NULL,
    "server_group_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "gateway_token_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "gateway_token_hash_key" ON "gateway_token"("hash");

-- CreateIndex
CREATE INDEX "gateway_token_created_at_id_idx" ON "gateway_token"("created_at", "id");

-- CreateIndex
CREATE INDEX "gateway_token_server_group_id_created_at_id_idx" ON "gateway_token"("server_group_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "gateway_token_id_last_seen_at_idx" ON "gateway"("token_id", "last_seen_at");

-- AddForeignKey
ALTER TABLE "gateway_token" ADD CONSTRAINT "gateway_token_server_group_id_fkey" FOREIGN KEY ("server_group_id") REFERENCES "server_group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway" ADD CONSTRAINT "gateway_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "gateway_token"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
