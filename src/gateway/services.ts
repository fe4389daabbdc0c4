/** What checks use besides their settings and the request; made once per gateway. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by the checks that need one
export interface CheckServices {}
