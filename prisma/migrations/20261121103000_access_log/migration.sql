-- AlterTable
ALTER TABLE "stage" ADD COLUMN     "is_access_log_on" BOOLEAN NOT NULL DEFAULT false;
