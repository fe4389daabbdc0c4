/**
 * Imported first by the control plane, which turns source maps on again when all its modules are loaded. Node reads the
 * map of every file that it compiles meanwhile and keeps it for good. The program's own modules are compiled before any of
 * them runs; the packages, whose maps nobody needs, as they are imported: 5 MB of maps.
 */
process.setSourceMapsEnabled(false);
