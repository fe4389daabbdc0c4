-- Whoever writes plugins of a stage resource gives its row a new version as well, so that to see whether a stage has
-- changed nobody has to read its plugins (modules/deployments/prepared/prepared.queries.ts). Rows of which this
-- transaction has made a version already have a new one.
CREATE FUNCTION "touch_stage_resource"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "stage_resource" r SET "updated_at" = r."updated_at"
  FROM (SELECT DISTINCT "stage_resource_id" AS id FROM changed) c
  WHERE r."id" = c.id AND r.xmin <> pg_current_xact_id()::xid;
  RETURN NULL;
END
$$;

CREATE TRIGGER "touch_by_new_plugins" AFTER INSERT ON "stage_resource_plugin"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "touch_stage_resource"();

CREATE TRIGGER "touch_by_changed_plugins" AFTER UPDATE ON "stage_resource_plugin"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "touch_stage_resource"();

-- A plugin may go from one resource to another.
CREATE TRIGGER "touch_by_plugins_before_change" AFTER UPDATE ON "stage_resource_plugin"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "touch_stage_resource"();

CREATE TRIGGER "touch_by_old_plugins" AFTER DELETE ON "stage_resource_plugin"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "touch_stage_resource"();

CREATE FUNCTION "forget_prepared_deployments"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "prepared_deployment";
  RETURN NULL;
END
$$;

CREATE TRIGGER "forget_by_no_plugins" AFTER TRUNCATE ON "stage_resource_plugin"
  FOR EACH STATEMENT EXECUTE FUNCTION "forget_prepared_deployments"();
