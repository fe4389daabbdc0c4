-- CreateTable
CREATE TABLE "data_key_wrap" (
    "id" SERIAL NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "wrapped" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "data_key_wrap_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "data_key_wrap_fingerprint_key" ON "data_key_wrap"("fingerprint");
