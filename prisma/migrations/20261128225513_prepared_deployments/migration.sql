-- CreateTable. What it holds can be made again: it is not worth a log.
CREATE UNLOGGED TABLE "prepared_deployment" (
    "stage_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "preparer" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "snapshot" JSON NOT NULL,
    "settings" JSON NOT NULL,
    "settings_hash" TEXT NOT NULL,
    "documentation" JSON NOT NULL,
    "documentation_hash" TEXT NOT NULL,

    CONSTRAINT "prepared_deployment_pkey" PRIMARY KEY ("stage_id")
);

-- AddForeignKey
ALTER TABLE "prepared_deployment" ADD CONSTRAINT "prepared_deployment_stage_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;
