/** Variable in which the global set-up tells test files where its state stands. */
export const STATE_FILE_VARIABLE = 'GATEWRIGHT_TEST_STATE';
