// fast-gateway as its documentation shows it, for all paths.
import gateway from 'fast-gateway';

await gateway({ routes: [{ prefix: '', target: process.env.BACKEND_URL }] }).start(
  Number(process.env.PORT),
  '127.0.0.1',
);
