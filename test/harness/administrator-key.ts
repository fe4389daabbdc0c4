/** Access key of the first administrator of every stack. */
export const administratorKey = Object.freeze({ id: 'test-administrator', secret: 'a'.repeat(40) });
