-- CreateEnum
CREATE TYPE "access_entry_kind" AS ENUM ('KEY', 'PLAN', 'POLICY', 'POLICY_VALUE');

-- CreateTable
CREATE TABLE "access_change" (
    "revision" BIGSERIAL NOT NULL,
    "kind" "access_entry_kind" NOT NULL,
    "entry_id" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "access_change_pkey" PRIMARY KEY ("revision")
);

-- There is always a newest change, also before the first one; its time tells this database from others.
INSERT INTO "access_change" ("kind", "entry_id") VALUES ('PLAN', '');

-- Notes that an entry of the access document may have changed. The triggers below are deferred, so that this runs when
-- the transaction commits; the lock lasts until its changes can be seen. So revisions become visible in their order,
-- and who has seen one has seen all before it. The notification wakes the control planes (modules/routers/nudges.ts).
-- Arguments: the kind of the entry, the column that holds its id.
CREATE FUNCTION "note_access_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7226553010);
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO "access_change" ("kind", "entry_id")
    VALUES (TG_ARGV[0]::"access_entry_kind", to_jsonb(OLD) ->> TG_ARGV[1]);
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> TG_ARGV[1] <> to_jsonb(NEW) ->> TG_ARGV[1]) THEN
    INSERT INTO "access_change" ("kind", "entry_id")
    VALUES (TG_ARGV[0]::"access_entry_kind", to_jsonb(NEW) ->> TG_ARGV[1]);
  END IF;
  PERFORM pg_notify('gatewright_configuration', '');
  RETURN NULL;
END
$$;

-- A key reaches gateways while it has a subscription: its making and removal change nothing there.
CREATE CONSTRAINT TRIGGER "access_change_of_api_key" AFTER UPDATE ON "api_key"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status")
  EXECUTE FUNCTION "note_access_change"('KEY', 'id');

CREATE CONSTRAINT TRIGGER "access_change_of_api_key_value" AFTER UPDATE OR DELETE ON "api_key_value"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION "note_access_change"('KEY', 'api_key_id');

CREATE CONSTRAINT TRIGGER "access_change_of_subscription" AFTER INSERT OR UPDATE OR DELETE ON "subscription"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION "note_access_change"('KEY', 'api_key_id');

-- So does a plan while it has a stage.
CREATE CONSTRAINT TRIGGER "access_change_of_usage_plan" AFTER UPDATE ON "usage_plan"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION "note_access_change"('PLAN', 'id');

CREATE CONSTRAINT TRIGGER "access_change_of_usage_plan_stage" AFTER INSERT OR UPDATE OR DELETE ON "usage_plan_stage"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION "note_access_change"('PLAN', 'usage_plan_id');

CREATE CONSTRAINT TRIGGER "access_change_of_restriction_policy" AFTER INSERT OR UPDATE OR DELETE ON "restriction_policy"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION "note_access_change"('POLICY', 'id');

CREATE CONSTRAINT TRIGGER "access_change_of_restriction_key_value"
  AFTER INSERT OR UPDATE OR DELETE ON "restriction_key_value"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION "note_access_change"('POLICY_VALUE', 'id');
